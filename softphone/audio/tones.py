"""Tones and bells, table-driven: what a country's telephones say, and DTMF.

A tone is a list of segments (frequencies, on, off); one period of it is made once for a sample rate and then
looped. Every burst rises and falls over ``RAMP_MS``, so nothing clicks, and a tone that is stopped falls too.

Source: ITU-T E.180 supplement 2 (values of JP, US and European administrations), ITU-T Q.23 (DTMF).
"""

from __future__ import annotations

import functools

import msgspec
import numpy as np

from softphone.audio.ring import Samples
from softphone.domain.commands import ToneKind

RAMP_MS = 5
LEVEL_DBFS = -20.0
BELL_DBFS = -8.0


class Segment(msgspec.Struct, frozen=True):
    """One burst: frequencies sounding together for ``on_ms``, then ``off_ms`` of silence.

    ``modulation_hz`` swings the amplitude fully (Japan's ringback: 400 Hz by 16 Hz).
    """

    frequencies_hz: tuple[float, ...]
    on_ms: int
    off_ms: int = 0
    modulation_hz: float = 0.0


Tone = tuple[Segment, ...]


class Request(msgspec.Struct, frozen=True, eq=False):
    """One wish to hear a tone; two wishes for the same digit are two."""

    tone: Tone
    looping: bool
    level_dbfs: float


TONES: dict[str, dict[ToneKind, Tone]] = {
    "JP": {
        ToneKind.RINGBACK: (Segment((400,), 1000, 2000, 16),),
        ToneKind.BUSY: (Segment((400,), 500, 500),),
        ToneKind.CALL_WAITING: (Segment((400,), 100, 100), Segment((400,), 100, 2700)),
    },
    "US": {
        ToneKind.RINGBACK: (Segment((440, 480), 2000, 4000),),
        ToneKind.BUSY: (Segment((480, 620), 500, 500),),
        ToneKind.CALL_WAITING: (Segment((440,), 300, 9700),),
    },
    "EU": {
        ToneKind.RINGBACK: (Segment((425,), 1000, 4000),),
        ToneKind.BUSY: (Segment((425,), 500, 500),),
        ToneKind.CALL_WAITING: (Segment((425,), 200, 200), Segment((425,), 200, 4400)),
    },
}

# A bell of our own: two soft notes trilling, 1 s on and 2 s off as Japanese telephones ring.
RING: Tone = (
    *(Segment((784.0, 1568.0), 90, 10), Segment((988.0, 1976.0), 90, 10)) * 4,
    Segment((784.0, 1568.0), 90, 10),
    Segment((988.0, 1976.0), 90, 2010),
)

DTMF_ON_MS = 100
DTMF_HZ: dict[str, tuple[float, float]] = {
    digit: (low, high)
    for low, row in ((697, "123A"), (770, "456B"), (852, "789C"), (941, "*0#D"))
    for high, digit in zip((1209, 1336, 1477, 1633), row, strict=True)
}


def tone_of(kind: ToneKind, digit: str = "", country: str = "JP") -> Tone:
    """The segments of a tone. An unknown country sounds as Japan does; an unknown digit is no tone ()."""
    if kind is ToneKind.RING:
        return RING
    if kind is ToneKind.DTMF:
        pair = DTMF_HZ.get(digit.upper())
        return () if pair is None else (Segment(pair, DTMF_ON_MS),)
    return TONES.get(country, TONES["JP"])[kind]


@functools.lru_cache(maxsize=64)
def render(tone: Tone, rate_hz: int, level_dbfs: float = LEVEL_DBFS) -> Samples:
    """One period of ``tone`` as float samples in int16 scale; its peak lies at ``level_dbfs``."""
    return np.concatenate([_segment(segment, rate_hz, level_dbfs) for segment in tone])


def _segment(segment: Segment, rate_hz: int, level_dbfs: float) -> Samples:
    count = rate_hz * segment.on_ms // 1000
    time_s = np.arange(count) / rate_hz
    wave = np.zeros(count)
    for frequency_hz in segment.frequencies_hz:
        wave += np.sin(2 * np.pi * frequency_hz * time_s)
    wave /= len(segment.frequencies_hz)
    if segment.modulation_hz:
        wave *= 0.5 - 0.5 * np.cos(2 * np.pi * segment.modulation_hz * time_s)
    ramp = min(rate_hz * RAMP_MS // 1000, count // 2)
    rise = 0.5 - 0.5 * np.cos(np.pi * (np.arange(ramp) + 0.5) / ramp)
    wave[:ramp] *= rise
    wave[count - ramp :] *= rise[::-1]
    wave *= 32767 * 10 ** (level_dbfs / 20)
    return np.concatenate((wave, np.zeros(rate_hz * segment.off_ms // 1000))).astype(np.float32)


class TonePlayer:
    """The tone of one role, mixed into blocks as they go out.

    The engine thread writes ``_wanted`` alone, the device thread all the rest: neither waits for the other.
    """

    def __init__(self, country: str = "JP") -> None:
        self._country = country
        self._wanted: Request | None = None
        self._sounding: Request | None = None
        self._played: Request | None = None  # a tone of one period that is over
        self._period: Samples = np.zeros(0, np.float32)
        self._position = 0

    def play(self, kind: ToneKind, digit: str = "") -> bool:
        """Start a tone in place of the one playing; False for a digit that has none. Thread: engine."""
        tone = tone_of(kind, digit, self._country)
        if not tone:
            return False
        level_dbfs = BELL_DBFS if kind is ToneKind.RING else LEVEL_DBFS
        self._wanted = Request(tone, kind is not ToneKind.DTMF, level_dbfs)
        return True

    def stop(self) -> None:
        """Fall silent over the next block. Thread: engine."""
        self._wanted = None

    def give_up(self) -> None:
        """Forget a one-shot tone nothing can play; a looping one may yet find its device. Thread: worker."""
        wanted = self._wanted
        if wanted is not None and not wanted.looping:
            self._played = wanted

    def prepare(self, rate_hz: int) -> None:
        """Make the wanted tone's samples now rather than in the first block. Thread: any but the device's."""
        wanted = self._wanted
        if wanted is not None:
            render(wanted.tone, rate_hz, wanted.level_dbfs)

    @property
    def active(self) -> bool:
        """True while something is to sound."""
        wanted = self._wanted
        return wanted is not None and wanted is not self._played

    @property
    def audible(self) -> bool:
        """True while the next block is not silence."""
        return self.active or self._sounding is not None

    def mix_into(self, block: Samples, rate_hz: int) -> None:
        """Add the next samples to ``block``. Thread: device."""
        wanted = self._wanted if self.active else None
        if self._sounding is not wanted:
            self._fade_out(block)
            self._sounding = wanted
            self._position = 0
            if wanted is not None:
                self._period = render(wanted.tone, rate_hz, wanted.level_dbfs)
        if wanted is None:
            return
        self._add(block, wanted)
        if not wanted.looping and self._position >= len(self._period):
            self._played = wanted
            self._sounding = None

    def _fade_out(self, block: Samples) -> None:
        rest = self._period[self._position : self._position + len(block)]
        if self._sounding is not None and len(rest):
            block[: len(rest)] += rest * np.linspace(1.0, 0.0, len(rest), dtype=np.float32)

    def _add(self, block: Samples, request: Request) -> None:
        done = 0
        while done < len(block):
            if self._position >= len(self._period):
                if not request.looping:
                    return
                self._position = 0
            count = min(len(block) - done, len(self._period) - self._position)
            block[done : done + count] += self._period[self._position : self._position + count]
            done += count
            self._position += count
