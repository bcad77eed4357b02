"""What dialogs go through: forks, late offers, glare, UPDATE, early media, PRACK, timers, other codecs."""

from __future__ import annotations

import re

import pytest

from softphone.domain.call import TerminatedReason
from softphone.domain.commands import Answer, Hangup, MakeCall, Ping, SetHold
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, CallStateChanged, MediaChanged, Pong
from softphone.domain.media import MediaDirection
from tests.helpers.engine_calls import be_called, is_usable, state, talk
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.raw_sip_agent import RawMessage, audio_offer
from tests.helpers.sip_peer import MEDIA_PORT, PeerDialog, SipPeer, is_request, tag_of

DTLS = "a=fingerprint:sha-256 " + ":".join(["AA"] * 32) + "\r\na=setup:actpass\r\n"


def dial(engine: EngineDriver, peer: SipPeer) -> RawMessage:
    engine.send(MakeCall(key="out", account_key="main", uri=peer.uri("2001")))
    return peer.wait_invite("2001")


def with_dtls(sdp: str) -> str:
    return sdp.replace("RTP/AVP", "UDP/TLS/RTP/SAVPF") + DTLS


def is_well(engine: EngineDriver) -> bool:
    mark = engine.send(Ping(sequence=1))
    return engine.wait(Pong, since=mark).sequence == 1


def formats(sdp: str) -> list[str]:
    match = re.search(r"^m=audio \d+ \S+ (.*?)\r?$", sdp, re.MULTILINE)
    assert match is not None
    return match.group(1).split()


# -- forks -----------------------------------------------------------------------------------------


def test_of_two_answers_the_first_stands_and_the_second_is_ended(engine: EngineDriver, peer: SipPeer) -> None:
    invite = dial(engine, peer)
    legs = [peer.dialog_of(invite) for _ in range(3)]
    for leg in legs:
        peer.reply(invite, 180, to=leg.ours)
    state(engine, "out", "early")
    answer = audio_offer(MEDIA_PORT, "0 101")
    peer.reply(invite, 200, to=legs[1].ours, body=answer)
    state(engine, "out", "confirmed")
    peer.reply(invite, 200, to=legs[2].ours, body=answer)
    acknowledged = {tag_of(legs[1].wait_request("ACK").header("To")) for _ in range(2)}
    assert acknowledged == {legs[1].our_tag, legs[2].our_tag}
    bye = legs[2].wait_request("BYE")
    assert tag_of(bye.header("To")) == legs[2].our_tag
    peer.reply(bye, 200)
    assert sum(isinstance(event, CallCreated) for event in engine.events) == 1
    assert is_usable(engine, legs[1])


def test_a_storm_of_ringing_branches_is_one_call(engine: EngineDriver, peer: SipPeer) -> None:
    invite = dial(engine, peer)
    for _ in range(100):
        peer.reply(invite, 180, to=peer.new_tag(invite))
    state(engine, "out", "early")
    dialog = peer.take_call(invite)
    state(engine, "out", "confirmed")
    assert is_usable(engine, dialog)
    moves = [event for event in engine.events if isinstance(event, CallStateChanged)]
    assert len(moves) < 10


# -- offers and answers ----------------------------------------------------------------------------


def test_an_invite_without_an_offer(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = peer.invite(body="")
    peer.wait_answer(dialog, 180)
    key = engine.wait(CallCreated).key
    engine.send(Answer(key=key))
    offer = peer.wait_answer(dialog, 200, ack=False)
    assert "m=audio" in offer.body
    dialog.ack(cseq=1, body=audio_offer(MEDIA_PORT, "0 101"))
    state(engine, key, "confirmed")
    assert engine.wait(MediaChanged).codec == "PCMU"
    assert is_usable(engine, dialog, key)


def test_an_invite_without_an_offer_answered_on_hold(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = peer.invite(body="")
    peer.wait_answer(dialog, 180)
    key = engine.wait(CallCreated).key
    engine.send(Answer(key=key, held=True))
    peer.wait_answer(dialog, 200, ack=False)
    dialog.ack(cseq=1, body=audio_offer(MEDIA_PORT, "0 101"))
    assert "a=sendonly" in dialog.wait_request("INVITE").body


@pytest.mark.parametrize(("body", "status_code"), [("", 200), (audio_offer(MEDIA_PORT), 491)])
def test_an_update_before_the_answer_to_an_invite_without_an_offer(
    engine: EngineDriver, peer: SipPeer, body: str, status_code: int
) -> None:
    """The library asserts on it where it has not made its own offer by then."""
    dialog = peer.invite(body="")
    peer.wait_answer(dialog, 180)
    key = engine.wait(CallCreated).key
    assert dialog.final(dialog.request("UPDATE", body=body)).status_code == status_code
    engine.send(Answer(key=key))
    assert "m=audio" in peer.wait_answer(dialog, 200, ack=False).body
    dialog.ack(cseq=1, body=audio_offer(MEDIA_PORT, "0 101"))
    state(engine, key, "confirmed")
    assert is_usable(engine, dialog, key)


def test_dtls_in_the_answer_to_a_late_offer_is_survived(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = peer.invite(body="")
    peer.wait_answer(dialog, 180)
    key = engine.wait(CallCreated).key
    engine.send(Answer(key=key))
    peer.wait_answer(dialog, 200, ack=False)
    dialog.ack(cseq=1, body=with_dtls(audio_offer(MEDIA_PORT, "0 101")))
    peer.reply(dialog.wait_request("BYE"), 200)
    state(engine, key, "terminated")
    assert is_well(engine)


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_dtls_inside_a_call_is_refused_and_the_call_goes_on(
    engine: EngineDriver, peer: SipPeer, method: str
) -> None:
    key, dialog = be_called(engine, peer)
    answer = dialog.final(dialog.request(method, body=with_dtls(audio_offer(MEDIA_PORT, version=2))))
    assert answer.status_code == 488
    if method == "INVITE":
        dialog.ack()
    assert is_usable(engine, dialog, key)


def test_dtls_in_the_answer_to_our_invite_is_survived(engine: EngineDriver, peer: SipPeer) -> None:
    invite = dial(engine, peer)
    leg = peer.dialog_of(invite)
    peer.reply(invite, 200, to=leg.ours, body=with_dtls(audio_offer(MEDIA_PORT, "0 101")))
    leg.wait_request("ACK")
    peer.reply(leg.wait_request("BYE"), 200)
    state(engine, "out", "terminated")
    assert is_well(engine)


def test_other_codecs_are_tried_once_when_ours_are_refused(engine: EngineDriver, peer: SipPeer) -> None:
    first = dial(engine, peer)
    assert "9" in formats(first.body)
    peer.reply(first, 488, to=peer.new_tag(first))
    second = peer.wait_invite("2001")
    kept = formats(second.body)
    assert kept[:2] == ["0", "8"]
    assert len(kept) == 3  # and telephone-event
    assert "G722" not in second.body
    assert second.header("Call-ID") == first.header("Call-ID")
    dialog = peer.take_call(second)
    state(engine, "out", "confirmed")
    assert engine.wait(MediaChanged).codec == "PCMU"
    assert sum(isinstance(event, CallCreated) for event in engine.events) == 1
    assert is_usable(engine, dialog)


def test_codecs_refused_twice_are_told(engine: EngineDriver, peer: SipPeer) -> None:
    first = dial(engine, peer)
    peer.reply(first, 488, to=peer.new_tag(first))
    second = peer.wait_invite("2001")
    peer.reply(second, 488, to=peer.new_tag(second))
    ended = state(engine, "out", "terminated")
    assert (ended.status_code, ended.cause) == (488, FailureCause.CODEC_MISMATCH)
    assert peer.is_silent(lambda m: is_request(m, "INVITE"), 0.5)


def test_hanging_up_between_two_tries(engine: EngineDriver, peer: SipPeer) -> None:
    first = dial(engine, peer)
    peer.reply(first, 488, to=peer.new_tag(first))
    second = peer.wait_invite("2001")
    peer.reply(second, 180, to=peer.new_tag(second))
    state(engine, "out", "early")
    engine.send(Hangup(key="out"))
    peer.reply(peer.wait(lambda m: is_request(m, "CANCEL"), "CANCEL"), 200)
    assert state(engine, "out", "terminated").reason is TerminatedReason.CANCELLED


# -- re-INVITE and UPDATE --------------------------------------------------------------------------


def test_a_hold_that_meets_theirs_is_tried_again(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    mark = engine.send(SetHold(key="out", held=True))
    request = dialog.wait_request("INVITE")
    theirs = dialog.request("INVITE", body=audio_offer(MEDIA_PORT, "0 101", version=2))
    assert dialog.final(theirs).status_code == 491
    dialog.ack()
    peer.reply(request, 491)
    again = dialog.wait_request("INVITE")
    assert "a=sendonly" in again.body
    peer.reply(again, 200, body=again.body.replace("sendonly", "recvonly"))
    assert engine.wait(MediaChanged, since=mark, timeout_s=15.0).local_media.holds


@pytest.mark.parametrize("method", ["INVITE", "UPDATE"])
def test_the_far_side_holds_and_resumes(engine: EngineDriver, peer: SipPeer, method: str) -> None:
    dialog = talk(engine, peer)
    for version, direction in ((2, MediaDirection.SENDONLY), (3, MediaDirection.SENDRECV)):
        mark = len(engine.events)
        body = audio_offer(MEDIA_PORT, "0 101", direction.value, version)
        answer = dialog.final(dialog.request(method, body=body))
        assert answer.status_code == 200
        if method == "INVITE":
            dialog.ack()
        assert engine.wait(MediaChanged, since=mark).remote_media is direction
    assert is_usable(engine, dialog)


def test_a_reinvite_without_an_offer(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    offer = dialog.final(dialog.request("INVITE"))
    assert offer.status_code == 200
    assert "m=audio" in offer.body
    dialog.ack(body=audio_offer(MEDIA_PORT, "0 101", version=2))
    assert is_usable(engine, dialog)


# -- before the answer -----------------------------------------------------------------------------


def test_early_media(engine: EngineDriver, peer: SipPeer) -> None:
    invite = dial(engine, peer)
    leg = peer.dialog_of(invite)
    answer = audio_offer(MEDIA_PORT, "0 101")
    peer.reply(invite, 183, to=leg.ours, body=answer)
    assert engine.wait(MediaChanged).early_media
    peer.reply(invite, 200, to=leg.ours, body=answer)
    leg.wait_request("ACK")
    state(engine, "out", "confirmed")
    assert not [event for event in engine.events if isinstance(event, MediaChanged)][-1].early_media


def test_early_media_and_then_a_refusal(engine: EngineDriver, peer: SipPeer) -> None:
    invite = dial(engine, peer)
    leg = peer.dialog_of(invite)
    peer.reply(invite, 183, to=leg.ours, body=audio_offer(MEDIA_PORT, "0 101"))
    assert engine.wait(MediaChanged).early_media
    peer.reply(invite, 404, 'Reason: Q.850;cause=1;text="Unallocated"', to=leg.ours)
    ended = state(engine, "out", "terminated")
    assert (ended.cause, ended.q850_cause) == (FailureCause.NOT_FOUND, 1)


def test_a_reliable_183_is_acknowledged(engine: EngineDriver, peer: SipPeer) -> None:
    invite = dial(engine, peer)
    assert "100rel" in invite.header("Supported")
    leg = peer.dialog_of(invite)
    answer = audio_offer(MEDIA_PORT, "0 101")
    peer.reply(invite, 183, "Require: 100rel", "RSeq: 7", to=leg.ours, body=answer)
    prack = leg.wait_request("PRACK")
    assert prack.header("RAck").split()[0] == "7"
    peer.reply(prack, 200)
    assert engine.wait(MediaChanged).early_media
    peer.reply(invite, 200, to=leg.ours)
    leg.wait_request("ACK")
    state(engine, "out", "confirmed")
    leg.cseq = 1
    assert is_usable(engine, leg)


def test_a_caller_who_requires_reliable_ringing(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = peer.invite("Require: 100rel", "Supported: 100rel")
    ringing = peer.wait_answer(dialog, 180)
    assert "100rel" in ringing.header("Require")
    prack = dialog.request("PRACK", f"RAck: {ringing.header('RSeq')} 1 INVITE")
    assert dialog.final(prack).status_code == 200
    key = engine.wait(CallCreated).key
    engine.send(Answer(key=key))
    peer.wait_answer(dialog, 200)
    state(engine, key, "confirmed")
    assert is_usable(engine, dialog, key)


# -- the same INVITE twice -------------------------------------------------------------------------


def test_a_retransmission_is_not_a_second_call(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = peer.invite()
    peer.wait_answer(dialog, 180)
    for _ in range(5):
        peer.send_again(dialog.invite)
    assert peer.is_silent(lambda m: m.status_code > 200, 0.5)
    assert sum(isinstance(event, CallCreated) for event in engine.events) == 1


def test_an_invite_that_came_two_ways_rings_once(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = peer.invite()
    peer.wait_answer(dialog, 180)
    again = peer.request(
        "INVITE",
        body=dialog.invite.body,
        call_id=dialog.call_id,
        from_=dialog.ours,
        to=dialog.invite.header("To"),
        cseq=1,
    )
    assert peer.final(again).status_code == 482
    assert sum(isinstance(event, CallCreated) for event in engine.events) == 1
    key = engine.wait(CallCreated).key
    engine.send(Answer(key=key))
    peer.wait_answer(dialog, 200)
    state(engine, key, "confirmed")


# -- session timers --------------------------------------------------------------------------------


def test_a_session_interval_too_small_is_asked_again(engine: EngineDriver, peer: SipPeer) -> None:
    invite = dial(engine, peer)
    assert "timer" in invite.header("Supported")
    peer.reply(invite, 422, "Min-SE: 3600", to=peer.new_tag(invite))
    again = peer.wait_invite("2001")
    assert int(again.header("Session-Expires").split(";")[0]) >= 3600
    dialog = peer.take_call(again)
    state(engine, "out", "confirmed")
    assert is_usable(engine, dialog)


def test_a_session_they_want_too_short_is_refused(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = peer.invite("Supported: timer", "Session-Expires: 30")
    assert peer.wait_answer(dialog, 422).header("Min-SE") == "90"
    assert is_well(engine)  # every event before it was told
    assert not any(isinstance(event, CallCreated) for event in engine.events)


@pytest.mark.timeout(150)
def test_sessions_are_refreshed_and_expire(engine: EngineDriver, peer: SipPeer) -> None:
    """Ours to refresh: after half of 90 s. Theirs, and they do not: ended after two thirds of it."""
    _, refreshed = be_called(engine, peer, "Supported: timer", "Session-Expires: 90;refresher=uas")
    key, expiring = be_called(engine, peer, "Supported: timer", "Session-Expires: 90;refresher=uac")
    refresh = peer.wait(
        lambda m: (
            (is_request(m, "UPDATE") or is_request(m, "INVITE")) and m.header("Call-ID") == refreshed.call_id
        ),
        "refresh",
        60.0,
    )
    assert refresh.header("Session-Expires").startswith("90")
    peer.reply(refresh, 200, "Session-Expires: 90;refresher=uac", "Require: timer", body=refresh.body)
    bye = expiring.wait_request("BYE", 40.0)
    peer.reply(bye, 200)
    ended = state(engine, key, "terminated")
    assert ended.reason is TerminatedReason.TIMEOUT
    assert bye.header("Call-ID") == expiring.call_id


def hangs_up(dialog: PeerDialog) -> bool:
    return dialog.final(dialog.request("BYE")).status_code == 200


def test_a_bye_while_a_hold_is_under_way(engine: EngineDriver, peer: SipPeer) -> None:
    dialog = talk(engine, peer)
    engine.send(SetHold(key="out", held=True))
    request = dialog.wait_request("INVITE")
    assert hangs_up(dialog)
    peer.reply(request, 481)
    assert state(engine, "out", "terminated").reason is TerminatedReason.REMOTE_BYE
    assert is_well(engine)
