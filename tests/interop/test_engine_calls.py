"""Two engines through each server, driven by their pipes alone: what each hears, and what each is told."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

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
from tests.helpers.engine_driver import MESSAGE_LOG_LEVEL, EngineDriver
from tests.helpers.engine_sound import heard_from_now, levels_dbfs, wait_media
from tests.helpers.kamailio import Kamailio
from tests.helpers.waiting import wait_for
from tests.interop.conftest import Server

A_HZ, B_HZ = 440.0, 1000.0
PRESENT_DBFS, ABSENT_DBFS = -26.0, -45.0
DIGITS = "0123456789*#ABCD"

Pair = tuple[EngineDriver, EngineDriver]


@pytest.fixture
def pair(tmp_path: Path, stack: ExitStack, server: Server) -> Pair:
    """Engines a (1001) and b (1002), registered; each says its own tone for a minute."""
    engines = []
    for name, user_id, frequency_hz in (("a", "1001", A_HZ), ("b", "1002", B_HZ)):
        said = tones.write_wav(tmp_path / f"{name}-says.wav", tones.tone(frequency_hz, 60.0))
        engine = stack.enter_context(EngineDriver(tmp_path, name))
        engine.configure(said, processing=False, log_level=MESSAGE_LOG_LEVEL)
        engine.set_account(user_id, server.port, f"pw{user_id}")
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


@pytest.mark.cell("answer")
def test_both_hear_each_other_and_only_each_other(pair: Pair, server: Server) -> None:
    a, b = pair
    _, key = call(pair, server.port)
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
    a.wait_messages("TX INVITE", "RX 180/INVITE", "RX 200/INVITE", "TX ACK", "RX BYE", "TX 200/BYE")
    b.wait_messages("RX INVITE", "TX 180/INVITE", "TX 200/INVITE", "RX ACK", "TX BYE", "RX 200/BYE")
    for engine, theirs_hz, own_hz in ((a, B_HZ, A_HZ), (b, A_HZ, B_HZ)):
        heard, _ = tones.read_wav(engine.record_path)
        assert levels_dbfs(heard, (theirs_hz,))[0] > PRESENT_DBFS
        assert levels_dbfs(heard, (own_hz,))[0] < ABSENT_DBFS


@pytest.mark.parametrize(
    "method",
    [
        DtmfMethod.AUTO,
        pytest.param(DtmfMethod.TELEPHONE_EVENT, marks=pytest.mark.cell("DTMF telephone-event")),
        pytest.param(DtmfMethod.INFO, marks=pytest.mark.cell("DTMF INFO")),
    ],
)
def test_no_digit_is_lost(pair: Pair, server: Server, method: DtmfMethod) -> None:
    a, b = pair
    call(pair, server.port)
    a.send(SendDtmf(key="out", digits=DIGITS, method=method))
    b.wait(DtmfReceived, lambda event: event.digit == DIGITS[-1])
    a.wait(DtmfSent, lambda event: event.digits == DIGITS[-1])
    assert "".join(event.digit for event in b.events if isinstance(event, DtmfReceived)) == DIGITS
    assert "".join(event.digits for event in a.events if isinstance(event, DtmfSent)) == DIGITS
    assert b.messages.count("RX INFO") == (len(DIGITS) if method is DtmfMethod.INFO else 0)


@pytest.mark.cell("hold and resume")
@pytest.mark.cell("held by the far side")
def test_hold_is_silence_both_ways_and_resume_ends_it(pair: Pair, server: Server) -> None:
    a, b = pair
    call(pair, server.port)
    wait_media(a, "out")
    for held, ours in ((True, MediaDirection.SENDONLY), (False, MediaDirection.SENDRECV)):
        other = len(b.events)
        mark = a.send(SetHold(key="out", held=held))
        assert a.wait(MediaChanged, since=mark).local_media is ours
        assert b.wait(MediaChanged, since=other).remote_media is ours
        for heard, frequency_hz in zip(heard_from_now([a, b], 0.8), (B_HZ, A_HZ), strict=True):
            [level] = levels_dbfs(heard, (frequency_hz,))
            assert level < ABSENT_DBFS if held else level > PRESENT_DBFS
    b.wait_messages(*("RX INVITE", "TX 200/INVITE", "RX ACK") * 3)
    assert not any(isinstance(event, CommandFailed) for event in a.events + b.events)


def test_a_muted_microphone_sends_silence_and_goes_on_sending(pair: Pair, server: Server) -> None:
    a, b = pair
    _, key = call(pair, server.port)
    before = b.wait(QualityMeasured).quality
    mark = b.send(SetMute(key=key, muted=True))
    assert b.wait(MuteChanged, since=mark).muted
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


@pytest.mark.cell("cancel")
def test_a_call_not_answered_is_cancelled(pair: Pair, server: Server) -> None:
    a, b = pair
    a.send(MakeCall(key="out", account_key="main", uri=f"sip:1002@127.0.0.1:{server.port}"))
    b.wait(CallCreated)
    state(a, "early")
    a.send(Hangup(key="out"))
    assert state(a, "terminated").reason is TerminatedReason.CANCELLED
    assert state(b, "terminated").reason is TerminatedReason.CANCELLED
    a.wait_messages("RX 180/INVITE", "TX CANCEL", "RX 200/CANCEL", "RX 487/INVITE", "TX ACK")
    b.wait_messages("TX 180/INVITE", "RX CANCEL", "TX 487/INVITE", "RX ACK")


@pytest.mark.cell("reject")
@pytest.mark.cell("busy")
def test_a_declined_call_and_a_busy_one(pair: Pair, server: Server) -> None:
    a, b = pair
    for number, (status_code, cause) in enumerate(((603, FailureCause.DECLINED), (486, FailureCause.BUSY))):
        mark_b = len(b.events)
        mark = a.send(
            MakeCall(key=f"out{number}", account_key="main", uri=f"sip:1002@127.0.0.1:{server.port}")
        )
        b.send(Hangup(key=b.wait(CallCreated, since=mark_b).key, status_code=status_code))
        ended = state(a, "terminated", mark)
        assert (ended.reason, ended.cause, ended.status_code) == (
            TerminatedReason.REJECTED,
            cause,
            status_code,
        )
    a.wait_messages("RX 603/INVITE", "TX ACK", "TX INVITE", "RX 486/INVITE", "TX ACK")
    b.wait_messages("TX 603/INVITE", "RX ACK", "RX INVITE", "TX 486/INVITE", "RX ACK")


def test_nobody_there(pair: Pair, server: Server) -> None:
    a, _ = pair
    a.send(MakeCall(key="out", account_key="main", uri=f"sip:1999@127.0.0.1:{server.port}"))
    ended = state(a, "terminated")
    assert (ended.status_code, ended.cause) == (404, FailureCause.NOT_FOUND)


def test_a_line_too_many(pair: Pair, server: Server) -> None:
    a, _ = pair
    call(pair, server.port)
    mark = a.send(MakeCall(key="second", account_key="main", uri=f"sip:1002@127.0.0.1:{server.port}"))
    failed = a.wait(CommandFailed, since=mark)
    assert (failed.key, failed.cause) == ("second", FailureCause.TOO_MANY_CALLS)


def test_a_wrong_password_and_then_the_right_one(pair: Pair, server: Server) -> None:
    a, _ = pair
    mark = a.set_account("1001", server.port, "wrong")
    assert a.registration("auth_failed", since=mark).cause.value == "credentials"
    mark = a.set_account("1001", server.port, "pw1001")
    assert a.registration("registered", since=mark).status_code == 200


def test_over_tcp(
    tmp_path: Path, stack: ExitStack, kamailio: Kamailio, requires_peer: Callable[..., None]
) -> None:
    engine = stack.enter_context(EngineDriver(tmp_path, "tcp"))
    engine.configure()
    engine.set_account("1003", kamailio.port, kamailio.password("1003"), Transport.TCP)
    assert engine.registration("registered").status_code == 200
    assert "REGISTER" in kamailio.log()
