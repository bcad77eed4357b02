"""The echo canceller hears what was played and takes it out; our own speech stays."""

import numpy as np
import pytest

from softphone.audio.echo_noise_gain import EchoNoiseGain, Processing
from softphone.domain.commands import AudioConfig

ONLY_ECHO = Processing(echo_cancellation=True, noise_suppression=False, automatic_gain=False)


def murmur(seed: int, duration_s: float) -> np.ndarray:
    """Noise coloured and chopped like speech, int16 scale."""
    rng = np.random.default_rng(seed)
    noise = np.convolve(rng.normal(size=int(duration_s * 16_000)), np.hanning(9), "same")
    syllables = np.repeat(rng.uniform(0.05, 1.0, int(duration_s * 5) + 1), 3200)[: len(noise)]
    return 1500 * noise * syllables


def processed(near: np.ndarray, far: np.ndarray, processing: Processing) -> np.ndarray:
    processor = EchoNoiseGain(processing)
    processor.set_delay_ms(40)
    out = near.astype(np.float32)
    for start in range(0, len(out) - 319, 320):
        frame = out[start : start + 320]
        processor.process(frame, far[start : start + 320].astype(np.float32))
    return out


def test_echo_is_removed() -> None:
    far = murmur(1, 3.0)
    near = 0.4 * np.concatenate((np.zeros(640), far))[: len(far)]
    left = processed(near, far, ONLY_ECHO)
    late = slice(16_000, 3 * 16_000 - 320)
    erle_db = 10 * np.log10(np.mean(near[late] ** 2) / (np.mean(left[late] ** 2) + 1e-9))
    assert erle_db > 30


def test_without_a_far_side_speech_stays() -> None:
    near = murmur(2, 1.5)
    left = processed(near, np.zeros(len(near)), ONLY_ECHO)
    late = slice(8000, 24_000 - 320)
    assert np.mean(left[late] ** 2) / np.mean(near[late] ** 2) == pytest.approx(1, abs=0.3)


def test_what_is_processed() -> None:
    config = AudioConfig(echo_cancellation=False, noise_suppression=True, automatic_gain=False)
    assert Processing.of(config).anything
    off = AudioConfig(echo_cancellation=False, noise_suppression=False, automatic_gain=False)
    assert not Processing.of(off).anything
