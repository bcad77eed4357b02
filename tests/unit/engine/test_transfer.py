"""softphone.engine.transfer"""

from __future__ import annotations

from typing import Any

import pytest

from softphone.domain.call import Direction
from softphone.domain.commands import TransferCall
from softphone.domain.errors import FailureCause
from softphone.domain.events import AnyEvent, TransferChanged
from softphone.domain.identity import CallerIdentity
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import parse_party
from softphone.engine.call import CallRecord
from softphone.engine.errors import EngineError
from softphone.engine.schedule import Schedule
from softphone.engine.transfer import BYE_LIMIT_S, PROGRESS_LIMIT_S, RINGING_LIMIT_S, Transfers
from tests.helpers.fakes import FakeClock


class FakeCall:
    """A confirmed call that notes what it was asked to send."""

    def __init__(self, key: str) -> None:
        caller = CallerIdentity(remote=parse_party(f"<sip:{key}@h>"))
        self.record = CallRecord(key, "main", Direction.INITIATOR, caller)
        self.record.announced = self.record.was_confirmed = True
        self.sent: list[object] = []

    def xfer(self, destination: str, _parameters: object) -> None:
        self.sent.append(destination)

    def xferReplaces(self, other: object, _parameters: object) -> None:  # noqa: N802 - the library's name
        self.sent.append(other)


class Bench:
    """Transfers of two calls, a clock, and what came of them."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.schedule = Schedule(self.clock.now_s)
        self.events: list[AnyEvent] = []
        self.ended: list[str] = []
        self.calls: dict[str, Any] = {key: FakeCall(key) for key in ("a", "b", "c")}
        self.transfers = Transfers(self.schedule, self.events.append, self.calls.get, self.ended.append)

    def wait(self, delay_s: float) -> None:
        self.clock.time_s += delay_s
        self.schedule.run_due()

    @property
    def states(self) -> list[TransferState]:
        return [event.transfer.state for event in self.events if isinstance(event, TransferChanged)]

    @property
    def last(self) -> Transfer:
        event = self.events[-1]
        assert isinstance(event, TransferChanged)
        return event.transfer


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_progress_is_told_once_and_never_goes_back(bench: Bench) -> None:
    bench.transfers.start(TransferCall(key="a", target="sip:9@h"))
    assert bench.calls["a"].sent == ["<sip:9@h>"]
    for code in (100, 100, 180, 100, 183):
        assert bench.transfers.status("a", code, False)
    assert not bench.transfers.status("a", 200, True)
    assert [state.value for state in bench.states] == ["asked", "trying", "ringing", "succeeded"]
    bench.wait(BYE_LIMIT_S)
    assert bench.ended == ["a"]


def test_both_legs_of_an_attended_transfer_are_ended_where_they_still_are(bench: Bench) -> None:
    bench.transfers.start(TransferCall(key="a", to_key="b"))
    assert bench.calls["a"].sent == [bench.calls["b"]]
    assert (bench.last.to_key, bench.last.target) == ("b", "sip:b@h")
    bench.transfers.status("a", 200, True)
    del bench.calls["b"]
    bench.wait(BYE_LIMIT_S)
    assert bench.ended == ["a"]


@pytest.mark.parametrize(
    ("codes", "wait_s", "cause"),
    [
        ((), PROGRESS_LIMIT_S, FailureCause.SERVER_TIMEOUT),
        ((100,), PROGRESS_LIMIT_S, FailureCause.NO_ANSWER),
        ((100, 180), RINGING_LIMIT_S, FailureCause.NO_ANSWER),
    ],
)
def test_silence_is_a_failure(
    bench: Bench, codes: tuple[int, ...], wait_s: float, cause: FailureCause
) -> None:
    bench.transfers.start(TransferCall(key="a", target="sip:9@h"))
    for code in codes:
        bench.wait(PROGRESS_LIMIT_S - 1)
        bench.transfers.status("a", code, False)
    bench.wait(wait_s - 1)
    assert bench.last.is_under_way
    bench.wait(1)
    assert (bench.last.state, bench.last.cause) == (TransferState.FAILED, cause)
    assert not bench.transfers.status("a", 200, True)  # too late
    bench.wait(BYE_LIMIT_S)
    assert not bench.ended


def test_a_subscription_that_ends_without_an_outcome_failed(bench: Bench) -> None:
    bench.transfers.start(TransferCall(key="a", target="sip:9@h"))
    assert not bench.transfers.status("a", 100, True)
    assert (bench.last.state, bench.last.cause) == (TransferState.FAILED, FailureCause.NO_ANSWER)


def test_one_transfer_at_a_time(bench: Bench) -> None:
    bench.transfers.start(TransferCall(key="a", to_key="b"))
    for command in (
        TransferCall(key="a", target="sip:9@h"),
        TransferCall(key="b", target="sip:9@h"),
        TransferCall(key="c", to_key="a"),
    ):
        with pytest.raises(EngineError):
            bench.transfers.start(command)
    bench.transfers.cancel("a")
    assert bench.last.state is TransferState.CANCELLED
    bench.transfers.start(TransferCall(key="b", target="sip:9@h"))


def test_a_call_that_ends_takes_its_transfer_along(bench: Bench) -> None:
    bench.transfers.start(TransferCall(key="a", target="sip:9@h"))
    bench.transfers.forget("a")
    bench.wait(PROGRESS_LIMIT_S)
    assert bench.states == [TransferState.ASKED]
    with pytest.raises(EngineError):
        bench.transfers.cancel("a")


@pytest.mark.parametrize(
    ("command", "cause"),
    [
        (TransferCall(key="a"), FailureCause.INVALID_NUMBER),
        (TransferCall(key="a", target="sip:h"), FailureCause.INVALID_NUMBER),
        (TransferCall(key="a", target="x"), FailureCause.INVALID_NUMBER),
        (TransferCall(key="a", to_key="a"), FailureCause.INTERNAL),
        (TransferCall(key="a", to_key="z"), FailureCause.INTERNAL),
        (TransferCall(key="z", target="sip:9@h"), FailureCause.INTERNAL),
    ],
)
def test_what_cannot_be_transferred(bench: Bench, command: TransferCall, cause: FailureCause) -> None:
    with pytest.raises(EngineError) as error:
        bench.transfers.start(command)
    assert error.value.cause is cause
    assert not bench.events
    assert not bench.calls["a"].sent


def test_only_an_answered_call_can_be_transferred(bench: Bench) -> None:
    bench.calls["a"].record.was_confirmed = False
    with pytest.raises(EngineError) as error:
        bench.transfers.start(TransferCall(key="a", target="sip:9@h"))
    assert error.value.cause is FailureCause.NOT_SUPPORTED
