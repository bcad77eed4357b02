"""Packets that stay away: silent after 5 s, dead after as long as nothing at all came."""

from __future__ import annotations

from softphone.engine.media_watch import SILENT_S, PacketWatch


def test_silent_after_five_seconds_and_no_sooner() -> None:
    watch = PacketWatch(100.0)
    watch.look(101.0, 50, 1)
    watch.look(101.0 + SILENT_S - 0.1, 50, 1)
    assert not watch.silent
    watch.look(101.0 + SILENT_S, 50, 1)
    assert watch.silent
    watch.look(101.0 + SILENT_S + 1.0, 51, 1)
    assert not watch.silent


def test_no_packet_at_all_is_silence_too() -> None:
    watch = PacketWatch(100.0)
    watch.look(101.0, 0, 0)
    watch.look(106.0, 0, 0)
    assert watch.silent


def test_reports_keep_a_call_alive_but_are_no_sound() -> None:
    watch = PacketWatch(100.0)
    for second in range(20):
        watch.look(101.0 + second, 50, second)
    assert watch.silent
    assert watch.dead_s(121.0) == 1.0


def test_a_hold_begins_anew() -> None:
    watch = PacketWatch(100.0)
    for second in range(10):
        watch.look(101.0 + second, 50, 1)
    assert watch.silent
    watch.rest(111.0)
    assert not watch.silent
    assert watch.dead_s(111.0) == 0.0


def test_a_new_stream_counts_from_nothing() -> None:
    watch = PacketWatch(100.0)
    watch.look(101.0, 500, 1)
    watch.look(105.0, 3, 0)
    assert watch.dead_s(105.0) == 0.0
