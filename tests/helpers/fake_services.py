"""The command line's services on fakes: a whole run of a verb without engine, network or keyring.

services = FakeServices(account=ACCOUNT, password="secret")
services.engine.on(MakeCall, answered)
result = services.run("call", "9196", "--duration", "0.01", "--json")
assert result.code == 0
"""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from softphone.app.changes import Observer
from softphone.app.people import People
from softphone.app.phone import Phone
from softphone.app.settings import SettingsService
from softphone.app.text import Text
from softphone.app.updates import UpdateService
from softphone.cli.parser import build_parser
from softphone.cli.remote_control import RemoteControl
from softphone.cli.services import NoPhone, PhoneOptions, PhoneSilent, RegistrarEvent, RegistrarPorts
from softphone.directory.contact_files import DiskContactFiles
from softphone.domain.account import MAIN_ACCOUNT, Account, RegistrationCause, RegistrationState
from softphone.domain.call import CallState, Direction, TerminatedReason
from softphone.domain.commands import (
    Answer,
    AnyCommand,
    DescribeEngine,
    Hangup,
    ListDevices,
    MakeCall,
    SetAccount,
)
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    AnyEvent,
    AudioDevicesChanged,
    CallCreated,
    CallStateChanged,
    EngineDescribed,
    RegistrationChanged,
)
from softphone.domain.pbx import EXTENSIONS_ONLY, PbxPlan
from softphone.domain.ports import Dispatcher
from softphone.domain.settings import Settings
from softphone.domain.update import FeedAnswer
from softphone.domain.uri import Party
from softphone.storage.catalogue import load_texts
from softphone.storage.contacts import SqliteContacts
from softphone.storage.database import Database
from softphone.storage.history import SqliteHistory
from softphone.storage.numbers import LibphonenumberNumbers
from tests.helpers.fake_people import fake_people
from tests.helpers.fake_releases import HERE, FakeReleases
from tests.helpers.fakes import START_S, FakeClock, FakeEngine, FakeSecrets, FakeSettingsStore

RESOURCES = Path(__file__).parents[2] / "resources"
ANSWERED_AT_S = START_S + 1.0
ENDED_AT_S = START_S + 4.0

ENGINE = EngineDescribed(
    codecs=("G722/16000/1", "PCMU/8000/1", "PCMA/8000/1"),
    transports=("udp", "tcp"),
    sound_systems=("ALSA",),
    recording_formats=("wav", "flac", "opus"),
    problems={"tls": "Unsupported transport"},
)

Reaction = Callable[[Any], Iterable[AnyEvent]]


class ReactingEngine(FakeEngine):
    """A FakeEngine that answers commands: registers, connects and ends calls unless told otherwise."""

    def __init__(self) -> None:
        super().__init__()
        self.dispatcher: Dispatcher | None = None
        self._reactions: dict[type, Reaction] = {
            SetAccount: lambda command: [registration(RegistrationState.REGISTERED, status_code=200)],
            MakeCall: lambda command: [*dialled(command.key), confirmed(command.key)],
            Answer: lambda command: [confirmed(command.key)],
            Hangup: lambda command: [ended(command.key, TerminatedReason.LOCAL_BYE)],
        }

    def on(self, command: type, reaction: Reaction) -> None:
        """Answer ``command`` with the events of ``reaction`` from now on."""
        self._reactions[command] = reaction

    def send(self, command: AnyCommand) -> None:
        super().send(command)
        reaction = self._reactions.get(type(command))
        if reaction is not None:
            self.later(*reaction(command))

    def later(self, *events: AnyEvent) -> None:
        """Tell the phone on its loop."""
        assert self.dispatcher is not None
        self.dispatcher.post(lambda: self.emit(*events))


@dataclass
class RunResult:
    """What a shell sees of a run."""

    code: int
    out: str
    errors: str

    @property
    def events(self) -> list[dict[str, Any]]:
        """The JSON objects printed; every line must be one."""
        return [json.loads(line) for line in self.out.splitlines()]

    def seen(self, **fields: object) -> list[dict[str, Any]]:
        """The events with these fields."""
        return [event for event in self.events if fields.items() <= event.items()]


class FakeControl:
    """A phone that runs, as ``softphone ctl`` sees it: answers as told, remembers what was asked."""

    def __init__(self, answer: Mapping[str, object], told: Sequence[Mapping[str, object]] = ()) -> None:
        self.asked: list[Mapping[str, object]] = []
        self._answer = answer
        self._told = told

    def ask(self, request: Mapping[str, object]) -> Mapping[str, object]:
        self.asked.append(request)
        return self._answer

    def messages(self) -> Iterator[Mapping[str, object]]:
        yield from self._told


class Asker:
    """A client of ``softphone ctl`` that keeps what it was sent."""

    def __init__(self) -> None:
        self.sent: list[dict[str, object]] = []
        self.gone: list[Callable[[], None]] = []

    def send(self, message: dict[str, object]) -> None:
        self.sent.append(message)

    def on_gone(self, action: Callable[[], None]) -> None:
        self.gone.append(action)


class FakeServices:
    """Implements ``cli.services.Services`` on fakes."""

    def __init__(
        self,
        *,
        account: Account | None = None,
        stored_password: str = "",
        password: str = "",
        language: str = "en",
        keyring_problem: str = "",
        resources: Path = RESOURCES,
    ) -> None:
        self.resources = resources
        self.text = Text(load_texts(RESOURCES, language), language)
        self.password = password
        self.engine = ReactingEngine()
        self.settings_store = FakeSettingsStore(Settings(account=account))
        passwords = {f"{account.user_id}@{account.server.host}": stored_password} if account else {}
        self.keyring = FakeSecrets({k: v for k, v in passwords.items() if v}, keyring_problem)
        self.options: PhoneOptions | None = None
        self.registrar_error: OSError | Exception | None = None
        self.registrar_events: list[RegistrarEvent] = []
        self.registrar_users: list[tuple[str, str]] = []
        self.windows: list[bool] = []
        self.running: FakeControl | None = None
        self.hangs = False
        self.probed = ReactingEngine()
        self.probed.on(DescribeEngine, lambda command: [ENGINE])
        self.probed.on(ListDevices, lambda command: [AudioDevicesChanged(devices=())])
        self.library_problems: dict[str, str] = {}
        self.library_notes: tuple[str, ...] = ()
        self.window_fault: BaseException | None = None
        self.newest: FeedAnswer | None = FeedAnswer(problem="not_published")

    def phone(self, dispatcher: Dispatcher, options: PhoneOptions) -> Phone:
        self.options = options
        self.engine.dispatcher = dispatcher
        return Phone(
            engine=self.engine,
            dispatcher=dispatcher,
            clock=FakeClock(),
            store=self.settings_store,
            secrets=self.keyring,
            profiles=(),
            people=fake_people(),
            user_agent="softphone/test",
            audio=options.audio,
            codecs=options.codecs,
            max_calls=options.max_calls,
            bind_host=options.bind_host,
            redirects=options.redirects,
            log_level=options.log_level,
        )

    def window(self, *, demo: bool) -> int:
        self.windows.append(demo)
        return 0

    def engine_pid(self) -> int:
        return 4242

    @contextmanager
    def controlled(self, phone: Phone, dispatcher: Dispatcher, leave: Callable[[], None]) -> Iterator[None]:
        self.remote = RemoteControl(phone, self.text, leave, self.engine_pid)
        yield

    @contextmanager
    def control(self) -> Iterator[FakeControl]:
        if self.hangs:
            raise PhoneSilent
        if self.running is None:
            raise NoPhone
        yield self.running

    def updates(
        self, dispatcher: Dispatcher, settings: SettingsService, tell: Observer
    ) -> UpdateService | None:
        """``newest`` is what the server says; None: the administrator forbids to ask."""
        newest = self.newest
        if newest is None:
            return None
        releases = FakeReleases(lambda done: dispatcher.post(lambda: done(newest)))
        return UpdateService(releases, HERE, dispatcher, FakeClock(), settings, tell)

    def store(self) -> FakeSettingsStore:
        return self.settings_store

    def secrets(self, dispatcher: Dispatcher) -> FakeSecrets:
        return self.keyring

    def people(self, dispatcher: Dispatcher) -> People:
        numbers, database = LibphonenumberNumbers(), Database(None)
        contacts = SqliteContacts(database, numbers)
        history = SqliteHistory(database, numbers, contacts)
        return People(contacts, history, numbers, DiskContactFiles(dispatcher))

    def engine_process(self, dispatcher: Dispatcher) -> ReactingEngine:
        self.probed.dispatcher = dispatcher
        return self.probed

    def try_libraries(self) -> tuple[dict[str, str], tuple[str, ...]]:
        return self.library_problems, self.library_notes

    def try_window(self) -> dict[str, object]:
        if self.window_fault is not None:
            raise self.window_fault
        return {"qt_platform": "fake"}

    @contextmanager
    def registrar(
        self,
        host: str,
        port: int,
        users: Iterable[tuple[str, str]],
        on_event: Callable[[RegistrarEvent], None],
        pbx: PbxPlan = EXTENSIONS_ONLY,
    ) -> Iterator[RegistrarPorts]:
        if self.registrar_error is not None:
            raise self.registrar_error
        self.registrar_users = list(users)
        self.registrar_pbx = pbx
        for event in self.registrar_events:
            on_event(event)
        yield RegistrarPorts(host=host, udp_port=port or 50_600, tcp_port=port or 50_600)

    def run(self, *arguments: str) -> RunResult:
        """Run a verb to its end."""
        out, errors = io.StringIO(), io.StringIO()
        with redirect_stdout(out), redirect_stderr(errors):
            try:
                options = build_parser(self.text, "softphone test").parse_args(list(arguments))
                code = int(options.run(options, self))
            except SystemExit as exit_:
                code = int(exit_.code or 0)
        return RunResult(code, out.getvalue(), errors.getvalue())


def registration(
    state: RegistrationState, cause: RegistrationCause = RegistrationCause.NONE, status_code: int = 0
) -> RegistrationChanged:
    """The registrar's word."""
    return RegistrationChanged(account_key=MAIN_ACCOUNT, state=state, cause=cause, status_code=status_code)


def dialled(key: str) -> list[AnyEvent]:
    """The engine took MakeCall ``key`` and it rings there."""
    return [
        CallCreated(
            key=key,
            account_key=MAIN_ACCOUNT,
            direction=Direction.INITIATOR,
            remote=Party(uri="sip:9196@pbx.example.jp", number="9196"),
            state=CallState.TRYING,
            at_s=START_S,
        ),
        CallStateChanged(key=key, state=CallState.EARLY, status_code=180, at_s=START_S),
    ]


def incoming(key: str, number: str = "202") -> CallCreated:
    """Somebody calls."""
    return CallCreated(
        key=key,
        account_key=MAIN_ACCOUNT,
        direction=Direction.RECIPIENT,
        remote=Party(uri=f"sip:{number}@pbx.example.jp", number=number),
        state=CallState.EARLY,
        at_s=START_S,
    )


def confirmed(key: str) -> CallStateChanged:
    """It is answered."""
    return CallStateChanged(key=key, state=CallState.CONFIRMED, status_code=200, at_s=ANSWERED_AT_S)


def ended(
    key: str,
    reason: TerminatedReason,
    cause: FailureCause = FailureCause.NONE,
    status_code: int = 0,
) -> CallStateChanged:
    """It is over."""
    return CallStateChanged(
        key=key,
        state=CallState.TERMINATED,
        reason=reason,
        cause=cause,
        status_code=status_code,
        at_s=ENDED_AT_S,
    )
