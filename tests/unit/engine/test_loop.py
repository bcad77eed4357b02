"""The real engine in a process of its own, without a server: its pipe, its end, its refusals."""

from __future__ import annotations

import signal
import socket
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.domain.commands import PROTOCOL_VERSION, DescribeEngine, MakeCall, Ping, Register, Shutdown
from softphone.domain.errors import FailureCause
from softphone.domain.events import CommandFailed, EngineDescribed, Pong
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.waiting import wait_for


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[EngineDriver]:
    with EngineDriver(tmp_path, "engine") as driver:
        yield driver


def test_its_life(engine: EngineDriver) -> None:
    assert engine.ready.protocol_version == PROTOCOL_VERSION
    assert engine.ready.pid == engine.pid
    engine.send(Register(account_key="main"))
    assert engine.wait(CommandFailed).cause is FailureCause.INTERNAL  # before Configure
    engine.configure()
    mark = engine.send(MakeCall(key="c", account_key="nobody", uri="sip:1@127.0.0.1"))
    failed = engine.wait(CommandFailed, since=mark)
    assert (failed.command, failed.key, failed.cause) == ("MakeCall", "c", FailureCause.NOT_REGISTERED)
    if sys.platform != "win32":
        engine.process.send_signal(signal.SIGINT)  # Ctrl-C is the phone's to hear
    engine.send(Ping(sequence=7))
    assert engine.wait(Pong).sequence == 7
    engine.send(Shutdown())
    wait_for(lambda: not engine.is_alive, 4.0)
    assert engine.process.returncode == 0


def test_no_engine_outlives_its_phone(engine: EngineDriver) -> None:
    engine.configure()
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as silent:
        silent.bind(("127.0.0.1", 0))
        silent.settimeout(3.0)
        engine.set_account("1001", silent.getsockname()[1], "a-secret-password")
        while not silent.recv(4096).startswith(b"REGISTER"):
            pass
        began_s = time.monotonic()
        engine.close_pipe()
        wait_for(lambda: not engine.is_alive, 3.0)
        assert time.monotonic() - began_s < 1.0
    assert "a-secret-password" not in engine.log()


def test_it_tells_what_it_is_made_of(engine: EngineDriver) -> None:
    engine.configure()
    engine.send(DescribeEngine())
    described = engine.wait(EngineDescribed)
    assert {"G722/16000/1", "PCMU/8000/1", "PCMA/8000/1"} <= set(described.codecs)
    has_tls = sys.platform != "win32"  # whose wheel of pjsua2 is built without OpenSSL
    assert described.transports == (("udp", "tcp", "tls") if has_tls else ("udp", "tcp"))
    assert described.recording_formats == ("wav", "flac", "opus")
    assert described.problems == {}
    engine.send(Shutdown())
    wait_for(lambda: not engine.is_alive, 4.0)
    assert engine.process.returncode == 0
