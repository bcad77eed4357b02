"""A figure: what was measured, in which unit, against which target, with its raw samples."""

from __future__ import annotations

import importlib.metadata
import os
import platform
import statistics
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path

_LIBRARIES = ("PySide6-Essentials", "pjsua2-python", "sounddevice", "livekit", "samplerate", "numpy")


@dataclass
class Figure:
    """``target`` is the most that is allowed, or the least where ``at_least``; None where there is none."""

    name: str
    value: float
    unit: str
    target: float | None = None
    at_least: bool = False
    note: str = ""
    samples: list[float] = field(default_factory=list)

    @property
    def reached(self) -> bool | None:
        """The target is met; None where there is none."""
        if self.target is None:
            return None
        return self.value >= self.target if self.at_least else self.value <= self.target

    def as_json(self) -> dict[str, object]:
        """As it stands in the report."""
        return asdict(self) | {"ok": self.reached}


def spread(
    name: str, samples: Sequence[float], unit: str, median: float | None, p99: float | None
) -> list[Figure]:
    """Median and 99th percentile of ``samples`` against their targets."""
    ordered = sorted(samples)
    at_99 = ordered[min(int(len(ordered) * 0.99), len(ordered) - 1)]
    return [
        Figure(f"{name}, median", round(statistics.median(ordered), 3), unit, median, samples=list(samples)),
        Figure(f"{name}, p99", round(at_99, 3), unit, p99),
    ]


def machine() -> dict[str, object]:
    """What the figures were measured on; no name of the machine."""
    return {
        "system": platform.platform(),
        "python": platform.python_version(),
        "cores": os.cpu_count(),
        "versions": {name: importlib.metadata.version(name) for name in _LIBRARIES},
    }


def cpu_s(pid: int) -> float:
    """Processor seconds the living threads of a process have used. Source: proc(5), schedstat in ns.

    Counted by the scheduler: the 10 ms ticks of ``stat`` are too coarse for an idle phone.
    """
    used_ns = 0
    for thread in Path(f"/proc/{pid}/task").iterdir():
        used_ns += int((thread / "schedstat").read_text().split()[0])
    return used_ns / 1e9


def unique_mb(pid: int) -> float:
    """Unique set size in MB: pages no other process shares."""
    lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    return sum(int(line.split()[1]) for line in lines if line.startswith("Private_")) / 1000
