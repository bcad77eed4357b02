"""Sound cards that are not there: they play into a list, say what they are told, and can be unplugged."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from softphone.audio.device import DeviceError, Found, channels_out
from softphone.domain.events import AudioDevice

BLOCK_S = 0.01


def a_device(name: str, *, inputs: int = 0, outputs: int = 0, default: bool = False, index: int = 0) -> Found:
    """One device as a scan finds it."""
    device = AudioDevice(
        name=name,
        inputs=inputs,
        outputs=outputs,
        is_default_input=default and inputs > 0,
        is_default_output=default and outputs > 0,
    )
    return Found(device=device, index=index, host_api="ALSA", rate_hz=48_000)


class FakeStream:
    """Calls its callback every 10 ms until it is closed or its device is gone."""

    def __init__(self, cards: FakeSoundCards, names: tuple[str, ...], call: Callable[[], None]) -> None:
        self.latency_ms = 10.0
        self._cards = cards
        self.names = names
        self._call = call
        self._closed = threading.Event()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def close(self) -> None:
        self._cards.may_close.wait(10.0)
        self._closed.set()
        self._thread.join()
        self._cards.open_streams.discard(self)

    def _run(self) -> None:
        next_s = time.monotonic()
        while not self._closed.wait(max(0.0, next_s - time.monotonic())):
            next_s += BLOCK_S
            if not any(name in self._cards.silent for name in self.names):
                self._call()


class FakeSoundCards:
    """``SoundCards`` of the given devices. ``said`` is the level every microphone hears."""

    def __init__(self, *devices: Found, duplex: bool = True) -> None:
        self.found = list(devices)
        self.silent: set[str] = set()
        self.played: dict[str, list[np.ndarray]] = {}
        self.said = 1000
        self.scans = 0
        self.open_streams: set[FakeStream] = set()
        self.may_close = threading.Event()
        self.may_close.set()
        self._duplex = duplex

    def unplug(self, name: str) -> None:
        """The device's streams fall silent, and it is in no list any more."""
        self.silent.add(name)
        self.found = [found for found in self.found if found.device.name != name]

    def plug(self, found: Found) -> None:
        """The device is there (again)."""
        self.silent.discard(found.device.name)
        self.found.append(found)

    def scan(self) -> tuple[Found, ...]:
        assert not self.open_streams, "PortAudio was started anew under open streams"
        self.scans += 1
        return tuple(self.found)

    def open_duplex(
        self, source: Found, target: Found, rate_hz: int, callback: Callable[..., None]
    ) -> FakeStream:
        if not self._duplex:
            raise DeviceError("no duplex")
        names = (source.device.name, target.device.name)
        frames, channels = rate_hz // 100, channels_out(target)

        def call() -> None:
            out = bytearray(2 * frames * channels)
            callback(self._block(frames), out, frames, None, None)
            self._heard(names[1], out, channels)

        return self._open(names, call)

    def open_input(self, source: Found, rate_hz: int, callback: Callable[..., None]) -> FakeStream:
        frames = rate_hz // 100
        return self._open((source.device.name,), lambda: callback(self._block(frames), frames, None, None))

    def open_output(self, target: Found, rate_hz: int, callback: Callable[..., None]) -> FakeStream:
        frames, channels = rate_hz // 100, channels_out(target)

        def call() -> None:
            out = bytearray(2 * frames * channels)
            callback(out, frames, None, None)
            self._heard(target.device.name, out, channels)

        return self._open((target.device.name,), call)

    def peak(self, name: str) -> int:
        """The loudest sample a device has played lately (100 ms)."""
        blocks = self.played.get(name, [])[-10:]
        return max((int(np.abs(block).max()) for block in blocks), default=0)

    def _block(self, frames: int) -> bytes:
        return np.full(frames, self.said, np.int16).tobytes()

    def _heard(self, name: str, out: Any, channels: int) -> None:
        block = np.frombuffer(out, np.int16).astype(np.int32).reshape(-1, channels)
        self.played.setdefault(name, []).append(block[:, 0])

    def _open(self, names: tuple[str, ...], call: Callable[[], None]) -> FakeStream:
        missing = [name for name in names if name not in [found.device.name for found in self.found]]
        if missing:
            raise DeviceError(f"no device {missing[0]}")
        stream = FakeStream(self, names, call)
        self.open_streams.add(stream)
        return stream
