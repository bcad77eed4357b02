"""Sound for the tests: WAVs of tones and speech, and what can be heard in a WAV.

Samples are float32 mono, −1 … 1. A steady tone is what a noise suppressor takes away, so the tones of
calls are ``beeps``: bursts with gaps, as speech has.
"""

from __future__ import annotations

import itertools
import struct
import subprocess
import wave
from pathlib import Path

import numpy as np
import numpy.typing as npt

from tests.helpers.programs import find_program

Samples = npt.NDArray[np.float32]

RATE_HZ = 16_000
WINDOW_S = 0.1
SPEECH_TEXT = (
    "Good morning. This is the telephone on the second floor. The quick brown fox jumps over the lazy dog."
)
_BANDS_HZ = (300, 500, 750, 1000, 1400, 1900, 2500, 3300)  # inside the telephone band
_STEP_S = 0.02
_MAX_DELAY_S = 4.0


def tone(
    frequency_hz: float, duration_s: float, rate_hz: int = RATE_HZ, level_dbfs: float = -12.0
) -> Samples:
    """A steady sine."""
    time_s = np.arange(int(duration_s * rate_hz)) / rate_hz
    return (10 ** (level_dbfs / 20) * np.sin(2 * np.pi * frequency_hz * time_s)).astype(np.float32)


def beeps(
    frequency_hz: float, duration_s: float, rate_hz: int = RATE_HZ, level_dbfs: float = -12.0
) -> Samples:
    """A sine of 300 ms on, 100 ms off, with soft edges."""
    samples = tone(frequency_hz, duration_s, rate_hz, level_dbfs)
    phase_s = (np.arange(len(samples)) / rate_hz) % 0.4
    edge_s = 0.01
    shape = np.clip(np.minimum(phase_s, 0.3 - phase_s) / edge_s, 0.0, 1.0)
    return (samples * shape).astype(np.float32)


def write_wav(path: Path, samples: Samples, rate_hz: int = RATE_HZ) -> Path:
    """Write int16 mono; returns ``path``."""
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return path


def read_wav(path: Path) -> tuple[Samples, int]:
    """The first channel of an int16 WAV and its rate in Hz; of a file still being written, what is there.

    Errors: AssertionError for a file that is no such WAV.
    """
    content = path.read_bytes()
    assert content[:4] == b"RIFF", f"{path} is no WAV"
    assert content[8:12] == b"WAVE", f"{path} is no WAV"
    format_at, data_at = _chunk(content, b"fmt "), _chunk(content, b"data")
    channels, rate_hz = struct.unpack_from("<HI", content, format_at + 2)
    bits = struct.unpack_from("<H", content, format_at + 14)[0]
    assert bits == 16, f"{path} has {bits} bits"
    size = struct.unpack_from("<I", content, data_at - 4)[0]
    raw = content[data_at : data_at + size] if size else content[data_at:]  # 0: not closed yet
    usable = len(raw) - len(raw) % (2 * channels)
    samples = np.frombuffer(raw[:usable], "<i2")[::channels].astype(np.float32)
    return samples / np.float32(32768), rate_hz


def _chunk(content: bytes, name: bytes) -> int:
    """Where the body of a RIFF chunk begins."""
    at = 12
    while at + 8 <= len(content):
        if content[at : at + 4] == name:
            return at + 8
        size = struct.unpack_from("<I", content, at + 4)[0]
        at += 8 + size + size % 2
    raise AssertionError(f"no {name!r} chunk")


def speech(path: Path, rate_hz: int = RATE_HZ, text: str = SPEECH_TEXT) -> Path:
    """Speak ``text`` into a WAV with espeak-ng; returns ``path``."""
    raw = path.with_suffix(".espeak.wav")
    program = find_program("espeak-ng") or "espeak-ng"
    subprocess.run([program, "-s", "150", "-w", str(raw), text], check=True, timeout=20)
    samples, spoken_hz = read_wav(raw)
    raw.unlink()
    resampled = resample(samples, spoken_hz, rate_hz)
    return write_wav(path, resampled * (0.5 / max(float(np.abs(resampled).max()), 1e-6)), rate_hz)


def resample(samples: Samples, from_hz: int, to_hz: int) -> Samples:
    """Band-limited resampling of a whole signal by its spectrum."""
    if from_hz == to_hz:
        return samples
    length = round(len(samples) * to_hz / from_hz)
    spectrum = np.fft.rfft(samples)
    wanted = np.zeros(length // 2 + 1, dtype=complex)
    shared = min(len(wanted), len(spectrum))
    wanted[:shared] = spectrum[:shared]
    return (np.fft.irfft(wanted, length) * (length / len(samples))).astype(np.float32)


def level_dbfs(samples: Samples) -> float:
    """RMS level; −120 for silence."""
    return (
        float(20 * np.log10(max(float(np.sqrt(np.mean(np.square(samples)))), 1e-6)))
        if len(samples)
        else -120.0
    )


def dominant_hz(samples: Samples, rate_hz: int, floor_dbfs: float = -50.0) -> list[float]:
    """The strongest frequency of each 100 ms window; 0.0 where the window is quieter than ``floor_dbfs``."""
    size = int(WINDOW_S * rate_hz)
    shape = np.hanning(size)
    padded = 8 * size
    found = []
    for start in range(0, len(samples) - size + 1, size):
        window = samples[start : start + size]
        if level_dbfs(window) < floor_dbfs:
            found.append(0.0)
            continue
        spectrum = np.abs(np.fft.rfft(window * shape, padded))
        found.append(float(spectrum[1:].argmax() + 1) * rate_hz / padded)
    return found


def tone_level_dbfs(samples: Samples, rate_hz: int, frequency_hz: float) -> float:
    """The level of one frequency over all samples (a Goertzel filter); −120 for none."""
    if not len(samples):
        return -120.0
    turn = np.exp(-2j * np.pi * frequency_hz * np.arange(len(samples)) / rate_hz)
    amplitude = 2 * abs(np.dot(samples, turn)) / len(samples)
    return float(20 * np.log10(max(amplitude / np.sqrt(2), 1e-6)))


def heard_share(path: Path, frequency_hz: float, tolerance_hz: float = 8.0) -> float:
    """The share, 0–1, of the loud windows in which ``frequency_hz`` is the strongest.

    Loud is within 12 dB of the loudest: a window with the edge of a beep has no exact frequency.
    """
    samples, rate_hz = read_wav(path)
    size = int(WINDOW_S * rate_hz)
    levels = [level_dbfs(samples[at : at + size]) for at in range(0, len(samples) - size + 1, size)]
    floor_dbfs = max(-50.0, max(levels, default=0.0) - 12)
    loud = [found for found in dominant_hz(samples, rate_hz, floor_dbfs) if found]
    return sum(abs(found - frequency_hz) <= tolerance_hz for found in loud) / len(loud) if loud else 0.0


def heard_s(path: Path, frequency_hz: float, tolerance_hz: float = 8.0) -> float:
    """How many seconds of ``path`` have ``frequency_hz`` as the strongest."""
    samples, rate_hz = read_wav(path)
    hits = [abs(found - frequency_hz) <= tolerance_hz for found in dominant_hz(samples, rate_hz)]
    return sum(hits) * WINDOW_S


def silences_s(samples: Samples, rate_hz: int, floor_dbfs: float = -50.0) -> list[tuple[float, float]]:
    """Where it was silent: (start, length) in seconds, in steps of 20 ms, gaps of 60 ms and more."""
    size = int(_STEP_S * rate_hz)
    count = len(samples) // size
    quiet = [level_dbfs(samples[i * size : (i + 1) * size]) < floor_dbfs for i in range(count)]
    gaps: list[tuple[float, float]] = []
    start: int | None = None
    for index, silent in enumerate([*quiet, False]):
        if silent and start is None:
            start = index
        elif not silent and start is not None:
            if index - start >= 3:
                gaps.append((start * _STEP_S, (index - start) * _STEP_S))
            start = None
    return gaps


def assert_gap(heard: Path, frequency_hz: float, length_s: float) -> None:
    """The tone was there for 0.8 s and more, was gone for about ``length_s``, and came back for 0.8 s."""
    samples, rate_hz = read_wav(heard)
    start_s, gap_s = max(silences_s(samples, rate_hz), key=lambda gap: gap[1])
    assert abs(gap_s - length_s) < 0.5, f"silent for {gap_s:.2f} s, not {length_s:.2f} s"
    for part in (samples[: int(start_s * rate_hz)], samples[int((start_s + gap_s) * rate_hz) :]):
        windows = [abs(found - frequency_hz) < 8 for found in dominant_hz(part, rate_hz)]
        assert sum(windows) * WINDOW_S >= 0.8, f"{frequency_hz} Hz is not on both sides of the gap"


def speech_similarity(reference: Path, heard: Path) -> float:
    """How alike two recordings of speech are, −1 … 1: near 0 for anything else, above 0.8 through a phone.

    The levels of seven bands in steps of 20 ms are compared at the best alignment: what a codec, a noise
    suppressor or a drifting clock does to the waveform does not count, what was said does.
    """
    shape_a = _band_levels(*read_wav(reference))
    shape_b = _band_levels(*read_wav(heard))
    if min(len(shape_a), len(shape_b)) < 10:
        return 0.0
    best = 0.0
    limit = int(_MAX_DELAY_S / _STEP_S)
    for delay in range(-limit, limit + 1):
        left = shape_a[max(0, -delay) :]
        right = shape_b[max(0, delay) :]
        count = min(len(left), len(right))
        if count * _STEP_S < 1.0:
            continue
        best = max(best, _correlation(left[:count], right[:count]))
    return best


def speech_pieces(reference: Path, heard: Path, piece_s: float = 1.5) -> list[float]:
    """speech_similarity of each ``piece_s`` of the reference, each found for itself in what was heard.

    For sound devices on a busy machine: a gap costs the piece it falls into, not everything behind it.
    Other speech reaches 0.45.
    """
    said, noted = _band_levels(*read_wav(reference)), _band_levels(*read_wav(heard))
    count = int(piece_s / _STEP_S)
    return [
        max(
            (_correlation(said[start : start + count], noted[at : at + count]))
            for at in range(max(len(noted) - count + 1, 1))
        )
        if len(noted) >= count
        else 0.0
        for start in range(0, len(said) - count + 1, count)
    ]


def _band_levels(samples: Samples, rate_hz: int) -> npt.NDArray[np.float64]:
    """Levels in dB, shape (steps, bands), floor 50 dB below the loudest."""
    size = int(_STEP_S * rate_hz)
    count = len(samples) // size
    if not count:
        return np.zeros((0, len(_BANDS_HZ) - 1))
    frames = samples[: count * size].reshape(count, size) * np.hanning(size)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    frequency = np.fft.rfftfreq(size, 1 / rate_hz)
    bands = [
        power[:, (frequency >= low) & (frequency < high)].sum(axis=1)
        for low, high in itertools.pairwise(_BANDS_HZ)
    ]
    levels = 10 * np.log10(np.stack(bands, axis=1) + 1e-9)
    return np.asarray(np.maximum(levels, levels.max() - 50), dtype=np.float64)


def _correlation(left: npt.NDArray[np.float64], right: npt.NDArray[np.float64]) -> float:
    a = (left - left.mean(axis=0)).ravel()
    b = (right - right.mean(axis=0)).ravel()
    scale = float(np.sqrt(np.dot(a, a) * np.dot(b, b)))
    return float(np.dot(a, b)) / scale if scale else 0.0
