"""The window: how fast it is painted, and whether a busy window can be heard."""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, spread, unique_mb
from tests.helpers.child import children_of


def run(*, quick: bool) -> list[Figure]:
    """Start to first paint, and the memory of the open window with its engine."""
    samples, memory = [], 0.0
    with tempfile.TemporaryDirectory() as folder:
        for number in range(3 if quick else 10):
            painted_s, memory = _start(Path(folder) / str(number))
            samples.append(painted_s)
    return [
        *spread("process start to painted window", samples, "s", 0.8, None)[:1],
        Figure("memory of both processes, window open, idle", round(memory, 1), "MB", 180.0),
    ]


def _start(config_dir: Path) -> tuple[float, float]:
    environment = dict(os.environ, QT_QPA_PLATFORM="offscreen")
    began_s = time.monotonic()
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.bench.window_probe", "--config-dir", str(config_dir)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        text=True,
    )
    try:
        assert process.stdout is not None
        line = process.stdout.readline()
        painted_s = float(line.split()[1]) - began_s
        time.sleep(2.0)
        memory = sum(unique_mb(pid) for pid in (process.pid, *children_of(process.pid)))
        return painted_s, memory
    finally:
        process.terminate()
        process.wait(10)
