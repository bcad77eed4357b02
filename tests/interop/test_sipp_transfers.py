"""SIPp and several calls of one phone: handed on by REFER, taken by turns, refused where no line is left."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest
import soundfile

from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import (
    Answer,
    Hangup,
    MakeCall,
    StartRecording,
    StopRecording,
    TransferCall,
)
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, CallRefused, RecordingChanged, TransferChanged
from softphone.domain.transfer import Transfer
from softphone.domain.uri import parse_sip_uri
from softphone.registrar.numbers import BUSY_NUMBER, ECHO_NUMBER
from tests.helpers import engine_sound, tones
from tests.helpers.engine_calls import state
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.engine_sound import levels_dbfs
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.sip_peer import SipPeer
from tests.helpers.sipp import SippCaller, SippCalls, SippUas, write_voice
from tests.helpers.sipp_engine import answer, hang_up, wait_heard, wait_heard_more
from tests.helpers.waiting import wait_for
from tests.helpers.whole_phone import WholePhone
from tests.interop.conftest import A_HZ, B_HZ

DialSipp = Callable[..., tuple[EngineDriver, SippUas]]
C_HZ = 1700.0


def transferred(engine: EngineDriver, value: str) -> Transfer:
    return engine.wait(
        TransferChanged, lambda event: event.transfer.state.value == value, timeout_s=15.0
    ).transfer


def contact_of(registrar: RegistrarProcess) -> str:
    """host:port of the phone that has registered."""
    address = parse_sip_uri(registrar.wait_event(event="registered")["contact_uri"])
    return f"{address.host}:{address.port}"


# -- handed on -------------------------------------------------------------------------------------


@pytest.mark.cell("blind transfer", "sipp")
def test_sipp_is_sent_to_somebody_else(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_transferred", TARGET="sip:2002@", OUTCOME="200 OK")
    state(engine, "out", "confirmed")
    engine.send(TransferCall(key="out", target=sipp.uri("2002")))
    assert [transferred(engine, value).status_code for value in ("ringing", "succeeded")] == [180, 200]
    assert state(engine, "out", "terminated").reason is TerminatedReason.LOCAL_BYE
    assert sipp.wait_exit() == 0, sipp.log_tail()


@pytest.mark.cell("transfer failure", "sipp")
def test_sipp_finds_the_other_busy_and_is_back(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_transferred", TARGET="sip:2002@", OUTCOME="486 Busy Here")
    state(engine, "out", "confirmed")
    engine.send(TransferCall(key="out", target=sipp.uri("2002")))
    failed = transferred(engine, "failed")
    assert (failed.status_code, failed.cause) == (486, FailureCause.BUSY)
    wait_heard_more(engine, A_HZ)
    hang_up(engine, sipp)


@pytest.mark.cell("attended transfer", "sipp")
def test_two_callees_at_sipp_are_joined(dial_sipp: DialSipp) -> None:
    engine, sipp = dial_sipp("uas_consulted", calls=2)
    state(engine, "out", "confirmed")
    engine.send(MakeCall(key="other", account_key="main", uri=sipp.uri("2002")))
    state(engine, "other", "confirmed")
    engine.send(TransferCall(key="out", to_key="other"))
    assert transferred(engine, "succeeded").to_key == "other"
    for key in ("out", "other"):
        assert state(engine, key, "terminated").reason is TerminatedReason.LOCAL_BYE
    assert sipp.wait_exit() == 0, sipp.log_tail()


@pytest.mark.cell("blind transfer, transferee", "sipp")
@pytest.mark.parametrize(("number", "outcome"), [(ECHO_NUMBER, "200"), (BUSY_NUMBER, "486")])
def test_sipp_sends_us_to_somebody_else(
    tmp_path: Path,
    stack: ExitStack,
    registrar: RegistrarProcess,
    requires_peer: Callable[..., None],
    number: str,
    outcome: str,
) -> None:
    requires_peer("sipp")
    engine = engine_sound.start_engine(tmp_path, stack, "1001", registrar.port, says=tones.beeps(A_HZ, 30.0))
    values = {"TARGET": f"sip:{number}@{registrar.server}", "OUTCOME": outcome}
    target = contact_of(registrar)
    sipp = stack.enter_context(SippCaller(tmp_path / "sipp", "uac_transfers", target, "1001", values=values))
    key = answer(engine)
    new = engine.wait(CallCreated, lambda event: event.transferred_from == key)
    assert new.remote.number == number
    assert sipp.wait_exit() == 0, sipp.log_tail()
    assert state(engine, key, "terminated").reason is TerminatedReason.REMOTE_BYE
    if outcome == "200":
        wait_heard_more(engine, A_HZ)
        engine.send(Hangup(key=new.key))
    assert state(engine, new.key, "terminated").status_code in (200, 486)


@pytest.mark.cell("attended transfer, target", "sipp")
def test_one_sipp_takes_the_place_of_another(
    start_engine: Callable[..., EngineDriver],
    sipp_calls: Callable[..., SippCaller],
    a_says: Path,
) -> None:
    engine = start_engine(play_path=a_says, processing=False)
    old = sipp_calls("uac_replaced", name="old")
    key = answer(engine)
    wait_heard(engine, A_HZ, 0.3)
    call_id, their_tag, our_tag = old.wait_logged(r"dialog (\S+) (\S+) ;tag=(\S+)").groups()
    mark = len(engine.events)
    new = sipp_calls("uac_replaces", name="new", REPLACES=f"{call_id};to-tag={our_tag};from-tag={their_tag}")
    created = engine.wait(CallCreated, since=mark)
    assert (created.transferred_from, created.state is CallState.EARLY) == (key, False)
    assert state(engine, key, "terminated").reason is TerminatedReason.REPLACED
    assert old.wait_exit() == 0, old.log_tail()
    wait_heard(engine, B_HZ)
    hang_up(engine, new, created.key)


# -- several callers -------------------------------------------------------------------------------


@pytest.mark.cell("call waiting and swap", "sipp")
def test_two_callers_are_heard_by_turns(
    tmp_path: Path, stack: ExitStack, registrar: RegistrarProcess, requires_peer: Callable[..., None]
) -> None:
    requires_peer("sipp")
    phone = stack.enter_context(WholePhone(tmp_path, "1001", registrar.port))
    heard = phone.record_path
    target = contact_of(registrar)
    callers, keys = [], []
    for name, frequency_hz in (("b", B_HZ), ("c", C_HZ)):
        voice = write_voice(tmp_path / f"{name}.ulaw", tones.beeps(frequency_hz, 1.6, 8000))
        caller = SippCaller(tmp_path / name, "uac_waits", target, "1001", values={"VOICE": str(voice)})
        callers.append(stack.enter_context(caller))
        keys.append(phone.wait_call(lambda call: call.waits_for_answer and call.key not in keys).key)
        phone.do(lambda key=keys[-1]: phone.services.calls.answer(key))
        phone.wait_call(lambda call: call.key == keys[-1] and call.state is CallState.CONFIRMED)
        wait_tone(heard, frequency_hz)
    phone.wait_call(lambda call: call.key == keys[0] and call.held)
    for key, frequency_hz, caller in zip(keys, (B_HZ, C_HZ), callers, strict=True):
        phone.do(phone.services.calls.swap)
        wait_tone(heard, frequency_hz, tones.heard_s(heard, frequency_hz))
        phone.do(lambda key=key: phone.services.calls.hang_up(key))
        assert caller.wait_exit() == 0, caller.log_tail()


def wait_tone(path: Path, frequency_hz: float, more_than_s: float = 0.0) -> None:
    """Until a file that grows has this tone for 0.6 s more."""
    wait_for(
        lambda: (
            path.exists()
            and path.stat().st_size > 44
            and tones.heard_s(path, frequency_hz) >= more_than_s + 0.6
        ),
        12.0,
        what=f"{frequency_hz} Hz",
    )


@pytest.mark.cell("max calls", "sipp")
def test_the_fifth_caller_is_refused(
    start_engine: Callable[..., EngineDriver],
    peer: SipPeer,
    tmp_path: Path,
    stack: ExitStack,
    requires_peer: Callable[..., None],
) -> None:
    requires_peer("sipp")
    engine = start_engine()
    target = peer.engine_uri.partition("@")[2].partition(";")[0]
    four = stack.enter_context(
        SippCalls(tmp_path / "four", target, "1001", calls=4, at_once=4, rate_per_s=8, talk_ms=3000)
    )
    created = wait_for(
        lambda: found if len(found := calls_in(engine)) == 4 else [], 10.0, what="four callers"
    )
    for key in created:
        engine.send(Answer(key=key))
    for key in created:
        state(engine, key, "confirmed")
    fifth = stack.enter_context(SippCalls(tmp_path / "fifth", target, "1001", refused_with=486))
    assert fifth.wait_exit() == 0, fifth.log_tail()
    assert engine.wait(CallRefused).status_code == 486
    assert four.wait_exit() == 0, four.log_tail()
    assert {state(engine, key, "terminated").reason for key in created} == {TerminatedReason.REMOTE_BYE}


def calls_in(engine: EngineDriver) -> list[str]:
    return [event.key for event in engine.events if isinstance(event, CallCreated)]


# -- recording -------------------------------------------------------------------------------------


@pytest.mark.cell("recording", "sipp")
def test_a_call_with_sipp_is_recorded_on_two_channels(dial_sipp: DialSipp, tmp_path: Path) -> None:
    engine, _ = dial_sipp("uas_holds")  # it speaks by itself
    state(engine, "out", "confirmed")
    path = tmp_path / "call.wav"
    engine.send(StartRecording(key="out", path=str(path)))
    engine.wait(RecordingChanged, lambda event: bool(event.path))
    wait_heard(engine, B_HZ, 1.0)
    engine.send(StopRecording(key="out"))
    engine.wait(RecordingChanged, lambda event: not event.path)
    samples, rate_hz = soundfile.read(path, dtype="float32")
    assert rate_hz == tones.RATE_HZ
    me, them = (
        dict(zip((A_HZ, B_HZ), levels_dbfs(samples[:, side], (A_HZ, B_HZ)), strict=True)) for side in (0, 1)
    )
    assert me[A_HZ] > -30 > -45 > me[B_HZ]
    assert them[B_HZ] > -30 > -45 > them[A_HZ]
