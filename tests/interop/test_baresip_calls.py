"""baresip and an engine or a whole phone of ours: refused, given up, handed on, several at once."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import Hangup, MakeCall, SendDtmf, TransferCall
from softphone.domain.dtmf import DtmfMethod
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, CallRefused, DtmfReceived, TransferChanged
from softphone.domain.transfer import Transfer
from tests.helpers import tones
from tests.helpers.baresip import SAMPLE_RATE_HZ as BARESIP_HZ
from tests.helpers.baresip import Baresip
from tests.helpers.engine_calls import state
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.engine_sound import dial, start_engine
from tests.helpers.kamailio import Kamailio
from tests.helpers.sipp_engine import answer, assert_in_words, wait_heard, wait_heard_more
from tests.helpers.waiting import wait_for
from tests.helpers.whole_phone import WholePhone
from tests.interop.conftest import A_HZ, B_HZ

StartBaresip = Callable[..., Baresip]
C_HZ = 1700.0
US = "1000"


@pytest.fixture
def engine(tmp_path: Path, stack: ExitStack, kamailio: Kamailio) -> EngineDriver:
    """An engine of 1000 at Kamailio that says ``A_HZ``."""
    return start_engine(tmp_path, stack, US, kamailio.port, says=tones.beeps(A_HZ, 60.0))


@pytest.fixture
def c_says(tmp_path: Path) -> Path:
    """A WAV of beeps at ``C_HZ`` for the second baresip."""
    samples = tones.beeps(C_HZ, 30.0, BARESIP_HZ)
    return tones.write_wav(tmp_path / "c-says.wav", samples, BARESIP_HZ)


def ring(engine: EngineDriver, number: str, port: int) -> None:
    """Call somebody who does not answer by himself."""
    engine.send(MakeCall(key="out", account_key="main", uri=f"sip:{number}@127.0.0.1:{port}"))
    state(engine, "out", "early")


def transferred(engine: EngineDriver, value: str) -> Transfer:
    return engine.wait(
        TransferChanged, lambda event: event.transfer.state.value == value, timeout_s=15.0
    ).transfer


def tone_s(path: Path, frequency_hz: float) -> float:
    """How long this tone is heard in a file that may only just have been made."""
    return tones.heard_s(path, frequency_hz) if path.exists() and path.stat().st_size > 44 else 0.0


def wait_tone(path: Path, frequency_hz: float, length_s: float = 0.8, before_s: float = 0.0) -> None:
    """Until a file that grows has this tone for so long after ``before_s``."""
    wait_for(
        lambda: tone_s(path, frequency_hz) >= before_s + length_s, 12.0, what=f"{frequency_hz} Hz in {path}"
    )


def wait_baresip_hears(peer: Baresip, frequency_hz: float, length_s: float = 0.6) -> None:
    """Until baresip has heard this tone for so long in one of its calls."""
    wait_for(
        lambda: any(tone_s(path, frequency_hz) >= length_s for path in peer.recordings("dec")),
        12.0,
        what=f"{frequency_hz} Hz at baresip",
    )


# -- refused, given up -----------------------------------------------------------------------------


@pytest.mark.cell("reject", "baresip")
def test_baresip_is_declined(engine: EngineDriver, kamailio: Kamailio, baresip: StartBaresip) -> None:
    peer = baresip("1100", server=kamailio)
    peer.dial(f"sip:{US}@{kamailio.server}")
    key = engine.wait(CallCreated).key
    engine.send(Hangup(key=key, status_code=603))
    assert "603" in peer.wait_event("CALL_CLOSED")["param"]
    assert state(engine, key, "terminated").reason is TerminatedReason.REJECTED


@pytest.mark.cell("busy", "baresip")
@pytest.mark.cell("failure in words", "baresip")
def test_baresip_is_busy(engine: EngineDriver, kamailio: Kamailio, baresip: StartBaresip) -> None:
    peer = baresip("1100", server=kamailio, answer_mode="manual")
    ring(engine, "1100", kamailio.port)
    peer.wait_event("CALL_INCOMING")
    peer.hangup()
    ended = state(engine, "out", "terminated")
    assert (ended.reason, ended.cause) == (TerminatedReason.REJECTED, FailureCause.BUSY)
    assert_in_words(ended, 486)


@pytest.mark.cell("cancel", "baresip")
def test_a_call_to_baresip_is_given_up(
    engine: EngineDriver, kamailio: Kamailio, baresip: StartBaresip
) -> None:
    peer = baresip("1100", server=kamailio, answer_mode="manual")
    ring(engine, "1100", kamailio.port)
    peer.wait_event("CALL_INCOMING")
    engine.send(Hangup(key="out"))
    assert state(engine, "out", "terminated").reason is TerminatedReason.CANCELLED
    peer.wait_event("CALL_CLOSED")
    engine.wait_messages("TX INVITE", "RX 180/INVITE", "TX CANCEL", "RX 487/INVITE", "TX ACK")


@pytest.mark.cell("cancel", "baresip")
def test_baresip_gives_up(engine: EngineDriver, kamailio: Kamailio, baresip: StartBaresip) -> None:
    peer = baresip("1100", server=kamailio)
    peer.dial(f"sip:{US}@{kamailio.server}")
    key = engine.wait(CallCreated).key
    peer.wait_event("CALL_RINGING")
    peer.hangup()
    assert state(engine, key, "terminated").reason is TerminatedReason.CANCELLED
    engine.wait_messages("RX INVITE", "TX 180/INVITE", "RX CANCEL", "TX 487/INVITE", "RX ACK")


# -- digits ----------------------------------------------------------------------------------------


@pytest.mark.cell("DTMF telephone-event", "baresip")
def test_baresip_presses_keys(engine: EngineDriver, kamailio: Kamailio, baresip: StartBaresip) -> None:
    peer = baresip("1100", server=kamailio)
    peer.dial(f"sip:{US}@{kamailio.server}")
    answer(engine)
    wait_heard(engine, B_HZ, 0.4)
    for digit in "159#":
        mark = len(engine.events)
        peer.send_dtmf(digit)
        assert engine.wait(DtmfReceived, since=mark).digit == digit


@pytest.mark.cell("DTMF INFO", "baresip")
def test_digits_by_info_reach_baresip(
    engine: EngineDriver, kamailio: Kamailio, baresip: StartBaresip
) -> None:
    peer = baresip("1100", server=kamailio)
    dial(engine, "1100", kamailio.port, "out")
    wait_heard(engine, B_HZ, 0.4)
    engine.send(SendDtmf(key="out", digits="2580*", method=DtmfMethod.INFO))
    wait_for(lambda: peer.received_digits() == "2580*", 8.0, what="2580* at baresip")


# -- several calls ---------------------------------------------------------------------------------


@pytest.mark.cell("call waiting and swap", "baresip")
def test_two_baresips_with_two_codecs_are_heard_by_turns(
    tmp_path: Path, stack: ExitStack, kamailio: Kamailio, baresip: StartBaresip, c_says: Path
) -> None:
    phone = stack.enter_context(WholePhone(tmp_path, US, kamailio.port, says=tones.beeps(A_HZ, 60.0)))
    peers = [
        baresip("1100", server=kamailio, codecs=["PCMU"]),
        baresip("1101", server=kamailio, codecs=["G722"], play_path=c_says),
    ]
    keys: list[str] = []
    for peer, frequency_hz in zip(peers, (B_HZ, C_HZ), strict=True):
        peer.dial(f"sip:{US}@{kamailio.server}")
        keys.append(phone.wait_call(lambda call: call.waits_for_answer and call.key not in keys).key)
        phone.do(lambda: phone.services.calls.answer(keys[-1]))
        phone.wait_call(lambda call: call.key == keys[-1] and call.state is CallState.CONFIRMED)
        wait_tone(phone.record_path, frequency_hz)
        wait_baresip_hears(peer, A_HZ)
    assert [phone.do(lambda key=key: phone.services.calls.find(key)).codec for key in keys] == [
        "PCMU",
        "G722",
    ]
    for key, peer, frequency_hz in zip(keys, peers, (B_HZ, C_HZ), strict=True):
        phone.do(phone.services.calls.swap)
        wait_tone(phone.record_path, frequency_hz, 0.6, tones.heard_s(phone.record_path, frequency_hz))
        phone.do(lambda key=key: phone.services.calls.hang_up(key))
        peer.wait_event("CALL_CLOSED")


@pytest.mark.cell("max calls", "baresip")
def test_baresip_is_one_caller_too_many(
    tmp_path: Path, stack: ExitStack, kamailio: Kamailio, baresip: StartBaresip
) -> None:
    engine = start_engine(tmp_path, stack, US, kamailio.port, max_calls=1)
    first, second = baresip("1100", server=kamailio), baresip("1101", server=kamailio)
    first.dial(f"sip:{US}@{kamailio.server}")
    key = answer(engine)
    second.dial(f"sip:{US}@{kamailio.server}")
    assert "486" in second.wait_event("CALL_CLOSED")["param"]
    refused = engine.wait(CallRefused)
    assert (refused.status_code, refused.caller.remote.number) == (486, "1101")
    wait_heard_more(engine, B_HZ)  # the other is untouched
    engine.send(Hangup(key=key))
    first.wait_event("CALL_CLOSED")


# -- handed on -------------------------------------------------------------------------------------


@pytest.mark.cell("blind transfer", "baresip")
def test_two_baresips_are_joined(
    engine: EngineDriver, kamailio: Kamailio, baresip: StartBaresip, c_says: Path
) -> None:
    sent = baresip("1100", server=kamailio)
    other = baresip("1101", server=kamailio, play_path=c_says)
    dial(engine, "1100", kamailio.port, "out")
    wait_heard(engine, B_HZ, 0.4)
    engine.send(TransferCall(key="out", target=f"sip:1101@{kamailio.server}"))
    assert transferred(engine, "succeeded").status_code == 200
    assert state(engine, "out", "terminated").reason in (
        TerminatedReason.LOCAL_BYE,
        TerminatedReason.REMOTE_BYE,
    )
    wait_baresip_hears(other, B_HZ)
    wait_baresip_hears(sent, C_HZ)
    engine.wait_messages("TX REFER", "RX 202/REFER", "RX NOTIFY", "TX 200/NOTIFY")


@pytest.mark.cell("transfer failure", "baresip")
def test_baresip_finds_the_other_busy_and_is_back(
    engine: EngineDriver, kamailio: Kamailio, baresip: StartBaresip
) -> None:
    baresip("1100", server=kamailio)
    busy = baresip("1101", server=kamailio, answer_mode="manual")
    dial(engine, "1100", kamailio.port, "out")
    engine.send(TransferCall(key="out", target=f"sip:1101@{kamailio.server}"))
    busy.wait_event("CALL_INCOMING")
    busy.hangup()
    failed = transferred(engine, "failed")
    assert (failed.status_code, failed.cause) == (486, FailureCause.BUSY)
    wait_heard_more(engine, B_HZ)
    engine.wait_messages("TX REFER", "RX 202/REFER", "RX NOTIFY", "TX 200/NOTIFY")


@pytest.mark.cell("blind transfer, transferee", "baresip")
def test_baresip_sends_us_to_another(
    engine: EngineDriver, kamailio: Kamailio, baresip: StartBaresip, c_says: Path
) -> None:
    peer = baresip("1100", server=kamailio)
    other = baresip("1101", server=kamailio, play_path=c_says)
    dial(engine, "1100", kamailio.port, "out")
    wait_heard(engine, B_HZ, 0.4)
    peer.command("transfer", f"sip:1101@{kamailio.server}")
    new = engine.wait(CallCreated, lambda event: event.transferred_from == "out")
    assert new.remote.number == "1101"
    state(engine, new.key, "confirmed")
    wait_heard(engine, C_HZ)
    wait_baresip_hears(other, A_HZ)
    assert state(engine, "out", "terminated").reason is TerminatedReason.REMOTE_BYE
    engine.wait_messages("RX REFER", "TX 202/REFER", "TX INVITE", "RX 200/INVITE", "TX NOTIFY")
