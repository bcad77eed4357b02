"""Sounds the registrar makes itself, encoded as G.711 (ITU-T G.711 tables 1 and 2).

All at 8000 Hz, one byte a sample, built once; a sound is a loop of whole cycles so that it has no seam.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Iterable

from softphone.registrar.sdp import PCMA

RATE_HZ = 8000
TONE_HZ = 1004  # the telephone test tone: 1000 Hz would divide the sampling rate
TONE_DBM0 = -16.0
_FULL_SCALE_DBM0 = 3.17  # a full-scale sine in μ-law, 3.14 in A-law (G.711 §4)
_FULL_SCALE = 32124
_ANNOUNCEMENT = ((784.0, 0.35), (659.0, 0.35), (523.0, 0.7), (0.0, 0.6))  # a door chime and a pause


def ulaw(sample: int) -> int:
    """One linear 16-bit sample as μ-law."""
    sign = 0x80 if sample < 0 else 0
    magnitude = min(abs(sample), 32635) + 132
    exponent = max(magnitude.bit_length() - 8, 0)
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    return ~(sign | exponent << 4 | mantissa) & 0xFF


def alaw(sample: int) -> int:
    """One linear 16-bit sample as A-law."""
    sign = 0x80 if sample >= 0 else 0
    magnitude = min(sample if sample >= 0 else -sample - 1, 32767)
    if magnitude < 256:
        code = magnitude >> 4
    else:
        exponent = magnitude.bit_length() - 8
        code = exponent << 4 | (magnitude >> (exponent + 3)) & 0x0F
    return (sign | code) ^ 0x55


def encode(samples: Iterable[int], codec: str) -> bytes:
    """Linear samples as PCMA, or else PCMU."""
    encoder = alaw if codec == PCMA else ulaw
    return bytes(encoder(sample) for sample in samples)


@functools.lru_cache(maxsize=4)
def milliwatt_tone(codec: str) -> bytes:
    """TONE_HZ at TONE_DBM0, a quarter of a second that joins its own start."""
    return encode(_sine(TONE_HZ, RATE_HZ // math.gcd(TONE_HZ, RATE_HZ)), codec)


@functools.lru_cache(maxsize=4)
def announcement(codec: str) -> bytes:
    """Three falling notes and a pause: 2 s."""
    samples: list[int] = []
    for frequency_hz, duration_s in _ANNOUNCEMENT:
        samples.extend(_sine(frequency_hz, int(duration_s * RATE_HZ)))
    return encode(samples, codec)


def _sine(frequency_hz: float, count_samples: int) -> list[int]:
    amplitude = _FULL_SCALE * 10 ** ((TONE_DBM0 - _FULL_SCALE_DBM0) / 20)
    step = 2 * math.pi * frequency_hz / RATE_HZ
    return [round(amplitude * math.sin(step * index)) for index in range(count_samples)]
