"""Opening devices: the wanted one, else the default, and only what really hands over blocks.

A device that opens is not yet one that works (a dead sound server opens well and then says nothing): every
stream has to beat before it counts. Thread: device worker, throughout.
"""

from __future__ import annotations

import logging
import threading
import time

from softphone.audio.device import DeviceError, Found, SoundCards, Stream, channels_out, find
from softphone.audio.resampler import CapturePath, PlayoutPath
from softphone.audio.stream import BLOCK_MS, Heart, InputBlocks, OutputBlocks, Shared
from softphone.audio.tones import TonePlayer

RATES_HZ = (48_000, 44_100, 16_000)
FIRST_BEAT_S = 0.8
CLOSE_LIMIT_S = 2.0
log = logging.getLogger(__name__)


class Opened:
    """What one opening made: streams, paths, and who plays where. Empty where nothing could be opened."""

    def __init__(self) -> None:
        self.streams: list[Stream] = []
        self.hearts: dict[str, Heart] = {}
        self.capture: CapturePath | None = None
        self.playout: PlayoutPath | None = None
        self.used: dict[str, str] = {}
        self.errors: dict[str, str] = {}
        self.duplex = False
        self.rate_hz = RATES_HZ[0]

    @property
    def latency_ms(self) -> int:
        """The devices' own delay, there and back."""
        return round(sum(stream.latency_ms for stream in self.streams))

    def dead(self, now_s: float, limit_s: float) -> bool:
        """True where a stream stopped handing over blocks."""
        return any(now_s - heart.last_beat_s > limit_s for heart in self.hearts.values())


def close_streams(streams: list[Stream], limit_s: float = CLOSE_LIMIT_S) -> threading.Thread | None:
    """Close them, waiting no longer than ``limit_s``. Returns the thread that still hangs in it, if any."""

    def close() -> None:
        for stream in streams:
            stream.close()

    if not streams:
        return None
    closing = threading.Thread(target=close, name="close-audio", daemon=True)
    closing.start()
    closing.join(limit_s)
    return closing if closing.is_alive() else None


class Opener:
    """Knows the devices of the last scan and which of them failed lately."""

    def __init__(
        self, cards: SoundCards, shared: Shared, tones: TonePlayer, *, first_beat_s: float = FIRST_BEAT_S
    ) -> None:
        self._cards = cards
        self._shared = shared
        self._tones = tones
        self._first_beat_s = first_beat_s
        self.devices: tuple[Found, ...] = ()

    def candidates(self, wanted: str, *, output: bool) -> list[Found]:
        """The wanted device and the default, without doubles."""
        names = (wanted, "") if wanted else ("",)
        found = [find(self.devices, name, output=output) for name in names]
        return list(dict.fromkeys(device for device in found if device is not None))

    def open_talk(self, wanted_input: str | None, wanted_output: str | None, *, talking: bool) -> Opened:
        """Open for talking (or levels, or tones): None means that role is not needed."""
        sources = None if wanted_input is None else self.candidates(wanted_input, output=False)
        targets = None if wanted_output is None else self.candidates(wanted_output, output=True)
        if sources and targets:
            opened = self._duplex(sources[0], targets[0], talking)
            if opened is None and len(sources) * len(targets) > 1:
                opened = self._duplex_of_working(sources, targets, talking)
            if opened is not None:
                return opened
        return self._apart(sources, targets, talking)

    def open_ring(self, wanted: str, tones: TonePlayer, shared: Shared) -> Opened:
        """Open the ringing device's own output."""
        opened = Opened()
        for target in self.candidates(wanted, output=True):
            if self._add_output(opened, target, "ring", tones, shared):
                break
        return opened

    def works(self, wanted: str, *, output: bool) -> bool:
        """Try the wanted device aside, while another is in use; it may be back."""
        found = find(self.devices, wanted, output=output)
        if found is None:
            return False
        probe = Opened()
        silent = Shared(self._shared.counters, clock=self._shared.clock)
        if output:
            self._add_output(probe, found, "output", TonePlayer(), silent)
        else:
            self._add_input(probe, found, None, talking=False, shared=silent)
        working = bool(probe.streams)
        close_streams(probe.streams)
        return working

    def vanished(self, used: str, *, output: bool) -> bool:
        """True where a sound server took the stream elsewhere: it plays on, its device cannot be opened."""
        found = find(self.devices, used, output=output)
        return found is not None and found.movable and not self.works(used, output=output)

    def _duplex(self, source: Found, target: Found, talking: bool) -> Opened | None:
        for rate_hz in _rates(target, source):
            opened = Opened()
            opened.rate_hz = rate_hz
            self._tones.prepare(rate_hz)
            output, inputs = self._blocks(opened, target, talking)
            opened.hearts = {"input": inputs.heart, "output": output.heart}
            try:
                stream = self._cards.open_duplex(source, target, rate_hz, inputs.on_duplex)
            except DeviceError as error:
                log.info(
                    "no duplex of %r and %r at %d Hz: %s",
                    source.device.name,
                    target.device.name,
                    rate_hz,
                    error,
                )
                continue
            if not self._beating(inputs.heart):
                close_streams([stream])
                return None
            opened.streams, opened.duplex = [stream], True
            opened.used = {"input": source.device.name, "output": target.device.name}
            return opened
        return None

    def _blocks(self, opened: Opened, target: Found, talking: bool) -> tuple[OutputBlocks, InputBlocks]:
        shared, rate_hz = self._shared, opened.rate_hz
        opened.playout = PlayoutPath(rate_hz, shared.counters) if talking else None
        opened.capture = CapturePath(rate_hz, BLOCK_MS, shared.counters) if talking else None
        output = OutputBlocks(rate_hz, channels_out(target), self._tones, shared, opened.playout)
        return output, InputBlocks(rate_hz, shared, opened.capture, output)

    def _duplex_of_working(self, sources: list[Found], targets: list[Found], talking: bool) -> Opened | None:
        """The first input and the first output that work by themselves, as one stream."""
        source = next((found for found in sources if self.works(found.device.name, output=False)), None)
        target = next((found for found in targets if self.works(found.device.name, output=True)), None)
        if source is None or target is None or (source, target) == (sources[0], targets[0]):
            return None
        return self._duplex(source, target, talking)

    def _apart(self, sources: list[Found] | None, targets: list[Found] | None, talking: bool) -> Opened:
        """Each card by itself; the echo reference then comes from the output's callback."""
        opened = Opened()
        output: OutputBlocks | None = None
        for target in targets or ():
            output = self._add_output(opened, target, "output", self._tones, self._shared, talking)
            if output is not None:
                break
        for source in sources or ():
            if self._add_input(opened, source, output, talking=talking, shared=self._shared):
                break
        return opened

    def _add_output(
        self,
        opened: Opened,
        target: Found,
        role: str,
        tones: TonePlayer,
        shared: Shared,
        talking: bool = False,
    ) -> OutputBlocks | None:
        for rate_hz in _rates(target):
            playout = PlayoutPath(rate_hz, shared.counters) if talking else None
            tones.prepare(rate_hz)
            blocks = OutputBlocks(rate_hz, channels_out(target), tones, shared, playout)
            try:
                stream = self._cards.open_output(target, rate_hz, blocks.on_output)
            except DeviceError as error:
                opened.errors[role] = str(error)
                continue
            if not self._beating(blocks.heart):
                close_streams([stream])
                opened.errors[role] = "silent"
                return None
            opened.streams.append(stream)
            opened.hearts[role] = blocks.heart
            opened.used[role] = target.device.name
            opened.rate_hz = rate_hz
            opened.playout = playout
            return blocks
        return None

    def _add_input(
        self, opened: Opened, source: Found, output: OutputBlocks | None, *, talking: bool, shared: Shared
    ) -> bool:
        # The pair is one only where both run at one rate; speech without an echo reference is still speech.
        for rate_hz in dict.fromkeys((opened.rate_hz, *_rates(source))):
            capture = CapturePath(rate_hz, BLOCK_MS, shared.counters) if talking else None
            blocks = InputBlocks(rate_hz, shared, capture, output)
            try:
                stream = self._cards.open_input(source, rate_hz, blocks.on_input)
            except DeviceError as error:
                opened.errors["input"] = str(error)
                continue
            if not self._beating(blocks.heart):
                close_streams([stream])
                opened.errors["input"] = "silent"
                return False
            opened.streams.append(stream)
            opened.hearts["input"] = blocks.heart
            opened.used["input"] = source.device.name
            opened.capture = capture
            if output is not None and rate_hz == opened.rate_hz:
                output.reference = blocks.reference
            return True
        return False

    def _beating(self, heart: Heart) -> bool:
        deadline_s = time.monotonic() + self._first_beat_s
        while heart.beats == 0 and time.monotonic() < deadline_s:
            time.sleep(0.005)
        return heart.beats > 0


def _rates(*devices: Found) -> list[int]:
    """48 kHz first, then what the device itself likes, then the rest. A sound server takes any."""
    if all(found.movable for found in devices):
        return [RATES_HZ[0]]
    own = [found.rate_hz for found in devices if 8000 <= found.rate_hz <= 96_000 and found.rate_hz % 100 == 0]
    return list(dict.fromkeys([RATES_HZ[0], *own, *RATES_HZ[1:]]))
