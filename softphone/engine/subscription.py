"""One subscription: begun, kept, lost and begun again (RFC 6665 §4.1). No socket and no thread here.

    start ─▸ SUBSCRIBE ─▸ 2xx, NOTIFY ─▸ on_state(body) … refresh before it runs out …
               ▴              │
               └─ back-off ◂──┴── silence, 408, 5xx, terminated;giveup ─▸ on_unknown(status_code)
                                  a refusal, terminated;rejected        ─▸ on_unknown(status_code), the end

``stop`` unsubscribes; ``drop`` forgets, for a server that is gone. Neither tells anything.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from softphone.engine.backoff import LATE_CAP_S, Backoff
from softphone.engine.errors import LOGGER
from softphone.sip.client import OnFinal
from softphone.sip.dialog import ClientDialog
from softphone.sip.header import HeaderInvalid, parse_number, parse_parameters
from softphone.sip.message import Headers, SipRequest, SipResponse
from softphone.sip.transaction import Scheduler, TimerHandle

FIRST_NOTIFY_S = 32.0  # timer N: 64·T1 (RFC 6665 §4.1.2.4)
MIN_RETRY_S = 4.0
SETTLED_S = 10.0  # a subscription that ended before it was this old is not begun anew at once
GAP_REFRESH_S = 5.0
REFRESH_AFTER = (0.75, 0.9)  # of what was granted: never all of them at once

# RFC 6665 §4.1.2.2 and common sense: the server is there, and may be able to later.
TEMPORARY = frozenset((408, 480, 491, 500, 502, 503, 504))
# The server does not know the dialog (any more): a new one may do.
_FORGOTTEN = frozenset((404, 410, 481))


@dataclass(frozen=True)
class EventPackage:
    """What is subscribed to: the Event header, the body's type, and for how long it is asked."""

    name: str
    content_type: str
    expires_s: int


DIALOG = EventPackage("dialog", "application/dialog-info+xml", 1800)
MESSAGE_SUMMARY = EventPackage("message-summary", "application/simple-message-summary", 3600)


class Cancellable(Protocol):
    """A request under way, or still in line."""

    def cancel(self) -> None:
        """Send it no more, tell nothing."""


class Sender(Protocol):
    """What a subscription needs of its account (``subscription_sender.SubscriptionSender``)."""

    @property
    def scheduler(self) -> Scheduler:
        """The clock."""

    def new_dialog(self, uri: str) -> ClientDialog:
        """A dialog from the account's address to ``uri``."""

    def contact_uri(self) -> str:
        """Where NOTIFYs reach us."""

    def send(self, build: Callable[[], SipRequest], on_final: OnFinal) -> Cancellable:
        """Send what ``build`` gives, when its turn comes; ``on_final`` once."""

    def answered(self) -> None:
        """The server took a subscription: those that wait because of silence may be tried now."""

    def unanswered(self) -> None:
        """The server said nothing."""

    def forgotten(self) -> None:
        """The server lost a subscription it should have: it may have lost all."""


class Subscription:
    """Thread: subscriptions, all of it. ``expires_s`` 0 asks once (a fetch, RFC 6665 §4.4.3).

    ``on_state`` gets every body, and b"" where an active subscription came without one.
    """

    def __init__(
        self,
        uri: str,
        package: EventPackage,
        *,
        sender: Sender,
        on_state: Callable[[bytes], None],
        on_unknown: Callable[[int], None],
        expires_s: int | None = None,
        uniform: Callable[[float, float], float] = random.uniform,
    ) -> None:
        self.uri = uri
        self.package = package
        self.is_over = False  # nothing more is tried by itself
        self._sender = sender
        self._on_state = on_state
        self._on_unknown = on_unknown
        self._expires_s = package.expires_s if expires_s is None else expires_s
        self._uniform = uniform
        self._backoff = Backoff(uniform, first_s=MIN_RETRY_S, early_cap_s=LATE_CAP_S)
        self._dialog: ClientDialog | None = None
        self._under_way: Cancellable | None = None
        self._timer: TimerHandle | None = None
        self._notified = False
        self._stopping = False
        self._began_s = 0.0
        self._asked_s = -GAP_REFRESH_S

    @property
    def call_id(self) -> str:
        """The Call-ID its NOTIFYs carry; "" where there is no dialog."""
        return self._dialog.sip_call_id if self._dialog else ""

    @property
    def is_kept(self) -> bool:
        """The server holds it, as far as is known."""
        return self._dialog is not None and self._dialog.is_established and not self._stopping

    @property
    def is_waiting(self) -> bool:
        """It was lost and will be begun anew after a while."""
        return self._dialog is None and self._timer is not None

    # -- from outside ------------------------------------------------------------------------------

    def start(self) -> None:
        """Subscribe, in a new dialog."""
        self._forget()
        self.is_over = self._stopping = self._notified = False
        self._began_s = self._sender.scheduler.time()
        self._dialog = self._sender.new_dialog(self.uri)
        self._subscribe(self._expires_s)

    def refresh(self) -> None:
        """Ask for the full state now, if the server holds the subscription and nothing is under way."""
        if self.is_kept and self._under_way is None:
            self._subscribe(self._expires_s)

    def ask_again(self) -> None:
        """A version was missed: refresh, but not again and again."""
        now_s = self._sender.scheduler.time()
        if now_s - self._asked_s >= GAP_REFRESH_S:
            self._asked_s = now_s
            self.refresh()

    def stop(self) -> None:
        """Unsubscribe where the server holds it; its last NOTIFY is still answered, nothing is told."""
        kept = self.is_kept
        self.is_over = self._stopping = True
        self._cancel()
        if kept:
            self._subscribe(0)
        else:
            self._forget()

    def drop(self) -> None:
        """Forget the dialog; nothing is sent. ``start`` begins anew."""
        self._forget()
        self._backoff.reset()

    def take_notify(self, request: SipRequest) -> tuple[int, tuple[tuple[str, str], ...]]:
        """Take a NOTIFY with our Call-ID. Returns the status code to answer and more headers."""
        dialog = self._dialog
        if dialog is None or not dialog.accepts(request):
            return 481, ()
        event = request.headers.get("Event").partition(";")[0].strip().lower()
        if event != self.package.name:
            return 489, (("Allow-Events", self.package.name),)
        content_type = request.headers.get("Content-Type").partition(";")[0].strip().lower()
        if request.body and content_type != self.package.content_type:
            return 415, (("Accept", self.package.content_type),)
        if not dialog.take_request(request):
            return 500, ()
        self._take(request)
        return 200, ()

    # -- asking ------------------------------------------------------------------------------------

    def _subscribe(self, expires_s: int) -> None:
        dialog = self._dialog
        assert dialog is not None
        is_refresh = dialog.is_established
        headers = (
            ("Event", self.package.name),
            ("Accept", self.package.content_type),
            ("Expires", str(expires_s)),
        )

        def build() -> SipRequest:
            return dialog.request("SUBSCRIBE", contact=self._sender.contact_uri(), headers=headers)

        def answered(status_code: int, response: SipResponse | None) -> None:
            self._under_way = None
            if 200 <= status_code < 300 and response is not None:
                dialog.take_response(response)
                self._granted(_expires(response.headers, expires_s))
                self._sender.answered()
            elif self._stopping:
                self._forget()
            elif status_code == 423 and response is not None and self._longer(response):
                self._subscribe(self._expires_s)
            elif is_refresh and status_code in _FORGOTTEN:
                self._begin_anew()
                self._sender.forgotten()
            else:
                self._refused(status_code, response)

        self._under_way = self._sender.send(build, answered)

    def _granted(self, expires_s: int) -> None:
        if self._stopping or not self._notified or expires_s <= 0:
            self._start_timer(FIRST_NOTIFY_S, self._no_notify)
        else:
            self._start_timer(expires_s * self._uniform(*REFRESH_AFTER), self.refresh)

    def _no_notify(self) -> None:
        if self._stopping:
            self._forget()
        else:
            LOGGER.info("no NOTIFY came for %s", self.package.name)
            self._lost(0, 0.0)

    def _longer(self, response: SipResponse) -> bool:
        """Ask for as long as the server wants at least (RFC 6665 §4.2.1.3); False where that is no more."""
        at_least_s = header_number(response.headers.get("Min-Expires"), 0)
        if not at_least_s > self._expires_s > 0:
            return False
        self._expires_s = at_least_s
        return True

    def _refused(self, status_code: int, response: SipResponse | None) -> None:
        if response is None or status_code in TEMPORARY:
            if response is None:
                self._sender.unanswered()
            self._lost(status_code if response else 0, _retry_after(response))
        else:
            self._end(status_code)

    # -- losing ------------------------------------------------------------------------------------

    def _lost(self, status_code: int, retry_after_s: float) -> None:
        self._forget()
        self._start_timer(self._backoff.next_delay_s(retry_after_s), self.start)
        self._on_unknown(status_code)

    def _begin_anew(self) -> None:
        """The server ended or forgot it and will take a new one; what is known stays until that fails."""
        if self._sender.scheduler.time() - self._began_s < SETTLED_S:
            self._lost(0, 0.0)
        else:
            self.start()

    def _end(self, status_code: int) -> None:
        LOGGER.info("no %s subscription: %s", self.package.name, status_code)
        self._forget()
        self.is_over = True
        self._on_unknown(status_code)

    def _forget(self) -> None:
        self._cancel()
        self._dialog = None

    def _cancel(self) -> None:
        if self._under_way is not None:
            self._under_way.cancel()
            self._under_way = None
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _start_timer(self, delay_s: float, action: Callable[[], None]) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = self._sender.scheduler.call_later(delay_s, action)

    # -- hearing -----------------------------------------------------------------------------------

    def _take(self, request: SipRequest) -> None:
        state, parameters = _subscription_state(request.headers)
        self._notified = True
        if (request.body or state == "active") and not self._stopping:
            self._on_state(request.body)
        if state == "terminated":
            self._terminated(parameters)
        elif not self._stopping and self._dialog is not None:
            if self._sender.scheduler.time() - self._began_s >= SETTLED_S:
                self._backoff.reset()
            self._granted(header_number(parameters.get("expires", ""), self._expires_s))

    def _terminated(self, parameters: dict[str, str]) -> None:
        reason = parameters.get("reason", "").lower()
        if self._stopping or self._expires_s == 0:
            self._forget()
            self.is_over = True
        elif reason in ("rejected", "noresource"):
            self._end(403 if reason == "rejected" else 404)
        elif reason == "invariant":
            self._forget()
            self.is_over = True
        elif reason in ("deactivated", "timeout"):
            self._begin_anew()
        else:
            self._lost(0, float(header_number(parameters.get("retry-after", ""), 0)))


def _subscription_state(headers: Headers) -> tuple[str, dict[str, str]]:
    """Subscription-State (RFC 6665 §8.2.3); active where a server sends none."""
    state, _, rest = headers.get("Subscription-State").partition(";")
    return state.strip().lower() or "active", parse_parameters(rest)


def _expires(headers: Headers, default_s: int) -> int:
    return header_number(headers.get("Expires"), default_s)


def _retry_after(response: SipResponse | None) -> float:
    """Retry-After (RFC 3261 §20.33) without its comment."""
    value = response.headers.get("Retry-After") if response else ""
    return float(header_number(value.partition(";")[0].partition("(")[0], 0))


def header_number(text: str, default: int) -> int:
    """A header's number; ``default`` where it is none."""
    try:
        return parse_number(text)
    except HeaderInvalid:
        return default
