"""A ring of samples between two threads: one writes, one reads, neither ever waits.

``written`` is changed by the writer alone, ``taken`` by the reader alone, and each side publishes its count
only after the samples are in place; under the GIL that is all the order that is needed. No locks, no
allocation but two small tuples.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]


class SampleRing:
    """Float samples in int16 scale, ``channels`` side by side (near and far in one ring stay one pair)."""

    def __init__(self, capacity_samples: int, channels: int = 1) -> None:
        shape = (capacity_samples,) if channels == 1 else (capacity_samples, channels)
        self._buffer = np.zeros(shape, np.float32)
        self.capacity_samples = capacity_samples
        self.written = 0
        self.taken = 0
        # (samples of the last block, when it came): lets the other side know how far its clock has got since.
        self.last_write: tuple[int, float] = (0, 0.0)
        self.last_read: tuple[int, float] = (0, 0.0)

    @property
    def fill(self) -> int:
        """Samples waiting."""
        return self.written - self.taken

    def write(self, block: Samples, now_s: float) -> int:
        """Put in what fits of ``block``; returns the samples put in. Thread: the writer's."""
        count = min(len(block), self.capacity_samples - self.fill)
        start = self.written % self.capacity_samples
        first = min(count, self.capacity_samples - start)
        self._buffer[start : start + first] = block[:first]
        if count > first:
            self._buffer[: count - first] = block[first:count]
        self.written += count
        self.last_write = (len(block), now_s)
        return count

    def read_into(self, out: Samples, now_s: float) -> int:
        """Fill ``out`` from its front with what is there; returns the samples taken. Thread: the reader's."""
        count = min(len(out), self.fill)
        start = self.taken % self.capacity_samples
        first = min(count, self.capacity_samples - start)
        out[:first] = self._buffer[start : start + first]
        if count > first:
            out[first:count] = self._buffer[: count - first]
        self.taken += count
        self.last_read = (len(out), now_s)
        return count

    def discard(self, count: int) -> int:
        """Forget up to ``count`` waiting samples; returns how many. Thread: the reader's."""
        count = max(0, min(count, self.fill))
        self.taken += count
        return count
