"""Two clocks made one: a minute at ±200 ppm without a glitch, and what happens when a thread is late."""

import numpy as np
import pytest

from softphone.audio.counters import AudioCounters
from softphone.audio.resampler import CapturePath, PlayoutPath, shorten
from tests.helpers.drift_simulation import simulate_capture, simulate_playout

# The quicker converter: the steering is the same, and the bench runs the phone's own for an hour.
CONVERTER = "sinc_fastest"
DURATION_S = 60.0  # 12 ms of drift: more than the ring holds; the bench runs the hour
GLITCH = 2e-4  # of the amplitude; int16 rounding gives 1e-4, one lost sample of the card 1e-2
TONE = np.rint(8000 * np.sin(2 * np.pi * 440 * np.arange(320) / 16_000)).astype(np.int16).tobytes()


@pytest.mark.parametrize("drift_ppm", [200.0, -200.0])
def test_capture_of_a_drifting_card_has_no_glitch_and_keeps_its_delay(drift_ppm: float) -> None:
    result = simulate_capture(drift_ppm, DURATION_S, CONVERTER)
    assert result.glitch < GLITCH
    assert (result.underruns, result.overruns, result.skipped_samples) == (0, 0, 0)
    assert result.moved_ms < 10


@pytest.mark.parametrize("drift_ppm", [200.0, -200.0])
def test_playout_to_a_drifting_card_has_no_glitch_and_keeps_its_delay(drift_ppm: float) -> None:
    result = simulate_playout(drift_ppm, DURATION_S, CONVERTER)
    assert result.glitch < GLITCH
    assert (result.underruns, result.overruns, result.skipped_samples) == (0, 0, 0)
    assert result.moved_ms < 10


def test_one_lost_sample_would_be_seen() -> None:
    assert simulate_capture(0.0, 4.0, CONVERTER, lose_at_s=3.0).glitch > 10 * GLITCH


def fed(path: CapturePath, from_s: float, to_s: float) -> None:
    """The card's blocks of 10 ms, on time."""
    block = np.full((480, 2), 1000, np.float32)
    for number in range(round(from_s * 100), round(to_s * 100)):
        path.ring.write(block, number / 100)


def test_capture_is_silent_until_it_has_enough_and_starts_at_its_target() -> None:
    path = CapturePath(48_000, 10, AudioCounters())
    assert path.read(0.0) is None
    fed(path, 0.0, 0.2)
    frame = path.read(0.2)
    assert frame is not None
    assert frame.shape == (320, 2)
    assert path.fill_ms < 20


def test_a_late_block_costs_its_own_length_and_is_counted() -> None:
    counters = AudioCounters()
    path = CapturePath(48_000, 10, counters)
    fed(path, 0.0, 0.1)
    for tick in range(4):
        path.read(0.1 + tick * 0.02)
    assert counters.underruns >= 1
    assert counters.skipped_samples > 0
    fed(path, 0.1, 0.3)
    frames = [path.read(0.3 + tick * 0.02) for tick in range(3)]
    assert any(frame is not None and abs(frame[-1, 0] - 1000) < 20 for frame in frames)


def test_a_backlog_far_over_the_target_is_cut_back() -> None:
    counters = AudioCounters()
    path = CapturePath(48_000, 10, counters)
    fed(path, 0.0, 0.05)
    path.read(0.05)
    fed(path, 0.05, 0.25)  # the media clock slept
    for tick in range(200):
        now_s = 0.25 + tick * 0.02
        path.read(now_s)
        fed(path, now_s, now_s + 0.02)
    assert path.fill_ms < 80
    assert counters.skipped_samples > 0
    assert counters.underruns == 0


def test_playout_starts_with_a_little_silence_and_again_after_running_dry() -> None:
    counters = AudioCounters()
    path = PlayoutPath(48_000, counters)
    path.write(TONE, 0.0)
    first_ms = path.fill_ms
    assert 20 < first_ms < 30
    path.ring.discard(10_000)
    path.write(TONE, 0.1)
    assert path.fill_ms > 20
    assert counters.skipped_samples > 0


def test_playout_nobody_reads_overruns_and_stays_bounded() -> None:
    counters = AudioCounters()
    path = PlayoutPath(48_000, counters)
    for tick in range(100):
        path.write(TONE, tick * 0.02)
    assert counters.overruns > 0
    assert path.fill_ms <= 400


def test_shortening_cross_fades() -> None:
    block = np.sin(2 * np.pi * np.arange(960) / 96).astype(np.float32)
    cut = shorten(block, 384, 192)
    assert len(cut) == 960 - 384
    assert np.abs(np.diff(cut)).max() < 1.5 * np.abs(np.diff(block)).max()
