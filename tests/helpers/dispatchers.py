"""A dispatcher whose queue a test runs itself."""

from __future__ import annotations

import heapq
import itertools
import queue
import time
from collections.abc import Callable


class SyncTimer:
    """What ``SyncDispatcher.call_later`` gives."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        self.cancelled = True


class SyncDispatcher:
    """Posts and real-time timers, run on the test's thread by ``run_until``."""

    def __init__(self) -> None:
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._timers: list[tuple[float, int, SyncTimer, Callable[[], None]]] = []
        self._order = itertools.count()

    def post(self, action: Callable[[], None]) -> None:
        self._posted.put(action)

    def call_later(self, delay_s: float, action: Callable[[], None]) -> SyncTimer:
        timer = SyncTimer()
        heapq.heappush(self._timers, (time.monotonic() + delay_s, next(self._order), timer, action))
        return timer

    def run_until(self, predicate: Callable[[], object], timeout_s: float = 5.0, *, what: str = "") -> None:
        """Run what comes until ``predicate`` holds. Errors: AssertionError after ``timeout_s``."""
        deadline = time.monotonic() + timeout_s
        while not predicate():
            if time.monotonic() > deadline:
                raise AssertionError(f"not within {timeout_s} s: {what or predicate}")
            self._run_due()
            try:
                self._posted.get(timeout=0.005)()
            except queue.Empty:
                continue

    def _run_due(self) -> None:
        while self._timers and self._timers[0][0] <= time.monotonic():
            _, _, timer, action = heapq.heappop(self._timers)
            if not timer.cancelled:
                action()
