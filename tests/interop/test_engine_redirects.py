"""Calls sent elsewhere, by us and by the far side (RFC 3261 §8.1.3.4, §21.3)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from softphone.domain.call import TerminatedReason
from softphone.domain.commands import FollowRedirect, Hangup, MakeCall, Ping, Redirect, RedirectPolicy
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, CommandFailed, Pong, RedirectOffered
from tests.helpers.engine_calls import is_usable, state
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.raw_sip_agent import RawMessage
from tests.helpers.sip_peer import SipPeer, is_request

StartEngine = Callable[..., EngineDriver]


def dial(engine: EngineDriver, peer: SipPeer, number: str = "2001") -> RawMessage:
    engine.send(MakeCall(key="out", account_key="main", uri=peer.uri(number)))
    return peer.wait_invite(number)


def send_on(peer: SipPeer, invite: RawMessage, *targets: str, status_code: int = 302) -> None:
    """Answer an INVITE with 3xx; a target may have parameters behind it."""
    contacts = [f"Contact: {target if '<' in target else f'<{target}>'}" for target in targets]
    peer.reply(invite, status_code, *contacts, to=peer.new_tag(invite), contact=False)


def offered(engine: EngineDriver, since: int = 0) -> tuple[str, ...]:
    return engine.wait(RedirectOffered, lambda event: bool(event.targets), since=since).targets


# -- by us -----------------------------------------------------------------------------------------


def test_a_caller_is_sent_on_with_contacts_in_order_and_not_ours(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = peer.invite()
    peer.wait_answer(dialog, 180)
    key = engine.wait(CallCreated).key
    targets = tuple(peer.uri(number) for number in ("2002", "2003", "2004"))
    engine.send(Redirect(key=key, targets=targets))
    answer = peer.wait_answer(dialog, 302)
    assert answer.headers("Contact") == [
        f"<{targets[0]}>;q=1.000",
        f"<{targets[1]}>;q=0.900",
        f"<{targets[2]}>;q=0.800",
    ]
    ended = state(engine, key, "terminated")
    assert (ended.reason, ended.cause) == (TerminatedReason.REJECTED, FailureCause.NONE)
    assert ended.status_code == 302


@pytest.mark.parametrize("targets", [(), ("",), ("nobody",), ("sip:2002@127.0.0.1", "http://x.example/")])
def test_a_redirect_to_nobody_goes_on_ringing(
    engine: EngineDriver, peer: SipPeer, targets: tuple[str, ...]
) -> None:
    dialog = peer.invite()
    peer.wait_answer(dialog, 180)
    key = engine.wait(CallCreated).key
    mark = engine.send(Redirect(key=key, targets=targets))
    assert engine.wait(CommandFailed, since=mark).cause is FailureCause.INVALID_NUMBER
    engine.send(Hangup(key=key, status_code=486))
    peer.wait_answer(dialog, 486)


# -- by the far side -------------------------------------------------------------------------------


def test_the_user_is_asked_and_says_yes(engine: EngineDriver, peer: SipPeer) -> None:
    invite = dial(engine, peer)
    send_on(peer, invite, f"<{peer.uri('2002')}>;q=0.2", f"<{peer.uri('2003')}>;q=0.9")
    assert offered(engine) == (peer.uri("2003"), peer.uri("2002"))
    mark = engine.send(FollowRedirect(key="out", follow=True))
    again = peer.wait_invite("2003")
    assert engine.wait(RedirectOffered, since=mark).targets == ()
    assert again.header("Call-ID") == invite.header("Call-ID")
    dialog = peer.take_call(again)
    state(engine, "out", "confirmed")
    assert sum(isinstance(event, CallCreated) for event in engine.events) == 1
    assert is_usable(engine, dialog)


def test_the_next_target_is_offered_where_the_first_is_busy(engine: EngineDriver, peer: SipPeer) -> None:
    send_on(peer, dial(engine, peer), peer.uri("2002"), peer.uri("2003"))
    offered(engine)
    mark = engine.send(FollowRedirect(key="out", follow=True))
    busy = peer.wait_invite("2002")
    peer.reply(busy, 486, to=peer.new_tag(busy))
    assert offered(engine, mark) == (peer.uri("2003"),)
    engine.send(FollowRedirect(key="out", follow=True))
    peer.take_call(peer.wait_invite("2003"))
    state(engine, "out", "confirmed")


def test_the_user_is_asked_and_says_no(engine: EngineDriver, peer: SipPeer) -> None:
    send_on(peer, dial(engine, peer), peer.uri("2002"))
    offered(engine)
    mark = engine.send(FollowRedirect(key="out", follow=False))
    assert engine.wait(RedirectOffered, since=mark).targets == ()
    assert state(engine, "out", "terminated").reason is TerminatedReason.CANCELLED
    assert peer.is_silent(lambda m: is_request(m, "INVITE"), 0.5)
    mark = engine.send(FollowRedirect(key="out", follow=True))
    assert engine.wait(CommandFailed, since=mark).key == "out"


def test_hanging_up_while_asked(engine: EngineDriver, peer: SipPeer) -> None:
    send_on(peer, dial(engine, peer), peer.uri("2002"))
    offered(engine)
    engine.send(Hangup(key="out"))
    assert state(engine, "out", "terminated").reason is TerminatedReason.CANCELLED
    mark = engine.send(Ping(sequence=1))
    engine.wait(Pong, since=mark)


def test_a_call_that_waits_for_the_user_takes_a_line(start_engine: StartEngine, peer: SipPeer) -> None:
    engine = start_engine(max_calls=1)
    send_on(peer, dial(engine, peer), peer.uri("2002"))
    offered(engine)
    mark = engine.send(MakeCall(key="other", account_key="main", uri=peer.uri("2005")))
    assert engine.wait(CommandFailed, since=mark).cause is FailureCause.TOO_MANY_CALLS


def test_following_without_a_question(start_engine: StartEngine, peer: SipPeer) -> None:
    engine = start_engine(follow_redirects=RedirectPolicy.FOLLOW)
    send_on(peer, dial(engine, peer), peer.uri("2002"), status_code=301)
    peer.take_call(peer.wait_invite("2002"))
    state(engine, "out", "confirmed")
    assert not any(isinstance(event, RedirectOffered) for event in engine.events)


def test_a_circle_of_redirects_ends(start_engine: StartEngine, peer: SipPeer) -> None:
    engine = start_engine(follow_redirects=RedirectPolicy.FOLLOW)
    send_on(peer, dial(engine, peer), peer.uri("2002"))
    send_on(peer, peer.wait_invite("2002"), peer.uri("2001"))
    ended = state(engine, "out", "terminated")
    assert (ended.reason, ended.cause) == (TerminatedReason.REJECTED, FailureCause.LOOP)
    assert ended.status_code == 302


def test_a_redirect_to_itself_is_a_circle_however_asked(engine: EngineDriver, peer: SipPeer) -> None:
    send_on(peer, dial(engine, peer), peer.uri("2001"))
    assert state(engine, "out", "terminated").cause is FailureCause.LOOP


def test_a_chain_of_redirects_ends_after_five(start_engine: StartEngine, peer: SipPeer) -> None:
    engine = start_engine(follow_redirects=RedirectPolicy.FOLLOW)
    invite = dial(engine, peer, "3000")
    for hop in range(1, 7):
        send_on(peer, invite, peer.uri(f"300{hop}"))
        if hop < 6:
            invite = peer.wait_invite(f"300{hop}")
    assert state(engine, "out", "terminated").cause is FailureCause.LOOP
    assert peer.is_silent(lambda m: is_request(m, "INVITE"), 0.5)


def test_redirects_are_refused_where_told_so(start_engine: StartEngine, peer: SipPeer) -> None:
    engine = start_engine(follow_redirects=RedirectPolicy.REFUSE)
    send_on(peer, dial(engine, peer), peer.uri("2002"))
    ended = state(engine, "out", "terminated")
    assert (ended.status_code, ended.cause) == (302, FailureCause.MOVED)


@pytest.mark.parametrize("contact", ["", "<tel:+81312345678>", "<mailto:nobody@example.com>"])
def test_a_redirect_to_nowhere_has_moved(engine: EngineDriver, peer: SipPeer, contact: str) -> None:
    send_on(peer, dial(engine, peer), *((contact,) if contact else ()))
    assert state(engine, "out", "terminated").cause is FailureCause.MOVED
