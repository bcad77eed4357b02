"""The window: how fast it is painted, what it weighs, and whether a busy window can be heard."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bench.figures import Figure, cpu_s, spread, unique_mb
from tests.helpers.child import children_of

SETTLED_S = 8.0  # pages are read ahead, and the text cursor rests


def run(*, quick: bool) -> list[Figure]:
    """Start, idle, and a call beside a window that does not rest."""
    samples, memory = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(3 if quick else 10):
            painted_s, memory = _start(Path(folder) / str(number))
            samples.append(painted_s)
    span_s = 10 if quick else 60
    return [
        *spread("process start to painted window", samples, "s", 0.8, None)[:1],
        Figure("memory of both processes, window open, idle", round(memory, 1), "MB", 180.0),
        _idle(span_s),
        *_busy_call(8 if quick else 30),
    ]


@contextmanager
def _window(*arguments: str, **environment: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.window_probe", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen", **environment},
        text=True,
    )
    try:
        yield process
    finally:
        process.terminate()
        process.wait(10)


def _painted_s(process: subprocess.Popen[str]) -> float:
    assert process.stdout is not None
    return float(process.stdout.readline().split()[1])


def _start(config_dir: Path) -> tuple[float, float]:
    began_s = time.monotonic()
    with _window("--config-dir", str(config_dir)) as process:
        painted_s = _painted_s(process) - began_s
        time.sleep(2.0)
        return painted_s, sum(unique_mb(pid) for pid in (process.pid, *children_of(process.pid)))


def _idle(span_s: float) -> Figure:
    with _window("--demo") as process:
        _painted_s(process)
        time.sleep(SETTLED_S)
        pids = (process.pid, *children_of(process.pid))
        before, began_s = sum(cpu_s(pid) for pid in pids), time.monotonic()
        time.sleep(span_s)
        share = 100 * (sum(cpu_s(pid) for pid in pids) - before) / (time.monotonic() - began_s)
    note = f"{span_s:.0f} s, the embedded registrar in it"
    return Figure("CPU idle, window open, registered", round(share, 3), "% of one core", 0.3, note=note)


def _busy_call(span_s: float) -> list[Figure]:
    samples, late_frames = [], 0
    with _window("--demo", SOFTPHONE_BENCH_CALL="1", SOFTPHONE_BENCH_BUSY="1") as process:
        _painted_s(process)
        assert process.stdout is not None
        until_s = time.monotonic() + span_s
        while time.monotonic() < until_s:
            words = process.stdout.readline().split()
            if words[:1] == ["lateness"]:
                samples.append(float(words[1]))
                late_frames = int(words[2])
    return [
        Figure(
            "bridge frame lateness, window busy, worst p99 of 2 s", max(samples), "ms", 10.0, samples=samples
        ),
        Figure(
            "bridge frames more than 10 ms late, window busy",
            late_frames,
            "frames",
            0,
            note=f"{span_s:.0f} s",
        ),
    ]
