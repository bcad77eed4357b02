"""The waits between tries to register."""

from __future__ import annotations

import pytest

from softphone.engine.backoff import EARLY_CAP_S, EARLY_SPAN_S, LATE_CAP_S, Backoff


def middle(low: float, high: float) -> float:
    return (low + high) / 2


def test_delays_double_and_stay_short_in_the_first_minutes() -> None:
    backoff = Backoff(middle)
    assert [backoff.next_delay_s() for _ in range(5)] == [1.0, 2.0, 4.0, 4.0, 4.0]


def test_delays_grow_to_a_minute_later() -> None:
    backoff = Backoff(middle)
    backoff.elapsed(EARLY_SPAN_S)
    assert [backoff.next_delay_s() for _ in range(8)][-2:] == [60.0, 60.0]


@pytest.mark.parametrize("pick", [min, max])
def test_jitter_never_passes_the_cap(pick: object) -> None:
    backoff = Backoff(lambda low, high: pick(low, high))  # type: ignore[operator]
    delays = [backoff.next_delay_s() for _ in range(200)]
    assert max(delays[:20]) <= EARLY_CAP_S
    assert max(delays) <= LATE_CAP_S


def test_retry_after_is_a_floor() -> None:
    assert Backoff(middle).next_delay_s(retry_after_s=30.0) == 30.0


def test_reset_begins_anew() -> None:
    backoff = Backoff(middle)
    for _ in range(50):
        backoff.next_delay_s()
    backoff.reset()
    assert backoff.next_delay_s() == 1.0
