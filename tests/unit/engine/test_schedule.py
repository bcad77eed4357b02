"""Timed work on the engine thread."""

from __future__ import annotations

from softphone.engine.schedule import Schedule


class Clock:
    def __init__(self) -> None:
        self.at_s = 0.0

    def __call__(self) -> float:
        return self.at_s


def test_actions_run_in_order_of_time() -> None:
    clock, ran = Clock(), []
    schedule = Schedule(clock)
    schedule.call_later(2.0, lambda: ran.append("late"))
    schedule.call_later(1.0, lambda: ran.append("early"))
    assert schedule.next_due_in_s() == 1.0
    clock.at_s = 2.5
    schedule.run_due()
    assert ran == ["early", "late"]
    assert schedule.next_due_in_s() is None


def test_a_cancelled_action_does_not_run() -> None:
    clock, ran = Clock(), []
    schedule = Schedule(clock)
    schedule.call_later(1.0, lambda: ran.append("x")).cancel()
    clock.at_s = 5.0
    assert schedule.next_due_in_s() is None
    schedule.run_due()
    assert ran == []


def test_an_action_put_off_by_nothing_waits_for_the_next_turn() -> None:
    clock, ran = Clock(), []
    schedule = Schedule(clock)
    schedule.call_every(0.5, lambda: ran.append(clock.at_s))
    for at_s in (0.5, 0.6, 1.1):
        clock.at_s = at_s
        schedule.run_due()
    assert ran == [0.5, 1.1]


def test_what_watches_every_second_is_due_together() -> None:
    clock, ran = Clock(), []
    schedule = Schedule(clock)
    for at_s, name in ((10.3, "one"), (10.7, "other")):
        clock.at_s = at_s
        schedule.call_at_next(1.0, lambda name=name: ran.append(name))
    assert ran == []
    clock.at_s = 11.0
    schedule.run_due()
    assert ran == ["one", "other"]


def test_a_failing_action_stops_nothing(caplog: object) -> None:
    clock, ran = Clock(), []
    schedule = Schedule(clock)
    schedule.call_later(0.0, lambda: 1 / 0)
    schedule.call_later(0.0, lambda: ran.append("next"))
    schedule.run_due()
    assert ran == ["next"]
