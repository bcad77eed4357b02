"""WAV files looked at before dialling."""

import struct
import wave
from pathlib import Path

import pytest

from softphone.cli.wave_file import WaveFileUnusable, check_writable, wave_seconds


def _write(path: Path, seconds: float, rate_hz: int = 8000, width: int = 2, channels: int = 1) -> str:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(channels)
        file.setsampwidth(width)
        file.setframerate(rate_hz)
        file.writeframes(bytes(int(seconds * rate_hz) * width * channels))
    return str(path)


@pytest.mark.parametrize(("rate_hz", "width", "channels"), [(8000, 2, 1), (44_100, 3, 2), (48_000, 1, 1)])
def test_length_of_any_rate_and_depth(tmp_path: Path, rate_hz: int, width: int, channels: int) -> None:
    path = _write(tmp_path / "a.wav", 0.5, rate_hz, width, channels)
    assert wave_seconds(path) == pytest.approx(0.5, abs=0.001)


def test_float_samples_and_chunks_in_between(tmp_path: Path) -> None:
    fmt = struct.pack("<HHIIHH", 3, 1, 16_000, 64_000, 4, 32)
    body = b"WAVE" + _chunk(b"LIST", b"odd") + _chunk(b"fmt ", fmt) + _chunk(b"data", bytes(32_000))
    path = tmp_path / "float.wav"
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)

    assert wave_seconds(str(path)) == pytest.approx(0.5)


def test_a_header_that_promises_more_than_there_is(tmp_path: Path) -> None:
    path = _write(tmp_path / "cut.wav", 1.0)
    whole = Path(path).read_bytes()
    Path(path).write_bytes(whole[: 44 + 8000])

    assert wave_seconds(path) == pytest.approx(0.5)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "not_wave"),
        (b"RIFF", "not_wave"),
        (b"ID3\x04" + bytes(100), "not_wave"),
        (b"RIFF\x04\x00\x00\x00WAVE", "not_wave"),
    ],
)
def test_no_wave_file(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "broken.wav"
    path.write_bytes(content)

    with pytest.raises(WaveFileUnusable) as caught:
        wave_seconds(str(path))

    assert caught.value.code == code


def test_missing_empty_and_folder(tmp_path: Path) -> None:
    codes = []
    for path in (str(tmp_path / "none.wav"), _write(tmp_path / "empty.wav", 0.0), str(tmp_path)):
        with pytest.raises(WaveFileUnusable) as caught:
            wave_seconds(path)
        codes.append(caught.value.code)
    assert codes == ["missing", "no_sound", "unreadable"]


def test_a_recording_is_only_probed(tmp_path: Path) -> None:
    old = tmp_path / "old.wav"
    old.write_bytes(b"precious")
    check_writable(str(old))
    check_writable(str(tmp_path / "new.wav"))

    assert old.read_bytes() == b"precious"
    assert sorted(tmp_path.iterdir()) == [old]
    with pytest.raises(WaveFileUnusable) as caught:
        check_writable(str(tmp_path / "no folder" / "b.wav"))
    assert caught.value.code == "not_writable"


def _chunk(name: bytes, content: bytes) -> bytes:
    return name + struct.pack("<I", len(content)) + content + bytes(len(content) % 2)
