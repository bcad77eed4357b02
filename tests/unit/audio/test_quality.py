"""Comparing recordings: a coded, delayed, quieter echo is recognised; another voice is not."""

from pathlib import Path

import numpy as np
import pytest

from softphone.audio.files import StreamingWavWriter
from softphone.audio.quality import compare, compare_recordings

HZ = 16_000


def voice(seed: int, duration_s: float = 6.0) -> np.ndarray:
    """Something like speech: a gliding pitch with harmonics, shaped by changing noise, with pauses."""
    rng = np.random.default_rng(seed)
    count = int(duration_s * HZ)
    knots = np.linspace(0, count, int(duration_s * 6))
    pitch_hz = np.interp(np.arange(count), knots, rng.uniform(90, 220, len(knots)))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / HZ
    wave = sum(
        np.interp(np.arange(count), knots, rng.uniform(0, 1, len(knots)))
        * np.sin(k * phase + rng.uniform(0, 6))
        for k in range(1, 30)
    )
    loudness = np.interp(np.arange(count), knots, rng.choice([0.0, 0.3, 1.0], len(knots)))
    return 600 * wave * loudness + rng.normal(size=count) * 3


def mu_law(wave: np.ndarray) -> np.ndarray:
    scaled = np.clip(wave / 32768, -1, 1)
    coded = np.sign(scaled) * np.log1p(255 * np.abs(scaled)) / np.log1p(255)
    coded = np.round(coded * 127) / 127
    return 32768 * np.sign(coded) * ((1 + 255) ** np.abs(coded) - 1) / 255


def narrow(wave: np.ndarray) -> np.ndarray:
    spectrum = np.fft.rfft(wave)
    spectrum[np.fft.rfftfreq(len(wave), 1 / HZ) > 3700] = 0
    return np.fft.irfft(spectrum, len(wave))


def delayed(wave: np.ndarray, by_samples: int, after: int = 4000) -> np.ndarray:
    return np.concatenate((np.zeros(by_samples), wave, np.zeros(after)))


def test_a_delayed_quieter_copy_is_whole() -> None:
    said = voice(1)
    result = compare(said, 0.5 * delayed(said, 2400))
    assert result.ok
    assert result.correlation > 0.99
    assert result.delay_ms == pytest.approx(150, abs=0.2)
    assert result.level_db == pytest.approx(-6.02, abs=0.2)


def test_a_telephone_codec_and_a_fraction_of_a_sample_keep_it_above_nine_tenths() -> None:
    said = voice(2)
    spectrum = np.fft.rfft(delayed(narrow(said), 5000))
    shifted = np.fft.irfft(
        spectrum * np.exp(-2j * np.pi * np.fft.rfftfreq(len(said) + 9000) * 0.5), len(said) + 9000
    )
    result = compare(said, mu_law(shifted))
    assert result.correlation > 0.97
    assert result.delay_ms == pytest.approx(5000.5 / 16, abs=0.2)


def test_a_jitter_buffer_that_moves_in_the_call_is_followed() -> None:
    said = voice(3)
    middle = len(said) // 2
    heard = np.concatenate((np.zeros(3000), said[:middle], np.zeros(480), said[middle:]))
    assert compare(said, heard).correlation > 0.9


def test_a_machine_that_stalls_twice_is_followed() -> None:
    said = voice(6)
    third, stall = len(said) // 3, np.zeros(1600)
    heard = np.concatenate((said[:third], stall, said[third : 2 * third], stall, said[2 * third :]))
    assert compare(said, heard).correlation > 0.9


@pytest.mark.parametrize("other", [voice(9), np.random.default_rng(5).normal(size=96_000) * 1000])
def test_another_voice_or_noise_is_not_ours(other: np.ndarray) -> None:
    assert compare(voice(4), delayed(other, 1000)).correlation < 0.3


def test_half_lost_is_told() -> None:
    said = voice(5)
    heard = delayed(said, 1000)
    heard[1000 : 1000 + len(said) // 2] = 0
    assert 0.3 < compare(said, heard).correlation < 0.9


def test_files_and_their_troubles(tmp_path: Path) -> None:
    said, heard, none = tmp_path / "said.wav", tmp_path / "heard.wav", tmp_path / "none.wav"
    for path, wave in ((said, voice(6, 3)), (heard, delayed(voice(6, 3), 800)), (none, np.zeros(8000))):
        writer = StreamingWavWriter(path)
        writer.write(np.clip(np.rint(wave), -32768, 32767).astype(np.int16).tobytes())
        writer.close()
    good = compare_recordings(str(said), str(heard))
    assert good.correlation > 0.99
    assert good.delay_ms == pytest.approx(50, abs=0.2)
    assert compare_recordings(said, none).problem == "silent_recording"
    assert compare_recordings(none, said).problem == "silent_reference"
    assert compare_recordings(said, tmp_path / "missing.wav").problem == "recorded:not_found"
    assert compare_recordings(tmp_path / "missing.wav", said).problem == "reference:not_found"
