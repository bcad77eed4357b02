"""Processor and memory of both processes, idle and in a call, and the bridge's lateness meanwhile."""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.bench.figures import Figure, cpu_s, unique_mb
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess
from tests.helpers.tones import speech

USER, PASSWORD = "201", "bench-password"


def run(*, quick: bool) -> list[Figure]:
    """Idle for a while, then a call with everything switched on."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with RegistrarProcess(folder / "registrar", {USER: PASSWORD}) as registrar:
            account = ("--user-id", USER, "--server", registrar.server, "--transport", "udp")
            idle = _idle(folder, account, 10 if quick else 60)
            return [*idle, *_in_call(folder, account, 8 if quick else 30)]


def _share(pids: tuple[int, int], span_s: float) -> float:
    began = [cpu_s(pid) for pid in pids]
    began_s = time.monotonic()
    time.sleep(span_s)
    used = sum(cpu_s(pid) - before for pid, before in zip(pids, began, strict=True))
    return 100 * used / (time.monotonic() - began_s)


def _idle(folder: Path, account: tuple[str, ...], span_s: float) -> list[Figure]:
    with PhoneProcess(folder / "idle", "listen", *account, "--bind", "127.0.0.1", password=PASSWORD) as phone:
        phone.wait_registered()
        time.sleep(2.0)
        pids = (phone.pid, phone.engine_pid)
        share = _share(pids, span_s)
        memory = sum(unique_mb(pid) for pid in pids)
    return [
        Figure("CPU idle, registered (headless)", round(share, 3), "% of one core", 0.3, note=f"{span_s} s"),
        Figure("memory of both processes, idle (headless)", round(memory, 1), "MB", 180.0),
    ]


def _in_call(folder: Path, account: tuple[str, ...], span_s: float) -> list[Figure]:
    sound = speech(folder / "speech.wav")
    record = folder / "heard.wav"
    with PhoneProcess(
        folder / "call",
        "call",
        "9196",
        *account,
        *("--bind", "127.0.0.1", "--play", str(sound), "--record", str(record)),
        *("--processing", "--duration", str(span_s + 8)),
        password=PASSWORD,
    ) as phone:
        phone.wait_event(20.0, event="call", state="confirmed")
        time.sleep(2.0)
        pids = (phone.pid, phone.engine_pid)
        share = _share(pids, span_s)
        memory = sum(unique_mb(pid) for pid in pids)
        audio = phone.seen(event="audio")
    lateness = [float(event["lateness_p99_ms"]) for event in audio]
    return [
        Figure("CPU in a call, G.722, AEC+NS+AGC (headless)", round(share, 2), "% of one core", 6.0),
        Figure("memory of both processes in a call (headless)", round(memory, 1), "MB", 180.0),
        Figure(
            "bridge frame lateness in a call, worst p99 of 2 s",
            max(lateness, default=-1.0),
            "ms",
            10.0,
            samples=lateness,
        ),
    ]
