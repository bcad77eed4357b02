"""Digits by every method, by what a far side written by hand receives: sound, events, nothing lost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from softphone.domain.commands import MakeCall, SendDtmf, SetHold
from softphone.domain.dtmf import DIGITS, DtmfMethod
from softphone.domain.errors import FailureCause
from softphone.domain.events import CommandFailed, DtmfSent, MediaChanged
from tests.helpers import engine_sound, tones
from tests.helpers.dtmf_detector import Digit, digits_in
from tests.helpers.engine_calls import state
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.raw_sip_agent import audio_offer
from tests.helpers.rtp_voice import RATE_HZ, RtpVoice
from tests.helpers.sip_peer import PeerDialog, SipPeer
from tests.helpers.waiting import wait_for

OURS_HZ = 440.0


@pytest.fixture
def voice() -> Iterator[RtpVoice]:
    with RtpVoice() as opened:
        yield opened


@pytest.fixture
def engine(start_engine: Callable[..., EngineDriver], tmp_path: Path) -> EngineDriver:
    """An engine whose microphone says a tone of its own."""
    says = tones.write_wav(tmp_path / "says.wav", tones.tone(OURS_HZ, 60.0, level_dbfs=-15.0))
    return start_engine(play_path=says, processing=False)


def talk(engine: EngineDriver, peer: SipPeer, voice: RtpVoice, *, events: bool) -> PeerDialog:
    """A confirmed call in PCMU, with telephone-event or without."""
    body = audio_offer(voice.port, "0 101" if events else "0")
    if not events:
        body = "".join(line for line in body.splitlines(keepends=True) if ":101" not in line)
    engine.send(MakeCall(key="out", account_key="main", uri=peer.uri("2001")))
    invite = peer.wait_invite("2001")
    voice.meet(invite)
    dialog = peer.take_call(invite, body=body)
    state(engine, "out", "confirmed")
    voice.wait_heard(OURS_HZ)
    return dialog


def dial(engine: EngineDriver, digits: str, method: DtmfMethod) -> None:
    """Send digits and wait until the last was told."""
    mark = engine.send(SendDtmf(key="out", digits=digits, method=method))
    wait_for(lambda: told(engine, mark) == digits, 20.0, what=f"DtmfSent of {digits}")


def told(engine: EngineDriver, mark: int) -> str:
    return "".join(event.digits for event in engine.events[mark:] if isinstance(event, DtmfSent))


def heard_digits(voice: RtpVoice, since: int = 0) -> list[Digit]:
    return digits_in(np.array(voice.sound()[since:], dtype=np.float32) / 32768, RATE_HZ)


def wait_digits(voice: RtpVoice, digits: str, since: int = 0) -> list[Digit]:
    """Until exactly these digits were heard."""

    def look() -> list[Digit]:
        found, total_s = heard_digits(voice, since), (voice.mark() - since) / RATE_HZ
        is_over = bool(found) and total_s > sum(found[-1][1:]) + 0.1
        return found if is_over and "".join(digit for digit, _, _ in found) == digits else []

    return wait_for(look, 10.0, what=f"{digits} as sound")


def test_in_band_digits_are_heard_in_the_microphones_place(
    engine: EngineDriver, peer: SipPeer, voice: RtpVoice
) -> None:
    talk(engine, peer, voice, events=True)
    mark = voice.mark()
    dial(engine, DIGITS, DtmfMethod.IN_BAND)
    found = wait_digits(voice, DIGITS, mark)
    assert all(0.08 <= length_s <= 0.16 for _, _, length_s in found), [
        one for one in found if not 0.08 <= one[2] <= 0.16
    ]
    sound = np.array(voice.sound()[mark:], dtype=np.float32) / 32768
    for digit, start_s, length_s in found[1:]:
        inside = sound[int((start_s + 0.02) * RATE_HZ) : int((start_s + length_s - 0.02) * RATE_HZ)]
        # −10 dBm0 for both tones together; full scale of a sine is +3.17 dBm0 in μ-law.
        assert tones.level_dbfs(inside) == pytest.approx(-13.2 - 3.0, abs=2.0), digit
        assert tones.tone_level_dbfs(inside, RATE_HZ, OURS_HZ) < -30.0
    assert voice.digits() == []
    voice.wait_heard(OURS_HZ, voice.mark())


def test_automatic_is_an_event_where_they_agreed_to_it(
    engine: EngineDriver, peer: SipPeer, voice: RtpVoice
) -> None:
    talk(engine, peer, voice, events=True)
    dial(engine, DIGITS, DtmfMethod.AUTO)
    wait_for(lambda: "".join(voice.digits()) == DIGITS, 5.0, what=f"events {DIGITS}, not {voice.digits()}")
    assert heard_digits(voice) == []


def test_automatic_is_sound_where_they_did_not(engine: EngineDriver, peer: SipPeer, voice: RtpVoice) -> None:
    talk(engine, peer, voice, events=False)
    dial(engine, "0120#", DtmfMethod.AUTO)
    wait_digits(voice, "0120#")
    assert voice.digits() == []


def test_events_nobody_agreed_to_are_told(engine: EngineDriver, peer: SipPeer, voice: RtpVoice) -> None:
    talk(engine, peer, voice, events=False)
    mark = engine.send(SendDtmf(key="out", digits="1", method=DtmfMethod.TELEPHONE_EVENT))
    failed = engine.wait(CommandFailed, since=mark)
    assert (failed.command, failed.cause) == ("SendDtmf", FailureCause.NOT_SUPPORTED), failed


def test_a_comma_waits_two_seconds(engine: EngineDriver, peer: SipPeer, voice: RtpVoice) -> None:
    talk(engine, peer, voice, events=True)
    mark = voice.mark()
    dial(engine, "1,2", DtmfMethod.IN_BAND)
    one, two = wait_digits(voice, "12", mark)
    assert 1.9 <= two[1] - sum(one[1:]) <= 3.5
    between = voice.sound()[mark + int((sum(one[1:]) + 0.3) * RATE_HZ) : mark + int(two[1] * RATE_HZ)]
    spoken = np.array(between, dtype=np.float32) / 32768
    assert tones.tone_level_dbfs(spoken[: RATE_HZ // 2], RATE_HZ, OURS_HZ) > -26.0  # the microphone is back


def test_in_band_digits_after_a_hold(engine: EngineDriver, peer: SipPeer, voice: RtpVoice) -> None:
    dialog = talk(engine, peer, voice, events=True)
    dial(engine, "1", DtmfMethod.IN_BAND)
    for held in (True, False):
        mark = engine.send(SetHold(key="out", held=held))
        invite = dialog.wait_request("INVITE")
        direction = "recvonly" if held else "sendrecv"
        peer.reply(invite, 200, body=audio_offer(voice.port, "0 101", direction, 2), to=dialog.ours)
        dialog.wait_request("ACK")
        engine.wait(MediaChanged, since=mark)
    since = voice.mark()
    voice.wait_heard(OURS_HZ, since)
    dial(engine, "2", DtmfMethod.IN_BAND)
    wait_digits(voice, "2", since)


@pytest.mark.cell("DTMF in-band")
def test_in_band_digits_go_through_each_server(
    tmp_path: Path, stack: ExitStack, server: RegistrarProcess | Kamailio
) -> None:
    ours, theirs = (
        engine_sound.start_engine(tmp_path, stack, user, server.port) for user in ("1000", "1001")
    )
    key = engine_sound.connect(ours, theirs, "1001", server.port, "out")
    engine_sound.wait_media(theirs, key)
    dial(ours, DIGITS, DtmfMethod.IN_BAND)
    wait_for(
        lambda: "".join(digit for digit, _, _ in digits_in(*tones.read_wav(theirs.record_path))) == DIGITS,
        10.0,
        what=f"{DIGITS} in what the called phone heard",
    )
