"""What a dialog goes through on its way through each server: one of our phones and a scripted far side.

1000 is ours; 1002 is the far side, registered too, with a voice of its own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.domain.call import TerminatedReason
from softphone.domain.commands import Answer, MakeCall, SetHold
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, CallStateChanged, MediaChanged
from softphone.domain.media import MediaDirection
from tests.helpers import tones
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.engine_sound import heard_from_now, levels_dbfs, start_engine, state
from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer
from tests.helpers.rtp_voice import RtpVoice
from tests.helpers.sip_peer import tag_of
from tests.interop.conftest import A_HZ, B_HZ, Server

LIMIT_S = 15.0
PRESENT_DBFS, ABSENT_DBFS = -26.0, -45.0
PCMU = "0 101"


@pytest.fixture
def start_ours(tmp_path: Path, stack: ExitStack, server: Server) -> Callable[..., EngineDriver]:
    """Our phone, 1000, which says ``A_HZ``, with changes to its configuration."""

    def start(**configuration: object) -> EngineDriver:
        says = tones.tone(A_HZ, 60.0, level_dbfs=-15.0)
        return start_engine(tmp_path, stack, "1000", server.port, says=says, **configuration)

    return start


@pytest.fixture
def ours(start_ours: Callable[..., EngineDriver]) -> EngineDriver:
    """Our phone as it comes."""
    return start_ours()


@pytest.fixture
def start_far(stack: ExitStack, server: Server) -> Callable[[], RawSipAgent]:
    """One more phone of 1002, registered."""

    def start() -> RawSipAgent:
        agent = stack.enter_context(RawSipAgent("1002", server.port))
        assert agent.register().status_code == 200
        return agent

    return start


@pytest.fixture
def far(start_far: Callable[[], RawSipAgent]) -> RawSipAgent:
    """The far side."""
    return start_far()


@pytest.fixture
def voice() -> Iterator[RtpVoice]:
    """What the far side says and hears."""
    with RtpVoice() as opened:
        yield opened


def dial(ours: EngineDriver, server: Server) -> None:
    ours.send(MakeCall(key="out", account_key="main", uri=f"sip:1002@{server.server}"))


def answer(far: RawSipAgent, invite: RawMessage, voice: RtpVoice) -> None:
    """Take the call with 200; the far side speaks from now on."""
    voice.meet(invite)
    far.reply(invite, 200, body=audio_offer(voice.port, PCMU))
    far.wait_request("ACK")
    voice.speak(B_HZ)


def talk(ours: EngineDriver, far: RawSipAgent, voice: RtpVoice, server: Server) -> RawMessage:
    """A call of ours that the far side took; returns its INVITE."""
    dial(ours, server)
    invite = far.wait_request("INVITE", LIMIT_S)
    answer(far, invite, voice)
    state(ours, "out", "confirmed")
    return invite


def assert_talk(ours: EngineDriver, voice: RtpVoice) -> None:
    """Both hear each other now."""
    mark = voice.mark()
    [heard] = heard_from_now([ours], 0.6)
    assert levels_dbfs(heard, (B_HZ,))[0] > PRESENT_DBFS
    voice.wait_heard(A_HZ, mark)


def media(ours: EngineDriver, since: int, accept: Callable[[MediaChanged], bool]) -> MediaChanged:
    return ours.wait(MediaChanged, accept, since=since, timeout_s=LIMIT_S)


@pytest.mark.cell("early media")
def test_the_far_side_is_heard_before_it_answers(
    ours: EngineDriver, far: RawSipAgent, voice: RtpVoice, server: Server
) -> None:
    dial(ours, server)
    invite = far.wait_request("INVITE", LIMIT_S)
    voice.meet(invite)
    sdp = audio_offer(voice.port, PCMU)
    far.reply(invite, 183, body=sdp)
    voice.speak(B_HZ)
    assert media(ours, 0, lambda event: event.early_media).codec == "PCMU"
    [heard] = heard_from_now([ours], 0.6)
    assert levels_dbfs(heard, (B_HZ,))[0] > PRESENT_DBFS
    assert not any(event.state.value == "confirmed" for event in moves(ours))
    far.reply(invite, 200, body=sdp)
    far.wait_request("ACK")
    state(ours, "out", "confirmed")
    assert_talk(ours, voice)
    ours.wait_messages("RX 183/INVITE", "RX 200/INVITE", "TX ACK")


@pytest.mark.cell("100rel")
def test_a_reliable_183_is_acknowledged_and_heard(
    ours: EngineDriver, far: RawSipAgent, voice: RtpVoice, server: Server
) -> None:
    dial(ours, server)
    invite = far.wait_request("INVITE", LIMIT_S)
    assert "100rel" in invite.header("Supported")
    voice.meet(invite)
    reliable = ("Require: 100rel", "RSeq: 7")
    far.reply(invite, 183, body=audio_offer(voice.port, PCMU), headers=reliable)
    prack = far.wait_request("PRACK")
    assert prack.header("RAck").split() == ["7", *invite.header("CSeq").split()]
    far.reply(prack, 200)
    voice.speak(B_HZ)
    media(ours, 0, lambda event: event.early_media)
    assert_talk(ours, voice)
    far.reply(invite, 200)
    far.wait_request("ACK")
    state(ours, "out", "confirmed")
    ours.wait_messages("RX 183/INVITE", "TX PRACK", "RX 200/PRACK", "RX 200/INVITE", "TX ACK")


@pytest.mark.cell("late offer")
def test_a_call_without_an_offer(ours: EngineDriver, far: RawSipAgent, voice: RtpVoice) -> None:
    invite = far.invite("1000")
    ours.send(Answer(key=ours.wait(CallCreated).key))
    offer = far.wait_final(invite)
    assert "m=audio" in offer.body
    far.send(far.ack_of(invite, offer, body=audio_offer(voice.port, PCMU)))
    voice.meet(offer)
    voice.speak(B_HZ)
    assert media(ours, 0, lambda event: bool(event.codec)).codec == "PCMU"
    assert_talk(ours, voice)


@pytest.mark.cell("UPDATE")
def test_the_far_side_holds_by_update(
    ours: EngineDriver, far: RawSipAgent, voice: RtpVoice, server: Server
) -> None:
    invite = talk(ours, far, voice, server)
    for version, direction in ((2, MediaDirection.SENDONLY), (3, MediaDirection.SENDRECV)):
        mark = len(ours.events)
        body = audio_offer(voice.port, PCMU, direction.value, version)
        update = far.from_callee("UPDATE", invite, body=body)
        assert far.wait_final(update).status_code == 200
        assert media(ours, mark, lambda _: True).remote_media is direction
    assert_talk(ours, voice)


@pytest.mark.cell("session timer")
def test_a_session_timer_is_agreed_and_refreshed(
    ours: EngineDriver, far: RawSipAgent, voice: RtpVoice
) -> None:
    """RFC 4028: too short is refused with the shortest; then the caller refreshes."""
    body = audio_offer(voice.port, PCMU)
    refused = far.wait_final(far.invite("1000", body=body, headers=timer(30)), LIMIT_S)
    assert (refused.status_code, refused.header("Min-SE")) == (422, "90")
    invite = far.invite("1000", body=body, headers=timer(90, "uac"))
    ours.send(Answer(key=ours.wait(CallCreated).key))
    taken = far.wait_final(invite)
    far.send(far.ack_of(invite, taken))
    assert taken.header("Session-Expires").replace(" ", "") == "90;refresher=uac"
    voice.meet(taken)
    voice.speak(B_HZ)
    refresh = far.in_dialog("UPDATE", invite, taken, headers=timer(90, "uac"))
    refreshed = far.wait_final(refresh)
    assert (refreshed.status_code, refreshed.header("Session-Expires")[:2]) == (200, "90")
    assert_talk(ours, voice)


def timer(interval_s: int, refresher: str = "") -> tuple[str, ...]:
    who = f";refresher={refresher}" if refresher else ""
    return ("Supported: timer", f"Session-Expires: {interval_s}{who}")


@pytest.mark.cell("re-INVITE glare")
def test_a_hold_that_meets_theirs_is_tried_again(
    ours: EngineDriver, far: RawSipAgent, voice: RtpVoice, server: Server
) -> None:
    invite = talk(ours, far, voice, server)
    mark = ours.send(SetHold(key="out", held=True))
    hold = far.wait_request("INVITE", after=invite)
    theirs = far.from_callee("INVITE", invite, body=audio_offer(voice.port, PCMU, "sendonly", 2))
    assert far.wait_final(theirs).status_code == 491
    far.reply(hold, 491)
    far.wait_request("ACK")
    again = far.wait_request("INVITE", LIMIT_S, after=hold)
    assert "a=sendonly" in again.body
    far.reply(again, 200, body=audio_offer(voice.port, PCMU, "recvonly", 2))
    far.wait_request("ACK")
    assert media(ours, mark, lambda event: event.local_media.holds)
    ours.wait_messages("TX INVITE", "TX 491/INVITE", "RX 491/INVITE", "TX INVITE", "RX 200/INVITE", "TX ACK")


@pytest.mark.cell("forked answers")
def test_of_two_phones_that_answer_the_first_is_left(
    ours: EngineDriver, start_far: Callable[[], RawSipAgent], voice: RtpVoice, server: Server
) -> None:
    """The server rings both phones of 1002; the answer of the second crosses the server's CANCEL."""
    first, second = start_far(), start_far()
    dial(ours, server)
    at_first, at_second = (leg.wait_request("INVITE", LIMIT_S) for leg in (first, second))
    first.reply(at_first, 180)
    second.reply(at_second, 180)
    state(ours, "out", "early")
    answer(first, at_first, voice)
    state(ours, "out", "confirmed")
    second.reply(second.wait_request("CANCEL"), 200)
    second.reply(at_second, 200, body=audio_offer(voice.port, PCMU))
    assert tag_of(second.wait_request("ACK").header("To")) == second.tag
    bye = second.wait_request("BYE")
    assert tag_of(bye.header("To")) == second.tag
    second.reply(bye, 200)
    assert sum(isinstance(event, CallCreated) for event in ours.events) == 1
    assert_talk(ours, voice)


@pytest.mark.cell("488 fall-back")
def test_other_codecs_are_tried_where_ours_are_refused(
    ours: EngineDriver, far: RawSipAgent, voice: RtpVoice, server: Server
) -> None:
    dial(ours, server)
    first = far.wait_request("INVITE", LIMIT_S)
    assert "G722" in first.body
    far.reply(first, 488)
    far.wait_request("ACK")
    second = far.wait_request("INVITE", LIMIT_S, after=first)
    assert "G722" not in second.body
    answer(far, second, voice)
    state(ours, "out", "confirmed")
    assert_talk(ours, voice)
    ours.wait_messages("TX INVITE", "RX 488/INVITE", "TX ACK", "TX INVITE", "RX 200/INVITE", "TX ACK")


@pytest.mark.cell("RTP timeout")
def test_a_far_side_that_falls_silent_is_let_go(
    start_ours: Callable[..., EngineDriver], far: RawSipAgent, server: Server
) -> None:
    ours = start_ours(rtp_timeout_s=2.0)
    with RtpVoice() as voice:
        talk(ours, far, voice, server)
        assert_talk(ours, voice)
    far.reply(far.wait_request("BYE", LIMIT_S), 200)
    ended = state(ours, "out", "terminated")
    assert (ended.reason, ended.cause) == (TerminatedReason.TIMEOUT, FailureCause.MEDIA_TIMEOUT)


def moves(ours: EngineDriver) -> list[CallStateChanged]:
    return [event for event in ours.events if isinstance(event, CallStateChanged)]
