"""Mouth to ear through virtual sound devices: clicks into A's microphone, heard on B's speaker.

The same duplex stream is measured through one bare null sink first; that round trip is taken off.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.bench.figures import Figure, spread
from tests.helpers.phone_process import PhoneProcess, RegistrarProcess
from tests.helpers.pulse import PulseAudio

USERS = {"201": "bench-password-a", "202": "bench-password-b"}


def run(*, quick: bool) -> list[Figure]:
    """Two phones with their whole pipelines, G.722."""
    clicks = 10 if quick else 40
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        with (
            PulseAudio(folder / "pulse", ["a", "b"], ["spare"]) as pulse,
            RegistrarProcess(folder / "registrar", USERS) as registrar,
        ):
            environment = _with_probe_devices(pulse)
            bare = _delays(environment, "spare_monitor", "spare", 10)
            base_ms = sorted(bare)[len(bare) // 2]
            delays = _in_call(folder, pulse, registrar.server, environment, clicks)
    net = [delay - base_ms for delay in delays]
    ordered = sorted(net)
    p95 = ordered[min(int(len(ordered) * 0.95), len(ordered) - 1)] if ordered else -1.0
    found = Figure("clicks heard", len(net), "clicks", clicks * 0.9, at_least=True)
    if not net:
        return [found]
    note = f"the probe's own round trip of {base_ms:.1f} ms is taken off"
    return [
        found,
        *spread("mouth to ear, G.722", net, "ms", None, None)[:1],
        Figure("mouth to ear, G.722, p95", round(p95, 1), "ms", 120.0, note=note, samples=net),
    ]


def _in_call(
    folder: Path, pulse: PulseAudio, server: str, environment: dict[str, str], clicks: int
) -> list[float]:
    def phone(name: str, user: str, *arguments: str) -> PhoneProcess:
        return PhoneProcess(
            folder / name,
            *arguments,
            *("--user-id", user, "--server", server, "--transport", "udp", "--bind", "127.0.0.1"),
            *("--input-device", f"{name}_mic", "--output-device", f"{name}_speaker"),
            password=USERS[user],
            environment=pulse.environment(),
        )

    with phone("b", "202", "listen", "--calls", "1") as called:
        called.wait_registered()
        with phone("a", "201", "call", "202", "--duration", str(clicks)) as caller:
            caller.wait_event(20.0, event="call", state="confirmed")
            return _delays(environment, "b_speaker_monitor", "a_feed", clicks)


def _with_probe_devices(pulse: PulseAudio) -> dict[str, str]:
    """The probe's own ALSA devices: what A's microphone is fed from, what B's speaker plays."""
    environment = pulse.environment()
    config = Path(environment["ALSA_CONFIG_PATH"])
    own = config.with_name("probe.conf")
    devices = {"a_feed": "a_feed", "b_speaker_monitor": "b_speaker.monitor", "spare_monitor": "spare.monitor"}
    lines = [
        f'pcm.{name} {{ type pulse device "{device}" hint {{ show on description "{name}" }} }}'
        for name, device in devices.items()
    ]
    own.write_text(config.read_text() + "\n".join(lines) + "\n")
    return environment | {"ALSA_CONFIG_PATH": str(own)}


def _delays(environment: dict[str, str], heard_on: str, played_to: str, clicks: int) -> list[float]:
    result = subprocess.run(
        [sys.executable, "-m", "tests.bench.click_probe", heard_on, played_to, str(clicks)],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60 + clicks,
        check=False,
    )
    if result.returncode:
        raise RuntimeError(result.stderr[-500:])
    delays: list[float] = json.loads(result.stdout)["delays_ms"]
    return delays
