"""How a call is going, from the library's stream statistics (RFC 3550 §6.4)."""

from __future__ import annotations

import pjsua2 as pj

from softphone.domain.media import Quality, estimate_mos
from softphone.engine.errors import EngineError, pj_call


class QualityMeter:
    """Counts one call's packets between measurements. Thread: engine."""

    def __init__(self) -> None:
        self._received = 0
        self._lost = 0

    def measure(self, call: pj.Call, index: int, codec: str) -> Quality | None:
        """The quality since the last measurement; None where the stream is gone."""
        try:
            stat = pj_call(call.getStreamStat, index)
        except EngineError:
            return None
        rtcp = stat.rtcp
        received, lost = int(rtcp.rxStat.pkt), int(rtcp.rxStat.loss) + int(rtcp.rxStat.discard)
        jitter_ms = rtcp.rxStat.jitterUsec.last / 1000
        rtt_ms = rtcp.rttUsec.last / 1000
        sent = int(rtcp.txStat.pkt)
        return self.interval(codec, received, lost, jitter_ms, rtt_ms, sent)

    def interval(
        self, codec: str, received: int, lost: int, jitter_ms: float, rtt_ms: float, sent: int
    ) -> Quality:
        """The quality from running totals; counters that went back (a new stream) start anew."""
        if received < self._received or lost < self._lost:
            self._received = self._lost = 0
        new_received, new_lost = received - self._received, lost - self._lost
        self._received, self._lost = received, lost
        expected = new_received + new_lost
        fraction_lost = new_lost / expected if expected else 0.0
        return Quality(
            codec=codec,
            fraction_lost=round(fraction_lost, 4),
            jitter_ms=round(jitter_ms, 2),
            rtt_ms=round(rtt_ms, 2),
            mos=estimate_mos(codec, fraction_lost, jitter_ms, rtt_ms),
            received_packets=received,
            sent_packets=sent,
        )


def packet_counts(call: pj.Call, index: int) -> tuple[int, int] | None:
    """(RTP packets, RTCP reports) received so far in one stream; None where it is gone.

    The library counts a report when it tells how our own packets arrive (``txStat``).
    """
    try:
        stat = pj_call(call.getStreamStat, index)
    except EngineError:
        return None
    return int(stat.rtcp.rxStat.pkt), int(stat.rtcp.txStat.updateCount)
