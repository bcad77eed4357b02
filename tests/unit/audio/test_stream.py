"""The callbacks: what is played is the echo reference of the same block; gains, underruns, levels."""

import numpy as np
import pytest

from softphone.audio.counters import AudioCounters
from softphone.audio.levels import LevelMeter
from softphone.audio.resampler import CapturePath, PlayoutPath
from softphone.audio.stream import InputBlocks, OutputBlocks, Shared
from softphone.audio.tones import TonePlayer
from softphone.domain.commands import ToneKind
from softphone.domain.events import LevelsMeasured
from tests.helpers.waiting import wait_for

RATE_HZ, FRAMES = 48_000, 480


class Desk:
    """One card with everything on it, called by hand."""

    def __init__(self, channels: int = 2) -> None:
        self.now_s = 0.0
        self.counters = AudioCounters()
        self.levels: list[LevelsMeasured] = []
        self.meter = LevelMeter(self.levels.append, interval_s=0.005)
        self.shared = Shared(self.counters, self.meter, lambda: self.now_s)
        self.playout = PlayoutPath(RATE_HZ, self.counters)
        self.capture = CapturePath(RATE_HZ, 10, self.counters)
        self.tones = TonePlayer()
        self.output = OutputBlocks(RATE_HZ, channels, self.tones, self.shared, self.playout)
        self.input = InputBlocks(RATE_HZ, self.shared, self.capture, self.output)
        self.channels = channels

    def duplex(self, said: int = 0) -> np.ndarray:
        """One block both ways; returns what was played, shape (480, channels)."""
        out = bytearray(2 * FRAMES * self.channels)
        self.input.on_duplex(np.full(FRAMES, said, np.int16).tobytes(), out, FRAMES, None, None)
        self.now_s += 0.01
        return np.frombuffer(out, np.int16).reshape(-1, self.channels)

    def captured(self) -> np.ndarray:
        pairs = np.zeros((self.capture.ring.fill, 2), np.float32)
        self.capture.ring.read_into(pairs, self.now_s)
        return pairs


def test_near_and_far_of_one_block_are_one_pair() -> None:
    desk = Desk()
    desk.playout.ring.write(np.linspace(0, 9000, 3 * FRAMES, dtype=np.float32), 0.0)
    played = np.concatenate([desk.duplex(said=number) for number in (7, 8, 9)])
    pairs = desk.captured()
    assert np.array_equal(pairs[:, 1], played[:, 0])
    assert np.array_equal(played[:, 0], played[:, 1])
    assert pairs[::FRAMES, 0].tolist() == [7, 8, 9]
    assert desk.input.heart.beats == desk.output.heart.beats == 3


def test_gain_and_limiter_are_in_the_reference_too() -> None:
    desk = Desk()
    desk.shared.output_factor = 4.0
    desk.playout.ring.write(np.full(2 * FRAMES, 20_000, np.float32), 0.0)
    desk.duplex()
    loud = desk.duplex()
    assert 25_000 < loud.max() <= 32_767
    assert desk.captured()[-1, 1] == loud[-1, 0]


def test_running_dry_fades_counts_once_and_comes_back_softly() -> None:
    desk = Desk()
    desk.playout.ring.write(np.full(FRAMES + 200, 8000, np.float32), 0.0)
    blocks = [desk.duplex()[:, 0] for _ in range(4)]
    assert desk.counters.underruns == 1
    assert desk.counters.skipped_samples == FRAMES - 200
    assert np.abs(np.diff(np.concatenate(blocks))).max() < 8000 / 50
    desk.playout.ring.write(np.full(FRAMES, 8000, np.float32), 0.0)
    again = desk.duplex()[:, 0]
    assert again[0] == 0
    assert again[-1] == 8000


def test_silence_without_a_far_side_is_no_underrun() -> None:
    desk = Desk()
    for _ in range(5):
        assert desk.duplex().max() == 0
    assert desk.counters.underruns == 0


def test_tones_are_mixed_over_speech_and_heard_by_the_canceller() -> None:
    desk = Desk()
    desk.tones.play(ToneKind.DTMF, "1")
    played = np.concatenate([desk.duplex() for _ in range(12)])[:, 0]
    assert played.max() > 2000
    assert np.array_equal(desk.captured()[:, 1], played)


def test_levels_only_while_the_meter_is_on_and_after_the_gain() -> None:
    desk = Desk()
    desk.shared.input_factor = 2.0
    desk.duplex(said=16_000)
    desk.meter.switch(True)
    wait_for(lambda: desk.levels)
    assert desk.levels[-1].input_dbfs == -90
    desk.duplex(said=-5000)
    wait_for(lambda: any(level.input_dbfs == pytest.approx(-10.31, abs=0.01) for level in desk.levels))
    desk.meter.switch(False)


def test_two_streams_pair_through_the_reference_ring_and_stay_near() -> None:
    desk = Desk(channels=1)
    desk.output.reference = desk.input.reference
    said = np.full(FRAMES, 5, np.int16).tobytes()
    for _ in range(8):  # the output runs ahead
        desk.playout.ring.write(np.full(FRAMES, 3000, np.float32), 0.0)
        desk.output.on_output(bytearray(2 * FRAMES), FRAMES, None, None)
    desk.input.on_input(said, FRAMES, None, None)
    assert desk.input.reference.fill == 0
    assert desk.captured()[-1].tolist() == [5, 3000]
    desk.input.on_input(said, FRAMES, None, None)
    assert desk.captured()[-1].tolist() == [5, 0]


def test_a_bigger_block_than_asked_for_is_taken() -> None:
    desk = Desk(channels=1)
    out = bytearray(2 * 3 * FRAMES)
    desk.input.on_duplex(np.full(3 * FRAMES, 4, np.int16).tobytes(), out, 3 * FRAMES, None, None)
    assert len(desk.captured()) == 3 * FRAMES
