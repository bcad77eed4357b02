"""Gain and limiter: quiet goes through untouched, loud never clips."""

import numpy as np
import pytest

from softphone.audio.gain import FULL_SCALE, KNEE, amplify, dbfs, factor_of


def test_under_the_knee_nothing_changes() -> None:
    samples = np.array([0, 100, -KNEE, KNEE], np.float32)
    assert amplify(samples, 1.0) == pytest.approx(KNEE)
    assert samples.tolist() == pytest.approx([0, 100, -KNEE, KNEE])


def test_loud_is_bent_in_order_and_stays_in_scale() -> None:
    samples = np.linspace(-32768, 32767, 1001, dtype=np.float32)
    peak = amplify(samples, factor_of(12))
    assert peak <= FULL_SCALE
    assert np.all(np.diff(samples) >= 0)
    assert np.abs(np.rint(samples)).max() <= FULL_SCALE


def test_decibels() -> None:
    assert factor_of(6.0206) == pytest.approx(2, abs=1e-4)
    assert factor_of(1000) == factor_of(40)
    assert dbfs(0) == dbfs(1) == -90
    assert dbfs(FULL_SCALE) == 0
    assert dbfs(FULL_SCALE / 10) == pytest.approx(-20, abs=0.01)
