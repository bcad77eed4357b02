"""Steering a ring's fill with a slow PI controller: two clocks that drift become one.

The plant is an integrator: at a clock difference of 1 ppm the backlog grows by 0.001 ms a second. The gains
below make the loop critically damped at 0.025 rad/s: a step of 200 ppm moves the backlog by 3 ms at most
(d / (e · wn)), and no correction is ever large enough to be heard as pitch (1000 ppm are 1.7 cents).
"""

from __future__ import annotations

PROPORTIONAL_PPM_PER_MS = 50.0
INTEGRAL_PPM_PER_MS_S = 0.625
LIMIT_PPM = 1000.0
INTEGRAL_LIMIT_PPM = 500.0
SMOOTHING_S = 1.0

NEAR_MISS_MS = 1.0  # a ring this empty would run dry at the next hiccup
COMFORT_MS = 9.0
WIDEN_MS = 2.0
NARROW_MS = 0.5
WIDEST_MS = 40.0
WINDOW_S = 4.0


class FillController:
    """Backlog in, relative correction out. Thread: media clock (one owner).

    ``target_ms`` widens by itself where the device hands over its blocks in bursts (the ring nearly ran dry)
    and narrows again when it does not.
    """

    def __init__(self, *, target_ms: float, interval_s: float = 0.02) -> None:
        self._base_ms = target_ms
        self._interval_s = interval_s
        self.target_ms = target_ms
        self._smooth_ms: float | None = None
        self._integral_ppm = 0.0
        self._lowest_ms = WIDEST_MS
        self._window_s = 0.0

    @property
    def excess_ms(self) -> float:
        """How far the smoothed backlog lies above the target."""
        return 0.0 if self._smooth_ms is None else self._smooth_ms - self.target_ms

    def restart(self) -> None:
        """Forget the backlog, not the drift: the ring was filled or emptied on purpose."""
        self._smooth_ms = None

    def moved(self, by_ms: float) -> None:
        """The backlog was shortened on purpose by ``by_ms``."""
        if self._smooth_ms is not None:
            self._smooth_ms -= by_ms

    def missed(self) -> None:
        """The ring ran dry: keep more in it."""
        self.target_ms = min(self.target_ms + WIDEN_MS, self._base_ms + WIDEST_MS)

    def update(self, backlog_ms: float, waiting_ms: float) -> float:
        """One step every interval.

        ``backlog_ms`` counts the device's clock as if it ran without steps; ``waiting_ms`` is what really
        lies in the ring. Returns the factor by which to take faster from the ring (or put less into it).
        """
        if self._smooth_ms is None:
            self._smooth_ms = backlog_ms
        self._smooth_ms += (backlog_ms - self._smooth_ms) * self._interval_s / SMOOTHING_S
        error_ms = self._smooth_ms - self.target_ms
        step_ppm = error_ms * INTEGRAL_PPM_PER_MS_S * self._interval_s
        self._integral_ppm = max(-INTEGRAL_LIMIT_PPM, min(INTEGRAL_LIMIT_PPM, self._integral_ppm + step_ppm))
        ppm = error_ms * PROPORTIONAL_PPM_PER_MS + self._integral_ppm
        self._adapt(waiting_ms)
        return 1.0 + max(-LIMIT_PPM, min(LIMIT_PPM, ppm)) * 1e-6

    def _adapt(self, waiting_ms: float) -> None:
        self._lowest_ms = min(self._lowest_ms, waiting_ms)
        self._window_s += self._interval_s
        if self._window_s < WINDOW_S:
            return
        if self._lowest_ms < NEAR_MISS_MS:
            self.target_ms = min(self.target_ms + WIDEN_MS, self._base_ms + WIDEST_MS)
        elif self._lowest_ms > COMFORT_MS and self.target_ms > self._base_ms:
            self.target_ms = max(self._base_ms, self.target_ms - NARROW_MS)
        self._lowest_ms, self._window_s = WIDEST_MS, 0.0
