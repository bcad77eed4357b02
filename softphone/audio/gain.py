"""Gain in dB and a soft limiter: loud becomes round, never clipped."""

from __future__ import annotations

import numpy as np

from softphone.audio.ring import Samples

FULL_SCALE = 32767.0
KNEE = 0.7 * FULL_SCALE  # below it nothing is touched (−3 dBFS)
SILENCE_DBFS = -90.0


def factor_of(gain_db: float) -> float:
    """Amplitude factor of a gain, kept within ±40 dB."""
    return float(10 ** (max(-40.0, min(40.0, gain_db)) / 20))


def dbfs(peak: float) -> float:
    """Level of a peak in int16 scale; −90 for silence."""
    if peak <= 1.0:
        return SILENCE_DBFS
    return max(SILENCE_DBFS, 20 * float(np.log10(min(peak, FULL_SCALE) / FULL_SCALE)))


def amplify(samples: Samples, factor: float) -> float:
    """Multiply in place and bend what lies over the knee back under full scale.

    Returns the peak (int16 scale) afterwards. Monotonic and smooth at the knee (slope 1 there).
    """
    if factor != 1.0:
        samples *= factor
    peak = max(float(samples.max()), -float(samples.min()))
    if peak <= KNEE:
        return peak
    over = np.abs(samples) - KNEE
    np.maximum(over, 0.0, out=over)
    room = FULL_SCALE - KNEE
    bent = np.minimum(np.abs(samples), KNEE) + room * np.tanh(over / room)
    np.copysign(bent, samples, out=samples)
    return max(float(samples.max()), -float(samples.min()))
