"""How much of what we said is in a recording: the proof of an echo number, and of a call between two phones.

Both are narrowed to the telephone band, where every codec keeps the wave's shape; the recording is aligned
as a whole by cross-correlation, then quarter second by quarter second within 0.2 s (a jitter buffer may move
in a call), and only where the reference speaks.
"""

from __future__ import annotations

import math
import os

import numpy as np
import numpy.typing as npt

from softphone.audio.files import WavError, read_wav
from softphone.domain.events import RecordingsCompared
from softphone.domain.media import SAMPLE_RATE_HZ

Wave = npt.NDArray[np.float64]

BAND_HZ = (200.0, 3400.0)
SEGMENT_S = 0.25
WANDER_S = 0.2  # how far a segment may lie from the whole's alignment
ACTIVE_DB = -35.0  # against the loudest segment
FINE = 8  # steps between two samples
MISSING_DB = -90.0


def compare_recordings(
    reference_path: str | os.PathLike[str], recorded_path: str | os.PathLike[str]
) -> RecordingsCompared:
    """Find the reference in the recording; see ``RecordingsCompared``. Never raises.

    ``problem``: reference:<code>, recorded:<code> of ``WavError``, silent_reference, silent_recording.
    """
    waves: list[Wave] = []
    for name, path in (("reference", reference_path), ("recorded", recorded_path)):
        try:
            waves.append(read_wav(path).astype(np.float64))
        except WavError as error:
            return RecordingsCompared(ok=False, problem=f"{name}:{error.code}")
    return compare(*waves)


def compare(reference: Wave, recorded: Wave) -> RecordingsCompared:
    """The same on samples at 16 kHz."""
    reference, recorded = _narrow(reference), _narrow(recorded)
    if not np.abs(reference).max(initial=0.0) > 1.0:
        return RecordingsCompared(ok=False, problem="silent_reference")
    if not np.abs(recorded).max(initial=0.0) > 1.0:
        return RecordingsCompared(ok=False, problem="silent_recording")
    delay = _best_lag(recorded, reference)
    products, said, heard, delays = 0.0, 0.0, 0.0, []
    for start, segment in _active(reference):
        product, energy, lag = _match(segment, recorded, start + delay)
        products += product
        said += float(segment @ segment)
        heard += energy
        delays.append((float(segment @ segment), delay + lag))
    correlation = products / math.sqrt(said * heard) if heard > 0 else 0.0
    level_db = 10 * math.log10(heard / said) if heard > 0 else MISSING_DB
    return RecordingsCompared(
        ok=True,
        correlation=round(max(0.0, min(1.0, correlation)), 4),
        delay_ms=round(_weighted_median(delays) * 1000 / SAMPLE_RATE_HZ, 2),
        level_db=round(max(MISSING_DB, level_db), 2),
    )


def _narrow(wave: Wave) -> Wave:
    """The telephone band, without shifting anything in time (the filter is a window over the spectrum)."""
    if not len(wave):
        return wave
    size = _fast_size(len(wave) + SAMPLE_RATE_HZ // 10)
    spectrum = np.fft.rfft(wave, size)
    frequency_hz = np.fft.rfftfreq(size, 1 / SAMPLE_RATE_HZ)
    low = np.clip((frequency_hz - BAND_HZ[0] * 0.7) / (BAND_HZ[0] * 0.3), 0, 1)
    high = np.clip((BAND_HZ[1] * 1.05 - frequency_hz) / (BAND_HZ[1] * 0.05), 0, 1)
    narrowed: Wave = np.fft.irfft(spectrum * low * high, size)[: len(wave)]
    return narrowed


def _fast_size(count: int) -> int:
    return 1 << max(0, count - 1).bit_length()


def _correlate(long: Wave, short: Wave) -> Wave:
    """Products of ``short`` against ``long`` at lags −(len(short)−1) … len(long)−1, by FFT."""
    size = _fast_size(len(long) + len(short))
    product = np.fft.irfft(np.fft.rfft(long, size) * np.conj(np.fft.rfft(short, size)), size)
    before = len(short) - 1
    return np.concatenate((product[size - before :], product[: len(long)]))


def _best_lag(recorded: Wave, reference: Wave) -> int:
    return int(np.argmax(_correlate(recorded, reference))) - (len(reference) - 1)


def _active(reference: Wave) -> list[tuple[int, Wave]]:
    """(start, samples) of the segments in which somebody speaks."""
    size = int(SEGMENT_S * SAMPLE_RATE_HZ)
    segments = [(start, reference[start : start + size]) for start in range(0, len(reference), size)]
    powers = [float(np.mean(segment**2)) for _, segment in segments]
    floor = max(powers) * 10 ** (ACTIVE_DB / 10)
    return [pair for pair, power in zip(segments, powers, strict=True) if power >= floor]


def _match(segment: Wave, recorded: Wave, start: int) -> tuple[float, float, float]:
    """(product, energy of the recording there, lag in samples) at the best place near ``start``."""
    wander = int(WANDER_S * SAMPLE_RATE_HZ)
    first = start - wander
    window = np.zeros(len(segment) + 2 * wander)
    low, high = max(0, first), min(len(recorded), first + len(window))
    if high <= low:
        return 0.0, 0.0, 0.0
    window[low - first : high - first] = recorded[low:high]
    products = _correlate(window, segment)[len(segment) - 1 : len(segment) - 1 + 2 * wander + 1]
    sums = np.concatenate(([0.0], np.cumsum(window**2)))
    energies = sums[len(segment) :] - sums[: -len(segment)]
    scores = products / np.sqrt(energies + len(segment))
    best = int(np.argmax(scores))
    product, offset = _between(products, best)
    return product, float(energies[best]), best - wander + offset


def _between(products: Wave, best: int) -> tuple[float, float]:
    """Height and place of the peak near ``best``, between samples (band-limited interpolation)."""
    reach = 32
    if best < reach or best + reach >= len(products):
        return float(products[best]), 0.0
    near = products[best - reach : best + reach]
    window = np.hanning(2 * reach + 1)
    offsets = np.arange(-FINE, FINE + 1) / FINE
    taps = np.arange(-reach, reach)
    weights = np.sinc(offsets[:, None] - taps[None, :]) * window[:-1]
    heights = weights @ near
    peak = int(np.argmax(heights))
    return float(heights[peak]), float(offsets[peak])


def _weighted_median(pairs: list[tuple[float, float]]) -> float:
    half = sum(weight for weight, _ in pairs) / 2
    passed = 0.0
    for weight, value in sorted(pairs, key=lambda pair: pair[1]):
        passed += weight
        if passed >= half:
            return value
    return 0.0
