"""Long work on the main thread in slices: neither the window nor what else the thread does waits for it.

A thread of its own would not do: it would fight the window for the interpreter at every one of Qt's calls.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from functools import partial

from softphone.domain.ports import Dispatcher, Timer

SLICE_S = 0.005
PAUSE_S = 0.003

# What work yields: None after a short step, or what is to be waited for: it is given what goes on.
Wait = Callable[[Callable[[], None]], None]


class Steps:
    """Works off one iterator at a time. Thread: main.

    ``after_slice`` is called after every slice, ``done`` at the end; what the work raises is the loop's.
    """

    def __init__(self, dispatcher: Dispatcher, now_s: Callable[[], float] = time.perf_counter) -> None:
        self._dispatcher = dispatcher
        self._now_s = now_s
        self._work: Iterator[Wait | None] = iter(())
        self._after_slice: Callable[[], None] = _nothing
        self._done: Callable[[], None] = _nothing
        self._timer: Timer | None = None
        self._turn = 0
        self.running = False

    def run(
        self, work: Iterator[Wait | None], after_slice: Callable[[], None], done: Callable[[], None]
    ) -> None:
        """Begin ``work``; what ran is dropped."""
        self.stop()
        self._work, self._after_slice, self._done = work, after_slice, done
        self.running = True
        self._later()

    def stop(self) -> None:
        """Drop the work; nothing of it is called any more."""
        self._turn += 1
        self.running = False
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _later(self) -> None:
        self._timer = self._dispatcher.call_later(PAUSE_S, self._slice)

    def _slice(self) -> None:
        self._timer = None
        until_s = self._now_s() + SLICE_S
        while True:
            try:
                wait = next(self._work)
            except StopIteration:
                self.running = False
                self._done()
                return
            if wait is not None:
                wait(partial(self._go_on, self._turn))
                return
            if self._now_s() >= until_s:
                break
        self._after_slice()
        if self.running:
            self._later()

    def _go_on(self, turn: int) -> None:
        """What was waited for is there, if it is still waited for."""
        if turn == self._turn and self.running and self._timer is None:
            self._later()


def _nothing() -> None:
    """Nobody listens."""
