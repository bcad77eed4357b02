"""The clock of SIP's timers in a test's hands (``softphone.sip.transaction.Scheduler``)."""

from __future__ import annotations

from collections.abc import Callable


class FakeTimer:
    """What ``FakeScheduler.call_later`` gives."""

    def __init__(self, at_s: float, callback: Callable[[], None]) -> None:
        self.at_s = at_s
        self.callback = callback
        self.is_cancelled = False

    def cancel(self) -> None:
        self.is_cancelled = True


class FakeScheduler:
    """Stands until ``advance`` turns it; timers run when they fall due, in order."""

    def __init__(self) -> None:
        self.now_s = 0.0
        self.timers: list[FakeTimer] = []

    def time(self) -> float:
        return self.now_s

    def call_later(self, delay: float, callback: Callable[[], None], /) -> FakeTimer:
        timer = FakeTimer(self.now_s + delay, callback)
        self.timers.append(timer)
        return timer

    def advance(self, to_s: float) -> None:
        """Turn the clock to ``to_s``."""
        while True:
            due = [timer for timer in self.timers if not timer.is_cancelled and timer.at_s <= to_s]
            if not due:
                break
            timer = min(due, key=lambda timer: timer.at_s)
            self.timers.remove(timer)
            self.now_s = timer.at_s
            timer.callback()
        self.now_s = to_s
