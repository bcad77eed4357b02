"""Run as a program: clicks into one device, heard on another, in one duplex stream; prints JSON delays.

python -m tests.bench.click_probe INPUT-DEVICE OUTPUT-DEVICE CLICKS
"""

from __future__ import annotations

import json
import sys
import time

import numpy as np
import sounddevice as sd

RATE_HZ = 48_000
BLOCK_SAMPLES = 480
PERIOD_S = 0.61  # no multiple of any frame
WINDOW_S = 0.5
FLOOR = 0.02


def main() -> int:
    """Play, record, find each click's echo."""
    heard_on, played_to, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    length = int(RATE_HZ * (1.0 + PERIOD_S * count + WINDOW_S))
    played = np.zeros(length, dtype=np.float32)
    starts = [int(RATE_HZ * (1.0 + PERIOD_S * number)) for number in range(count)]
    burst = np.sin(2 * np.pi * 1000 * np.arange(int(0.010 * RATE_HZ)) / RATE_HZ) * 0.8
    for start in starts:
        played[start : start + len(burst)] = burst
    heard = np.zeros(length, dtype=np.float32)
    place = 0

    def callback(
        indata: np.ndarray, outdata: np.ndarray, frames: int, _time: object, _status: object
    ) -> None:
        nonlocal place
        size = min(frames, length - place)
        outdata[:] = 0
        if size > 0:
            heard[place : place + size] = indata[:size, 0]
            outdata[:size, 0] = played[place : place + size]
            place += size

    with sd.Stream(
        samplerate=RATE_HZ,
        blocksize=BLOCK_SAMPLES,
        channels=1,
        dtype="float32",
        latency=0.01,
        device=(heard_on, played_to),
        callback=callback,
    ):
        while place < length:
            time.sleep(0.05)
    delays = []
    for start in starts:
        window = np.abs(heard[start : start + int(WINDOW_S * RATE_HZ)])
        if window.max() > FLOOR:
            delays.append(float(np.argmax(window > window.max() / 4)) / RATE_HZ * 1000)
    print(json.dumps({"delays_ms": delays, "clicks": count}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
