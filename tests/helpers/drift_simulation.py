"""A sound card whose clock runs wrong, simulated: no waiting, an hour of audio in a minute.

The card's clock runs ``drift_ppm`` fast (or slow). A continuous sine goes through; a glitch of any kind (a
sample lost, doubled or invented) breaks the law of a sine, x[n+1] + x[n-1] = 2 cos(w) x[n]. A ramp beside it
carries the time each sample was made, so that the delay is read from the samples themselves.
"""

from __future__ import annotations

import msgspec
import numpy as np

from softphone.audio.counters import AudioCounters
from softphone.audio.resampler import CapturePath, PlayoutPath

RATE_HZ = 48_000
BLOCK = 480
TONE_HZ = 440.0
AMPLITUDE = 10_000.0
SETTLED_S = 1.0
START_S = 0.0037  # the clocks do not start together


class DriftResult(msgspec.Struct, frozen=True):
    """``glitch`` is the largest break of the sine against its amplitude; delays in ms after settling."""

    glitch: float
    first_delay_ms: float
    least_delay_ms: float
    most_delay_ms: float
    underruns: int
    overruns: int
    skipped_samples: int

    @property
    def moved_ms(self) -> float:
        """How far the delay ever was from where it began."""
        return max(self.most_delay_ms - self.first_delay_ms, self.first_delay_ms - self.least_delay_ms)


def simulate_capture(
    drift_ppm: float, duration_s: float, converter: str, *, lose_at_s: float = -1.0
) -> DriftResult:
    """Microphone → bridge. The near channel is the sine, the far channel the ramp.

    ``lose_at_s`` plants one lost sample, to see that it is seen.
    """
    counters = AudioCounters()
    path = CapturePath(RATE_HZ, 10, counters, converter)
    card_hz = RATE_HZ * (1 + drift_ppm * 1e-6)
    blocks, tail, worst = 0, np.zeros(0), 0.0
    delays: list[float] = []
    pair = np.zeros((BLOCK, 2), np.float32)
    for tick in range(int(duration_s * 50)):
        now_s = tick * 0.02
        while (due_s := (blocks + 1) * BLOCK / card_hz + START_S) <= now_s:
            index = np.arange(blocks * BLOCK, (blocks + 1) * BLOCK)
            pair[:, 0] = _sine(index, RATE_HZ)
            pair[:, 1] = index / 256
            lost = int(blocks == int(lose_at_s * RATE_HZ / BLOCK))
            path.ring.write(pair[lost:], due_s)
            blocks += 1
        frame = path.read(now_s)
        if frame is None or now_s < SETTLED_S:
            continue
        worst, tail = max(worst, _glitch(tail, frame[:, 0])), frame[-2:, 0].astype(float)
        made_s = float(frame[-1, 1]) * 256 / card_hz + START_S
        delays.append((now_s - made_s) * 1000)
    return _result(worst, delays, counters)


def simulate_playout(drift_ppm: float, duration_s: float, converter: str) -> DriftResult:
    """Bridge → speaker. The delay is the backlog; the sine is what the card plays."""
    counters = AudioCounters()
    path = PlayoutPath(RATE_HZ, counters, converter)
    card_hz = RATE_HZ * (1 + drift_ppm * 1e-6)
    blocks, tail, worst = 0, np.zeros(0), 0.0
    delays: list[float] = []
    block = np.zeros(BLOCK, np.float32)
    for tick in range(5, int(duration_s * 50)):  # the card runs before the call does
        now_s = tick * 0.02
        while (due_s := blocks * BLOCK / card_hz + START_S) <= now_s:
            count = path.ring.read_into(block, due_s)
            blocks += 1
            if due_s < SETTLED_S:
                continue
            counters.underruns += count < BLOCK
            worst, tail = max(worst, _glitch(tail, block)), block[-2:].astype(float)
        index = np.arange(tick * 320, (tick + 1) * 320)
        path.write(np.rint(_sine(index, 16_000)).astype(np.int16).tobytes(), now_s)
        if now_s >= SETTLED_S:
            since_ms = (now_s - ((blocks - 1) * BLOCK / card_hz + START_S)) * 1000
            delays.append(path.fill_ms + 10 - since_ms)
    return _result(worst, delays, counters)


def _sine(index: np.ndarray, rate_hz: int) -> np.ndarray:
    return AMPLITUDE * np.sin(2 * np.pi * ((TONE_HZ / rate_hz * index) % 1.0))


def _glitch(tail: np.ndarray, samples: np.ndarray) -> float:
    """Where the law breaks, relative to the amplitude. The tone's pitch is fitted, since it drifts too."""
    wave = np.concatenate((tail, samples.astype(float)))
    middle, sides = wave[1:-1], wave[2:] + wave[:-2]
    twice_cos = float(middle @ sides / (middle @ middle))
    return float(np.abs(sides - twice_cos * middle).max() / AMPLITUDE)


def _result(worst: float, delays: list[float], counters: AudioCounters) -> DriftResult:
    return DriftResult(
        worst,
        delays[0],
        min(delays),
        max(delays),
        counters.underruns,
        counters.overruns,
        counters.skipped_samples,
    )
