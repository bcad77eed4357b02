"""A far side whose packets stay away: told after 5 s, ended after the user's limit, left alone on hold."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import pytest

from softphone.domain.call import TerminatedReason
from softphone.domain.commands import MakeCall
from softphone.domain.errors import FailureCause
from softphone.domain.events import AudioMeasured, CallStateChanged, MediaSilent
from tests.helpers.engine_calls import state
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.raw_sip_agent import audio_offer
from tests.helpers.rtp_voice import RtpVoice
from tests.helpers.sip_peer import PeerDialog, SipPeer, is_request
from tests.helpers.waiting import wait_for

SILENT_S = 5.0


@pytest.fixture
def voice() -> Iterator[RtpVoice]:
    with RtpVoice() as opened:
        yield opened


def talk(engine: EngineDriver, peer: SipPeer, voice: RtpVoice, direction: str = "sendrecv") -> PeerDialog:
    engine.send(MakeCall(key="out", account_key="main", uri=peer.uri("2001")))
    invite = peer.wait_invite("2001")
    voice.meet(invite)
    dialog = peer.take_call(invite, body=audio_offer(voice.port, "0 101", direction))
    state(engine, "out", "confirmed")
    return dialog


def test_silence_is_told_and_so_is_its_end(
    start_engine: Callable[..., EngineDriver], peer: SipPeer, voice: RtpVoice
) -> None:
    engine = start_engine()
    talk(engine, peer, voice)
    voice.say(440.0, 0.5)
    began_s = time.monotonic()
    assert engine.wait(MediaSilent, timeout_s=20.0).silent
    assert time.monotonic() - began_s >= SILENT_S - 1.5
    mark = len(engine.events)
    voice.say(440.0, 0.5)
    assert not engine.wait(MediaSilent, since=mark).silent


def test_a_call_without_their_packets_is_ended(
    start_engine: Callable[..., EngineDriver], peer: SipPeer, voice: RtpVoice
) -> None:
    engine = start_engine(rtp_timeout_s=7.0)
    dialog = talk(engine, peer, voice)
    voice.say(440.0, 0.5)
    bye = peer.wait(lambda m: is_request(m, "BYE"), "BYE", 25.0)
    assert bye.header("Call-ID") == dialog.call_id
    peer.reply(bye, 200)
    ended = state(engine, "out", "terminated")
    assert (ended.reason, ended.cause) == (TerminatedReason.TIMEOUT, FailureCause.MEDIA_TIMEOUT)
    assert [event.silent for event in engine.events if isinstance(event, MediaSilent)] == [True]


def test_nobody_is_silent_who_holds(
    start_engine: Callable[..., EngineDriver], peer: SipPeer, voice: RtpVoice
) -> None:
    engine = start_engine(rtp_timeout_s=3.0)
    talk(engine, peer, voice, "inactive")
    mark = len(engine.events)
    wait_for(lambda: len(measured(engine, mark)) == 5, 25.0, what="eight seconds of measuring")
    assert not [event for event in engine.events[mark:] if isinstance(event, MediaSilent | CallStateChanged)]


def measured(engine: EngineDriver, mark: int) -> list[AudioMeasured]:
    """What comes every 2 s while there is a call."""
    return [event for event in engine.events[mark:] if isinstance(event, AudioMeasured)]
