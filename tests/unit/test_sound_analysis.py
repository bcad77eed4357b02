"""The ears of the interop tests: they must hear what is there and nothing else."""

from pathlib import Path

import numpy as np
import pytest

from tests.helpers import tones
from tests.helpers.dtmf_detector import digits_in

RATE_HZ = 16_000


def test_dominant_frequency_of_each_window() -> None:
    samples = np.concatenate([tones.tone(440, 0.5), np.zeros(8000, np.float32), tones.tone(1000, 0.5)])

    found = tones.dominant_hz(samples, RATE_HZ)

    assert [round(hz, -1) for hz in found] == [440] * 5 + [0] * 5 + [1000] * 5


def test_beeps_are_heard_and_another_tone_is_not(tmp_path: Path) -> None:
    path = tones.write_wav(tmp_path / "a.wav", tones.beeps(440, 2.0))

    assert tones.heard_s(path, 440) >= 1.5
    assert tones.heard_share(path, 440) == 1.0
    assert tones.heard_s(path, 1000) == 0.0


def test_silences_are_found_with_their_length() -> None:
    samples = np.concatenate([tones.tone(440, 0.5), np.zeros(16_000, np.float32), tones.tone(440, 0.5)])

    (gap,) = tones.silences_s(samples, RATE_HZ)

    assert abs(gap[0] - 0.5) < 0.03
    assert abs(gap[1] - 1.0) < 0.03


def test_level_of_one_frequency() -> None:
    samples = tones.tone(440, 1.0, level_dbfs=-12) + tones.tone(1000, 1.0, level_dbfs=-40)

    assert abs(tones.tone_level_dbfs(samples, RATE_HZ, 440) - (-15)) < 0.2  # RMS of a sine: 3 dB below peak
    assert abs(tones.tone_level_dbfs(samples, RATE_HZ, 1000) - (-43)) < 0.5
    assert tones.tone_level_dbfs(samples, RATE_HZ, 700) < -60


def test_similarity_survives_delay_and_level_and_rejects_another_sound(tmp_path: Path) -> None:
    dice = np.random.default_rng(7)
    said = _babble(dice)
    delayed = np.concatenate([np.zeros(9600, np.float32), 0.3 * said])
    reference = tones.write_wav(tmp_path / "said.wav", said)
    heard = tones.write_wav(tmp_path / "heard.wav", delayed)
    other = tones.write_wav(tmp_path / "other.wav", _babble(dice))

    assert tones.speech_similarity(reference, heard) > 0.95
    assert tones.speech_similarity(reference, other) < 0.6


def test_gap_costs_one_piece_of_speech(tmp_path: Path) -> None:
    dice = np.random.default_rng(8)
    said = _babble(dice)
    with_gap = np.concatenate([said[:32_000], np.zeros(12_000, np.float32), said[32_000:]])
    reference = tones.write_wav(tmp_path / "said.wav", said)
    heard = tones.write_wav(tmp_path / "heard.wav", with_gap)
    other = tones.write_wav(tmp_path / "other.wav", _babble(dice))

    pieces = tones.speech_pieces(reference, heard)

    assert [piece > 0.9 for piece in pieces] == [True, False]
    assert max(tones.speech_pieces(reference, other)) < 0.7


def test_unfinished_wav_is_read_as_far_as_it_is(tmp_path: Path) -> None:
    whole = tones.write_wav(tmp_path / "whole.wav", tones.tone(440, 1.0)).read_bytes()
    unfinished = tmp_path / "unfinished.wav"
    unfinished.write_bytes(whole[:40] + b"\0\0\0\0" + whole[44:20_045])

    samples, rate_hz = tones.read_wav(unfinished)

    assert rate_hz == RATE_HZ
    assert len(samples) == 10_000


def _babble(dice: np.random.Generator) -> tones.Samples:
    """Noise whose level and colour change every 100 ms, as syllables do."""
    parts = []
    for _ in range(40):
        centre_hz = dice.uniform(400, 3000)
        noise = dice.normal(size=1600) * np.sin(2 * np.pi * centre_hz * np.arange(1600) / RATE_HZ)
        parts.append(noise * 10 ** dice.uniform(-2.5, -0.7))
    return np.concatenate(parts).astype(np.float32)


def key(low_hz: float, high_hz: float, length_s: float) -> tones.Samples:
    """A key as it sounds, and the pause after it."""
    sound = tones.tone(low_hz, length_s, level_dbfs=-13) + tones.tone(high_hz, length_s, level_dbfs=-13)
    return np.concatenate([sound, np.zeros(int(0.08 * RATE_HZ), np.float32)])


def test_keys_are_told_apart_with_their_length() -> None:
    samples = np.concatenate([key(697, 1209, 0.12), key(697, 1209, 0.12), key(941, 1633, 0.06)])

    found = digits_in(samples, RATE_HZ)

    assert [digit for digit, _, _ in found] == ["1", "1", "D"]
    assert [length_s for _, _, length_s in found] == pytest.approx([0.12, 0.12, 0.06], abs=0.015)
    assert [start_s for _, start_s, _ in found] == pytest.approx([0.0, 0.2, 0.4], abs=0.015)


def test_a_key_with_a_lost_packet_is_one_key() -> None:
    samples = key(770, 1336, 0.12)
    samples[int(0.05 * RATE_HZ) : int(0.07 * RATE_HZ)] = 0.0

    assert [digit for digit, _, _ in digits_in(samples, RATE_HZ)] == ["5"]


def test_a_click_and_a_single_tone_are_no_keys() -> None:
    samples = np.concatenate([key(770, 1336, 0.02), tones.tone(770, 0.5, level_dbfs=-13)])

    assert digits_in(samples, RATE_HZ) == []
