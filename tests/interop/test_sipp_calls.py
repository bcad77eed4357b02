"""SIPp as the far side of one call: it is the registrar and the called phone, or calls the engine itself.

SIPp ends with 0 only where every message came in its turn and said what the scenario looks for.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from softphone.domain.call import TerminatedReason
from softphone.domain.commands import FollowRedirect, SendDtmf, SetHold
from softphone.domain.dtmf import DIGITS, DtmfMethod
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    CallCreated,
    CallStateChanged,
    DtmfReceived,
    MediaChanged,
    MediaSilent,
    RedirectOffered,
)
from softphone.domain.media import MediaDirection
from tests.helpers import tones
from tests.helpers.dtmf_detector import digits_in
from tests.helpers.engine_calls import state
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.sipp import SippUas
from tests.helpers.sipp_engine import (
    HEARD_LIMIT_S,
    assert_in_words,
    hang_up,
    media,
    sound_s,
    wait_heard,
    wait_heard_more,
)
from tests.helpers.waiting import wait_for
from tests.interop.conftest import A_HZ, B_HZ

DialSipp = Callable[..., tuple[EngineDriver, SippUas]]


# -- answered, refused, given up -------------------------------------------------------------------


@pytest.mark.cell("answer", "sipp")
def test_sipp_answers_and_gives_back_what_we_say(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_echo")
    state(engine, "out", "early")
    state(engine, "out", "confirmed")
    wait_heard(engine, A_HZ)
    assert hang_up(engine, sipp).reason is TerminatedReason.LOCAL_BYE


@pytest.mark.cell("busy", "sipp")
@pytest.mark.cell("failure in words", "sipp")
@pytest.mark.parametrize(
    ("status", "cause"),
    [
        ("486 Busy Here", FailureCause.BUSY),
        ("603 Decline", FailureCause.DECLINED),
        ("404 Not Found", FailureCause.NOT_FOUND),
        ("503 Service Unavailable", FailureCause.CONGESTION),
    ],
)
def test_sipp_refuses(dial_sipp: DialSipp, status: str, cause: FailureCause) -> None:
    """What the engine tells has its sentence in both languages."""
    engine, sipp = dial_sipp("uas_final", STATUS=status, HEADER="Server: sipp")
    ended = state(engine, "out", "terminated")
    assert (ended.reason, ended.cause) == (TerminatedReason.REJECTED, cause)
    assert_in_words(ended, int(status.split()[0]))
    assert sipp.wait_exit() == 0, sipp.log_tail()


@pytest.mark.cell("cancel", "sipp")
def test_we_cancel_a_call_to_sipp(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_cancelled")
    state(engine, "out", "early")
    assert hang_up(engine, sipp).reason is TerminatedReason.CANCELLED


# -- sound -----------------------------------------------------------------------------------------


@pytest.mark.cell("early media", "sipp")
def test_sipp_speaks_before_it_answers(dial_sipp: DialSipp, tmp_path: Path) -> None:
    engine, sipp = dial_sipp("uas_early_media")
    assert engine.wait(MediaChanged).early_media
    mark = len(engine.events)
    state(engine, "out", "confirmed")
    early_s = sound_s(engine)
    assert not media(engine, lambda event: not event.early_media, mark).early_media
    wait_heard(engine, B_HZ, 2.0)
    hang_up(engine, sipp)
    samples, rate_hz = tones.read_wav(engine.record_path)
    early = tones.write_wav(tmp_path / "early.wav", samples[: int(early_s * rate_hz)], rate_hz)
    assert tones.heard_s(early, B_HZ) >= 0.5


@pytest.mark.cell("hold and resume", "sipp")
def test_we_hold_sipp_and_resume(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_held")
    state(engine, "out", "confirmed")
    wait_heard(engine, A_HZ, 1.4)
    mark = engine.send(SetHold(key="out", held=True))
    media(engine, lambda event: event.local_media is MediaDirection.SENDONLY, mark)
    quiet_from_s = sound_s(engine)
    wait_for(lambda: sound_s(engine) >= quiet_from_s + 1.0, HEARD_LIMIT_S, what="a pause")
    held_s = sound_s(engine) - quiet_from_s
    mark = engine.send(SetHold(key="out", held=False))
    media(engine, lambda event: event.local_media is MediaDirection.SENDRECV, mark)
    wait_heard_more(engine, A_HZ, 1.4)
    hang_up(engine, sipp)
    tones.assert_gap(engine.record_path, A_HZ, held_s)


@pytest.mark.parametrize(
    "scenario",
    [
        pytest.param("uas_holds", marks=pytest.mark.cell("held by the far side", "sipp")),
        pytest.param("uas_holds_by_update", marks=pytest.mark.cell("UPDATE", "sipp")),
    ],
)
def test_sipp_holds_us_and_resumes(dial_sipp: DialSipp, scenario: str) -> None:
    engine, sipp = dial_sipp(scenario)
    state(engine, "out", "confirmed")
    media(engine, lambda event: event.remote_media is MediaDirection.SENDONLY)
    mark = len(engine.events)
    media(engine, lambda event: event.remote_media is MediaDirection.SENDRECV, mark)
    wait_heard(engine, B_HZ, 2.5)  # it plays on while it holds
    hang_up(engine, sipp)


@pytest.mark.cell("RTP timeout", "sipp")
def test_sipp_falls_silent(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_falls_silent", configuration={"rtp_timeout_s": 5.5})
    wait_heard(engine, B_HZ, 0.3)
    assert engine.wait(MediaSilent, timeout_s=15.0).silent
    ended = engine.wait(CallStateChanged, lambda event: event.state.value == "terminated", timeout_s=15.0)
    assert (ended.reason, ended.cause) == (TerminatedReason.TIMEOUT, FailureCause.MEDIA_TIMEOUT)
    assert sipp.wait_exit() == 0, sipp.log_tail()


@pytest.mark.cell("DTMF telephone-event", "sipp")
def test_digits_come_back_as_they_went(dial_sipp: DialSipp) -> None:
    """SIPp gives back every packet: what the engine receives is what it sent."""
    engine, sipp = dial_sipp("uas_echo")
    state(engine, "out", "confirmed")
    wait_heard(engine, A_HZ)
    engine.send(SendDtmf(key="out", digits="159*0#", method=DtmfMethod.TELEPHONE_EVENT))
    engine.wait(DtmfReceived, lambda event: event.digit == "#")
    assert [event.digit for event in engine.events if isinstance(event, DtmfReceived)] == list("159*0#")
    hang_up(engine, sipp)


# -- what dialogs go through -----------------------------------------------------------------------


@pytest.mark.cell("100rel", "sipp")
def test_sipps_reliable_183_is_acknowledged(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_reliable")
    assert engine.wait(MediaChanged).early_media
    state(engine, "out", "confirmed")
    wait_heard(engine, A_HZ)
    hang_up(engine, sipp)


@pytest.mark.cell("re-INVITE glare", "sipp")
def test_a_hold_meets_sipps_reinvite(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_glare")
    state(engine, "out", "confirmed")
    wait_heard(engine, A_HZ, 0.3)
    mark = engine.send(SetHold(key="out", held=True))
    held = engine.wait(MediaChanged, lambda event: event.local_media.holds, since=mark, timeout_s=15.0)
    assert held.local_media is MediaDirection.SENDONLY
    hang_up(engine, sipp)


@pytest.mark.cell("488 fall-back", "sipp")
def test_sipp_takes_the_plain_codecs(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_other_codecs")
    state(engine, "out", "confirmed")
    assert engine.wait(MediaChanged).codec == "PCMU"
    assert sum(isinstance(event, CallCreated) for event in engine.events) == 1
    wait_heard(engine, A_HZ)
    hang_up(engine, sipp)


@pytest.mark.cell("session timer", "sipp")
def test_sipp_wants_a_longer_session(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_longer_session")
    state(engine, "out", "confirmed")
    wait_heard(engine, A_HZ, 0.3)
    hang_up(engine, sipp)


@pytest.mark.cell("redirected by the far side", "sipp")
def test_sipp_has_moved(dial_sipp: DialSipp) -> None:
    """2003 comes first by its q value, is busy, and 2002 answers."""
    engine, sipp = dial_sipp("uas_moved")
    mark = 0
    for targets in ((sipp.uri("2003"), sipp.uri("2002")), (sipp.uri("2002"),)):
        offered = engine.wait(RedirectOffered, lambda event: bool(event.targets), since=mark)
        assert offered.targets == targets
        mark = engine.send(FollowRedirect(key="out", follow=True))
    state(engine, "out", "confirmed")
    wait_heard(engine, A_HZ)
    hang_up(engine, sipp)


@pytest.mark.cell("forked answers", "sipp")
def test_of_two_answers_of_sipp_the_first_stands(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_forked")
    state(engine, "out", "early")
    state(engine, "out", "confirmed")
    wait_heard(engine, A_HZ)
    assert sum(isinstance(event, CallCreated) for event in engine.events) == 1
    hang_up(engine, sipp)


@pytest.mark.cell("caller identity", "sipp")
def test_sipp_is_not_told_who_calls(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp(
        "uas_identity", request={"identity": "sip:0398765432@127.0.0.1", "anonymous": True}
    )
    state(engine, "out", "confirmed")
    wait_heard(engine, A_HZ, 0.3)
    hang_up(engine, sipp)


@pytest.mark.cell("DTMF in-band", "sipp")
def test_digits_as_sound_come_back_from_sipp(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_echo")
    state(engine, "out", "confirmed")
    wait_heard(engine, A_HZ, 0.3)
    engine.send(SendDtmf(key="out", digits=DIGITS, method=DtmfMethod.IN_BAND))

    def heard() -> str:
        return "".join(digit for digit, _, _ in digits_in(*tones.read_wav(engine.record_path)))

    wait_for(lambda: heard() == DIGITS, HEARD_LIMIT_S, what=f"{DIGITS} in what comes back")
    assert not any(isinstance(event, DtmfReceived) for event in engine.events)
    hang_up(engine, sipp)
