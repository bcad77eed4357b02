"""Fakes of the ports, and a Phone built on them: nothing here touches network, sound or disk.

kit = fake_phone(account=ACCOUNT, password="secret")
kit.phone.start()
kit.registered()
key = kit.phone.calls.dial("9196")
assert kit.engine.sent_of(MakeCall)[-1].key == key
"""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from softphone.app.changes import Change
from softphone.app.phone import Phone
from softphone.domain.account import MAIN_ACCOUNT, Account, RegistrationCause, RegistrationState
from softphone.domain.call import CallState, Direction, TerminatedReason
from softphone.domain.commands import AnyCommand, SetHold
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    AnyEvent,
    CallCreated,
    CallStateChanged,
    CommandFailed,
    ConferenceChanged,
    EngineReady,
    MediaChanged,
    RegistrationChanged,
    TransferChanged,
)
from softphone.domain.media import MediaDirection
from softphone.domain.ports import (
    EventSink,
    LoadedSettings,
    OpenDirectory,
    OpenTable,
    ProgramEnd,
    SecretResult,
)
from softphone.domain.provider import ProviderProfile
from softphone.domain.settings import Settings
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import HostPort, Party
from tests.helpers.fake_people import FakeContacts, FakeHistory, fake_people

C = TypeVar("C")

ACCOUNT = Account(user_id="abcde20201", server=HostPort("01234abc.example.jp"))
START_S = 1_700_000_000.0


class FakeClock:
    """A clock that stands until it is moved."""

    def __init__(self, now_s: float = START_S) -> None:
        self.time_s = now_s

    def now_s(self) -> float:
        return self.time_s


class FakeTimer:
    """What ``FakeDispatcher.call_later`` gives."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class FakeDispatcher:
    """Posts run at once; timers run when ``advance`` moves the clock over them."""

    def __init__(self, clock: FakeClock) -> None:
        self._clock = clock
        self._order = itertools.count()
        self._timers: list[tuple[float, int, FakeTimer, Callable[[], None]]] = []

    def post(self, action: Callable[[], None]) -> None:
        action()

    def call_later(self, delay_s: float, action: Callable[[], None]) -> FakeTimer:
        timer = FakeTimer()
        entry = (self._clock.time_s + delay_s, next(self._order), timer, action)
        heapq.heappush(self._timers, entry)
        return timer

    def run_next(self) -> None:
        """The timer that falls due next, alone."""
        at_s, _, timer, action = heapq.heappop(self._timers)
        self._clock.time_s = max(self._clock.time_s, at_s)
        if not timer.cancelled:
            action()

    def advance(self, seconds: float) -> None:
        """Move the clock, running what falls due in order."""
        until_s = self._clock.time_s + seconds
        while self._timers and self._timers[0][0] <= until_s:
            at_s, _, timer, action = heapq.heappop(self._timers)
            self._clock.time_s = at_s
            if not timer.cancelled:
                action()
        self._clock.time_s = until_s


class FakeEngine:
    """Records what was sent; a test emits what an engine would have said."""

    def __init__(self) -> None:
        self.sent: list[AnyCommand] = []
        self.stopped = False
        self._sink: EventSink | None = None

    def start(self, on_event: EventSink) -> None:
        self._sink = on_event
        self.emit(EngineReady(protocol_version=1, pid=4242))

    def send(self, command: AnyCommand) -> None:
        self.sent.append(command)

    def stop(self, on_stopped: Callable[[], None]) -> None:
        self.stopped = True
        on_stopped()

    def emit(self, *events: AnyEvent) -> None:
        """Tell the phone, in order."""
        assert self._sink is not None, "the phone was not started"
        for event in events:
            self._sink(event)

    def sent_of(self, kind: type[C]) -> list[C]:
        """The commands of one kind, oldest first."""
        return [command for command in self.sent if isinstance(command, kind)]


class FakeSecrets:
    """A keyring in a dict. ``problem`` is what every answer complains about."""

    def __init__(self, passwords: dict[str, str] | None = None, problem: str = "") -> None:
        self.passwords = dict(passwords or {})
        self.problem = problem

    def load(self, account: str, done: Callable[[SecretResult], None]) -> None:
        done(SecretResult(password=self.passwords.get(account), problem=self.problem))

    def save(self, account: str, password: str, done: Callable[[SecretResult], None]) -> None:
        self.passwords[account] = password
        done(SecretResult(password=password, problem=self.problem))

    def forget(self, account: str, done: Callable[[SecretResult], None]) -> None:
        self.passwords.pop(account, None)
        done(SecretResult())

    def place(self, done: Callable[[str], None]) -> None:
        done("" if self.problem == "unavailable" else "tests.FakeSecrets")


class FakePrograms:
    """Runs nothing: remembers what was to run, and ends it as a test says."""

    def __init__(self) -> None:
        self.runs: list[tuple[tuple[str, ...], dict[str, str]]] = []
        self._done: list[Callable[[ProgramEnd], None]] = []

    def run(
        self,
        arguments: tuple[str, ...],
        environment: Mapping[str, str],
        limit_s: float,
        done: Callable[[ProgramEnd], None],
    ) -> None:
        self.runs.append((arguments, dict(environment)))
        self._done.append(done)

    def end(self, problem: str = "", exit_code: int = 0) -> None:
        """The oldest program that still runs is over."""
        self._done.pop(0)(ProgramEnd(problem=problem, exit_code=exit_code))


class FakeSettingsStore:
    """A settings file in memory. ``error`` is raised by ``save``."""

    def __init__(self, settings: Settings | None = None, kept_aside: str = "") -> None:
        self.settings = settings or Settings()
        self.kept_aside = kept_aside
        self.error: OSError | None = None
        self.saves = 0

    def load(self) -> LoadedSettings:
        return LoadedSettings(settings=self.settings, kept_aside=self.kept_aside)

    def save(self, settings: Settings) -> None:
        if self.error is not None:
            raise self.error
        self.settings = settings
        self.saves += 1


@dataclass
class PhoneKit:
    """A Phone, the fakes it stands on, and every change it told."""

    phone: Phone
    engine: FakeEngine
    clock: FakeClock
    dispatcher: FakeDispatcher
    secrets: FakeSecrets
    store: FakeSettingsStore
    contacts: FakeContacts
    history: FakeHistory
    changes: list[Change] = field(default_factory=list)
    settled: int = 0

    def changes_of(self, kind: type[C]) -> list[C]:
        """The changes of one kind, oldest first."""
        return [change for change in self.changes if isinstance(change, kind)]

    def registered(self) -> None:
        """The registrar says 200."""
        self.registration(RegistrationState.REGISTERED, status_code=200, reason_phrase="OK")

    def registration(
        self,
        state: RegistrationState,
        cause: RegistrationCause = RegistrationCause.NONE,
        *,
        status_code: int = 0,
        reason_phrase: str = "",
    ) -> None:
        """The engine tells how the registration is doing."""
        self.engine.emit(
            RegistrationChanged(
                account_key=MAIN_ACCOUNT,
                state=state,
                cause=cause,
                status_code=status_code,
                reason_phrase=reason_phrase,
            )
        )

    def incoming(self, key: str = "in-1", number: str = "202", name: str = "", **fields: object) -> str:
        """Somebody calls; returns the call's key. ``fields`` are those of CallCreated."""
        fields.setdefault("state", CallState.EARLY)
        self.engine.emit(
            CallCreated(
                key=key,
                account_key=MAIN_ACCOUNT,
                direction=Direction.RECIPIENT,
                remote=Party(uri=f"sip:{number}@pbx.example.jp", display_name=name, number=number),
                at_s=self.clock.now_s(),
                **fields,  # type: ignore[arg-type]
            )
        )
        return key

    def outgoing(self, key: str, number: str = "9196", **fields: object) -> str:
        """The engine took MakeCall ``key``. ``fields`` are those of CallCreated."""
        self.engine.emit(
            CallCreated(
                key=key,
                account_key=MAIN_ACCOUNT,
                direction=Direction.INITIATOR,
                remote=Party(uri=f"sip:{number}@pbx.example.jp", number=number),
                state=CallState.TRYING,
                at_s=self.clock.now_s(),
                **fields,  # type: ignore[arg-type]
            )
        )
        return key

    def talking(self, key: str = "in-1", number: str = "202", name: str = "") -> str:
        """Somebody calls and was answered; returns the call's key."""
        self.incoming(key, number, name)
        self.call_state(key, CallState.CONFIRMED)
        return key

    def call_state(self, key: str, state: CallState, **fields: object) -> None:
        """A call moves; ``fields`` are those of CallStateChanged."""
        fields.setdefault("at_s", self.clock.now_s())
        self.engine.emit(CallStateChanged(key=key, state=state, **fields))  # type: ignore[arg-type]

    def ended(
        self, key: str, reason: TerminatedReason = TerminatedReason.REMOTE_BYE, **fields: object
    ) -> None:
        """A call is over; ``fields`` are those of CallStateChanged."""
        self.call_state(key, CallState.TERMINATED, reason=reason, **fields)

    def media(self, key: str, *, held: bool = False, held_by_remote: bool = False) -> None:
        """The media were negotiated: who holds."""
        both, one = MediaDirection.SENDRECV, MediaDirection.SENDONLY
        local, remote = (one if held else both), (one if held_by_remote else both)
        self.engine.emit(MediaChanged(key=key, local_media=local, remote_media=remote, codec="PCMU"))

    def held(self, key: str, held: bool = True) -> None:
        """The far side took our hold, or our return."""
        self.media(key, held=held)

    def settle_holds(self) -> None:
        """Every SetHold sent since the last time is done, in order, with those that follow from it."""
        while self.settled < len(self.engine.sent):
            command = self.engine.sent[self.settled]
            self.settled += 1
            if isinstance(command, SetHold) and self.phone.calls.find(command.key) is not None:
                self.held(command.key, command.held)

    def transfer_changed(self, key: str, state: TransferState, **fields: object) -> None:
        """The transfer of a call came further; ``fields`` are those of Transfer."""
        fields.setdefault("target", "sip:203@pbx.example.jp")
        self.engine.emit(TransferChanged(key=key, transfer=Transfer(state=state, **fields)))  # type: ignore[arg-type]

    def conference(self, *keys: str) -> None:
        """These calls hear each other."""
        self.engine.emit(ConferenceChanged(keys=keys))

    def refused(self, command: str, key: str = "", cause: FailureCause = FailureCause.OTHER) -> None:
        """The engine could not carry a command out."""
        self.engine.emit(CommandFailed(command=command, key=key, cause=cause))


def fake_phone(
    settings: Settings | None = None,
    *,
    account: Account | None = None,
    password: str = "",
    profiles: tuple[ProviderProfile, ...] = (),
    engine: FakeEngine | None = None,
    contacts: FakeContacts | None = None,
    history: FakeHistory | None = None,
    open_directory: OpenDirectory | None = None,
    open_table: OpenTable | None = None,
    **phone_options: object,
) -> PhoneKit:
    """A Phone on fakes, not started. ``account`` and ``password`` are stored already where given."""
    settings = settings or Settings(account=account)
    clock = FakeClock()
    dispatcher = FakeDispatcher(clock)
    engine = engine or FakeEngine()
    stored = settings.account
    passwords = {f"{stored.user_id}@{stored.server.host}": password} if stored and password else {}
    secrets = FakeSecrets(passwords)
    store = FakeSettingsStore(settings)
    contacts = contacts or FakeContacts()
    history = history or FakeHistory(contacts=contacts)
    phone = Phone(
        engine=engine,
        dispatcher=dispatcher,
        clock=clock,
        store=store,
        secrets=secrets,
        profiles=profiles,
        people=fake_people(contacts, history, open_directory=open_directory, open_table=open_table),
        user_agent="softphone/test",
        **phone_options,  # type: ignore[arg-type]
    )
    kit = PhoneKit(phone, engine, clock, dispatcher, secrets, store, contacts, history)
    phone.observe(kit.changes.append)
    return kit
