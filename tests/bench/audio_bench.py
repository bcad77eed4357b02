"""Figures of the audio path: clock drift, echo removed, double talk, cost of a frame.

The speech is made by espeak-ng while the bench runs.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from softphone.audio.counters import AudioCounters
from softphone.audio.files import read_wav
from softphone.audio.pipeline import Pipeline
from softphone.audio.quality import compare
from softphone.audio.resampler import CONVERTER, CapturePath, PlayoutPath
from softphone.audio.stream import InputBlocks, OutputBlocks, Shared
from softphone.audio.tones import TonePlayer
from softphone.domain.commands import AudioConfig
from tests.helpers.drift_simulation import simulate_capture, simulate_playout

HZ = 16_000
FAR_TEXT = (
    "The quick brown fox jumps over the lazy dog. She sells sea shells on the sea shore. "
    "How much wood would a woodchuck chuck if a woodchuck could chuck wood."
)
NEAR_TEXT = "Peter piper picked a peck of pickled peppers. A peck of pickled peppers Peter piper picked."
ECHO_ONLY = AudioConfig(automatic_gain=False)
GLITCH_TARGET = 2e-4

Bench = dict[str, Any]


def entry(name: str, value: float, unit: str, target: str, ok: bool, samples: list[Any]) -> Bench:
    return {
        "name": name,
        "value": round(value, 6),
        "unit": unit,
        "target": target,
        "ok": ok,
        "samples": samples,
    }


def bench_drift(duration_s: float) -> list[Bench]:
    """Both directions, both signs, with the phone's own converter."""
    results = []
    for name, simulate in (("capture", simulate_capture), ("playout", simulate_playout)):
        for drift_ppm in (200.0, -200.0):
            result = simulate(drift_ppm, duration_s, CONVERTER)
            label = f"drift_{name}_{drift_ppm:+.0f}ppm_{duration_s / 60:.0f}min"
            lost = result.underruns + result.overruns + result.skipped_samples
            raw = [
                {field: getattr(result, field) for field in result.__struct_fields__},
            ]
            clean = lost == 0 and result.glitch < GLITCH_TARGET
            results.append(
                entry(
                    f"{label}_glitch", result.glitch, "of amplitude", f"< {GLITCH_TARGET}, 0 lost", clean, raw
                )
            )
            results.append(
                entry(f"{label}_delay_moved", result.moved_ms, "ms", "<= 10", result.moved_ms <= 10, raw)
            )
    return results


def speech(text: str, voice: str, folder: Path) -> np.ndarray:
    """16 kHz floats in int16 scale, speaking from the first sample."""
    path = folder / f"{voice}.wav"
    subprocess.run(["espeak-ng", "-v", voice, "-w", path, text], check=True)
    samples = read_wav(path).astype(np.float32)
    return samples[int(np.flatnonzero(np.abs(samples) > 300)[0]) :]


def room(far: np.ndarray) -> np.ndarray:
    """What a microphone hears of a loudspeaker 40 ms later in a small room, over a little noise."""
    rng = np.random.default_rng(0)
    response = np.zeros(2000)
    response[640] = 0.5
    response[700:] += rng.normal(size=1300) * np.exp(-np.arange(1300) / 300) * 0.05
    echo = np.convolve(far, response)[: len(far)]
    return (echo + rng.normal(size=len(far)) * 20).astype(np.float32)


def through(pipeline: Pipeline, near: np.ndarray, far: np.ndarray) -> np.ndarray:
    out = []
    for start in range(0, len(near) - 319, 320):
        block = slice(start, start + 320)
        frame, _ = pipeline.process(near[block].copy(), far[block].copy())
        out.append(np.frombuffer(frame, np.int16).astype(np.float32))
    return np.concatenate(out)


def ready_pipeline(config: AudioConfig) -> Pipeline:
    pipeline = Pipeline()
    pipeline.configure(config)
    assert pipeline.wait_ready(10), "audio processing is not available"
    return pipeline


def level_db(samples: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(samples.astype(np.float64) ** 2) + 1e-9))


def bench_echo(folder: Path) -> list[Bench]:
    """Single talk and double talk. PESQ of double talk needs a licensed reference program: not here."""
    far = speech(FAR_TEXT, "en", folder)
    microphone = room(far)
    left = through(ready_pipeline(ECHO_ONLY), microphone, far)
    erle_db = [
        round(level_db(microphone[s * HZ : (s + 1) * HZ]) - level_db(left[s * HZ : (s + 1) * HZ]), 1)
        for s in range(len(left) // HZ)
    ]
    worst_db, median_db = min(erle_db), float(np.median(erle_db))
    return [
        entry("erle_first_second", erle_db[0], "dB", ">= 40", erle_db[0] >= 40, erle_db),
        entry("erle_worst_second", worst_db, "dB", ">= 40", worst_db >= 40, erle_db),
        entry("erle_median", median_db, "dB", ">= 40", median_db >= 40, erle_db),
        *(
            bench_double_talk(far, microphone, speech(NEAR_TEXT, "en-us", folder), over)
            for over in (0, 6, 12)
        ),
    ]


def bench_double_talk(far: np.ndarray, microphone: np.ndarray, said: np.ndarray, over_db: float) -> Bench:
    """What is left of our speech while the far side speaks too, ``over_db`` louder than its echo.

    Against our speech alone through the same processing, so that only the cost of double talk is counted.
    """
    near = np.zeros_like(far)
    said = said[: len(far) - 3 * HZ]
    gain_db = level_db(microphone) - level_db(said) + over_db
    near[2 * HZ : 2 * HZ + len(said)] = said * 10 ** (gain_db / 20)
    alone = through(ready_pipeline(ECHO_ONLY), near, np.zeros_like(far))
    both = through(ready_pipeline(ECHO_ONLY), microphone + near, far)
    found = compare(alone.astype(np.float64), both.astype(np.float64))
    before = compare(alone.astype(np.float64), (microphone + near).astype(np.float64))
    raw = [{"processed": found.correlation, "unprocessed": before.correlation, "level_db": found.level_db}]
    name = f"double_talk_near_over_echo_{over_db:.0f}db"
    return entry(name, found.correlation, "correlation 0-1", ">= 0.8", found.correlation >= 0.8, raw)


def bench_cost(frames: int) -> list[Bench]:
    """Everything that runs for 20 ms of a call: two device blocks, both resamplers, the whole processing."""
    now = [0.0]
    shared = Shared(AudioCounters(), clock=lambda: now[0])
    playout, capture = PlayoutPath(48_000, shared.counters), CapturePath(48_000, 10, shared.counters)
    output = OutputBlocks(48_000, 2, TonePlayer(), shared, playout)
    inputs = InputBlocks(48_000, shared, capture, output)
    pipeline = ready_pipeline(AudioConfig())
    rng = np.random.default_rng(0)
    block = (rng.normal(size=480) * 1000).astype(np.int16).tobytes()
    frame = (rng.normal(size=320) * 1000).astype(np.int16).tobytes()
    out = bytearray(480 * 4)
    device_us, media_us = [], []
    for _ in range(frames):
        started = time.perf_counter()
        for _ in range(2):
            now[0] += 0.01
            inputs.on_duplex(block, out, 480, None, None)
        called = time.perf_counter()
        pair = capture.read(now[0])
        if pair is not None:
            pipeline.process(pair[:, 0], pair[:, 1])
        playout.write(frame, now[0])
        media_us.append((time.perf_counter() - called) * 1e6)
        device_us.append((called - started) * 1e6)
    total = np.array(device_us) + np.array(media_us)
    median = float(np.median(total))
    samples = [
        {
            "device_us_median": round(float(np.median(device_us)), 1),
            "media_us_median": round(float(np.median(media_us)), 1),
            "total_us_p99": round(float(np.percentile(total, 99)), 1),
            "percent_of_a_core": round(median / 200, 2),
        }
    ]
    return [entry("cost_per_20ms_frame", median, "us", "<= 1000 (5 % of a core)", median <= 1000, samples)]


def run(*, quick: bool) -> list[Bench]:
    """Every figure of the audio path; ``quick``: minutes of simulated audio instead of an hour."""
    benchmarks = bench_cost(500 if quick else 3000)
    with tempfile.TemporaryDirectory() as folder:
        benchmarks += bench_echo(Path(folder))
    return benchmarks + bench_drift(180.0 if quick else 3600.0)
