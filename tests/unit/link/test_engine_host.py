from __future__ import annotations

import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest

from softphone.domain.commands import AnyCommand, MakeCall, Ping, Shutdown
from softphone.domain.events import AnyEvent, EngineReady, Pong
from softphone.link import engine_host
from softphone.link.engine_host import EXIT_ORPHANED, ORPHAN_LIMIT_S, EngineHost
from softphone.link.framing import EVENT_DECODER, FrameReader, encode_frame
from tests.helpers.waiting import wait_for

FAKE_ENGINE = Path(__file__).parents[2] / "helpers" / "fake_engine_process.py"


class Pipes:
    """The phone's ends of a host in this process, and what the host called."""

    def __init__(self) -> None:
        self.host_read_fd, self.command_fd = os.pipe()
        self.event_fd, self.host_write_fd = os.pipe()
        self.commands: queue.SimpleQueue[AnyCommand] = queue.SimpleQueue()
        self.closed: queue.SimpleQueue[str] = queue.SimpleQueue()
        self.host = EngineHost(self.host_read_fd, self.host_write_fd)
        self._open = {self.host_read_fd, self.command_fd, self.event_fd, self.host_write_fd}

    def start(self) -> None:
        self.host.start(self.commands.put, lambda: self.closed.put(threading.current_thread().name))

    def write(self, data: bytes) -> None:
        os.write(self.command_fd, data)

    def events(self) -> Iterator[AnyEvent]:
        return iter(FrameReader(partial(os.read, self.event_fd), EVENT_DECODER))

    def close(self, fd: int) -> None:
        if fd in self._open:
            self._open.discard(fd)
            os.close(fd)

    def end(self) -> None:
        """End the host's threads before their descriptors are given to somebody else."""
        self.close(self.command_fd)
        self.close(self.event_fd)
        self.host.close()
        wait_for(lambda: not {"link reader", "link writer"} & {t.name for t in threading.enumerate()})
        for fd in list(self._open):
            self.close(fd)


@pytest.fixture
def pipes() -> Iterator[Pipes]:
    made = Pipes()
    yield made
    made.end()


def test_commands_come_in_order_and_events_go_out_in_order(pipes: Pipes) -> None:
    pipes.start()
    call = MakeCall(key="c1", account_key="main", uri="sip:100@pbx.example")
    pipes.write(encode_frame(Ping(sequence=1)) + encode_frame(call))
    assert [pipes.commands.get(timeout=2), pipes.commands.get(timeout=2)] == [Ping(sequence=1), call]
    pipes.host.emit(EngineReady(protocol_version=1, pid=7))
    pipes.host.emit(Pong(sequence=1))
    events = pipes.events()
    assert [next(events), next(events)] == [EngineReady(protocol_version=1, pid=7), Pong(sequence=1)]


def test_the_end_of_the_pipe_is_told_once_on_the_reader(pipes: Pipes) -> None:
    pipes.start()
    pipes.close(pipes.command_fd)
    assert pipes.closed.get(timeout=2) == "link reader"
    assert pipes.closed.empty()


def test_a_damaged_pipe_counts_as_the_end(pipes: Pipes) -> None:
    pipes.start()
    pipes.write(encode_frame(Ping(sequence=1)) + b"\xff\xff\xff\xff")
    assert pipes.closed.get(timeout=2) == "link reader"
    assert pipes.commands.get(timeout=2) == Ping(sequence=1)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_a_command_that_cannot_be_taken_closes_too(pipes: Pipes) -> None:
    def refuse(command: AnyCommand) -> None:
        raise ValueError(command)

    pipes.host.start(refuse, lambda: pipes.closed.put("closed"))
    pipes.write(encode_frame(Shutdown()))
    assert pipes.closed.get(timeout=2) == "closed"


def test_close_writes_what_is_queued_and_tells_nobody(pipes: Pipes) -> None:
    pipes.start()
    for number in range(200):
        pipes.host.emit(Pong(sequence=number))
    pipes.host.close()
    pipes.close(pipes.host_write_fd)
    assert list(pipes.events()) == [Pong(sequence=number) for number in range(200)]
    pipes.close(pipes.command_fd)
    wait_for(lambda: "link reader" not in {thread.name for thread in threading.enumerate()})
    assert pipes.closed.empty()


def test_a_phone_that_does_not_read_holds_up_neither_emit_nor_close_for_long(
    pipes: Pipes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engine_host, "FLUSH_LIMIT_S", 0.05)
    pipes.start()
    done = threading.Event()

    def fill_and_close() -> None:
        for number in range(20_000):  # several pipes full
            pipes.host.emit(Pong(sequence=number))
        pipes.host.close()
        done.set()

    threading.Thread(target=fill_and_close, daemon=True).start()
    assert done.wait(2.0)


def test_events_after_the_phone_is_gone_raise_nothing(pipes: Pipes) -> None:
    pipes.start()
    pipes.close(pipes.event_fd)
    pipes.host.emit(Pong(sequence=1))
    wait_for(lambda: "link writer" not in {thread.name for thread in threading.enumerate()})
    pipes.host.emit(Pong(sequence=2))


def test_an_engine_that_does_not_leave_is_ended() -> None:
    engine = subprocess.Popen(
        [sys.executable, FAKE_ENGINE, "hang", "100"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    assert engine.stdin is not None
    assert engine.stdout is not None
    with engine.stdout as events:
        assert isinstance(
            next(iter(FrameReader(partial(os.read, events.fileno()), EVENT_DECODER))), EngineReady
        )
        engine.stdin.close()
        assert engine.wait(timeout=ORPHAN_LIMIT_S) == EXIT_ORPHANED
