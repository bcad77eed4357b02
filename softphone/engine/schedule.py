"""Timed work of the engine thread: a heap of actions, run between two looks at the network.

Owns no thread: ``EngineLoop`` asks when the next action is due and runs what is due.
"""

from __future__ import annotations

import heapq
import itertools
import time
from collections.abc import Callable

from softphone.engine.errors import log_exception


class ScheduledCall:
    """An action put off; ``cancel`` is harmless when it already ran."""

    __slots__ = ("_action", "due_s")

    def __init__(self, due_s: float, action: Callable[[], None]) -> None:
        self.due_s = due_s
        self._action: Callable[[], None] | None = action

    def cancel(self) -> None:
        """Forget the action. Thread: engine."""
        self._action = None

    @property
    def is_waiting(self) -> bool:
        """It has neither run nor been cancelled."""
        return self._action is not None

    def run(self) -> None:
        """Run the action once; an exception is logged, never raised. Thread: engine."""
        action, self._action = self._action, None
        if action is None:
            return
        try:
            action()
        except Exception:  # noqa: BLE001 - nothing may leave here
            log_exception("scheduled action")


class Schedule:
    """Actions by the time they are due, in seconds of a monotonic clock."""

    def __init__(self, now_s: Callable[[], float] = time.monotonic) -> None:
        self.now_s = now_s
        self._heap: list[tuple[float, int, ScheduledCall]] = []
        self._order = itertools.count()

    def call_later(self, delay_s: float, action: Callable[[], None]) -> ScheduledCall:
        """Run ``action`` on the engine thread after ``delay_s``. Thread: engine."""
        call = ScheduledCall(self.now_s() + max(delay_s, 0.0), action)
        heapq.heappush(self._heap, (call.due_s, next(self._order), call))
        return call

    def call_at_next(self, period_s: float, action: Callable[[], None]) -> ScheduledCall:
        """Run ``action`` when the clock next shows a multiple of ``period_s``. Thread: engine.

        What watches every second so wakes an idle engine once a second, all of it together.
        """
        return self.call_later(period_s - self.now_s() % period_s, action)

    def call_every(self, period_s: float, action: Callable[[], None]) -> None:
        """Run ``action`` every ``period_s``, as ``call_at_next``, for good. Thread: engine."""

        def again() -> None:
            self.call_at_next(period_s, again)
            action()

        self.call_at_next(period_s, again)

    def run_due(self) -> None:
        """Run everything that was due when this was called. Thread: engine."""
        now_s = self.now_s()
        while self._heap and self._heap[0][0] <= now_s:
            heapq.heappop(self._heap)[2].run()

    def next_due_in_s(self) -> float | None:
        """Seconds until the next action; None where there is none. Never negative."""
        while self._heap and not self._heap[0][2].is_waiting:
            heapq.heappop(self._heap)
        if not self._heap:
            return None
        return max(self._heap[0][0] - self.now_s(), 0.0)
