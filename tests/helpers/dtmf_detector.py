"""Which keys were pressed, by the sound of them (ITU-T Q.23, as a receiver of Q.24 would hear it).

The table stands here once more: what is tested takes its tones from the library.
"""

from __future__ import annotations

import numpy as np

from tests.helpers.tones import Samples, tone_level_dbfs

ROWS_HZ, COLUMNS_HZ = (697.0, 770.0, 852.0, 941.0), (1209.0, 1336.0, 1477.0, 1633.0)
KEYS = ("123A", "456B", "789C", "*0#D")
FLOOR_DBFS = -22.0  # of each of the two tones
STEP_S = 0.02
SHORTEST_S = 0.05

Digit = tuple[str, float, float]  # which, start and length in seconds


def digits_in(samples: Samples, rate_hz: int) -> list[Digit]:
    """Every digit that sounds longer than 50 ms, in steps of 20 ms."""
    step = int(STEP_S * rate_hz)
    found: list[Digit] = []
    for number in range(len(samples) // step):
        digit, start_s = _digit(samples[number * step : (number + 1) * step], rate_hz), number * STEP_S
        if digit and found and found[-1][0] == digit and abs(sum(found[-1][1:]) - start_s) < STEP_S / 2:
            found[-1] = (digit, found[-1][1], found[-1][2] + STEP_S)
        elif digit:
            found.append((digit, start_s, STEP_S))
    return [one for one in found if one[2] > SHORTEST_S]


def _digit(samples: Samples, rate_hz: int) -> str:
    row, column = _strongest(samples, rate_hz, ROWS_HZ), _strongest(samples, rate_hz, COLUMNS_HZ)
    return KEYS[row][column] if row >= 0 and column >= 0 else ""


def _strongest(samples: Samples, rate_hz: int, frequencies_hz: tuple[float, ...]) -> int:
    levels = [tone_level_dbfs(samples, rate_hz, frequency_hz) for frequency_hz in frequencies_hz]
    return int(np.argmax(levels)) if max(levels) > FLOOR_DBFS else -1
