"""Files on a disk: read and written whole, and said why not."""

from __future__ import annotations

import errno
import os
from pathlib import Path

import pytest

from softphone.directory import contact_files
from softphone.domain.contact_file import FileFormat, FileLoaded, FileSaved
from tests.helpers.contact_files import DATA
from tests.helpers.fake_people import disk_files


def loaded(path: Path) -> FileLoaded:
    results: list[FileLoaded] = []
    disk_files().load(str(path), results.append)
    return results[0]


def saved(path: Path, content: bytes) -> FileSaved:
    results: list[FileSaved] = []
    disk_files().save(str(path), content, results.append)
    return results[0]


def test_a_file_is_known_by_what_is_in_it(tmp_path: Path) -> None:
    path = tmp_path / "people.txt"
    path.write_bytes((DATA / "icloud.vcf").read_bytes())
    assert disk_files().look(loaded(path).content).format is FileFormat.VCARD
    assert disk_files().look((DATA / "google_new.csv").read_bytes()).format is FileFormat.CSV


def test_why_a_file_is_not_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "empty").write_bytes(b" \n")
    (tmp_path / "big").write_bytes(b"12345")
    monkeypatch.setattr(contact_files, "MAX_FILE_BYTES", 4)
    assert loaded(tmp_path / "nowhere").problem == "missing"
    assert loaded(tmp_path).problem == "missing"
    assert loaded(tmp_path / "empty").problem == "empty"
    assert loaded(tmp_path / "big").problem == "too_big"


def test_a_file_is_written_for_nobody_else(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    assert saved(path, b"abc") == FileSaved()
    assert path.read_bytes() == b"abc"
    if os.name == "posix":
        assert path.stat().st_mode & 0o077 == 0


def test_a_full_disk_leaves_what_was_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "people.csv"
    path.write_bytes(b"old")

    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    assert saved(path, b"new").problem == "full"
    assert path.read_bytes() == b"old"
    assert [each.name for each in tmp_path.iterdir()] == ["people.csv"]


def test_a_folder_that_is_gone_is_told(tmp_path: Path) -> None:
    assert saved(tmp_path / "gone" / "people.csv", b"abc").problem == "missing"
