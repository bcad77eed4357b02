"""The registration of one account: when to try, what to show, when to try again. No pj object here.

    SetAccount, Register ─▸ try ─▸ look (worker) ─▸ REGISTER ─▸ answer ─▸ RegistrationChanged
                             ▴                                     │
                             └── back-off ◂── any failure but credentials

``REGISTERING`` is shown for the first try and for tries a person caused. Tries in the background leave
the failure standing until it changes. PJSIP refreshes a good registration; its own retries are off.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Protocol

from msgspec.structs import replace

from softphone.domain.account import Account, RegistrationCause, RegistrationState
from softphone.domain.events import RegistrationChanged
from softphone.domain.ports import EventSink
from softphone.engine.backoff import Backoff
from softphone.engine.errors import LOGGER, EngineError
from softphone.engine.reachability import Found, Look, Reachability, Report
from softphone.engine.schedule import Schedule, ScheduledCall
from softphone.engine.server_watch import ServerWatch
from softphone.engine.translate import RegistrationAnswer, registration_outcome

OVERDUE_S = 5.0  # without an answer TIMEOUT is told, while PJSIP goes on trying
WATCH_S = 1.0
DEBOUNCE_S = 0.5
KEEP_ALIVE_EVERY = 2  # looks
GRACE_S = 10.0  # a refresh that has not come this long after it was due is seen

_STATE_BY_CAUSE = {RegistrationCause.NO_ROUTE: RegistrationState.NO_NETWORK}


class Registrar(Protocol):
    """What a registration needs of the library (``engine.account.PjRegistrar``)."""

    def register(self, found: Found) -> bool:
        """Send REGISTER through ``found``; False where one is still under way. Errors: EngineError."""

    def unregister(self) -> bool:
        """Send REGISTER with Expires 0; False where there is nothing to take back."""


class Registration:
    """Thread: engine, all of it."""

    def __init__(
        self,
        account: Account,
        *,
        has_password: bool,
        registrar: Registrar,
        reachability: Reachability,
        schedule: Schedule,
        emit: EventSink,
        on_moved: Callable[[Found], None] = lambda _: None,
        on_refused: Callable[[], None] = lambda: None,
    ) -> None:
        self.account = account
        self.state = RegistrationState.UNREGISTERED
        self.cause = RegistrationCause.NONE
        self.found: Found | None = None
        self._has_password = has_password
        self._registrar = registrar
        self._reachability = reachability
        self._schedule = schedule
        self._emit = emit
        self._on_moved = on_moved
        self._on_refused = on_refused
        self._backoff = Backoff()
        self._look: Look | None = None
        self._retry: ScheduledCall | None = None
        self._overdue: ScheduledCall | None = None
        self._watch: ServerWatch | None = None
        self._watch_timer: ScheduledCall | None = None
        self._moved_to = ""
        self._looks = 0
        self._sent_at_s = 0.0
        self._refresh_due_s = 0.0
        self._stopped = False
        self._told = True

    @property
    def is_registered(self) -> bool:
        """The registrar holds our binding, as far as is known."""
        return self.state is RegistrationState.REGISTERED

    def start(self) -> None:
        """Try now because a person (or a new account) asks."""
        self._stopped, self._told = False, True
        self._backoff.reset()
        self._show(RegistrationState.REGISTERING)
        self._try()

    def stop(self) -> None:
        """Try nothing any more; the binding is not taken back."""
        self._stopped = True
        self._cancel_timers()
        self._close_watch()

    def unregister(self, *, told: bool = True) -> bool:
        """Take the binding back; True where an answer is to be waited for. ``told``: the phone hears it."""
        self.stop()
        self._told = told
        return self._registrar.unregister()

    def replace_account(self, account: Account, *, has_password: bool) -> None:
        """Another account or password under the same key; ``start`` comes next."""
        self.account = account
        self._has_password = has_password
        self.found = None

    def answered(self, answer: RegistrationAnswer) -> None:
        """A REGISTER is over."""
        state, cause = registration_outcome(answer, has_password=self._has_password)
        self._cancel(self._overdue)
        if self._stopped and not self._told:
            return
        if self._stopped or state is RegistrationState.UNREGISTERED:
            self._show(RegistrationState.UNREGISTERED, RegistrationCause.NONE, answer)
            return
        if state is RegistrationState.REGISTERED:
            self._registered(answer)
            return
        if not answer.from_server and self._sent_at_s:
            self._backoff.elapsed(self._schedule.now_s() - self._sent_at_s)
        if not answer.from_server and self.cause in (RegistrationCause.REFUSED, RegistrationCause.MALFORMED):
            state, cause = self.state, self.cause  # the look already knew better than a time-out
        self._failed(state, cause, answer)

    def network_lost(self) -> None:
        """This computer has no way to the server any more."""
        self._failed(RegistrationState.NO_NETWORK, RegistrationCause.NO_ROUTE)

    def try_again(self) -> None:
        """Try in the background, now: the network is back, the address changed, the server went away."""
        if not self._stopped and self.state is not RegistrationState.AUTH_FAILED:
            self._backoff.reset()
            self._try()

    # -- trying ------------------------------------------------------------------------------------

    def _try(self) -> None:
        self._cancel_timers()
        self._overdue = self._schedule.call_later(OVERDUE_S, self._on_overdue)
        self._look = self._reachability.look(
            self.account.outbound_proxy or self.account.server,
            self.account.transport,
            self._on_report,
            self._on_trouble,
        )

    def _on_report(self, report: Report) -> None:
        if not isinstance(report, Found):
            self._failed(_STATE_BY_CAUSE.get(report.cause, RegistrationState.UNREACHABLE), report.cause)
            return
        self.found = report
        try:
            if self._registrar.register(report):
                self._sent_at_s = self._schedule.now_s()
        except EngineError as error:
            LOGGER.warning("REGISTER could not be sent: %s", error.detail)
            self._failed(RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT)
            return
        self._keep_watch(report)

    def _on_trouble(self, cause: RegistrationCause) -> None:
        if self.is_registered and not self._is_overdue_running():
            return
        self._failed(_STATE_BY_CAUSE.get(cause, RegistrationState.UNREACHABLE), cause)

    def _on_overdue(self) -> None:
        self._failed(RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT)

    def _is_overdue_running(self) -> bool:
        return self._overdue is not None and self._overdue.is_waiting

    def _registered(self, answer: RegistrationAnswer) -> None:
        self._cancel_timers()
        self._backoff.reset()
        self._refresh_due_s = self._schedule.now_s() + answer.expires_s
        self._show(RegistrationState.REGISTERED, RegistrationCause.NONE, answer)

    def _failed(
        self, state: RegistrationState, cause: RegistrationCause, answer: RegistrationAnswer | None = None
    ) -> None:
        self._cancel_timers()
        if self._stopped:
            return
        if state is RegistrationState.AUTH_FAILED:
            self._close_watch()
            self._show(state, cause, answer)
            return
        delay_s = self._backoff.next_delay_s(answer.retry_after_s if answer else 0.0)
        self._retry = self._schedule.call_later(delay_s, self._try)
        self._show(state, cause, answer, retry_in_s=delay_s)

    def _show(
        self,
        state: RegistrationState,
        cause: RegistrationCause = RegistrationCause.NONE,
        answer: RegistrationAnswer | None = None,
        retry_in_s: float = 0.0,
    ) -> None:
        self.state, self.cause = state, cause
        self._emit(
            RegistrationChanged(
                account_key=self.account.key,
                state=state,
                cause=cause,
                status_code=answer.status_code if answer and answer.from_server else 0,
                reason_phrase=answer.reason_phrase if answer and answer.from_server else "",
                expires_s=answer.expires_s if answer else 0,
                retry_in_s=round(retry_in_s, 3),
                at_s=time.time(),
            )
        )

    # -- watching ----------------------------------------------------------------------------------

    def _keep_watch(self, found: Found) -> None:
        if self._watch is not None and self._watch.found == found:
            return
        self._close_watch()
        self._watch = ServerWatch(found, self._reachability.bind_host)
        self._moved_to = found.local_address
        self._watch_timer = self._schedule.call_at_next(WATCH_S, self._on_watch)

    def _on_watch(self) -> None:
        watch = self._watch
        if watch is None or self._stopped:
            return
        self._watch_timer = self._schedule.call_at_next(WATCH_S, self._on_watch)
        address = watch.local_address()
        if address != self._moved_to:
            self._moved_to = address
            self._watch_timer.cancel()
            self._watch_timer = self._schedule.call_later(DEBOUNCE_S, self._on_watch)
            return
        self._looks += 1
        if address != watch.found.local_address:
            self._moved(address, watch.found)
        elif self.is_registered and self._looks % KEEP_ALIVE_EVERY == 0 and watch.refused():
            LOGGER.warning("the registrar's port is closed")
            self._on_refused()
            self.try_again()
        elif self.is_registered and self._schedule.now_s() > self._refresh_due_s + GRACE_S:
            LOGGER.warning("the registration ran out without a refresh")
            self.try_again()

    def _moved(self, address: str, old: Found) -> None:
        if not address:
            if self.state is not RegistrationState.NO_NETWORK:
                self.network_lost()
            return
        LOGGER.info("our address toward the server changed")
        self.found = replace(old, local_address=address)
        self._keep_watch(self.found)
        self._on_moved(self.found)
        self.try_again()

    def _close_watch(self) -> None:
        self._cancel(self._watch_timer)
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _cancel_timers(self) -> None:
        self._cancel(self._retry)
        self._cancel(self._overdue)
        if self._look is not None:
            self._look.stop()
            self._look = None

    @staticmethod
    def _cancel(call: ScheduledCall | None) -> None:
        if call is not None:
            call.cancel()
