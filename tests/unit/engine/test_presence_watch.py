"""Presence beside the dialogs: found out with one request, never nagged for, never older than the dialogs."""

from __future__ import annotations

import pytest

from softphone.domain.account import Transport
from softphone.domain.events import PresenceChanged
from softphone.domain.presence import PresenceState, presence_state
from softphone.engine.reachability import Found
from softphone.sip.message import SipRequest
from tests.unit.engine.test_subscriptions import Bench

URIS = [f"sip:{user}@pbx.example.jp" for user in range(1001, 1006)]
AWAY = (
    b'<presence xmlns="urn:ietf:params:xml:ns:pidf" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid"><tuple id="a">'
    b"<status><basic>open</basic></status></tuple><r:activities><r:away/></r:activities></presence>"
)


@pytest.fixture
def bench() -> Bench:
    bench = Bench()
    for uri in URIS:
        bench.account.watch(uri, presence=True)
    bench.registered()
    for request in bench.asked():
        bench.keep(request)
    bench.notifier.after(1)
    return bench


def asked(bench: Bench) -> list[SipRequest]:
    return bench.asked("presence")


def agree(bench: Bench, body: bytes = b"") -> None:
    bench.keep(asked(bench)[0], body)
    bench.notifier.after(1)


def states(bench: Bench, uri: str = URIS[0]) -> list[PresenceState]:
    told = [event for event in bench.events if isinstance(event, PresenceChanged)]
    return [presence_state(event.presence) for event in told if event.uri == uri]


def test_one_is_asked_for_then_all(bench: Bench) -> None:
    assert [request.uri for request in asked(bench)] == URIS[:1]
    assert asked(bench)[0].headers.get("Accept") == "application/pidf+xml"
    agree(bench, AWAY)
    assert [request.uri for request in asked(bench)] == URIS
    assert states(bench) == [PresenceState.AWAY]


def test_nobody_s_presence_is_asked_for_unless_it_is_wanted() -> None:
    bench = Bench()
    bench.account.watch(URIS[0])
    bench.registered()
    bench.keep(bench.asked()[0])
    bench.notifier.after(100)
    assert asked(bench) == []


@pytest.mark.parametrize("status_code", [405, 489, 501])
def test_a_server_without_presence_is_asked_once(bench: Bench, status_code: int) -> None:
    bench.notifier.answer(asked(bench)[0], status_code)
    bench.notifier.after(4000)
    assert len(asked(bench)) == 1
    assert states(bench) == []


@pytest.mark.parametrize("status_code", [403, 404])
def test_where_one_is_refused_the_next_is_asked(bench: Bench, status_code: int) -> None:
    bench.notifier.answer(asked(bench)[0], status_code)
    bench.notifier.after(1)
    assert [request.uri for request in asked(bench)] == URIS[:2]


def test_a_server_that_ignores_it_is_not_asked_for_everybody(bench: Bench) -> None:
    bench.notifier.after(120)
    assert {request.uri for request in asked(bench)} == {URIS[0]}


def test_presence_goes_where_dialogs_are_refused() -> None:
    bench = Bench()
    bench.account.watch(URIS[0], presence=True)
    bench.registered()
    bench.notifier.answer(bench.asked()[0], 489)
    bench.notifier.after(1)
    agree(bench, AWAY)
    assert states(bench) == [PresenceState.AWAY]


def test_silence_on_the_dialogs_makes_the_person_unknown_too(bench: Bench) -> None:
    agree(bench, AWAY)
    bench.notifier.after(1700)  # the refreshes went out, nobody answered
    assert states(bench)[:2] == [PresenceState.AWAY, PresenceState.UNKNOWN]


def test_an_unpublished_presence_is_unknown(bench: Bench) -> None:
    agree(bench, AWAY)
    bench.notify(asked(bench)[0], b"")
    bench.notify(asked(bench)[0], b"<presence")
    assert states(bench) == [PresenceState.AWAY, PresenceState.UNKNOWN]


def test_the_registration_is_followed(bench: Bench) -> None:
    agree(bench, AWAY)
    bench.account.unregistered()
    assert states(bench) == [PresenceState.AWAY, PresenceState.UNKNOWN]
    before = len(asked(bench))
    bench.registered()
    for request in bench.asked()[len(URIS) :]:
        bench.keep(request)
    bench.notifier.after(1)
    assert len(asked(bench)) == before + 1


def test_unwatching_ends_it_and_the_next_may_be_asked(bench: Bench) -> None:
    bench.account.unwatch(URIS[0])
    bench.notifier.after(1)
    assert [request.uri for request in asked(bench)] == URIS[:2]
    bench.keep(asked(bench)[1])
    bench.account.unwatch(URIS[1])
    bench.notifier.after(1)
    ended = [request.to.uri for request in asked(bench) if request.headers.get("Expires") == "0"]
    assert ended == [URIS[1]]


def test_another_way_to_the_server_begins_it_anew(bench: Bench) -> None:
    """The network changed: NOTIFYs would go to an address that is ours no more."""
    agree(bench, AWAY)
    before = len(asked(bench))
    moved = Found(address="127.0.0.1", port=5060, transport=Transport.UDP, local_address="127.0.0.9")
    bench.registered(moved)
    assert states(bench) == [PresenceState.AWAY, PresenceState.UNKNOWN]
    for request in bench.asked()[len(URIS) :]:
        bench.keep(request)
    bench.notifier.after(1)
    assert [request.uri for request in asked(bench)[before:]] == URIS[:1]
    assert "127.0.0.9" in asked(bench)[-1].headers.get("Contact")
