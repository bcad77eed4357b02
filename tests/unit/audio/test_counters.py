"""Counters begin at nothing and take no other names."""

import pytest

from softphone.audio.counters import AudioCounters


def test_counters_start_at_zero_and_are_closed() -> None:
    counters = AudioCounters()
    assert (counters.overruns, counters.underruns, counters.skipped_samples) == (0, 0, 0)
    with pytest.raises(AttributeError):
        counters.underrun = 1  # type: ignore[attr-defined]
