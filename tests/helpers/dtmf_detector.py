"""Which keys were pressed, by the sound of them (ITU-T Q.23, as a receiver of Q.24 would hear it).

The table stands here once more: what is tested takes its tones from the library.
"""

from __future__ import annotations

import numpy as np

from tests.helpers.tones import Samples

ROWS_HZ, COLUMNS_HZ = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
KEYS = ("123A", "456B", "789C", "*0#D")
FLOOR_DBFS = -22.0  # of each of the two tones
WINDOW_S, STEP_S = 0.02, 0.01
SHORTEST_S = 0.04  # a tone a receiver of Q.24 has to take
SHORTEST_PAUSE_S = 0.04  # and a pause: what is shorter is a packet that came too late

Digit = tuple[str, float, float]  # which, start and length in seconds


def digits_in(samples: Samples, rate_hz: int) -> list[Digit]:
    """Every digit that sounds for 40 ms, in steps of 10 ms; a shorter gap does not make it two."""
    found: list[Digit] = []
    for number, digit in enumerate(_windows(samples, rate_hz)):
        if not digit:
            continue
        start_s = number * STEP_S
        before, before_s, length_s = found[-1] if found else ("", 0.0, 0.0)
        if digit == before and start_s - (before_s + length_s) < SHORTEST_PAUSE_S - STEP_S / 2:
            found[-1] = (digit, before_s, start_s + WINDOW_S - before_s)
        else:
            found.append((digit, start_s, WINDOW_S))
    return [one for one in found if one[2] > SHORTEST_S - STEP_S / 2]


def _windows(samples: Samples, rate_hz: int) -> list[str]:
    """The digit in each window of 20 ms, one every 10 ms; "" for none."""
    window, step = int(WINDOW_S * rate_hz), int(STEP_S * rate_hz)
    if len(samples) < window:
        return []
    windows = np.lib.stride_tricks.sliding_window_view(samples, window)[::step]
    turns = np.exp(-2j * np.pi * np.outer(np.arange(window), ROWS_HZ + COLUMNS_HZ) / rate_hz)
    rms = np.sqrt(2) * np.abs(windows @ turns) / window
    levels = rms.reshape(len(windows), 2, 4)
    sounds = (levels.max(axis=2) > 10 ** (FLOOR_DBFS / 20)).all(axis=1)
    return [
        KEYS[row][column] if there else ""
        for (row, column), there in zip(levels.argmax(axis=2), sounds, strict=True)
    ]
