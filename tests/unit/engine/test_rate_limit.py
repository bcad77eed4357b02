"""The token bucket."""

from __future__ import annotations

from softphone.engine.rate_limit import RateLimit


class Clock:
    def __init__(self) -> None:
        self.at_s = 100.0

    def __call__(self) -> float:
        return self.at_s


def test_a_burst_is_let_through_and_no_more() -> None:
    limit = RateLimit(per_second=4.0, burst=3, now_s=Clock())
    assert [limit.allow() for _ in range(5)] == [True, True, True, False, False]


def test_tokens_come_back_with_time() -> None:
    clock = Clock()
    limit = RateLimit(per_second=4.0, burst=1, now_s=clock)
    assert limit.allow()
    clock.at_s += 0.2
    assert not limit.allow()
    clock.at_s += 0.1
    assert limit.allow()


def test_rest_never_saves_up_more_than_a_burst() -> None:
    clock = Clock()
    limit = RateLimit(per_second=4.0, burst=2, now_s=clock)
    clock.at_s += 1000.0
    assert [limit.allow() for _ in range(3)] == [True, True, False]
