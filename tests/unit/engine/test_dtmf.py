"""Digits one after the other: by which method, how long between them, and what a failure leaves behind."""

from __future__ import annotations

from types import SimpleNamespace

import pjsua2 as pj
import pytest

from softphone.domain.dtmf import PAUSE_S, DtmfMethod
from softphone.domain.errors import FailureCause
from softphone.domain.events import AnyEvent, CommandFailed, DtmfSent
from softphone.engine.call import TransactionSnapshot
from softphone.engine.dtmf import DtmfSender
from softphone.engine.errors import EngineError
from softphone.engine.schedule import Schedule

KEY = "call"
DIGIT_S = 0.2


class FakeCall:
    """A call of the library's: what it was asked to send, and whether they agreed to telephone-event."""

    def __init__(self) -> None:
        self.record = SimpleNamespace(key=KEY, media=SimpleNamespace(index=0))
        self.sent: list[tuple[str, int]] = []
        self.payload_type = 101

    def sendDtmf(self, parameters: pj.CallSendDtmfParam) -> None:  # noqa: N802 - the library's name
        self.sent.append((parameters.digits, parameters.method))

    def getStreamInfo(self, index: int) -> SimpleNamespace:  # noqa: N802 - the library's name
        return SimpleNamespace(audTxEventPt=self.payload_type)


class FakeSound:
    """The digits that sounded; "-" where the microphone came back."""

    def __init__(self) -> None:
        self.said = ""
        self.fails = False

    def sound_digit(self, call: FakeCall, digit: str) -> None:
        if self.fails:
            raise EngineError(FailureCause.INTERNAL, "no generator")
        self.said += digit

    def sound_over(self, call: FakeCall) -> None:
        self.said += "-"


class Bench:
    def __init__(self) -> None:
        self.now_s = 0.0
        self.schedule = Schedule(lambda: self.now_s)
        self.call, self.sound = FakeCall(), FakeSound()
        self.calls = {KEY: self.call}
        self.events: list[AnyEvent] = []
        self.sender = DtmfSender(self.schedule, self.events.append, self.calls.get, self.sound)  # type: ignore[arg-type]

    def advance(self, seconds: float) -> None:
        self.now_s += seconds + 0.001
        self.schedule.run_due()

    def told(self) -> str:
        return "".join(event.digits for event in self.events if isinstance(event, DtmfSent))

    def info_answered(self, status_code: int) -> None:
        answer = TransactionSnapshot(
            method="INFO", is_ours=True, state=0, status_code=status_code, message=""
        )
        self.sender.info_answered(KEY, answer)
        self.schedule.run_due()


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_automatic_takes_events_where_there_are_any_and_sound_elsewhere(bench: Bench) -> None:
    bench.sender.send(KEY, "12", DtmfMethod.AUTO)
    bench.call.payload_type = -1
    bench.advance(DIGIT_S)
    assert bench.call.sent == [("1", pj.PJSUA_DTMF_METHOD_RFC2833)]
    assert bench.sound.said == "2"
    bench.advance(DIGIT_S)
    assert bench.sound.said == "2-"
    assert bench.told() == "12"


def test_digits_keep_their_distance_and_a_comma_waits(bench: Bench) -> None:
    bench.sender.send(KEY, "1,2", DtmfMethod.IN_BAND)
    bench.advance(DIGIT_S / 2)
    assert bench.told() == "1"
    bench.advance(DIGIT_S / 2)
    assert (bench.told(), bench.sound.said) == ("1,", "1-")  # the microphone is back while it waits
    bench.advance(PAUSE_S - 0.1)
    assert bench.told() == "1,"
    bench.advance(0.1)
    assert (bench.told(), bench.sound.said) == ("1,2", "1-2")


def test_an_info_waits_for_the_answer_to_the_one_before(bench: Bench) -> None:
    bench.sender.send(KEY, "12", DtmfMethod.INFO)
    bench.advance(5.0)
    assert bench.call.sent == [("1", pj.PJSUA_DTMF_METHOD_SIP_INFO)]
    bench.info_answered(200)
    bench.info_answered(415)
    assert bench.told() == "1"
    assert isinstance(bench.events[-1], CommandFailed)


def test_a_failure_gives_the_microphone_back_and_drops_the_rest(bench: Bench) -> None:
    bench.sender.send(KEY, "123", DtmfMethod.IN_BAND)
    bench.sound.fails = True
    bench.advance(DIGIT_S)
    assert bench.sound.said == "1-"
    assert isinstance(bench.events[-1], CommandFailed)
    bench.sound.fails = False
    bench.sender.send(KEY, "4", DtmfMethod.IN_BAND)
    assert bench.sound.said == "1-4"


def test_a_call_that_ends_takes_its_digits_along(bench: Bench) -> None:
    bench.sender.send(KEY, "123", DtmfMethod.IN_BAND)
    del bench.calls[KEY]
    bench.sender.forget(KEY)
    bench.advance(DIGIT_S)
    assert bench.told() == "1"
