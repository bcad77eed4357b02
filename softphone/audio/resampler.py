"""Between the sound card's clock and the bridge's: two paths, one for each direction.

::

    device block ─▶ ring (near, far) ─▶ libsamplerate ─▶ CapturePath.read()  ─▶ 20 ms at 16 kHz
    20 ms at 16 kHz ─▶ PlayoutPath.write() ─▶ libsamplerate ─▶ ring ─▶ device block

The conversion ratio is steered by the backlog (``drift``), so that no sample is ever lost or invented while
both clocks merely drift. Only a late thread or a dead device makes underruns, and only a backlog far over the
target is cut, with a cross-fade.
"""

from __future__ import annotations

import numpy as np
import samplerate

from softphone.audio.counters import AudioCounters
from softphone.audio.drift import FillController
from softphone.audio.ring import SampleRing, Samples
from softphone.domain.media import FRAME_MS, FRAME_SAMPLES, SAMPLE_RATE_HZ

CONVERTER = "sinc_medium"  # 90 % of the band: 7.2 kHz of G.722's 7 kHz
MARGIN_MS = 8.0  # kept in a ring beyond what the block size needs
RING_MS = 400
CUT_OVER_MS = 40.0  # a smoothed backlog this far above the target is cut back at once
CUT_MS = 8
FADE_MS = 4


def shorten(block: Samples, count: int, fade: int) -> Samples:
    """``block`` without ``count`` samples in its middle, the edges of the cut cross-faded over ``fade``."""
    head = (len(block) - count - fade) // 2
    ramp = np.linspace(0.0, 1.0, fade, dtype=np.float32)
    if block.ndim == 2:
        ramp = ramp[:, None]
    tail = head + count
    joint = block[head : head + fade] * (1 - ramp) + block[tail : tail + fade] * ramp
    return np.concatenate((block[:head], joint, block[tail + fade :]))


def _since_ms(last: tuple[int, float], rate_hz: int, now_s: float) -> float:
    """How far the other side's clock has got since its last block, at most that block."""
    samples, at_s = last
    return min(max(0.0, now_s - at_s) * 1000, samples * 1000 / rate_hz)


class CapturePath:
    """Microphone and echo reference from the card to the bridge, as one two-channel stream.

    ``ring`` is written by the device callback at ``rate_hz``; ``read`` is called every 20 ms.
    """

    def __init__(
        self, rate_hz: int, block_ms: float, counters: AudioCounters, converter: str = CONVERTER
    ) -> None:
        self.ring = SampleRing(rate_hz * RING_MS // 1000, 2)
        self._rate_hz = rate_hz
        self._counters = counters
        self._ratio = self._nominal = SAMPLE_RATE_HZ / rate_hz
        self._resampler = samplerate.Resampler(converter, 2)
        self._controller = FillController(target_ms=block_ms + MARGIN_MS)
        self._ready = np.zeros((4 * FRAME_SAMPLES, 2), np.float32)
        self._ready_samples = 0
        self._input = np.zeros((rate_hz * 3 * FRAME_MS // 1000, 2), np.float32)
        self._flowing = False
        self._torn = False

    @property
    def fill_ms(self) -> float:
        """What waits between the card and the bridge."""
        return self.ring.fill * 1000 / self._rate_hz + self._ready_samples * 1000 / SAMPLE_RATE_HZ

    def read(self, now_s: float) -> Samples | None:
        """The next 20 ms, shape (320, 2): near, far. None while the path fills up. Thread: media clock."""
        if not self._flowing and not self._begin(now_s):
            return None
        cut = self._cut_samples()
        for _ in range(3):
            missing = FRAME_SAMPLES - self._ready_samples
            if missing <= 0 or not self._convert(missing, cut, now_s):
                break
            cut = 0
        frame = self._take()
        backlog_ms = self.fill_ms + _since_ms(self.ring.last_write, self._rate_hz, now_s)
        factor = self._controller.update(backlog_ms, self.fill_ms)
        self._ratio = self._nominal / factor
        return frame

    def _begin(self, now_s: float) -> bool:
        wanted_ms = FRAME_MS + self._controller.target_ms
        have_ms = self.fill_ms + _since_ms(self.ring.last_write, self._rate_hz, now_s)
        if self.ring.fill == 0 or have_ms < wanted_ms:
            return False
        self.ring.discard(int((have_ms - wanted_ms) * self._rate_hz / 1000))
        self._controller.restart()
        self._flowing = True
        return True

    def _convert(self, missing: int, cut: int, now_s: float) -> bool:
        wanted = min(int(missing / self._ratio) + 1 + cut, len(self._input))
        count = self.ring.read_into(self._input[:wanted], now_s)
        if count == 0:
            return False
        block = self._input[:count]
        fade = self._rate_hz * FADE_MS // 1000
        if cut and count > cut + 2 * fade:
            block = shorten(block, cut, fade)
            self._counters.skipped_samples += cut
            self._controller.moved(cut * 1000 / self._rate_hz)
        made = self._resampler.process(block, self._ratio)
        room = len(self._ready) - self._ready_samples
        made = made[:room]
        self._ready[self._ready_samples : self._ready_samples + len(made)] = made
        self._ready_samples += len(made)
        return True

    def _take(self) -> Samples:
        frame = np.zeros((FRAME_SAMPLES, 2), np.float32)
        count = min(FRAME_SAMPLES, self._ready_samples)
        frame[:count] = self._ready[:count]
        rest = self._ready_samples - count
        self._ready[:rest] = self._ready[count : self._ready_samples].copy()
        self._ready_samples = rest
        fade = min(count, SAMPLE_RATE_HZ * FADE_MS // 1000)
        if self._torn and fade:
            frame[:fade] *= np.linspace(0.0, 1.0, fade, dtype=np.float32)[:, None]
            self._torn = False
        if count < FRAME_SAMPLES:
            frame[count - fade : count] *= np.linspace(1.0, 0.0, fade, dtype=np.float32)[:, None]
            self._starved(count)
        return frame

    def _starved(self, count: int) -> None:
        """The rest of a frame was silence. A late block costs no more than that; a dead card starts anew."""
        self._counters.underruns += 1
        self._counters.skipped_samples += round((FRAME_SAMPLES - count) / self._nominal)
        self._controller.missed()
        self._torn = True
        if count == 0:
            self._flowing = False

    def _cut_samples(self) -> int:
        if self._controller.excess_ms < CUT_OVER_MS:
            return 0
        return self._rate_hz * CUT_MS // 1000


class PlayoutPath:
    """The far side's speech from the bridge to the card.

    ``ring`` is read by the device callback at ``rate_hz``; ``write`` is called every 20 ms.
    """

    def __init__(self, rate_hz: int, counters: AudioCounters, converter: str = CONVERTER) -> None:
        self.ring = SampleRing(rate_hz * RING_MS // 1000)
        self._rate_hz = rate_hz
        self._counters = counters
        self._ratio = self._nominal = rate_hz / SAMPLE_RATE_HZ
        self._resampler = samplerate.Resampler(converter, 1)
        self._controller = FillController(target_ms=MARGIN_MS)
        self._input = np.zeros(FRAME_SAMPLES, np.float32)
        self._flowing = False

    @property
    def fill_ms(self) -> float:
        """What waits between the bridge and the card."""
        return self.ring.fill * 1000 / self._rate_hz

    def write(self, frame: bytes, now_s: float) -> None:
        """The next 20 ms as int16. Thread: media clock."""
        self._input[:] = np.frombuffer(frame, np.int16, FRAME_SAMPLES)
        if self.ring.fill == 0:
            self._begin(now_s)
        waiting_ms = self.fill_ms
        backlog_ms = waiting_ms - _since_ms(self.ring.last_read, self._rate_hz, now_s)
        self._ratio = self._nominal / self._controller.update(backlog_ms, waiting_ms)
        block = self._resampler.process(self._input, self._ratio)
        if self._controller.excess_ms > CUT_OVER_MS:
            cut = self._rate_hz * CUT_MS // 1000
            block = shorten(block, cut, self._rate_hz * FADE_MS // 1000)
            self._counters.skipped_samples += cut
            self._controller.moved(CUT_MS)
        if self.ring.write(block, now_s) < len(block):
            self._counters.overruns += 1

    def _begin(self, now_s: float) -> None:
        """Put silence before the first frame, and before the first after the ring ran dry."""
        if self._flowing:
            self._controller.missed()
        self._controller.restart()
        silence_ms = self._controller.target_ms + _since_ms(self.ring.last_read, self._rate_hz, now_s)
        silence = np.zeros(int(silence_ms * self._rate_hz / 1000), np.float32)
        self.ring.write(silence, now_s)
        if self._flowing:
            self._counters.skipped_samples += len(silence)
        self._flowing = True
