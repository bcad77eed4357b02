"""The subscriber's own thread and socket: limits, a real exchange, an end in time."""

from __future__ import annotations

import re
import threading
from collections.abc import Iterator

import pytest

from softphone.domain.account import Account, RegistrationState, Transport
from softphone.domain.errors import FailureCause
from softphone.domain.events import AnyEvent, DialogInfoChanged, RegistrationChanged
from softphone.domain.uri import HostPort
from softphone.engine.errors import EngineError
from softphone.engine.reachability import Found
from softphone.engine.subscriber import MAX_WATCHED, Subscriber
from tests.helpers.raw_server import RawServer
from tests.helpers.raw_sip_agent import RawSipAgent
from tests.helpers.waiting import wait_for

ACCOUNT = Account(user_id="1000", server=HostPort("127.0.0.1"))
URI = "sip:1001@127.0.0.1"


class Bench:
    """A subscriber that runs, with one account."""

    def __init__(self) -> None:
        self.events: list[AnyEvent] = []
        self.subscriber = Subscriber(self.events.append)
        self.subscriber.open("softphone/test", "127.0.0.1")
        self.subscriber.set_account(ACCOUNT, "secret")

    def registration(self, state: RegistrationState, port: int = 0) -> None:
        found = Found(address="127.0.0.1", port=port, transport=Transport.UDP, local_address="127.0.0.1")
        self.subscriber.follow(RegistrationChanged(account_key="main", state=state), found)

    def codes(self) -> list[int]:
        return [event.status_code for event in self.events if isinstance(event, DialogInfoChanged)]


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    bench.subscriber.close()


def test_one_more_than_can_be_watched_is_a_clear_error(bench: Bench) -> None:
    for number in range(MAX_WATCHED):
        bench.subscriber.watch("main", f"sip:{number}@127.0.0.1")
    bench.subscriber.watch("main", "sip:0@127.0.0.1")
    with pytest.raises(EngineError) as caught:
        bench.subscriber.watch("main", URI)
    assert caught.value.cause is FailureCause.TOO_MANY_SUBSCRIPTIONS
    bench.subscriber.unwatch("main", "sip:0@127.0.0.1")
    bench.subscriber.watch("main", URI)
    bench.subscriber.remove_account("main")
    bench.subscriber.set_account(ACCOUNT, "secret")
    bench.subscriber.watch("main", "sip:0@127.0.0.1")
    wait_for(lambda: len(bench.codes()) == MAX_WATCHED + 2)


@pytest.mark.parametrize("uri", ["", "1001", "tel:1001", "sip:1001@pbx\r\nX: y", "sip:10 01@pbx", "sip:a@b>"])
def test_what_is_no_sip_uri_is_refused(bench: Bench, uri: str) -> None:
    with pytest.raises(EngineError) as caught:
        bench.subscriber.watch("main", uri)
    assert caught.value.cause is FailureCause.INVALID_NUMBER


def test_a_server_that_speaks_no_sip_is_unknown_and_the_end_comes_in_time(bench: Bench) -> None:
    bench.subscriber.watch("main", URI)
    with RawServer(b"HTTP/1.1 400 Bad Request\r\n\r\n") as server:
        bench.registration(RegistrationState.REGISTERED, server.port)
        wait_for(lambda: len(server.received) >= 2)
        assert all(request.startswith(b"SUBSCRIBE ") for request in server.received)
        bench.registration(RegistrationState.UNREACHABLE)
        bench.registration(RegistrationState.REGISTERING)
        bench.subscriber.stop_soon()
        wait_for(lambda: bench.subscriber.is_stopped)
    assert bench.codes() == [0]


@pytest.mark.parametrize(("method", "status_code"), [("NOTIFY", 481), ("OPTIONS", 405), ("INVITE", 405)])
def test_a_stranger_is_refused_and_foreign_bytes_are_ignored(
    bench: Bench, method: str, status_code: int
) -> None:
    with RawServer(b"") as server:
        bench.registration(RegistrationState.REGISTERED, server.port)
        wait_for(lambda: server.received)
        port = re.search(rb"Contact: <sip:1000@127.0.0.1:([0-9]+)>", server.received[0])
    assert port is not None
    with RawSipAgent("1900", int(port.group(1))) as stranger:
        stranger.send_bytes(b"\x00\xff no SIP at all\r\n\r\n")
        refusal = stranger.send(stranger.request(method, "sip:1000@127.0.0.1"))
        assert stranger.wait_final(refusal).status_code == status_code


def test_closing_ends_the_thread(bench: Bench) -> None:
    assert any(thread.name == "subscriptions" for thread in threading.enumerate())
    bench.subscriber.close()
    assert not any(thread.name == "subscriptions" for thread in threading.enumerate())
    bench.subscriber.watch("main", URI)
    assert bench.events == []


def test_without_a_socket_the_phone_works_on() -> None:
    subscriber = Subscriber(lambda _: None)
    subscriber.open("softphone/test", "192.0.2.1")  # RFC 5737: never an address of ours
    subscriber.set_account(ACCOUNT, "secret")
    subscriber.watch("main", URI)
    subscriber.stop_soon()
    assert subscriber.is_stopped
    subscriber.close()
