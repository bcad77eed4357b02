"""WAVs of every kind come in as 16 kHz int16 mono; a broken one says why; what is written is always valid."""

import struct
import wave
from pathlib import Path

import numpy as np
import pytest

from softphone.audio.files import StreamingWavWriter, WavError, read_wav

HZ = 16_000
TONE = np.sin(2 * np.pi * 440 * np.arange(HZ) / HZ) * 0.5


def riff(
    kind: int, channels: int, rate_hz: int, bits: int, payload: bytes, *, extensible: bool = False
) -> bytes:
    align = channels * bits // 8
    tag = 0xFFFE if extensible else kind
    layout = struct.pack("<HHIIHH", tag, channels, rate_hz, rate_hz * align, align, bits)
    if extensible:
        layout += (
            struct.pack("<HHIH", 22, bits, 0, kind)
            + b"\x00\x00\x00\x00\x10\x00\x80\x00\x00\xaa\x00\x38\x9b\x71"
        )
    chunks = b"LIST\x03\x00\x00\x00abc\x00" + b"fmt " + struct.pack("<I", len(layout)) + layout
    chunks += b"data" + struct.pack("<I", len(payload)) + payload
    return b"RIFF" + struct.pack("<I", 4 + len(chunks)) + b"WAVE" + chunks


def encoded(wave_: np.ndarray, kind: int, bits: int) -> bytes:
    if kind == 3:
        return wave_.astype(f"<f{bits // 8}").tobytes()
    if bits == 8:
        return np.rint(wave_ * 127 + 128).astype(np.uint8).tobytes()
    if bits == 24:
        wide = np.rint(wave_ * (2**23 - 1)).astype("<i4").view(np.uint8).reshape(-1, 4)
        return wide[:, :3].tobytes()
    return np.rint(wave_ * (2 ** (bits - 1) - 1)).astype(f"<i{bits // 8}").tobytes()


@pytest.mark.parametrize("extensible", [False, True])
@pytest.mark.parametrize(("kind", "bits"), [(1, 8), (1, 16), (1, 24), (1, 32), (3, 32), (3, 64)])
def test_every_sample_format(tmp_path: Path, kind: int, bits: int, extensible: bool) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(riff(kind, 1, HZ, bits, encoded(TONE, kind, bits), extensible=extensible))
    samples = read_wav(path)
    assert samples.dtype == np.int16
    assert len(samples) == HZ
    assert np.abs(samples - TONE * 32768).max() < (300 if bits == 8 else 3)


@pytest.mark.parametrize("rate_hz", [8000, 11_025, 44_100, 48_000])
@pytest.mark.parametrize("channels", [1, 2, 6])
def test_every_rate_and_channel_count_becomes_16_khz_mono(
    tmp_path: Path, rate_hz: int, channels: int
) -> None:
    wave_ = np.sin(2 * np.pi * 440 * np.arange(rate_hz) / rate_hz) * 0.5
    path = tmp_path / "a.wav"
    path.write_bytes(riff(1, channels, rate_hz, 16, encoded(np.repeat(wave_, channels), 1, 16)))
    samples = read_wav(path)
    assert abs(len(samples) - HZ) <= 2
    middle = samples[4000:12_000].astype(float)
    assert np.abs(np.fft.rfft(middle)).argmax() * HZ / len(middle) == pytest.approx(440, abs=2)
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 * 32768 / np.sqrt(2), rel=0.02)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_wav"),
        (b"OggS" + bytes(100), "not_wav"),
        (riff(1, 1, HZ, 16, b"")[:30], "not_wav"),
        (riff(1, 0, HZ, 16, b"ab"), "not_wav"),
        (riff(7, 1, HZ, 8, b"ab"), "not_supported"),
        (riff(1, 1, HZ, 12, b"ab"), "not_supported"),
        (riff(1, 1, HZ, 16, b""), "empty"),
    ],
)
def test_a_broken_file_has_a_code(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(content)
    with pytest.raises(WavError) as caught:
        read_wav(path)
    assert caught.value.code == code


def test_missing_files_and_folders_have_codes(tmp_path: Path) -> None:
    with pytest.raises(WavError, match="not_found"):
        read_wav(tmp_path / "none.wav")
    with pytest.raises(WavError, match="not_readable"):
        read_wav(tmp_path)
    with pytest.raises(WavError, match="not_writable"):
        StreamingWavWriter(tmp_path / "no" / "folder.wav")


def test_a_file_cut_short_plays_as_far_as_it_goes(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(riff(1, 1, HZ, 16, encoded(TONE, 1, 16))[:-1001])
    assert len(read_wav(path)) == HZ - 501


def test_not_a_number_is_silence(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(riff(3, 1, HZ, 32, np.array([np.nan, np.inf, 0.5], "<f4").tobytes()))
    assert read_wav(path).tolist() == [0, 0, 16384]


def test_what_is_written_is_valid_while_it_grows(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    writer = StreamingWavWriter(path)
    frame = bytes(640)
    for _ in range(75):
        writer.write(frame)
    # Not closed, as if the process had been killed: the header counts the whole seconds written.
    with wave.open(str(path)) as reader:
        assert (reader.getframerate(), reader.getnchannels(), reader.getsampwidth()) == (HZ, 1, 2)
        assert reader.getnframes() == HZ
    assert writer.duration_s == 1.5
    writer.close()
    writer.close()
    with wave.open(str(path)) as reader:
        assert reader.getnframes() == HZ * 3 // 2
    with pytest.raises(WavError, match="not_writable"):
        writer.write(frame)
