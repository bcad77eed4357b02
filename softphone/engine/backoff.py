"""How long to wait before registering again.

PJSIP's own retry is off (its first retry is immediate, later ones ±10 s random: pjproject #1375).
"""

from __future__ import annotations

import random
from collections.abc import Callable

FIRST_S = 1.0
EARLY_CAP_S = 4.0  # in the first minutes a registrar that comes back is found within 5 s
EARLY_SPAN_S = 300.0
LATE_CAP_S = 60.0
JITTER = 0.1


class Backoff:
    """Doubling delays: 1 s, 2 s, 4 s and so on for five minutes, then up to 60 s, each ±10 %."""

    def __init__(
        self,
        uniform: Callable[[float, float], float] = random.uniform,
        *,
        first_s: float = FIRST_S,
        early_cap_s: float = EARLY_CAP_S,
    ) -> None:
        self._uniform = uniform
        self._first_s = first_s
        self._early_cap_s = early_cap_s
        self._tries = 0
        self._waited_s = 0.0

    def reset(self) -> None:
        """The registrar answered well, or the user asked: begin anew."""
        self._tries = 0
        self._waited_s = 0.0

    def next_delay_s(self, retry_after_s: float = 0.0) -> float:
        """Seconds to wait now. A Retry-After (RFC 3261 §20.33) is a floor, without jitter below it."""
        cap_s = self._early_cap_s if self._waited_s < EARLY_SPAN_S else LATE_CAP_S
        delay_s = min(self._first_s * 2.0 ** min(self._tries, 16), cap_s)
        delay_s = min(delay_s * self._uniform(1 - JITTER, 1 + JITTER), cap_s)
        self._tries += 1
        delay_s = max(delay_s, retry_after_s)
        self._waited_s += delay_s
        return delay_s

    def elapsed(self, spent_s: float) -> None:
        """Count ``spent_s`` seconds of a try that ran without answer as waiting."""
        self._waited_s += spent_s
