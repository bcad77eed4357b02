"""Watching a registrar between registrations."""

from __future__ import annotations

import socket

from softphone.domain.account import Transport
from softphone.engine.reachability import Found
from softphone.engine.server_watch import ServerWatch
from tests.helpers.waiting import wait_for


def found(port: int) -> Found:
    return Found(address="127.0.0.1", port=port, transport=Transport.UDP, local_address="127.0.0.1")


def test_an_open_port_is_fine_and_a_closed_one_is_seen() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))
        server.settimeout(2.0)
        watch = ServerWatch(found(server.getsockname()[1]))
        assert not watch.refused()
        assert server.recv(100) == b"\r\n\r\n"
        assert not watch.refused()
    wait_for(watch.refused, 2.0)
    watch.close()


def test_our_address_toward_the_server() -> None:
    watch = ServerWatch(found(9))
    assert watch.local_address() == "127.0.0.1"
    watch.close()
