"""G.711: μ-law and A-law, a byte a sample at 8000 Hz, from and to linear 16-bit (ITU-T G.711 tables 1, 2).

Everything that mixes or measures works on tables built once: a frame of 160 samples costs microseconds.
"""

from __future__ import annotations

import functools
from collections.abc import Iterable, Sequence

from softphone.registrar.sdp import PCMA

ULAW_SILENCE = 0xFF
LOUDEST_SUM = 2**18  # eight full-scale voices


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


def linear_of_ulaw(code: int) -> int:
    """The linear value a μ-law byte stands for."""
    code = ~code & 0xFF
    magnitude = (((code & 0x0F) << 3) + 132 << (code >> 4 & 7)) - 132
    return -magnitude if code & 0x80 else magnitude


def linear_of_alaw(code: int) -> int:
    """The linear value an A-law byte stands for."""
    code ^= 0x55
    exponent = code >> 4 & 7
    magnitude = (code & 0x0F) << 4
    magnitude = magnitude + 8 if exponent == 0 else magnitude + 0x108 << exponent - 1
    return magnitude if code & 0x80 else -magnitude


_LINEAR = tuple(linear_of_ulaw(code) for code in range(256))
_LOUDNESS = tuple(abs(value) for value in _LINEAR)
_ULAW_OF_ALAW = bytes(ulaw(linear_of_alaw(code)) for code in range(256))
_ALAW_OF_ULAW = bytes(alaw(linear_of_ulaw(code)) for code in range(256))


def encode(samples: Iterable[int], codec: str) -> bytes:
    """Linear samples as PCMA, or else PCMU."""
    encoder = alaw if codec == PCMA else ulaw
    return bytes(encoder(sample) for sample in samples)


def to_ulaw(payload: bytes, codec: str) -> bytes:
    """A payload of ``codec`` as μ-law."""
    return payload.translate(_ULAW_OF_ALAW) if codec == PCMA else payload


def from_ulaw(payload: bytes, codec: str) -> bytes:
    """μ-law as a payload of ``codec``."""
    return payload.translate(_ALAW_OF_ULAW) if codec == PCMA else payload


def decode_ulaw(payload: bytes) -> list[int]:
    """The linear samples of μ-law bytes."""
    return [_LINEAR[code] for code in payload]


def loudness(payload: bytes) -> float:
    """The mean magnitude of μ-law bytes, 0 to 32124."""
    return sum(map(_LOUDNESS.__getitem__, payload)) / max(len(payload), 1)


def encode_sum(samples: Sequence[int]) -> bytes:
    """Sums of up to eight linear samples as μ-law, clipped where they are too loud."""
    table = _sum_table()
    return bytes([table[sample + LOUDEST_SUM >> 2] for sample in samples])


@functools.cache
def _sum_table() -> bytes:
    """μ-law of every sum in steps of 4, under which μ-law does not resolve."""
    inside = bytes(ulaw(value + 2) for value in range(-32768, 32768, 4))
    outside = (LOUDEST_SUM - 32768) // 4
    return inside[:1] * outside + inside + inside[-1:] * (outside + 1)
