"""SIPp calling an engine: what it asks for in its INVITE, and what it does in the call."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from softphone.domain.call import TerminatedReason
from softphone.domain.commands import Hangup, Redirect, SendDtmf
from softphone.domain.dtmf import DtmfMethod
from softphone.domain.events import CallCreated, DtmfReceived, MediaChanged
from softphone.domain.identity import Anonymity
from tests.helpers.engine_calls import state
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.sip_peer import SipPeer
from tests.helpers.sipp import SippCaller
from tests.helpers.sipp_engine import answer, hang_up, wait_heard
from tests.interop.conftest import A_HZ

SippCalls = Callable[..., SippCaller]


@pytest.fixture
def engine(start_engine: Callable[..., EngineDriver], a_says: Path) -> EngineDriver:
    """An engine that says ``A_HZ``."""
    return start_engine(play_path=a_says, processing=False)


@pytest.mark.cell("answer", "sipp")
def test_sipp_is_answered(engine: EngineDriver, sipp_calls: SippCalls) -> None:
    sipp = sipp_calls("uac_talk", HEADERS="Subject: test")
    key = answer(engine)
    wait_heard(engine, A_HZ)
    hang_up(engine, sipp, key)


@pytest.mark.cell("reject", "sipp")
@pytest.mark.parametrize("status_code", [603, 486])
def test_sipp_is_refused(engine: EngineDriver, sipp_calls: SippCalls, status_code: int) -> None:
    sipp = sipp_calls("uac_refused", STATUS=str(status_code))
    key = engine.wait(CallCreated).key
    engine.send(Hangup(key=key, status_code=status_code))
    assert state(engine, key, "terminated").reason is TerminatedReason.REJECTED
    assert sipp.wait_exit() == 0, sipp.log_tail()


@pytest.mark.cell("cancel", "sipp")
def test_sipp_gives_up(engine: EngineDriver, sipp_calls: SippCalls) -> None:
    sipp = sipp_calls("uac_cancel")
    key = engine.wait(CallCreated).key
    assert state(engine, key, "terminated").reason is TerminatedReason.CANCELLED
    assert sipp.wait_exit() == 0, sipp.log_tail()


@pytest.mark.cell("late offer", "sipp")
def test_sipp_leaves_the_offer_to_us(engine: EngineDriver, sipp_calls: SippCalls) -> None:
    sipp = sipp_calls("uac_late_offer")
    key = answer(engine)
    assert engine.wait(MediaChanged).codec == "PCMU"
    wait_heard(engine, A_HZ)
    hang_up(engine, sipp, key)


@pytest.mark.cell("100rel", "sipp")
def test_sipp_requires_reliable_ringing(engine: EngineDriver, sipp_calls: SippCalls) -> None:
    sipp = sipp_calls("uac_reliable")
    sipp.wait_message("SIP/2.0 200", "PRACK")
    key = answer(engine)
    wait_heard(engine, A_HZ)
    hang_up(engine, sipp, key)


@pytest.mark.cell("session timer", "sipp")
@pytest.mark.parametrize("scenario", ["uac_session", "uac_session_by_update"])
def test_sipp_asks_for_a_longer_session_and_refreshes_it(
    engine: EngineDriver, sipp_calls: SippCalls, scenario: str
) -> None:
    sipp = sipp_calls(scenario)
    key = answer(engine)
    assert sum(isinstance(event, CallCreated) for event in engine.events) == 1  # the first did not ring
    wait_heard(engine, A_HZ, 1.2)
    hang_up(engine, sipp, key)


@pytest.mark.cell("caller identity", "sipp")
def test_sipp_says_who_calls(engine: EngineDriver, sipp_calls: SippCalls) -> None:
    lines = (
        "P-Asserted-Identity: <sip:0312345678@127.0.0.1>",
        "Diversion: <sip:201@127.0.0.1>;reason=unconditional",
        "Call-Info: <sip:127.0.0.1>;answer-after=3",
    )
    sipp = sipp_calls("uac_talk", HEADERS="\n".join(lines))
    created = engine.wait(CallCreated)
    assert (created.remote.number, created.anonymity) == ("0312345678", Anonymity.NONE)
    assert created.diverted_by is not None
    assert (created.diverted_by.number, created.called, created.answer_after_s) == ("201", "1001", 3.0)
    hang_up(engine, sipp, answer(engine))


@pytest.mark.cell("caller identity", "sipp")
def test_sipp_hides_who_calls(engine: EngineDriver, sipp_calls: SippCalls) -> None:
    sipp = sipp_calls("uac_talk", HEADERS="Privacy: id", FROM='"Anonymous" <sip:anonymous@anonymous.invalid>')
    assert engine.wait(CallCreated).anonymity is Anonymity.WITHHELD
    hang_up(engine, sipp, answer(engine))


@pytest.mark.cell("DTMF INFO", "sipp")
def test_digits_by_info_both_ways(engine: EngineDriver, sipp_calls: SippCalls) -> None:
    sipp = sipp_calls("uac_info")
    key = answer(engine)
    assert engine.wait(DtmfReceived).digit == "7"
    engine.send(SendDtmf(key=key, digits="3", method=DtmfMethod.INFO))
    wait_heard(engine, A_HZ)
    hang_up(engine, sipp, key)


@pytest.mark.cell("redirecting a caller", "sipp")
def test_sipp_is_sent_on(engine: EngineDriver, sipp_calls: SippCalls, peer: SipPeer) -> None:
    sipp = sipp_calls("uac_sent_on")
    key = engine.wait(CallCreated).key
    engine.send(Redirect(key=key, targets=("sip:2002@127.0.0.1", "sip:2003@127.0.0.1")))
    ended = state(engine, key, "terminated")
    assert (ended.reason, ended.status_code) == (TerminatedReason.REJECTED, 302)
    assert sipp.wait_exit() == 0, sipp.log_tail()
