"""The steps of the self-test, each on parts that ``main`` hands over: a fault raises, a note is returned."""

from __future__ import annotations

import contextlib
import secrets
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Self, TypeVar

from softphone.app.changes import Change
from softphone.cli.demo import ECHO_NUMBER, LOOPBACK, SPEECH, EchoSound, measured_call
from softphone.cli.exit_code import ExitCode
from softphone.cli.loop import PlainLoop
from softphone.cli.run_options import CannotRun
from softphone.cli.services import Services
from softphone.cli.wave_file import WaveFileUnusable, wave_seconds
from softphone.domain.account import MAIN_ACCOUNT
from softphone.domain.call import Direction
from softphone.domain.commands import (
    AnyCommand,
    AudioConfig,
    Configure,
    ConfigureAudio,
    DescribeEngine,
    ListDevices,
)
from softphone.domain.contact import Contact, ContactEdit, ContactNumber
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    AnyEvent,
    AudioDevicesChanged,
    CommandFailed,
    EngineDescribed,
    EngineLost,
    EngineReady,
)
from softphone.domain.history import CallRecord, CallResult, HistoryQuery
from softphone.domain.media import DEFAULT_CODECS
from softphone.domain.ports import SecretResult
from softphone.domain.self_test import Fault, Found
from softphone.domain.uri import Party

KEYRING_LIMIT_S = 30.0  # it may ask the user
ENGINE_LIMIT_S = 40.0  # a first start under a virus scanner takes its time
DEVICES_LIMIT_S = 15.0
STOP_LIMIT_S = 6.0
NUMBER, NUMBER_SHOWN = "0312345678", "03-1234-5678"

T = TypeVar("T")
E = TypeVar("E", bound=AnyEvent)


class Steps:
    """The parts under test, over all steps; a context that ends the engine. Thread: main."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._loop = PlainLoop()
        self._probe = EngineProbe(services, self._loop)
        self._stack = contextlib.ExitStack()

    def __enter__(self) -> Self:
        self._stack.callback(self._probe.stop)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def in_order(self) -> tuple[tuple[str, Callable[[], Found]], ...]:
        """(name, what it does); what fails in one does not keep the next from being tried."""
        return (
            ("sounds", self._sounds),
            ("libraries", self._libraries),
            ("window", lambda: Found(details=self._services.try_window())),
            ("database", self._database),
            ("keyring", self._keyring),
            ("engine", self._engine),
            ("devices", self._devices),
            ("echo_call", self._echo_call),
        )

    def _sounds(self) -> Found:
        lengths = {}
        for file in sorted((self._services.resources / SPEECH[0]).glob("*.wav")):
            try:
                lengths[file.name] = round(wave_seconds(str(file)), 2)
            except WaveFileUnusable as error:
                raise Fault("resource", f"{file.name}: {error.code}") from error
        if SPEECH[1] not in lengths:
            raise Fault("resource", SPEECH[1])
        return Found(details={"seconds": lengths})

    def _libraries(self) -> Found:
        problems, notes = self._services.try_libraries()
        if problems:
            raise Fault("library", "; ".join(f"{part}: {words}" for part, words in problems.items()))
        return Found(notes=notes)

    def _database(self) -> Found:
        people = self._services.people(self._loop)
        trouble = people.contacts.open() or people.history.open()
        if trouble is not None:
            raise Fault("database", f"{trouble.code} {trouble.detail}".strip())
        person = Contact(name="試験 太郎", reading="シケン タロウ", numbers=(ContactNumber(NUMBER_SHOWN),))
        undo = people.contacts.apply(ContactEdit(saved=(person,)))
        people.history.add(_a_call())
        found, rows = people.contacts.find(NUMBER), people.history.page(HistoryQuery(text="しけん"), 0, 10)
        people.contacts.apply(undo)
        people.history.clear()
        if found is None or found.name != person.name:
            raise Fault("database", f"{NUMBER}: {found}")
        if [row.key for row in rows] != [_a_call().key]:
            raise Fault("database", f"しけん: {[row.key for row in rows]}")
        shown = people.numbers.shown(NUMBER)
        if shown != NUMBER_SHOWN:
            raise Fault("library", f"phonenumbers: {shown}")
        return Found(details={"found_by_number": found.name, "number_shown": shown})

    def _keyring(self) -> Found:
        def keyring(start: Callable[[Callable[[SecretResult], None]], None]) -> SecretResult:
            result = awaited(self._loop, start, KEYRING_LIMIT_S, "keyring_silent")
            if result.problem:
                raise Fault(f"keyring_{result.problem}")
            return result

        writer, reader = self._services.secrets(self._loop), self._services.secrets(self._loop)
        place = awaited(self._loop, writer.place, KEYRING_LIMIT_S, "keyring_silent")
        if not place:
            return Found(details={"backend": ""}, notes=("no_keyring",))
        account, password = f"selftest-{secrets.token_hex(4)}", secrets.token_urlsafe(16)
        keyring(lambda done: writer.save(account, password, done))
        try:
            if keyring(lambda done: reader.load(account, done)).password != password:
                raise Fault("keyring_failed")
        finally:
            keyring(lambda done: writer.forget(account, done))
        if keyring(lambda done: reader.load(account, done)).password is not None:
            raise Fault("keyring_failed")
        return Found(details={"backend": place})

    def _engine(self) -> Found:
        ready = self._probe.start()
        described = self._probe.ask(DescribeEngine(), EngineDescribed, ENGINE_LIMIT_S)
        names = {codec.partition("/")[0] for codec in described.codecs}
        missing = [codec for codec in DEFAULT_CODECS if codec not in names]
        if missing:
            raise Fault("codec", ", ".join(missing))
        problems = dict(described.problems)
        tls_problem = problems.pop("tls", "")  # told, no fault: no account asks for it
        if problems:
            raise Fault("engine_part", "; ".join(f"{part}: {words}" for part, words in problems.items()))
        return Found(
            details={
                "protocol_version": ready.protocol_version,
                "versions": ready.versions | described.versions,
                "codecs": described.codecs,
                "transports": described.transports,
                "tls_problem": tls_problem,
                "recording_formats": described.recording_formats,
                "sound_systems": described.sound_systems,
            }
        )

    def _devices(self) -> Found:
        self._probe.send(ConfigureAudio(audio=AudioConfig()))
        listed = self._probe.ask(ListDevices(), AudioDevicesChanged, DEVICES_LIMIT_S)
        inputs = [device.name for device in listed.devices if device.inputs]
        outputs = [device.name for device in listed.devices if device.outputs]
        return Found(
            details={"inputs": inputs, "outputs": outputs},
            notes=(*(() if inputs else ("no_input",)), *(() if outputs else ("no_output",))),
        )

    def _echo_call(self) -> Found:
        self._probe.stop()  # one engine at a time: the microphone and the ports are the call's
        speech = str(self._services.resources.joinpath(*SPEECH))
        heard = CallFindings()
        with tempfile.TemporaryDirectory(prefix="softphone-selftest-") as folder:
            sound = EchoSound(speech, str(Path(folder, "echo.wav")), wave_seconds(speech))
            try:
                code = measured_call(self._services, heard, sound)
            except CannotRun as error:
                raise Fault("echo_call", error.sentence) from error
        if code is not ExitCode.DONE:
            raise Fault("echo_call", heard.problem_words or f"{heard.figures or code.name}")
        return Found(details=heard.figures)


class EngineProbe:
    """The real engine without a phone behind it: asked one thing after the other. Thread: main."""

    def __init__(self, services: Services, loop: PlainLoop) -> None:
        self._engine = services.engine_process(loop)
        self._loop = loop
        self._started = False
        self._stopped = False
        self._hears: Callable[[AnyEvent], None] = lambda event: None

    def start(self) -> EngineReady:
        """Start it, with sound by files so that no device is touched. Errors: Fault."""
        self._started = True
        ready = self._wait(
            lambda: self._engine.start(lambda event: self._hears(event)), EngineReady, ENGINE_LIMIT_S
        )
        quiet = AudioConfig(source="file")
        self.send(
            Configure(instance_id="", user_agent="softphone", audio=quiet, bind_host=LOOPBACK, log_level=1)
        )
        return ready

    def send(self, command: AnyCommand) -> None:
        """Tell it something that is not answered. Errors: Fault where it does not run."""
        if not self._started or self._stopped:
            raise Fault("engine_lost", "")
        self._engine.send(command)

    def ask(self, command: AnyCommand, kind: type[E], limit_s: float) -> E:
        """Its answer of ``kind``. Errors: Fault."""
        return self._wait(lambda: self.send(command), kind, limit_s)

    def stop(self) -> None:
        """End it, if it was started; waits until it is gone."""
        if self._started and not self._stopped:
            self._stopped = True
            with contextlib.suppress(Fault):  # it was killed then
                awaited(self._loop, self._end, STOP_LIMIT_S, "engine_silent")

    def _end(self, done: Callable[[str], None]) -> None:
        self._engine.stop(lambda: done(""))

    def _wait(self, start: Callable[[], None], kind: type[E], limit_s: float) -> E:
        lost: list[EngineLost | CommandFailed] = []

        def wait(done: Callable[[E | None], None]) -> None:
            def hear(event: AnyEvent) -> None:
                if isinstance(event, kind):
                    done(event)
                elif isinstance(event, EngineLost | CommandFailed):
                    lost.append(event)
                    done(None)

            self._hears = hear
            start()

        answer: E | None = awaited(self._loop, wait, limit_s, "engine_silent")
        if answer is None:
            raise Fault("engine_lost", _why(lost[0]))
        return answer


class CallFindings:
    """Implements ``cli.output.Output``: what the demo's call was like, kept."""

    def __init__(self) -> None:
        self.figures: dict[str, object] = {}
        self.problem_words = ""

    def observe(self, change: Change) -> None:
        """The figures say it all."""

    def tell(self, event: str, words: str, **fields: object) -> None:
        """Keep the demo's figures."""
        if event == "demo":
            self.figures = fields

    def problem(self, code: str, words: str) -> None:
        """Keep the first: what comes after follows from it."""
        self.problem_words = self.problem_words or words


def awaited(loop: PlainLoop, start: Callable[[Callable[[T], None]], None], limit_s: float, silent: str) -> T:
    """Run ``loop`` until what ``start`` was given is called; its argument. Errors: Fault ``silent``."""
    answers: list[T] = []
    over = False

    def done(answer: T) -> None:
        if not (answers or over):  # one that comes too late must not end the next wait
            answers.append(answer)
            loop.quit()

    timer = loop.call_later(limit_s, loop.quit)
    start(done)
    loop.run()
    timer.cancel()
    over = True
    if not answers:
        raise Fault(silent)
    return answers[0]


def _why(event: EngineLost | CommandFailed) -> str:
    if isinstance(event, CommandFailed):
        return f"{event.command}: {event.cause.value} {event.detail}"
    return f"{event.exit_code}: {event.stderr_tail[-500:]}"


def _a_call() -> CallRecord:
    return CallRecord(
        key="selftest",
        account_key=MAIN_ACCOUNT,
        direction=Direction.INITIATOR,
        remote=Party(uri=f"sip:{ECHO_NUMBER}@{LOOPBACK}", display_name="試験 太郎", number=NUMBER),
        result=CallResult.ANSWERED,
        cause=FailureCause.NONE,
        status_code=200,
        started_at_s=1.0,
        duration_s=1.0,
    )
