"""A token bucket: how many calls a second the library is trusted with.

More than about 60 INVITEs a second, and rapid back-to-back calls of our own, abort the process; the
limits here are far below that.
"""

from __future__ import annotations

import time
from collections.abc import Callable


class RateLimit:
    """At most ``burst`` at once and ``per_second`` in the long run."""

    def __init__(self, *, per_second: float, burst: int, now_s: Callable[[], float] = time.monotonic) -> None:
        self._per_second = per_second
        self._burst = float(burst)
        self._now_s = now_s
        self._tokens = float(burst)
        self._at_s = now_s()

    def allow(self) -> bool:
        """Take one token; False where none is left."""
        now_s = self._now_s()
        self._tokens = min(self._burst, self._tokens + (now_s - self._at_s) * self._per_second)
        self._at_s = now_s
        if self._tokens < 1.0:
            return False
        self._tokens -= 1.0
        return True
