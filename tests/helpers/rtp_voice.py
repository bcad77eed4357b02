"""One phone's RTP end in G.711: says a tone or presses a key, and tells what it hears.

voice = RtpVoice(); … voice.meet(answer); voice.speak(440.0); voice.wait_heard(1000.0)
"""

from __future__ import annotations

import itertools
import re
import socket
import struct
import threading
from collections.abc import Iterable

import numpy as np

from softphone.registrar.g711 import decode_ulaw, encode, to_ulaw
from softphone.registrar.sdp import PCMA, PCMU
from tests.helpers import tones
from tests.helpers.raw_sip_agent import RawMessage
from tests.helpers.waiting import wait_for

RATE_HZ = 8000
FRAME = 160
WINDOW = 800
EVENT_TYPE = 101
_DIGITS = "0123456789*#ABCD"


class RtpVoice:
    """Thread: one reads, one speaks; everything else from the test's."""

    def __init__(self, codec: str = PCMU) -> None:
        self.codec = codec
        self.payload_type = 8 if codec == PCMA else 0
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(0.1)
        self.port: int = self._socket.getsockname()[1]
        self.packets: list[bytes] = []
        self._strongest_hz: list[float] = []
        self._remote = ("127.0.0.1", 0)
        self._sequence = itertools.count(100)
        self._timestamp = 5000
        self._is_closed = threading.Event()
        self._threads = [threading.Thread(target=self._read, daemon=True)]
        self._threads[0].start()

    def __enter__(self) -> RtpVoice:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self._is_closed.set()
        for thread in self._threads:
            thread.join(5)
        self._socket.close()

    def meet(self, answer: RawMessage) -> None:
        """Send to where an SDP answer says from now on."""
        port = re.search(r"m=audio ([0-9]+)", answer.body)
        assert port, answer.text
        self._remote = ("127.0.0.1", int(port.group(1)))

    def say(self, frequency_hz: float, duration_s: float) -> None:
        """All at once: for who records by timestamps."""
        for frame in self._frames(frequency_hz, duration_s):
            self._send(frame)

    def pause(self, duration_s: float) -> None:
        """Let time pass in the timestamps, with no packet."""
        self._timestamp += int(duration_s * RATE_HZ)

    def speak(self, frequency_hz: float) -> None:
        """In real time, until closed."""
        self._begin(itertools.cycle(list(self._frames(frequency_hz, 1.0))))

    def play(self, samples: list[int]) -> None:
        """Samples at ``RATE_HZ`` in real time, until closed or over."""
        sound = encode(samples, self.codec)
        self._begin(sound[start : start + FRAME] for start in range(0, len(sound), FRAME))

    def press(self, digit: str) -> None:
        """One telephone-event, its end said three times (RFC 4733 §2.5.1.4)."""
        event = _DIGITS.index(digit)
        for end in (0, 0x80, 0x80, 0x80):
            self._send(struct.pack(">BBH", event, end | 10, 800), EVENT_TYPE)
        self._timestamp += 800

    def sound(self) -> list[int]:
        """Every sample heard so far."""
        mine = (packet[12:] for packet in list(self.packets) if packet[1] & 0x7F == self.payload_type)
        return decode_ulaw(to_ulaw(b"".join(mine), self.codec))

    def digits(self) -> list[str]:
        """The keys heard so far, repetitions taken out."""
        events = {
            packet[4:8]: _DIGITS[packet[12]]
            for packet in list(self.packets)
            if packet[1] & 0x7F == EVENT_TYPE
        }
        return list(events.values())

    def mark(self) -> int:
        """How many samples were heard."""
        return len(self.sound())

    def hears(self, frequency_hz: float, since: int = 0, duration_s: float = 0.2) -> bool:
        """True where ``frequency_hz`` was the strongest for ``duration_s`` in windows of 100 ms."""
        done = len(self._strongest_hz) * WINDOW
        self._strongest_hz += tones.dominant_hz(self._samples(done), RATE_HZ)
        found = self._strongest_hz[-(-since // WINDOW) :]
        return sum(abs(hz - frequency_hz) <= 12 for hz in found) >= round(duration_s * 10)

    def wait_heard(self, frequency_hz: float, since: int = 0, duration_s: float = 0.2) -> None:
        """Until ``hears``."""
        wait_for(
            lambda: self.hears(frequency_hz, since, duration_s), 15.0, what=f"{frequency_hz} Hz to be heard"
        )

    def wait_quiet_after(self, frequency_hz: float) -> None:
        """Until ``frequency_hz`` was heard and 0.2 s of silence after it."""
        wait_for(
            lambda: (
                self.hears(frequency_hz) and tones.level_dbfs(self._samples(max(self.mark() - 1600, 0))) < -60
            ),
            15.0,
            what=f"silence after {frequency_hz} Hz",
        )

    def level_dbfs(self, frequency_hz: float, since: int = 0) -> float:
        """How loud one frequency was on the whole."""
        return tones.tone_level_dbfs(self._samples(since), RATE_HZ, frequency_hz)

    def _samples(self, since: int) -> tones.Samples:
        return np.array(self.sound()[since:], dtype=np.float64) / 32768

    def _send(self, payload: bytes, payload_type: int = -1) -> None:
        kind = self.payload_type if payload_type < 0 else payload_type
        header = struct.pack(">BBHII", 0x80, kind, next(self._sequence) & 0xFFFF, self._timestamp, 0x4321)
        if kind == self.payload_type:
            self._timestamp += len(payload)
        self._socket.sendto(header + payload, self._remote)

    def _begin(self, frames: Iterable[bytes]) -> None:
        thread = threading.Thread(target=self._send_in_time, args=(frames,), daemon=True)
        self._threads.append(thread)
        thread.start()

    def _send_in_time(self, frames: Iterable[bytes]) -> None:
        for frame in frames:
            if self._is_closed.wait(0.02):
                return
            self._send(frame)

    def _read(self) -> None:
        while not self._is_closed.is_set():
            try:
                self.packets.append(self._socket.recv(2048))
            except TimeoutError:
                continue

    def _frames(self, frequency_hz: float, duration_s: float) -> list[bytes]:
        time_s = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
        samples = (6000 * np.sin(2 * np.pi * frequency_hz * time_s)).astype(int).tolist()
        sound = encode(samples, self.codec)
        return [sound[start : start + FRAME] for start in range(0, len(sound), FRAME)]
