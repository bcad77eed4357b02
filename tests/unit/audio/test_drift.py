"""The controller against an ideal ring: settles without swinging, widens when the ring nearly ran dry."""

import pytest

from softphone.audio.drift import COMFORT_MS, LIMIT_PPM, WINDOW_S, FillController


@pytest.mark.parametrize("drift_ppm", [200.0, -200.0])
def test_a_step_of_drift_moves_the_backlog_by_few_ms_and_is_learnt(drift_ppm: float) -> None:
    controller = FillController(target_ms=15)
    backlog_ms, worst_ms, correction_ppm = 15.0, 0.0, 0.0
    for _ in range(50 * 600):
        correction_ppm = (controller.update(backlog_ms, 10) - 1) * 1e6
        backlog_ms += (drift_ppm - correction_ppm) * 1e-6 * 20
        worst_ms = max(worst_ms, abs(backlog_ms - 15))
    assert worst_ms < 5
    assert backlog_ms == pytest.approx(15, abs=0.1)
    assert correction_ppm == pytest.approx(drift_ppm, abs=2)


def test_a_correction_is_never_large_enough_to_be_heard() -> None:
    controller = FillController(target_ms=15)
    factors = [controller.update(300, 300) for _ in range(500)]
    assert max(factors) == pytest.approx(1 + LIMIT_PPM * 1e-6)
    assert controller.excess_ms == pytest.approx(285)


def test_the_target_widens_at_near_misses_and_narrows_again() -> None:
    controller = FillController(target_ms=15)
    for _ in range(int(50 * WINDOW_S) + 1):
        controller.update(15, 0.2)
    widened_ms = controller.target_ms
    assert widened_ms > 15
    for _ in range(int(50 * WINDOW_S) * 40):
        controller.update(15, COMFORT_MS + 5)
    assert controller.target_ms == 15


def test_running_dry_widens_and_cutting_moves_the_memory() -> None:
    controller = FillController(target_ms=5)
    controller.missed()
    assert controller.target_ms > 5
    controller.update(100, 100)
    before_ms = controller.excess_ms
    controller.moved(8)
    assert controller.excess_ms == pytest.approx(before_ms - 8)
    controller.restart()
    assert controller.excess_ms == 0
