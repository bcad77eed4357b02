"""What happens on PortAudio's thread: blocks between the card and the rings, and nothing else.

::

    duplex:   outdata ◀─ limiter ◀─ gain ◀─ tones ◀─ playout ring
                 │ (the very samples)
                 ▼
              (near, far) pair ─▶ capture ring         near = indata of the same callback

    two streams (where the cards cannot be opened as one): the output callback leaves its block in a small
    ring, the input callback takes the same amount from it. The two clocks may drift, so that ring is cut
    back to one block when it holds more than four; the echo canceller follows such steps.

No locks, no logging; small numpy operations on arrays made beforehand.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np

from softphone.audio.counters import AudioCounters
from softphone.audio.gain import amplify
from softphone.audio.levels import LevelMeter
from softphone.audio.resampler import CapturePath, PlayoutPath
from softphone.audio.ring import SampleRing, Samples
from softphone.audio.tones import TonePlayer

BLOCK_MS = 10
FADE_MS = 2
MonotonicClock = Callable[[], float]


class Shared:
    """What the callbacks share with the rest of the endpoint; outlives every stream."""

    __slots__ = ("clock", "counters", "input_factor", "meter", "output_factor")

    def __init__(
        self,
        counters: AudioCounters,
        meter: LevelMeter | None = None,
        clock: MonotonicClock = time.perf_counter,
    ) -> None:
        self.counters = counters
        self.meter = meter
        self.clock = clock
        self.input_factor = 1.0
        self.output_factor = 1.0


class Heart:
    """Beats with every block, so that a stream that died unseen can be told from a living one."""

    def __init__(self, clock: MonotonicClock) -> None:
        self.beats = 0
        self.last_beat_s = clock()

    def beat(self, now_s: float) -> None:
        """Thread: device."""
        self.beats += 1
        self.last_beat_s = now_s


class OutputBlocks:
    """Speaker blocks: playout ring + tones, gain, limiter. One object for each opened output."""

    def __init__(
        self,
        rate_hz: int,
        channels: int,
        tones: TonePlayer,
        shared: Shared,
        playout: PlayoutPath | None = None,
    ) -> None:
        self.playout = playout
        self.reference: SampleRing | None = None  # where a separate input stream finds what was played
        self.heart = Heart(shared.clock)
        self._tones = tones
        self._shared = shared
        self._rate_hz = rate_hz
        self._channels = channels
        self._block = np.zeros(rate_hz * BLOCK_MS // 1000, np.float32)
        self._flowing = False

    def on_output(self, outdata: Any, frames: int, _time: Any, _status: Any) -> None:
        """PortAudio's callback of an output stream of its own. Thread: device (the output's)."""
        block = self.render(outdata, frames)
        if self.reference is not None:
            self.reference.write(block, self.heart.last_beat_s)

    def render(self, outdata: Any, frames: int) -> Samples:
        """Fill ``outdata`` (int16, interleaved); returns the mono samples that were put there."""
        now_s = self._shared.clock()
        if frames > len(self._block):
            self._block = np.zeros(frames, np.float32)
        block = self._block[:frames]
        self._pull(block, now_s)
        if self._tones.audible:
            self._tones.mix_into(block, self._rate_hz)
        peak = amplify(block, self._shared.output_factor)
        meter = self._shared.meter
        if meter is not None and meter.on:
            meter.note_output(peak)
        np.rint(block, out=block)
        np.frombuffer(outdata, np.int16).reshape(-1, self._channels)[:] = block[:, None]
        self.heart.beat(now_s)
        return block

    def _pull(self, block: Samples, now_s: float) -> None:
        count = 0 if self.playout is None else self.playout.ring.read_into(block, now_s)
        if count < len(block):
            block[count:] = 0.0
            fade = min(count, self._rate_hz * FADE_MS // 1000)
            if fade:
                block[count - fade : count] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)
            if self._flowing:
                self._shared.counters.underruns += 1
                self._shared.counters.skipped_samples += len(block) - count
                self._flowing = False
        elif not self._flowing:
            fade = min(count, self._rate_hz * FADE_MS // 1000)
            block[:fade] *= np.linspace(0.0, 1.0, fade, dtype=np.float32)
            self._flowing = True


class InputBlocks:
    """Microphone blocks, each paired with what was played meanwhile."""

    def __init__(
        self, rate_hz: int, shared: Shared, capture: CapturePath | None, output: OutputBlocks | None
    ) -> None:
        self.capture = capture  # None: only the level is wanted
        self.heart = Heart(shared.clock)
        self._shared = shared
        self._output = output
        block_samples = rate_hz * BLOCK_MS // 1000
        self._pair = np.zeros((block_samples, 2), np.float32)
        self._far = np.zeros(block_samples, np.float32)
        self.reference = SampleRing(16 * block_samples)  # filled by an output stream of its own, if any
        self._block_samples = block_samples

    def on_duplex(self, indata: Any, outdata: Any, frames: int, _time: Any, _status: Any) -> None:
        """PortAudio's callback where both cards are one stream. Thread: device."""
        if self._output is not None:
            self._take(indata, self._output.render(outdata, frames))

    def on_input(self, indata: Any, frames: int, _time: Any, _status: Any) -> None:
        """The input's callback where there are two streams, or no output. Thread: device (the input's)."""
        if frames > len(self._far):
            self._far = np.zeros(frames, np.float32)
        far = self._far[:frames]
        if self.reference.fill > 4 * self._block_samples:
            self.reference.discard(self.reference.fill - frames)
        far[self.reference.read_into(far, 0.0) :] = 0.0
        self._take(indata, far)

    def _take(self, indata: Any, far: Samples) -> None:
        now_s = self._shared.clock()
        near = np.frombuffer(indata, np.int16)
        meter = self._shared.meter
        if meter is not None and meter.on:
            meter.note_input(self._shared.input_factor * max(int(near.max()), -int(near.min())))
        if self.capture is not None:
            if len(far) > len(self._pair):
                self._pair = np.zeros((len(far), 2), np.float32)
            pair = self._pair[: len(far)]
            pair[:, 0] = near
            pair[:, 1] = far
            if self.capture.ring.write(pair, now_s) < len(pair):
                self._shared.counters.overruns += 1
        self.heart.beat(now_s)
