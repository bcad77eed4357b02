"""Every way a call cannot be: the right exit code, the right event, no traceback."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess
from tests.helpers.ports import LOOPBACK, free_port
from tests.helpers.raw_server import RawServer
from tests.helpers.sipp import SippUas, answering

AUTH_FAILED, NOT_REACHED, BUSY, NO_ANSWER, FAILED = 3, 4, 5, 6, 7


@pytest.mark.cell("failure in words", "sipp", "kamailio")
@pytest.mark.parametrize(
    ("status", "exit_code"),
    [
        ("486 Busy Here", BUSY),
        ("600 Busy Everywhere", BUSY),
        ("603 Decline", FAILED),
        ("404 Not Found", FAILED),
        ("480 Temporarily Unavailable", FAILED),
        ("606 Not Acceptable", FAILED),
        ("500 Server Internal Error", FAILED),
    ],
)
def test_final_answer_gives_its_exit_code(
    status: str,
    exit_code: int,
    start_kamailio: Callable[..., Kamailio],
    phone: Callable[..., PhoneProcess],
    stack: ExitStack,
    tmp_path: Path,
    requires_peer: Callable[..., None],
) -> None:
    requires_peer("sipp")
    uas = stack.enter_context(answering(tmp_path / "sipp", status))
    kamailio = start_kamailio({"7": uas.port})

    caller = phone(kamailio, "1000", "call", "7000", "--duration", "1")

    assert caller.wait_exit() == exit_code, caller.transcript()
    ended = caller.seen(event="call", state="terminated")
    assert [event["status_code"] for event in ended] == [int(status.split()[0])]
    assert ended[0]["reason"] == "rejected"
    assert uas.wait_exit() == 0
    _assert_no_traceback(caller)


def test_proxy_that_finds_no_server_answers_500(
    start_kamailio: Callable[..., Kamailio],
    phone: Callable[..., PhoneProcess],
    stack: ExitStack,
    tmp_path: Path,
    requires_peer: Callable[..., None],
) -> None:
    """A proxy does not hand a 503 on (RFC 3261 §16.7, step 6)."""
    requires_peer("sipp")
    uas = stack.enter_context(answering(tmp_path / "sipp", "503 Service Unavailable", "Retry-After: 5"))
    kamailio = start_kamailio({"7": uas.port})

    caller = phone(kamailio, "1000", "call", "7000", "--duration", "1")

    assert caller.wait_exit() == FAILED, caller.transcript()
    ended = caller.seen(event="call", state="terminated")
    assert [(event["status_code"], event["cause"]) for event in ended] == [(500, "server_error")]
    _assert_no_traceback(caller)


def test_redirection_ends_in_plain_words(
    start_kamailio: Callable[..., Kamailio],
    phone: Callable[..., PhoneProcess],
    stack: ExitStack,
    tmp_path: Path,
    requires_peer: Callable[..., None],
) -> None:
    requires_peer("sipp")
    contact = f"Contact: <sip:moved@{LOOPBACK}:{free_port()}>"
    uas = stack.enter_context(answering(tmp_path / "sipp", "302 Moved Temporarily", contact))
    kamailio = start_kamailio({"7": uas.port})

    caller = phone(kamailio, "1000", "call", "7000", "--duration", "1")

    assert caller.wait_exit() == FAILED, caller.transcript()
    ended = caller.seen(event="call", state="terminated")
    assert [(event["status_code"], event["cause"]) for event in ended] == [(302, "moved")]
    _assert_no_traceback(caller)


def test_redirection_is_followed_where_asked(
    start_kamailio: Callable[..., Kamailio],
    phone: Callable[..., PhoneProcess],
    stack: ExitStack,
    tmp_path: Path,
    requires_peer: Callable[..., None],
) -> None:
    requires_peer("sipp")
    there = stack.enter_context(SippUas(tmp_path / "there", "uas_echo"))
    uas = stack.enter_context(
        answering(tmp_path / "sipp", "302 Moved Temporarily", f"Contact: <sip:8000@{there.server}>")
    )
    kamailio = start_kamailio({"7": uas.port, "8": there.port})

    caller = phone(kamailio, "1000", "call", "7000", "--duration", "1", "--follow-redirects")

    assert caller.wait_exit() == 0, caller.transcript()
    assert there.wait_exit() == 0


@pytest.mark.cell("failure in words", "kamailio")
def test_unknown_number_is_not_found(kamailio: Kamailio, phone: Callable[..., PhoneProcess]) -> None:
    caller = phone(kamailio, "1000", "call", "1999", "--duration", "1")

    assert caller.wait_exit() == FAILED, caller.transcript()
    assert [event["status_code"] for event in caller.seen(event="call", state="terminated")] == [404]
    _assert_no_traceback(caller)


@pytest.mark.cell("failure in words", "registrar")
@pytest.mark.parametrize(
    ("number", "exit_code", "status_code"),
    [("9000", BUSY, 486), ("9002", FAILED, 603), ("5555", FAILED, 404)],
)
def test_numbers_of_the_local_registrar(
    number: str,
    exit_code: int,
    status_code: int,
    registrar: RegistrarProcess,
    phone: Callable[..., PhoneProcess],
) -> None:
    caller = phone(registrar, "1000", "call", number, "--duration", "1")

    assert caller.wait_exit() == exit_code, caller.transcript()
    assert [event["status_code"] for event in caller.seen(event="call", state="terminated")] == [status_code]


def test_nobody_answers(registrar: RegistrarProcess, phone: Callable[..., PhoneProcess]) -> None:
    caller = phone(registrar, "1000", "call", "9001", "--ring-timeout", "1.5")

    assert caller.wait_exit() == NO_ANSWER, caller.transcript()
    assert caller.seen(event="call", state="early")
    assert len(caller.seen(event="call", state="terminated")) == 1


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_closed_port_is_an_unreached_server(transport: str, phone: Callable[..., PhoneProcess]) -> None:
    caller = phone(f"{LOOPBACK}:{free_port()}", "1000", "call", "1001", transport=transport)

    assert caller.wait_exit(25.0) == NOT_REACHED, caller.transcript()
    unreachable = caller.seen(event="registration", state="unreachable")
    assert unreachable, caller.transcript()
    assert unreachable[0]["cause"] in ("refused", "timeout")
    _assert_no_traceback(caller)


def test_wrong_password_is_said_once_and_not_hammered(
    kamailio: Kamailio, phone: Callable[..., PhoneProcess]
) -> None:
    caller = phone(kamailio, "1000", "call", "1001", password="not-the-password")

    failed = caller.wait_event(event="registration", state="auth_failed")
    assert caller.wait_exit() == AUTH_FAILED, caller.transcript()

    assert failed["cause"] == "credentials"
    assert failed["status_code"] in (401, 403, 407)
    assert 2 <= len(kamailio.received("REGISTER")) <= 3
    assert not kamailio.received("INVITE")
    _assert_no_traceback(caller)


def test_malformed_body_in_the_answer_ends_the_call(
    start_kamailio: Callable[..., Kamailio],
    phone: Callable[..., PhoneProcess],
    stack: ExitStack,
    tmp_path: Path,
    requires_peer: Callable[..., None],
) -> None:
    requires_peer("sipp")
    uas = stack.enter_context(SippUas(tmp_path / "sipp", "uas_malformed_sdp"))
    kamailio = start_kamailio({"7": uas.port})

    caller = phone(kamailio, "1000", "call", "7000", "--duration", "1")

    assert caller.wait_exit() == FAILED, caller.transcript()
    assert uas.wait_exit() == 0
    _assert_no_traceback(caller)


@pytest.mark.parametrize(
    "answer",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"SIP/2.0 abc Nonsense\r\nVia: banana\r\n\r\n",
        bytes(range(256)),
    ],
    ids=["http", "status-line", "noise"],
)
def test_server_that_speaks_no_sip_is_not_reached(answer: bytes, phone: Callable[..., PhoneProcess]) -> None:
    with RawServer(answer) as server:
        caller = phone(server.server, "1000", "call", "1001")
        assert caller.wait_exit(40.0) == NOT_REACHED, caller.transcript()

    assert server.received
    assert caller.seen(event="registration", state="unreachable"), caller.transcript()
    _assert_no_traceback(caller)


def _assert_no_traceback(process: PhoneProcess) -> None:
    assert "Traceback" not in process.transcript()
