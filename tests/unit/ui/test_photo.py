"""Pictures from files: small, upright, within bounds."""

from __future__ import annotations

import struct
import zlib
from pathlib import Path

import pytest
from PySide6.QtGui import QImage, qRgba

from softphone.ui.photo import PhotoInvalid, photo_id_of, read_photo


def picture(path: Path, width: int, height: int) -> str:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(0x3366AA)
    assert image.save(str(path))
    return str(path)


def chunk(kind: bytes, data: bytes) -> bytes:
    """A part of a PNG file."""
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


@pytest.mark.parametrize("name", ["a.png", "a.jpg", "a.bmp", "a.webp"])
def test_a_large_picture_becomes_small(tmp_path: Path, name: str) -> None:
    data = read_photo(picture(tmp_path / name, 1200, 800))
    image = QImage.fromData(data)
    assert (image.width(), image.height()) in ((256, 170), (256, 171))
    assert len(data) < 100_000


def test_a_small_one_stays(tmp_path: Path) -> None:
    assert QImage.fromData(read_photo(picture(tmp_path / "a.png", 60, 90))).width() == 60


def test_what_is_transparent_stays_so(tmp_path: Path) -> None:
    image = QImage(50, 50, QImage.Format.Format_ARGB32)
    image.fill(qRgba(0, 0, 0, 0))
    image.save(str(tmp_path / "a.png"))
    assert QImage.fromData(read_photo(str(tmp_path / "a.png"))).hasAlphaChannel()


def test_a_picture_that_would_fill_the_memory_is_not_read(tmp_path: Path) -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 2, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
    (tmp_path / "a.png").write_bytes(bomb)
    with pytest.raises(PhotoInvalid, match="too_large"):
        read_photo(str(tmp_path / "a.png"))


def test_what_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").write_text("hello", encoding="utf-8")
    with pytest.raises(PhotoInvalid, match="not_a_picture"):
        read_photo(str(tmp_path / "a.jpg"))


def test_a_picture_cut_off_is_none(tmp_path: Path) -> None:
    whole = Path(picture(tmp_path / "a.png", 500, 500)).read_bytes()
    (tmp_path / "b.png").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(PhotoInvalid, match="not_a_picture"):
        read_photo(str(tmp_path / "b.png"))


def test_a_file_that_is_not_there() -> None:
    with pytest.raises(PhotoInvalid, match="unreadable"):
        read_photo("/nowhere/a.png")


def test_the_same_bytes_have_the_same_name() -> None:
    assert photo_id_of(b"a") == photo_id_of(b"a") != photo_id_of(b"b")
