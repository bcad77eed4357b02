from __future__ import annotations

import logging
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeVar

import pytest

from softphone.domain.account import Account
from softphone.domain.commands import (
    PROTOCOL_VERSION,
    AnyCommand,
    AudioConfig,
    Configure,
    ConfigureAudio,
    ListDevices,
    MakeCall,
    MeterLevels,
    Ping,
    SetAccount,
)
from softphone.domain.errors import FailureCause
from softphone.domain.events import AnyEvent, CommandFailed, EngineLost, EngineReady, EngineRestarted, Pong
from softphone.domain.uri import HostPort
from softphone.link.engine_client import EngineClient
from softphone.link.engine_process import EXIT_NOT_STARTED
from softphone.link.framing import MAX_FRAME_BYTES
from softphone.link.supervision import Limits
from tests.helpers.child import command_line, is_running
from tests.helpers.dispatchers import SyncDispatcher
from tests.helpers.waiting import wait_for

ROOT = Path(__file__).parents[3]
FAKE_ENGINE = ROOT / "tests" / "helpers" / "fake_engine_process.py"
PASSWORD = "correct-horse-battery"
CONFIGURE = Configure(instance_id="urn:uuid:1", user_agent="softphone")
ACCOUNT = SetAccount(
    account=Account(user_id="100", server=HostPort("pbx.example"), key="main"), password=PASSWORD
)
SECOND = SetAccount(
    account=Account(user_id="200", server=HostPort("pbx.example"), key="second"), password=PASSWORD
)
CALL = MakeCall(key="c1", account_key="main", uri="sip:200@pbx.example")
QUICK = Limits(heartbeat_s=0.03, silence_s=0.15, stop_s=0.1)

SomeEvent = TypeVar("SomeEvent", bound=AnyEvent)

on_linux = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
on_posix = pytest.mark.skipif(sys.platform == "win32", reason="ends a process by a signal")


class CountingDispatcher(SyncDispatcher):
    """Tells how often something was posted."""

    posts = 0

    def post(self, action: Callable[[], None]) -> None:
        super().post(action)
        self.posts += 1


class Phone:
    """A client of the fake engine, the thread it lives on, and what it told."""

    def __init__(self, log_path: Path) -> None:
        self.log_path = log_path
        self.dispatcher = CountingDispatcher()
        self.events: list[AnyEvent] = []
        self.then_send: dict[type[AnyEvent], AnyCommand] = {}  # answers to events
        self.stopped = 0
        self.client = self._client([])

    def start(self, *mode: str, limits: Limits = Limits(), program: str = sys.executable) -> None:
        self.client = self._client([program, str(FAKE_ENGINE), *mode], limits)
        self.client.start(self.take)

    def take(self, event: AnyEvent) -> None:
        self.events.append(event)
        if type(event) in self.then_send:
            self.send(self.then_send[type(event)])

    def send(self, *commands: AnyCommand) -> None:
        for command in commands:
            self.client.send(command)

    def wait(self, kind: type[SomeEvent], count: int = 1, timeout_s: float = 5.0) -> SomeEvent:
        """The ``count``-th event of a kind."""
        self.dispatcher.run_until(
            lambda: len(self.of(kind)) >= count, timeout_s, what=f"{kind.__name__} in {self.events}"
        )
        return self.of(kind)[count - 1]

    def of(self, kind: type[SomeEvent]) -> list[SomeEvent]:
        return [event for event in self.events if isinstance(event, kind)]

    def heard(self) -> list[str]:
        """The repr of every command an engine has got, oldest first."""
        return [event.detail for event in self.of(CommandFailed) if event.cause is FailureCause.INTERNAL]

    def stop(self) -> None:
        self.client.stop(self.take_stopped)
        self.dispatcher.run_until(lambda: self.stopped, 6.0, what="stopped")

    def take_stopped(self) -> None:
        self.stopped += 1

    def _client(self, command: list[str], limits: Limits = Limits()) -> EngineClient:
        return EngineClient(command, self.dispatcher, self.log_path, limits=limits)


@pytest.fixture
def phone(tmp_path: Path) -> Iterator[Phone]:
    made = Phone(tmp_path / "engine.log")
    yield made
    if not made.stopped:
        made.stop()


def test_commands_wait_in_line_for_the_first_engine(phone: Phone) -> None:
    commands = [CONFIGURE, ACCOUNT, ListDevices(), CALL]
    phone.start("answer")
    phone.send(*commands)
    phone.wait(CommandFailed, 4)
    assert phone.heard() == [repr(command) for command in commands]
    ready = phone.of(EngineReady)[0]
    assert (ready.protocol_version, ready.pid) == (PROTOCOL_VERSION, phone.client.pid)
    assert not phone.of(EngineRestarted)


def test_heartbeats_are_answered(phone: Phone) -> None:
    phone.start("answer", limits=Limits(heartbeat_s=0.03, silence_s=3.0))
    phone.wait(Pong, 5)
    assert [event.sequence for event in phone.of(Pong)][:5] == [1, 2, 3, 4, 5]
    assert not phone.of(EngineLost)


@on_posix
def test_a_killed_engine_is_started_again_at_once_and_told_everything(phone: Phone) -> None:
    phone.start("answer")
    audio = AudioConfig(input_gain_db=6.0)
    changed = ConfigureAudio(audio=audio)
    phone.send(SECOND, MeterLevels(on=True), CONFIGURE, ACCOUNT, changed, ListDevices())
    phone.wait(CommandFailed, 6)
    first_pid = phone.client.pid
    os.kill(first_pid, signal.SIGKILL)
    lost = phone.wait(EngineLost)
    assert (lost.exit_code, lost.restart_in_s) == (-signal.SIGKILL, 0.0)
    restarted = phone.wait(EngineRestarted)
    assert restarted.pid == phone.client.pid != first_pid
    assert 0 < restarted.after_s < 2.0
    phone.wait(CommandFailed, 10)
    configure = Configure(instance_id="urn:uuid:1", user_agent="softphone", audio=audio)
    assert phone.heard()[6:] == [repr(c) for c in (configure, SECOND, ACCOUNT, MeterLevels(on=True))]


def test_a_second_loss_waits_before_the_next_start(phone: Phone) -> None:
    phone.start("exit", "1")
    phone.send(CONFIGURE)
    lost = phone.wait(EngineLost, 2)
    assert [event.restart_in_s for event in phone.of(EngineLost)] == [0.0, 0.5]
    assert lost.exit_code == 3
    assert "the last words" in lost.stderr_tail
    assert phone.client.pid == 0


def test_a_call_the_engine_died_of_is_told(phone: Phone) -> None:
    phone.start("exit", "2")
    phone.send(CONFIGURE, CALL)
    phone.wait(EngineLost)

    def told() -> list[CommandFailed]:
        return [event for event in phone.of(CommandFailed) if event.cause is FailureCause.ENGINE_LOST]

    phone.dispatcher.run_until(told)
    assert [(event.command, event.key) for event in told()] == [("MakeCall", "c1")]


def test_a_call_while_the_engine_is_down_is_told_once_and_not_dialled_later(phone: Phone) -> None:
    phone.start("exit", "1", limits=Limits(first_delay_s=0.05))
    phone.send(CONFIGURE)
    phone.wait(EngineLost, 2)
    phone.send(CALL)
    assert not phone.of(CommandFailed), "send must not call back"
    phone.wait(EngineLost, 3)
    assert [(e.command, e.cause, e.key) for e in phone.of(CommandFailed)] == [
        ("MakeCall", FailureCause.ENGINE_LOST, "c1")
    ]


@on_posix
def test_a_call_refused_while_down_does_not_fail_the_next_one(phone: Phone) -> None:
    phone.start("answer")
    phone.wait(EngineReady)
    os.kill(phone.client.pid, signal.SIGKILL)
    phone.wait(EngineLost)
    posts_before = phone.dispatcher.posts
    wait_for(lambda: phone.dispatcher.posts > posts_before, what="the next EngineReady in the queue")
    phone.send(CALL)
    other = MakeCall(key="c2", account_key="main", uri="sip:300@pbx.example")
    phone.then_send[EngineReady] = other
    phone.wait(CommandFailed, 2)
    failed = {event.cause: event for event in phone.of(CommandFailed)}
    assert failed[FailureCause.ENGINE_LOST].key == "c1"
    assert failed[FailureCause.INTERNAL].detail == repr(other)


def test_a_hung_engine_is_killed_and_replaced(phone: Phone) -> None:
    phone.start("hang", limits=QUICK)
    lost = phone.wait(EngineLost, timeout_s=2.0)
    assert lost.exit_code != 0
    assert "heartbeats unanswered" in lost.stderr_tail
    phone.wait(EngineRestarted)


def test_an_engine_that_never_becomes_ready_is_killed(phone: Phone) -> None:
    phone.start("silent", limits=Limits(start_s=0.1, stop_s=0.1))
    assert "did not become ready" in phone.wait(EngineLost, timeout_s=2.0).stderr_tail
    assert not phone.of(EngineReady)


def test_an_engine_of_another_protocol_is_refused(phone: Phone) -> None:
    phone.start("version")
    phone.send(CONFIGURE)
    lost = phone.wait(EngineLost)
    assert f"protocol {PROTOCOL_VERSION + 1}, not {PROTOCOL_VERSION}" in lost.stderr_tail
    assert not phone.of(EngineReady)
    assert not phone.heard()


def test_a_damaged_pipe_counts_as_lost(phone: Phone) -> None:
    phone.start("damaged")
    assert "damaged" in phone.wait(EngineLost).stderr_tail


def test_a_program_that_cannot_be_started_is_told_and_tried_again(phone: Phone, tmp_path: Path) -> None:
    phone.start(program=str(tmp_path / "nothing"))
    phone.send(CALL)
    phone.wait(EngineLost, 2)
    assert [(e.exit_code, e.restart_in_s) for e in phone.of(EngineLost)] == [
        (EXIT_NOT_STARTED, 0.0),
        (EXIT_NOT_STARTED, 0.5),
    ]
    assert "cannot be started" in phone.of(EngineLost)[0].stderr_tail
    assert phone.wait(CommandFailed).cause is FailureCause.ENGINE_LOST
    assert phone.client.pid == 0


def test_what_is_printed_in_the_engine_does_not_break_the_pipe(phone: Phone) -> None:
    phone.start("garbage")
    phone.send(CONFIGURE, ACCOUNT)
    phone.wait(CommandFailed, 2)
    phone.stop()
    assert phone.heard() == [repr(CONFIGURE), repr(ACCOUNT)]
    assert not phone.of(EngineLost)
    log = phone.log_path.read_text(errors="replace")
    for words in ("garbage by print", "more garbage", "garbage by write", "garbage by a child"):
        assert words in log


def test_too_long_a_command_is_refused_and_the_engine_stays(phone: Phone) -> None:
    phone.start("answer")
    phone.wait(EngineReady)
    phone.send(MakeCall(key="long", account_key="main", uri="x" * (MAX_FRAME_BYTES + 1)), CONFIGURE)
    phone.wait(CommandFailed, 2)
    assert {event.key for event in phone.of(CommandFailed)} == {"long", ""}
    assert not phone.of(EngineLost)


@on_linux
def test_the_password_is_nowhere_to_be_seen(
    phone: Phone, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setenv("SOFTPHONE_PASSWORD", PASSWORD)
    monkeypatch.setenv("SOFTPHONE_OTHER", "passed on")
    caplog.set_level(logging.DEBUG)
    phone.start("leak")
    phone.send(ACCOUNT)
    phone.wait(CommandFailed)
    pid = phone.client.pid
    environment = Path(f"/proc/{pid}/environ").read_text()
    assert "SOFTPHONE_OTHER=passed on" in environment
    assert PASSWORD not in environment
    assert PASSWORD not in " ".join(command_line(pid))
    os.kill(pid, signal.SIGKILL)
    lost = phone.wait(EngineLost)
    phone.stop()
    phone.send(ACCOUNT)
    log = phone.log_path.read_text()
    assert 'password *** response="***"' in log
    assert 'password *** response="***"' in lost.stderr_tail
    for text in (log, caplog.text, repr(phone.client), repr(vars(phone.client)), repr(phone.events)):
        assert PASSWORD not in text


def test_stop_lets_the_engine_leave_by_itself(phone: Phone) -> None:
    phone.start("answer")
    phone.wait(EngineReady)
    phone.stop()
    assert "ended with 0" in phone.log_path.read_text()
    assert phone.client.pid == 0
    assert not phone.of(EngineLost)


def test_an_engine_that_does_not_stop_is_killed_at_the_limit(phone: Phone) -> None:
    phone.start("hang", limits=Limits(stop_s=0.1))
    phone.wait(EngineReady)
    pid = phone.client.pid
    phone.client.stop(phone.take_stopped)
    phone.dispatcher.run_until(lambda: phone.stopped, 1.0)
    assert "did not stop" in phone.log_path.read_text()
    assert not is_running(pid)


def test_every_stop_is_answered_once(phone: Phone) -> None:
    told: list[str] = []
    phone.start("answer")
    phone.client.stop(lambda: told.append("first"))
    phone.client.stop(lambda: told.append("second"))
    assert told == []
    phone.dispatcher.run_until(lambda: len(told) == 2)
    phone.client.stop(lambda: told.append("third"))
    phone.dispatcher.run_until(lambda: len(told) == 3)
    phone.stop()
    assert told == ["first", "second", "third"]
    assert phone.stopped == 1


def test_stop_between_two_runs_starts_no_more(phone: Phone) -> None:
    phone.start("exit", "1", limits=Limits(first_delay_s=0.05))
    phone.send(CONFIGURE)
    phone.wait(EngineLost, 2)
    phone.stop()
    count = len(phone.events)
    phone.send(CONFIGURE, CALL, Ping(sequence=1))
    ticks: list[int] = []
    phone.dispatcher.call_later(0.15, lambda: ticks.append(1))
    phone.dispatcher.run_until(lambda: ticks)
    assert phone.client.pid == 0
    assert len(phone.events) == count


def test_a_client_starts_once(phone: Phone) -> None:
    phone.start("answer")
    with pytest.raises(RuntimeError):
        phone.client.start(phone.take)
    phone.stop()
    stopped = Phone(phone.log_path)
    stopped.stop()
    with pytest.raises(RuntimeError):
        stopped.client.start(stopped.take)


@on_posix
def test_the_engine_has_a_session_of_its_own(phone: Phone) -> None:
    phone.start("answer")
    phone.wait(EngineReady)
    pid = phone.client.pid
    assert os.getsid(pid) == os.getpgid(pid) == pid
    assert os.getpgid(pid) != os.getpgid(0)


_PARENT = """
import sys
from pathlib import Path
from softphone.link.engine_client import EngineClient
from tests.helpers.dispatchers import SyncDispatcher
dispatcher = SyncDispatcher()
client = EngineClient([sys.executable, sys.argv[1], "hang"], dispatcher, Path(sys.argv[2]))
client.start(lambda event: print(client.pid, flush=True))
dispatcher.run_until(lambda: False, 30)
"""


@on_linux
def test_the_engine_does_not_outlive_a_killed_phone(tmp_path: Path) -> None:
    parent = subprocess.Popen(
        [sys.executable, "-c", _PARENT, FAKE_ENGINE, tmp_path / "engine.log"],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    assert parent.stdout is not None
    with parent.stdout as output:
        pid = int(output.readline())
        assert is_running(pid)
        parent.kill()
        parent.wait()
        wait_for(lambda: not is_running(pid), 1.0, what="end of the orphaned engine")
