"""Fractions of the last interval, from totals."""

from __future__ import annotations

from softphone.engine.quality import QualityMeter


def test_loss_is_of_the_last_interval_only() -> None:
    meter = QualityMeter()
    first = meter.interval("PCMU", 90, 10, 1.0, 20.0, 100)
    second = meter.interval("PCMU", 190, 10, 1.0, 20.0, 200)
    assert first.fraction_lost == 0.1
    assert second.fraction_lost == 0.0
    assert second.mos > first.mos
    assert (second.received_packets, second.sent_packets) == (190, 200)


def test_a_new_stream_starts_anew() -> None:
    meter = QualityMeter()
    meter.interval("G722", 1000, 0, 1.0, 20.0, 1000)
    assert meter.interval("G722", 95, 5, 1.0, 20.0, 100).fraction_lost == 0.05


def test_nothing_expected_is_nothing_lost() -> None:
    assert QualityMeter().interval("G722", 0, 0, 0.0, 0.0, 0).fraction_lost == 0.0
