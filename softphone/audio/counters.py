"""Counters of the audio path: they only grow, and outlive every stream."""

from __future__ import annotations


class AudioCounters:
    """Plain integers; each is written by one side at a time and read by diagnostics.

    ``skipped_samples`` counts samples of the device dropped or invented outside the resampler.
    """

    __slots__ = ("overruns", "skipped_samples", "underruns")

    def __init__(self) -> None:
        self.overruns = 0
        self.underruns = 0
        self.skipped_samples = 0
