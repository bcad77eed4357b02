"""Media: directions, codecs and how well a call can be heard."""

from __future__ import annotations

import enum

import msgspec

SAMPLE_RATE_HZ = 16_000  # the bridge's and the pipeline's
FRAME_MS = 20  # one bridge frame; the pipeline works in halves of it
FRAME_SAMPLES = SAMPLE_RATE_HZ * FRAME_MS // 1000
FRAME_BYTES = FRAME_SAMPLES * 2  # int16 mono

DEFAULT_CODECS = ("G722", "PCMU", "PCMA")


class MediaDirection(enum.Enum):
    """RFC 3264 §5.1, as the named side asked for it."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"

    @property
    def sends(self) -> bool:
        """That side may be heard."""
        return self in (MediaDirection.SENDRECV, MediaDirection.SENDONLY)

    @property
    def receives(self) -> bool:
        """That side hears the other."""
        return self in (MediaDirection.SENDRECV, MediaDirection.RECVONLY)

    @property
    def holds(self) -> bool:
        """True where the side that asked for this direction keeps the other waiting."""
        return not self.receives


class Quality(msgspec.Struct, frozen=True, kw_only=True):
    """What the last seconds of a call were like (RFC 3550 §6.4, ITU-T G.107).

    ``fraction_lost`` 0–1 of the packets that should have come; times in ms; ``mos`` 1.0–4.5.
    """

    codec: str
    fraction_lost: float
    jitter_ms: float
    rtt_ms: float
    mos: float
    received_packets: int = 0
    sent_packets: int = 0


def estimate_mos(codec: str, fraction_lost: float, jitter_ms: float, rtt_ms: float) -> float:
    """Listening and conversation quality from the E-model.

    Source: ITU-T G.107 §7 with G.113 Appendix I's Ie and Bpl for G.711 (0, 25.1 with PLC); G.722 is
    rated on the narrow-band scale like G.711, which understates it. Buffer delay taken as 2 × jitter.
    """
    bpl = 25.1
    delay_ms = rtt_ms / 2 + 2 * jitter_ms + FRAME_MS
    delay_impairment = 0.024 * delay_ms
    if delay_ms > 177.3:
        delay_impairment += 0.11 * (delay_ms - 177.3)
    loss_percent = 100 * min(max(fraction_lost, 0.0), 1.0)
    equipment = 95 * loss_percent / (loss_percent + bpl)
    rating = min(max(93.2 - delay_impairment - equipment, 0.0), 100.0)
    mos = 1 + 0.035 * rating + rating * (rating - 60) * (100 - rating) * 7e-6
    return round(min(max(mos, 1.0), 4.5), 2)
