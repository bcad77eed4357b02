"""Sounds the registrar makes itself: μ-law at 8000 Hz, one byte a sample, built once.

The test tone is a loop of whole cycles so that it has no seam.
"""

from __future__ import annotations

import functools
import math

from softphone.registrar.g711 import ULAW_SILENCE, encode
from softphone.registrar.sdp import PCMU

RATE_HZ = 8000
TONE_HZ = 1004  # the telephone test tone: 1000 Hz would divide the sampling rate
TONE_DBM0 = -16.0
_FULL_SCALE_DBM0 = 3.17  # a full-scale sine in μ-law, 3.14 in A-law (G.711 §4)
_FULL_SCALE = 32124
_ANNOUNCEMENT = ((784.0, 0.35), (659.0, 0.35), (523.0, 0.7), (0.0, 0.6))  # a door chime and a pause
BEEP_HZ = 1400
REFUSAL_HZ = 400
_GREETING = ((523.0, 0.12), (659.0, 0.12), (784.0, 0.12), (1047.0, 0.24), (0.0, 0.1))
# The first phrase of 荒城の月 (Taki Rentarō, 1901): frequency, crotchets.
_MELODY = (
    (493.88, 1), (493.88, 1), (659.26, 1), (739.99, 1), (783.99, 1), (739.99, 1), (659.26, 2),
    (523.25, 1), (523.25, 1), (493.88, 1), (466.16, 1), (493.88, 3), (0.0, 1),
)  # fmt: skip
_CROTCHET_S = 0.6
_DECAY_S = 0.5


@functools.cache
def milliwatt_tone() -> bytes:
    """TONE_HZ at TONE_DBM0, a quarter of a second that joins its own start."""
    return encode(_sine(TONE_HZ, RATE_HZ // math.gcd(TONE_HZ, RATE_HZ)), PCMU)


@functools.cache
def announcement() -> bytes:
    """Three falling notes and a pause: 2 s."""
    return _notes(_ANNOUNCEMENT)


@functools.cache
def greeting() -> bytes:
    """What a voicemail box says before its beep: four rising notes."""
    return _notes(_GREETING)


@functools.cache
def beep(duration_s: float = 0.3) -> bytes:
    """The record and end tone."""
    return _notes(((float(BEEP_HZ), duration_s),))


@functools.cache
def refusal() -> bytes:
    """Nothing to hear here: two low tones and a pause."""
    return _notes(((float(REFUSAL_HZ), 0.2), (0.0, 0.1)) * 2)


@functools.cache
def music_on_hold() -> bytes:
    """A plucked melody that starts over: 10 s."""
    sound = bytearray()
    for frequency_hz, crotchets in _MELODY:
        count = int(crotchets * _CROTCHET_S * RATE_HZ)
        decay = -1 / (_DECAY_S * RATE_HZ)
        note = _sine(frequency_hz, count) if frequency_hz else [0] * count
        sound += encode([int(value * math.exp(index * decay)) for index, value in enumerate(note)], PCMU)
    return bytes(sound)


def silence(duration_s: float) -> bytes:
    """Nothing, for so long."""
    return bytes([ULAW_SILENCE]) * int(duration_s * RATE_HZ)


def _notes(notes: tuple[tuple[float, float], ...]) -> bytes:
    samples: list[int] = []
    for frequency_hz, duration_s in notes:
        samples.extend(_sine(frequency_hz, int(duration_s * RATE_HZ)))
    return encode(samples, PCMU)


def _sine(frequency_hz: float, count_samples: int) -> list[int]:
    amplitude = _FULL_SCALE * 10 ** ((TONE_DBM0 - _FULL_SCALE_DBM0) / 20)
    step = 2 * math.pi * frequency_hz / RATE_HZ
    return [round(amplitude * math.sin(step * index)) for index in range(count_samples)]
