"""The keep-alive that ends a wait."""

from __future__ import annotations

import socket

from softphone.engine.wake import Wake


def test_a_wake_is_a_keep_alive_to_the_sip_socket() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as sip:
        sip.bind(("127.0.0.1", 0))
        sip.settimeout(2.0)
        wake = Wake()
        wake.aim("", sip.getsockname()[1])
        wake.wake()
        assert sip.recv(100) == b"\r\n\r\n"
        wake.close()


def test_without_an_address_nothing_happens() -> None:
    wake = Wake()
    wake.wake()
    assert wake.failures == 0
    wake.close()


def test_a_socket_that_is_gone_is_counted() -> None:
    wake = Wake()
    wake.aim("127.0.0.1", 5060)
    wake._socket.close()
    wake.wake()
    assert wake.failures == 1
