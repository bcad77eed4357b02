"""The control socket: a request reaches the main thread, the answer its asker, and nobody else gets in."""

from __future__ import annotations

import os
import socket
import stat
import sys
import threading
from collections.abc import Iterator
from multiprocessing import AuthenticationError
from multiprocessing.connection import Client
from pathlib import Path

import pytest

from softphone.link.control import (
    ControlClient,
    ControlledClient,
    ControlServer,
    Message,
    NoPhoneRuns,
    PhoneSilent,
    address_of,
)
from tests.helpers.dispatchers import SyncDispatcher


class Phone:
    """Answers with what was asked."""

    def __init__(self) -> None:
        self.asked: list[Message] = []
        self.askers: list[ControlledClient] = []

    def serve(self, request: Message, asker: ControlledClient) -> None:
        self.asked.append(request)
        self.askers.append(asker)
        asker.send({"ok": True, "you_said": request})


@pytest.fixture
def loop() -> SyncDispatcher:
    return SyncDispatcher()


@pytest.fixture
def phone() -> Phone:
    return Phone()


@pytest.fixture
def server(tmp_path: Path, loop: SyncDispatcher, phone: Phone) -> Iterator[ControlServer]:
    server = ControlServer(tmp_path, loop, phone.serve)
    yield server
    server.close()


def ask(tmp_path: Path, loop: SyncDispatcher, request: Message) -> Message:
    """One question by a client of its own, the main thread pumped meanwhile."""
    answers: list[Message] = []

    def work() -> None:
        client = ControlClient(tmp_path)
        answers.append(client.ask(request))
        client.close()

    thread = threading.Thread(target=work)
    thread.start()
    loop.run_until(lambda: not thread.is_alive(), 10.0)
    return answers[0]


def test_an_answer_comes_back_and_the_request_was_served_where_it_is_pumped(
    tmp_path: Path, loop: SyncDispatcher, phone: Phone, server: ControlServer
) -> None:
    request = {"verb": "dial", "number": "山田 201"}
    assert ask(tmp_path, loop, request) == {"ok": True, "you_said": request}
    assert phone.asked == [request]


def test_events_follow_until_the_phone_ends(
    tmp_path: Path, loop: SyncDispatcher, phone: Phone, server: ControlServer
) -> None:
    heard: list[Message] = []

    def work() -> None:
        client = ControlClient(tmp_path)
        client.ask({"verb": "events"})
        heard.extend(client.messages())
        client.close()

    thread = threading.Thread(target=work)
    thread.start()
    loop.run_until(lambda: phone.askers, 10.0)
    for number in range(3):
        phone.askers[0].send({"event": "call", "number": number})
    server.close()
    thread.join(10)
    assert not thread.is_alive()
    assert [message["number"] for message in heard] == [0, 1, 2]


def test_a_client_that_goes_is_told_on_the_main_thread(
    tmp_path: Path, loop: SyncDispatcher, phone: Phone, server: ControlServer
) -> None:
    gone: list[str] = []
    go = threading.Event()

    def work() -> None:
        client = ControlClient(tmp_path)
        client.ask({"verb": "events"})
        go.wait(10)
        client.close()

    thread = threading.Thread(target=work)
    thread.start()
    loop.run_until(lambda: phone.askers, 10.0)
    phone.askers[0].on_gone(lambda: gone.append(threading.current_thread().name))
    go.set()
    thread.join(10)
    assert gone == []
    loop.run_until(lambda: gone, 10.0)
    assert gone == [threading.current_thread().name]


def test_a_phone_whose_main_thread_hangs_is_not_waited_for_for_ever(
    tmp_path: Path, phone: Phone, server: ControlServer
) -> None:
    client = ControlClient(tmp_path, 0.2)
    with pytest.raises(PhoneSilent, match=r"0\.2 s"):
        client.ask({"verb": "status"})
    client.close()
    assert phone.asked == []


@pytest.mark.skipif(sys.platform == "win32", reason="a socket of the file system")
def test_nor_one_that_is_stopped_altogether(tmp_path: Path) -> None:
    (tmp_path / "control.key").write_bytes(b"key")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as stopped:
        stopped.bind(str(tmp_path / "control.sock"))
        stopped.listen(1)
        with pytest.raises(PhoneSilent):
            ControlClient(tmp_path, 0.2)


@pytest.mark.skipif(sys.platform == "win32", reason="a socket of the file system")
def test_a_client_that_says_nothing_does_not_hold_up_the_end(
    tmp_path: Path, loop: SyncDispatcher, phone: Phone
) -> None:
    server = ControlServer(tmp_path, loop, phone.serve)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as silent:
        silent.connect(str(tmp_path / "control.sock"))
        silent.recv(4)  # the challenge has begun
        ends = threading.Thread(target=server.close, daemon=True)
        ends.start()
        ends.join(20.0)
        assert not ends.is_alive()
    with pytest.raises(NoPhoneRuns):
        ControlClient(tmp_path)


def test_no_phone_is_said_so(tmp_path: Path, loop: SyncDispatcher, phone: Phone) -> None:
    with pytest.raises(NoPhoneRuns):
        ControlClient(tmp_path)
    ControlServer(tmp_path, loop, phone.serve).close()
    with pytest.raises(NoPhoneRuns):
        ControlClient(tmp_path)


def test_a_second_phone_of_the_folder_does_not_take_the_socket(
    tmp_path: Path, loop: SyncDispatcher, phone: Phone, server: ControlServer
) -> None:
    with pytest.raises(OSError, match="another phone answers"):
        ControlServer(tmp_path, SyncDispatcher(), Phone().serve)
    assert ask(tmp_path, loop, {"verb": "status"})["ok"]


@pytest.mark.skipif(sys.platform == "win32", reason="a socket of the file system")
def test_a_socket_left_by_a_crash_is_taken_over(tmp_path: Path, loop: SyncDispatcher, phone: Phone) -> None:
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(tmp_path / "control.sock"))
    server = ControlServer(tmp_path, loop, phone.serve)
    assert ask(tmp_path, loop, {"verb": "status"})["ok"]
    server.close()


def test_what_is_no_request_is_answered_and_served_nowhere(
    tmp_path: Path, loop: SyncDispatcher, phone: Phone, server: ControlServer
) -> None:
    key = (tmp_path / "control.key").read_bytes()
    with Client(address_of(tmp_path, key), authkey=key) as raw:
        raw.send_bytes(b"no json")
        assert raw.recv_bytes() == b'{"ok": false, "code": "malformed"}'
        raw.send_bytes(b"[1]")
        assert raw.recv_bytes() == b'{"ok": false, "code": "malformed"}'
    assert phone.asked == []


def test_a_program_without_the_key_is_turned_away(
    tmp_path: Path, loop: SyncDispatcher, phone: Phone, server: ControlServer
) -> None:
    key = (tmp_path / "control.key").read_bytes()
    with pytest.raises((AuthenticationError, EOFError, OSError)):
        Client(address_of(tmp_path, key), authkey=b"guessed")
    assert ask(tmp_path, loop, {"verb": "status"})["ok"]
    assert len(phone.asked) == 1


@pytest.mark.skipif(sys.platform == "win32", reason="file modes")
def test_socket_and_key_are_the_owners_alone(tmp_path: Path, server: ControlServer) -> None:
    for name in ("control.sock", "control.key"):
        assert stat.S_IMODE(os.stat(tmp_path / name).st_mode) == 0o600


def test_a_deep_folder_has_a_socket_too(tmp_path: Path, loop: SyncDispatcher, phone: Phone) -> None:
    deep = tmp_path / ("a" * 60) / ("b" * 60)
    deep.mkdir(parents=True)
    server = ControlServer(deep, loop, phone.serve)
    assert ask(deep, loop, {"verb": "status"})["ok"]
    server.close()


def test_a_client_that_never_reads_is_cut_off(
    tmp_path: Path, loop: SyncDispatcher, phone: Phone, server: ControlServer
) -> None:
    key = (tmp_path / "control.key").read_bytes()
    with Client(address_of(tmp_path, key), authkey=key) as client:
        client.send_bytes(b'{"verb": "events"}')
        loop.run_until(lambda: phone.askers, 10.0)
        gone: list[bool] = []
        phone.askers[0].on_gone(lambda: gone.append(True))
        for _ in range(4000):
            phone.askers[0].send({"event": "call", "filler": "x" * 2000})
        loop.run_until(lambda: gone, 10.0)
