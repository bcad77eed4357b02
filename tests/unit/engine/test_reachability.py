"""Whether a server can be reached: on loopback, with real sockets."""

from __future__ import annotations

import contextlib
import errno
import socket
import threading
from collections.abc import Iterator

import pytest

from softphone.domain.account import RegistrationCause, Transport
from softphone.domain.uri import HostPort
from softphone.engine.reachability import (
    Found,
    Reachability,
    Unreachable,
    find_server,
    is_sip,
    os_error_cause,
    watch_for_trouble,
)
from tests.helpers.waiting import wait_for

LOOK_S = 0.4


def found(port: int, transport: Transport = Transport.UDP) -> Found:
    return Found(address="127.0.0.1", port=port, transport=transport, local_address="127.0.0.1")


def closed_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def answering(answer: bytes | None) -> Iterator[int]:
    """A UDP server that gives ``answer`` to everything; None stays silent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as server:
        server.bind(("127.0.0.1", 0))

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    data, peer = server.recvfrom(4096)
                    if data == b"stop":
                        return
                    if answer is not None:
                        server.sendto(answer, peer)

        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        port = server.getsockname()[1]
        try:
            yield port
        finally:
            server.sendto(b"stop", ("127.0.0.1", port))
            thread.join(2.0)


def test_an_address_is_found_with_ours_that_faces_it() -> None:
    report = find_server(HostPort("127.0.0.1", 5070), Transport.UDP)
    assert report == found(5070)


def test_no_port_means_5060() -> None:
    assert find_server(HostPort("127.0.0.1"), Transport.UDP).port == 5060


def test_an_unknown_name_is_dns_or_no_route() -> None:
    with pytest.raises(Unreachable) as caught:
        find_server(HostPort("no-such-host.invalid"), Transport.UDP)
    assert caught.value.cause in (RegistrationCause.DNS, RegistrationCause.NO_ROUTE)


@pytest.mark.parametrize(
    ("error", "cause"),
    [
        (OSError(errno.ENETUNREACH, "x"), RegistrationCause.NO_ROUTE),
        (OSError(10051, "x"), RegistrationCause.NO_ROUTE),
        (ConnectionRefusedError(), RegistrationCause.REFUSED),
        (ConnectionResetError(10054, "WSAECONNRESET"), RegistrationCause.REFUSED),
        (socket.gaierror(), RegistrationCause.DNS),
        (TimeoutError(), RegistrationCause.TIMEOUT),
    ],
)
def test_system_errors(error: OSError, cause: RegistrationCause) -> None:
    assert os_error_cause(error) is cause


@pytest.mark.parametrize(
    ("kind", "transport"), [(socket.SOCK_DGRAM, Transport.UDP), (socket.SOCK_STREAM, Transport.TCP)]
)
def test_a_closed_port_is_refused(kind: socket.SocketKind, transport: Transport) -> None:
    cause = watch_for_trouble(found(closed_port(kind), transport), lambda: False, LOOK_S)
    assert cause is RegistrationCause.REFUSED


def test_an_answer_that_is_no_sip_is_malformed() -> None:
    with answering(b"HTTP/1.1 400 Bad Request\r\n\r\n") as port:
        assert watch_for_trouble(found(port), lambda: False, LOOK_S) is RegistrationCause.MALFORMED


def test_a_sip_answer_is_no_trouble() -> None:
    with answering(b"SIP/2.0 200 OK\r\n\r\n") as port:
        assert watch_for_trouble(found(port), lambda: False, LOOK_S) is RegistrationCause.NONE


def test_silence_is_left_to_the_registration() -> None:
    with answering(None) as port:
        assert watch_for_trouble(found(port), lambda: False, LOOK_S) is RegistrationCause.NONE


def test_keep_alives_count_as_sip() -> None:
    assert is_sip(b"\r\n\r\n")
    assert not is_sip(b"\x16\x03\x01")


def test_results_come_through_post_until_stopped() -> None:
    posted: list[object] = []
    reports: list[object] = []
    reachability = Reachability(posted.append)
    look = reachability.look(HostPort("127.0.0.1", 9), Transport.UDP, reports.append)
    wait_for(lambda: bool(posted), 2.0)
    look.stop()
    posted[0]()  # type: ignore[operator]
    assert reports == []
