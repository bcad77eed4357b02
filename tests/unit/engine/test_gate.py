"""softphone.engine.gate"""

from __future__ import annotations

import pytest

from softphone.domain.call import Direction
from softphone.domain.events import AnyEvent, CallRefused
from softphone.domain.identity import parse_identity
from softphone.engine.account import IncomingInvite
from softphone.engine.call import CallRecord
from softphone.engine.gate import FLOOD_HOLD_S, INCOMING_BURST, Gate, is_dtls
from softphone.engine.schedule import Schedule
from tests.helpers.fakes import FakeClock


class Bench:
    """A gate, a clock, and what came of it."""

    def __init__(self) -> None:
        self.clock = FakeClock()
        self.schedule = Schedule(self.clock.now_s)
        self.told: list[AnyEvent] = []
        self.refused: list[tuple[str, int]] = []
        self.gate = Gate(self.schedule, self.told.append, lambda key, code: self.refused.append((key, code)))

    def arrive(self, message: str, *, line_is_free: bool) -> bool:
        """True where it rings."""
        refusal = self.gate.refusal(message, line_is_free=line_is_free)
        if refusal is None:
            return True
        record = CallRecord("k", "main", Direction.RECIPIENT, parse_identity(message))
        self.gate.turn_away(record, refusal)
        return False


@pytest.fixture
def bench() -> Bench:
    return Bench()


def invite(call_id: str = "1", profile: str = "RTP/AVP") -> str:
    return (
        f'INVITE sip:1001@h SIP/2.0\r\nFrom: "A" <sip:0312@h>;tag=1\r\nCall-ID: {call_id}\r\n\r\n'
        f"m=audio 4000 {profile} 0\r\n"
    )


def test_a_caller_rings_where_a_line_is_free(bench: Bench) -> None:
    assert bench.arrive(invite(), line_is_free=True)
    assert not bench.told


def test_a_caller_without_a_line_is_refused_and_told(bench: Bench) -> None:
    assert not bench.arrive(invite(), line_is_free=False)
    assert not bench.refused  # not inside the callback
    bench.schedule.run_due()
    assert bench.refused == [("k", 486)]
    [event] = bench.told
    assert isinstance(event, CallRefused)
    assert (event.account_key, event.status_code, event.caller.remote.number) == ("main", 486, "0312")


def test_dtls_is_refused_and_not_told(bench: Bench) -> None:
    assert is_dtls(invite(profile="udp/TLS/rtp/SAVPF"))
    assert not bench.arrive(invite(profile="UDP/TLS/RTP/SAVPF"), line_is_free=True)
    assert bench.refused == [("k", 488)]
    assert not bench.told


def test_dtls_without_an_offer_waits_for_the_end_of_the_callback(bench: Bench) -> None:
    headers = "INVITE sip:1001@h SIP/2.0\r\nSubject: UDP/TLS/RTP\r\nCall-ID: 1\r\n\r\n"
    assert not bench.arrive(headers, line_is_free=True)
    assert not bench.refused
    bench.schedule.run_due()
    assert bench.refused == [("k", 488)]


def test_a_flood_is_refused_late_and_not_told(bench: Bench) -> None:
    rang = [bench.arrive(invite(str(number)), line_is_free=True) for number in range(INCOMING_BURST + 5)]
    assert rang.count(True) == INCOMING_BURST
    assert not bench.refused
    bench.clock.time_s += FLOOD_HOLD_S
    bench.schedule.run_due()
    assert bench.refused == [("k", 486)] * 5
    assert not bench.told


def test_what_the_library_refused_is_told_once(bench: Bench) -> None:
    for call_id in ("1", "1", "2"):
        bench.gate.told_by_library(IncomingInvite(account_key="main", message=invite(call_id)))
    assert len(bench.told) == 2


def test_a_flood_at_the_library_is_not_told_one_by_one(bench: Bench) -> None:
    for number in range(100):
        bench.gate.told_by_library(IncomingInvite(account_key="main", message=invite(str(number))))
    assert len(bench.told) == INCOMING_BURST
