"""Frames through the library's own vector, and how late they are."""

from __future__ import annotations

from softphone.engine.media_port import Lateness, pointer_access_works


def test_the_vector_can_be_reached_by_its_pointers() -> None:
    assert pointer_access_works()


def test_a_steady_clock_is_never_late() -> None:
    lateness = Lateness()
    for frame in range(500):
        lateness.tick(1000.0 + frame * 0.020)
    assert lateness.late_frames == 0
    assert lateness.p99_ms() < 0.01


def test_late_frames_are_counted() -> None:
    lateness = Lateness()
    for frame in range(100):
        lateness.tick(1000.0 + frame * 0.020 + (0.015 if frame % 10 == 9 else 0.0))
    assert lateness.late_frames == 10
    assert 14.0 < lateness.p99_ms() < 16.0


def test_a_pause_begins_a_new_grid() -> None:
    lateness = Lateness()
    for start_s in (1000.0, 2000.0):
        for frame in range(50):
            lateness.tick(start_s + frame * 0.020)
    assert lateness.late_frames == 0


def test_nothing_measured_is_zero() -> None:
    assert Lateness().p99_ms() == 0.0
