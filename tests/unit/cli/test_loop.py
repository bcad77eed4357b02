"""The plain loop: order, timers, other threads, the end."""

import threading

import pytest

from softphone.cli.loop import PlainLoop


def test_posts_run_in_order_until_quit() -> None:
    loop = PlainLoop()
    ran: list[int] = []
    loop.post(lambda: ran.append(1))
    loop.post(lambda: ran.append(2))
    loop.post(loop.quit)
    loop.post(lambda: ran.append(3))

    loop.run()

    assert ran == [1, 2]


def test_timers_run_when_due_and_cancelled_ones_never() -> None:
    loop = PlainLoop()
    ran: list[str] = []
    loop.call_later(0.02, lambda: ran.append("late"))
    loop.call_later(0.0, lambda: ran.append("at once"))
    loop.call_later(0.01, lambda: ran.append("never")).cancel()
    loop.call_later(0.02, loop.quit)

    loop.run()

    assert ran == ["at once", "late"]


def test_a_post_from_another_thread_wakes_it() -> None:
    loop = PlainLoop()
    ran_on: list[threading.Thread] = []

    def post() -> None:
        loop.post(lambda: ran_on.append(threading.current_thread()))
        loop.post(loop.quit)

    loop.post(lambda: threading.Thread(target=post).start())
    loop.run()

    assert ran_on == [threading.current_thread()]


def test_what_an_action_raises_reaches_the_caller() -> None:
    loop = PlainLoop()

    def fail() -> None:
        raise ValueError("defect")

    loop.post(fail)

    with pytest.raises(ValueError, match="defect"):
        loop.run()
