"""What baresip shows without being told to: who calls, where a 302 leads, what it hears, that it hangs."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import MakeCall, Redirect, SendDtmf, SetConference
from softphone.domain.dtmf import DIGITS, DtmfMethod
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    CallCreated,
    CallStateChanged,
    ConferenceChanged,
    MediaSilent,
)
from softphone.domain.settings import AutoAnswer, CallSettings, Settings
from tests.helpers import tones
from tests.helpers.baresip import SAMPLE_RATE_HZ as BARESIP_HZ
from tests.helpers.baresip import Baresip
from tests.helpers.dtmf_detector import digits_in
from tests.helpers.engine_calls import state
from tests.helpers.engine_sound import dial, levels_dbfs, start_engine
from tests.helpers.kamailio import Kamailio
from tests.helpers.sipp_engine import wait_heard
from tests.helpers.waiting import wait_for
from tests.helpers.whole_phone import WholePhone
from tests.interop.conftest import A_HZ, B_HZ

StartBaresip = Callable[..., Baresip]
US = "1000"


@pytest.mark.cell("auto-answer", "baresip")
def test_baresip_is_answered_by_itself(
    tmp_path: Path, stack: ExitStack, kamailio: Kamailio, baresip: StartBaresip
) -> None:
    settings = Settings(calls=CallSettings(auto_answer=AutoAnswer(active=True, callers=("11*",))))
    says = tones.beeps(A_HZ, 30.0)
    phone = stack.enter_context(WholePhone(tmp_path, US, kamailio.port, settings, says=says))
    peer = baresip("1100", server=kamailio)
    peer.dial(f"sip:{US}@{kamailio.server}")
    phone.wait_call(lambda call: call.state is CallState.CONFIRMED and call.remote.number == "1100")
    wait_for(lambda: heard_s(peer, A_HZ) >= 0.6, 12.0, what="us at baresip")


def heard_s(peer: Baresip, frequency_hz: float) -> float:
    """The most baresip has heard of a tone in one call."""
    paths = [path for path in peer.recordings("dec") if path.stat().st_size > 44]
    return max((tones.heard_s(path, frequency_hz) for path in paths), default=0.0)


@pytest.mark.cell("caller identity", "baresip")
@pytest.mark.parametrize(("anonymous", "shown"), [(False, US), (True, "anonymous@anonymous.invalid")])
def test_baresip_reads_who_calls(
    tmp_path: Path, stack: ExitStack, kamailio: Kamailio, baresip: StartBaresip, anonymous: bool, shown: str
) -> None:
    engine = start_engine(tmp_path, stack, US, kamailio.port)
    peer = baresip("1100", server=kamailio, answer_mode="manual")
    uri = f"sip:1100@{kamailio.server}"
    engine.send(MakeCall(key="out", account_key="main", uri=uri, anonymous=anonymous))
    assert shown in peer.wait_event("CALL_INCOMING")["peeruri"]
    peer.hangup()
    state(engine, "out", "terminated")
    peer.dial(f"sip:{US}@{kamailio.server}")
    created = engine.wait(CallCreated, lambda event: event.key != "out")
    assert created.remote.number == "1100"


@pytest.mark.cell("redirecting a caller", "baresip")
def test_baresip_goes_where_it_is_sent(
    tmp_path: Path, stack: ExitStack, kamailio: Kamailio, baresip: StartBaresip
) -> None:
    engine = start_engine(tmp_path, stack, US, kamailio.port)
    peer, other = baresip("1100", server=kamailio), baresip("1101", server=kamailio)
    peer.dial(f"sip:{US}@{kamailio.server}")
    key = engine.wait(CallCreated).key
    engine.send(Redirect(key=key, targets=(f"sip:1101@{kamailio.server}",)))
    assert state(engine, key, "terminated").status_code == 302
    assert "1100" in other.wait_event("CALL_ESTABLISHED")["peeruri"]
    peer.wait_event("CALL_ESTABLISHED")
    wait_for(lambda: heard_s(other, B_HZ) >= 0.6, 12.0, what="one baresip at the other")


@pytest.mark.cell("DTMF in-band", "baresip")
def test_digits_as_sound_are_in_what_baresip_hears(
    tmp_path: Path, stack: ExitStack, kamailio: Kamailio, baresip: StartBaresip
) -> None:
    engine = start_engine(tmp_path, stack, US, kamailio.port)
    peer = baresip("1100", server=kamailio, codecs=["PCMU"])  # its G.722 is 6 dB off
    dial(engine, "1100", kamailio.port, "out")
    wait_heard(engine, B_HZ, 0.4)
    engine.send(SendDtmf(key="out", digits=DIGITS, method=DtmfMethod.IN_BAND))
    path = peer.recordings("dec")[-1]
    wait_for(lambda: digits_at(path) == DIGITS, 12.0, what=f"{DIGITS} in what baresip heard")
    assert peer.received_digits() == ""


def digits_at(path: Path) -> str:
    """The digits in a recording of baresip's, as sound."""
    samples, rate_hz = tones.read_wav(path)
    narrow = tones.resample(samples, rate_hz, tones.RATE_HZ)
    return "".join(digit for digit, _, _ in digits_in(narrow, tones.RATE_HZ))


@pytest.mark.cell("conference of four", "baresip")
def test_three_baresips_and_we_hear_each_other(
    tmp_path: Path, stack: ExitStack, kamailio: Kamailio, baresip: StartBaresip
) -> None:
    ours_hz, theirs_hz = 440.0, {"1100": 700.0, "1101": 1000.0, "1102": 1700.0}
    says = tones.tone(ours_hz, 60.0, level_dbfs=-20.0)
    engine = start_engine(tmp_path, stack, US, kamailio.port, says=says)
    peers = {}
    for number, frequency_hz in theirs_hz.items():
        tone = tones.tone(frequency_hz, 30.0, BARESIP_HZ, level_dbfs=-20.0)
        path = tones.write_wav(tmp_path / f"{number}-says.wav", tone, BARESIP_HZ)
        peers[number] = baresip(number, server=kamailio, play_path=path, codecs=["PCMU"])
        dial(engine, number, kamailio.port, number)
    engine.send(SetConference(keys=tuple(theirs_hz)))
    engine.wait(ConferenceChanged, lambda event: len(event.keys) == 3)
    every_hz = {US: ours_hz, **theirs_hz}
    paths = {US: engine.record_path, **{number: peer.recordings("dec")[-1] for number, peer in peers.items()}}
    for who, path in paths.items():
        others = {frequency_hz for number, frequency_hz in every_hz.items() if number != who}
        wait_for(
            lambda path=path, others=others: tones_at_the_end(path, tuple(every_hz.values())) == others,
            15.0,
            what=f"{others} Hz at {who}",
        )


def tones_at_the_end(path: Path, frequencies_hz: tuple[float, ...]) -> set[float]:
    """Which tones are in the last second of a file that grows; none before there are two."""
    samples, rate_hz = tones.read_wav(path)
    if len(samples) < 2 * rate_hz:
        return set()
    last = tones.resample(samples[-rate_hz:], rate_hz, tones.RATE_HZ)
    levels = levels_dbfs(last, frequencies_hz)
    return {hz for hz, level in zip(frequencies_hz, levels, strict=True) if level > -40.0}


@pytest.mark.cell("RTP timeout", "baresip")
def test_a_baresip_that_hangs(
    tmp_path: Path, stack: ExitStack, kamailio: Kamailio, baresip: StartBaresip
) -> None:
    engine = start_engine(tmp_path, stack, US, kamailio.port, rtp_timeout_s=5.5)
    peer = baresip("1100", server=kamailio)
    dial(engine, "1100", kamailio.port, "out")
    wait_heard(engine, B_HZ, 0.4)
    os.kill(peer.pid, signal.SIGSTOP)
    try:
        assert engine.wait(MediaSilent, timeout_s=15.0).silent
        ended = engine.wait(CallStateChanged, lambda event: event.reason is not None, timeout_s=15.0)
    finally:
        os.kill(peer.pid, signal.SIGCONT)
    assert (ended.reason, ended.cause) == (TerminatedReason.TIMEOUT, FailureCause.MEDIA_TIMEOUT)
    peer.wait_event("CALL_CLOSED")
