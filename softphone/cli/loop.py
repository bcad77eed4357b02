"""The plain main loop of a phone without a window: a queue and timers.

Implements ``domain.ports.Dispatcher``. Knows nothing of phones.
"""

from __future__ import annotations

import heapq
import itertools
import queue
import sys
import time
from collections.abc import Callable
from typing import Protocol

from softphone.domain.ports import Dispatcher

# On Windows a signal handler runs only between waits, so they are kept short there.
_LONGEST_WAIT_S = 0.2 if sys.platform == "win32" else 3600.0


class Loop(Dispatcher, Protocol):
    """A dispatcher that is its own main loop."""

    def run(self) -> None:
        """Run until ``quit``."""

    def quit(self) -> None:
        """Let ``run`` return."""


class LoopTimer:
    """What ``PlainLoop.call_later`` gives."""

    def __init__(self) -> None:
        self.cancelled = False

    def cancel(self) -> None:
        """Forget it; harmless when it already ran."""
        self.cancelled = True


class PlainLoop:
    """Runs actions one after the other on the thread that calls ``run``."""

    def __init__(self) -> None:
        self._posted: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._timers: list[tuple[float, int, LoopTimer, Callable[[], None]]] = []
        self._order = itertools.count()
        self._running = True

    def post(self, action: Callable[[], None]) -> None:
        """Run ``action`` soon. Thread: any; safe in a signal handler, ``SimpleQueue.put`` is reentrant."""
        self._posted.put(action)

    def call_later(self, delay_s: float, action: Callable[[], None]) -> LoopTimer:
        """Run ``action`` after ``delay_s``. Thread: main."""
        timer = LoopTimer()
        heapq.heappush(self._timers, (time.monotonic() + delay_s, next(self._order), timer, action))
        return timer

    def run(self) -> None:
        """Run what comes until ``quit``. What an action raises ends the loop and is the caller's."""
        try:
            self._run_until_told()
        finally:
            self._running = True

    def quit(self) -> None:
        """Let ``run`` return, or the next one at once. Thread: main."""
        self._running = False

    def _run_until_told(self) -> None:
        while self._running:
            self._run_due()
            if not self._running:
                return
            try:
                action = self._posted.get(timeout=self._wait_s())
            except queue.Empty:
                continue
            action()

    def _run_due(self) -> None:
        while self._running and self._timers and self._timers[0][0] <= time.monotonic():
            _, _, timer, action = heapq.heappop(self._timers)
            if not timer.cancelled:
                action()

    def _wait_s(self) -> float:
        while self._timers and self._timers[0][2].cancelled:
            heapq.heappop(self._timers)
        if not self._timers:
            return _LONGEST_WAIT_S
        return min(max(self._timers[0][0] - time.monotonic(), 0.0), _LONGEST_WAIT_S)
