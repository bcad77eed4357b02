"""SHA256SUMS fits what sha256sum checks."""

import subprocess
from pathlib import Path

import pytest

from installer import checksums


def test_sha256sum_finds_every_file_whole(tmp_path: Path) -> None:
    for name in ("softphone_0.1.0_amd64.deb", "a b.zip", "SHA256SUMS"):
        (tmp_path / name).write_bytes(name.encode())
    sums = checksums.build(tmp_path)
    assert [line.split("  ")[1] for line in sums.read_text().splitlines()] == [
        "a b.zip",
        "softphone_0.1.0_amd64.deb",
    ]
    assert _check(tmp_path).returncode == 0
    (tmp_path / "a b.zip").write_bytes(b"other")
    assert _check(tmp_path).returncode == 1


def test_an_empty_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="no packages"):
        checksums.build(tmp_path)


def _check(folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["sha256sum", "-c", checksums.NAME], cwd=folder, capture_output=True, text=True, check=False
    )
