"""Two engines through Kamailio, driven by their pipes alone: what each hears, and what each is told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import pytest

from softphone.domain.account import Transport
from softphone.domain.call import TerminatedReason
from softphone.domain.commands import Answer, Hangup, MakeCall, SendDtmf, SetHold, SetMute, Shutdown
from softphone.domain.dtmf import DtmfMethod
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    CallCreated,
    CallStateChanged,
    CommandFailed,
    DtmfReceived,
    DtmfSent,
    MediaChanged,
    MuteChanged,
    QualityMeasured,
)
from softphone.domain.media import MediaDirection
from tests.helpers import tones
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.kamailio import Kamailio
from tests.helpers.waiting import wait_for

A_HZ, B_HZ = 440.0, 1000.0
DIGITS = "0123456789*#ABCD"

Pair = tuple[EngineDriver, EngineDriver]


@pytest.fixture
def pair(tmp_path: Path, stack: ExitStack, kamailio: Kamailio) -> Pair:
    """Engines a (1001) and b (1002), registered; each says its own tone for a minute."""
    engines = []
    for name, user_id, frequency_hz in (("a", "1001", A_HZ), ("b", "1002", B_HZ)):
        said = tones.write_wav(tmp_path / f"{name}-says.wav", tones.tone(frequency_hz, 60.0))
        engine = stack.enter_context(EngineDriver(tmp_path, name))
        engine.configure(said)
        engine.set_account(user_id, kamailio.port, kamailio.password(user_id))
        engines.append(engine)
    for engine in engines:
        engine.registration("registered")
    return engines[0], engines[1]


def call(pair: Pair, port: int) -> tuple[str, str]:
    """a calls b, b answers; returns both keys once both are confirmed."""
    a, b = pair
    a.send(MakeCall(key="out", account_key="main", uri=f"sip:1002@127.0.0.1:{port}"))
    key = b.wait(CallCreated).key
    state(a, "early")
    b.send(Answer(key=key))
    state(a, "confirmed")
    state(b, "confirmed")
    return "out", key


def state(engine: EngineDriver, value: str, since: int = 0) -> CallStateChanged:
    """The first CallStateChanged to this state."""
    return engine.wait(CallStateChanged, lambda event: event.state.value == value, since=since)


def strength(path: Path, frequency_hz: float) -> float:
    """Amplitude of a tone in a WAV, 0–1."""
    samples, rate_hz = tones.read_wav(path)
    time_s = np.arange(len(samples)) / rate_hz
    return float(2 * abs(np.mean(samples * np.exp(-2j * np.pi * frequency_hz * time_s))))


def test_both_hear_each_other_and_only_each_other(pair: Pair, kamailio: Kamailio) -> None:
    a, b = pair
    _, key = call(pair, kamailio.port)
    for engine in pair:
        media = engine.wait(MediaChanged)
        assert media.codec == "G722"
        assert not media.early_media
        quality = engine.wait(QualityMeasured).quality
        assert quality.fraction_lost == 0.0
        assert quality.mos > 4.0
    mark = b.send(Hangup(key=key))
    assert state(a, "terminated").reason is TerminatedReason.REMOTE_BYE
    assert state(b, "terminated", mark).reason is TerminatedReason.LOCAL_BYE
    for engine in pair:
        engine.send(Shutdown())
    for engine in pair:
        wait_for(lambda engine=engine: not engine.is_alive, 4.0)
        assert engine.process.returncode == 0
    assert strength(a.record_path, B_HZ) > 0.1 > 0.005 > strength(a.record_path, A_HZ)
    assert strength(b.record_path, A_HZ) > 0.1 > 0.005 > strength(b.record_path, B_HZ)


@pytest.mark.parametrize("method", [DtmfMethod.AUTO, DtmfMethod.TELEPHONE_EVENT, DtmfMethod.INFO])
def test_no_digit_is_lost(pair: Pair, kamailio: Kamailio, method: DtmfMethod) -> None:
    a, b = pair
    call(pair, kamailio.port)
    a.send(SendDtmf(key="out", digits=DIGITS, method=method))
    b.wait(DtmfReceived, lambda event: event.digit == DIGITS[-1])
    a.wait(DtmfSent, lambda event: event.digits == DIGITS[-1])
    assert "".join(event.digit for event in b.events if isinstance(event, DtmfReceived)) == DIGITS
    assert "".join(event.digits for event in a.events if isinstance(event, DtmfSent)) == DIGITS


def test_hold_resume_and_mute(pair: Pair, kamailio: Kamailio) -> None:
    a, b = pair
    _, key = call(pair, kamailio.port)
    b.wait(QualityMeasured)
    mark = b.send(SetMute(key=key, muted=True))
    assert b.wait(MuteChanged, since=mark).muted
    for held, ours in ((True, MediaDirection.SENDONLY), (False, MediaDirection.SENDRECV)):
        other = len(b.events)
        mark = a.send(SetHold(key="out", held=held))
        assert a.wait(MediaChanged, since=mark).local_media is ours
        assert b.wait(MediaChanged, since=other).remote_media is ours
    assert not any(isinstance(event, CommandFailed) for event in a.events + b.events)


def test_a_muted_microphone_sends_silence_and_goes_on_sending(pair: Pair, kamailio: Kamailio) -> None:
    a, b = pair
    _, key = call(pair, kamailio.port)
    before = b.wait(QualityMeasured).quality
    b.send(SetMute(key=key, muted=True))
    muted_at_s = (a.record_path.stat().st_size - 44) / 32_000  # what a has heard by now
    mark = len(b.events)
    after = b.wait(QualityMeasured, since=mark).quality
    assert after.sent_packets - before.sent_packets >= 95  # 2 s of packets of 20 ms
    b.wait(QualityMeasured, lambda event: event.quality.sent_packets > after.sent_packets)
    a.send(Hangup(key="out"))
    state(a, "terminated")
    samples, rate_hz = tones.read_wav(a.record_path)
    silent_from = int((muted_at_s + 0.5) * rate_hz)
    assert tones.level_dbfs(samples[: int(muted_at_s * rate_hz)]) > -40
    assert tones.level_dbfs(samples[silent_from:]) < -60


def test_a_call_not_answered_is_cancelled(pair: Pair, kamailio: Kamailio) -> None:
    a, b = pair
    a.send(MakeCall(key="out", account_key="main", uri=f"sip:1002@127.0.0.1:{kamailio.port}"))
    b.wait(CallCreated)
    state(a, "early")
    a.send(Hangup(key="out"))
    assert state(a, "terminated").reason is TerminatedReason.CANCELLED
    assert state(b, "terminated").reason is TerminatedReason.CANCELLED


def test_a_declined_call_and_a_busy_one(pair: Pair, kamailio: Kamailio) -> None:
    a, b = pair
    for number, (status_code, cause) in enumerate(((603, FailureCause.DECLINED), (486, FailureCause.BUSY))):
        mark_b = len(b.events)
        mark = a.send(
            MakeCall(key=f"out{number}", account_key="main", uri=f"sip:1002@127.0.0.1:{kamailio.port}")
        )
        b.send(Hangup(key=b.wait(CallCreated, since=mark_b).key, status_code=status_code))
        ended = state(a, "terminated", mark)
        assert (ended.reason, ended.cause) == (TerminatedReason.REJECTED, cause)


def test_nobody_there(pair: Pair, kamailio: Kamailio) -> None:
    a, _ = pair
    a.send(MakeCall(key="out", account_key="main", uri=f"sip:1999@127.0.0.1:{kamailio.port}"))
    ended = state(a, "terminated")
    assert (ended.status_code, ended.cause) == (404, FailureCause.NOT_FOUND)


def test_a_line_too_many(pair: Pair, kamailio: Kamailio) -> None:
    a, _ = pair
    call(pair, kamailio.port)
    mark = a.send(MakeCall(key="second", account_key="main", uri=f"sip:1002@127.0.0.1:{kamailio.port}"))
    failed = a.wait(CommandFailed, since=mark)
    assert (failed.key, failed.cause) == ("second", FailureCause.TOO_MANY_CALLS)


def test_a_wrong_password_and_then_the_right_one(pair: Pair, kamailio: Kamailio) -> None:
    a, _ = pair
    mark = a.set_account("1001", kamailio.port, "wrong")
    assert a.registration("auth_failed", since=mark).cause.value == "credentials"
    mark = a.set_account("1001", kamailio.port, kamailio.password("1001"))
    assert a.registration("registered", since=mark).status_code == 200


def test_over_tcp(
    tmp_path: Path, stack: ExitStack, kamailio: Kamailio, requires_peer: Callable[..., None]
) -> None:
    engine = stack.enter_context(EngineDriver(tmp_path, "tcp"))
    engine.configure()
    engine.set_account("1003", kamailio.port, kamailio.password("1003"), Transport.TCP)
    assert engine.registration("registered").status_code == 200
    assert "REGISTER" in kamailio.log()
