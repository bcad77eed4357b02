"""A queue one can wait for beside a socket."""

from __future__ import annotations

import queue
import socket
import threading

import pytest

from softphone.desktop.mailbox import Mailbox


def test_a_thread_that_waits_is_woken_by_what_is_put_in() -> None:
    mailbox: Mailbox[int] = Mailbox()
    taken: list[int] = []

    def serve() -> None:
        mailbox.wait()
        taken.append(mailbox.take())

    thread = threading.Thread(target=serve)
    thread.start()
    assert mailbox.put(7)
    thread.join(5)
    assert taken == [7]
    mailbox.close()


def test_a_socket_wakes_it_too() -> None:
    mailbox: Mailbox[int] = Mailbox()
    here, there = socket.socketpair()
    with here, there:
        here.send(b"x")
        mailbox.wait(there.fileno())
    with pytest.raises(queue.Empty):
        mailbox.take()
    mailbox.close()


def test_what_nobody_took_is_given_back_and_no_more_is_taken() -> None:
    mailbox: Mailbox[int] = Mailbox()
    mailbox.put(1)
    mailbox.put(2)
    assert mailbox.close() == [1, 2]
    assert not mailbox.put(3)
    assert mailbox.close() == [3]


def test_putting_never_blocks() -> None:
    mailbox: Mailbox[int] = Mailbox()
    for number in range(5_000):
        assert mailbox.put(number)
    assert len(mailbox.close()) == 5_000
