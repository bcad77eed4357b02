"""The portable ZIP: what is in it, and that it makes the program portable."""

from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from installer.product import product
from installer.windows import portable
from softphone.storage import paths


@pytest.fixture
def bundle(tmp_path: Path) -> Path:
    folder = tmp_path / "bundle"
    (folder / "_internal" / "説明").mkdir(parents=True)
    (folder / "softphone.exe").write_bytes(b"MZ")
    (folder / "_internal" / "説明" / "一.txt").write_text("x")
    return folder


def test_it_is_one_folder_with_the_program_and_its_data(bundle: Path, tmp_path: Path) -> None:
    file = portable.build(bundle, tmp_path / "out")
    name = product().name
    assert file.name.endswith("-portable.zip")
    with zipfile.ZipFile(file) as packed:
        assert packed.namelist() == [
            f"{name}/_internal/説明/一.txt",
            f"{name}/softphone.exe",
            f"{name}/data/README.txt",
        ]
        text = packed.read(f"{name}/data/README.txt").decode("utf-8-sig")
        packed.extractall(tmp_path / "unpacked")
    assert (tmp_path / "unpacked" / name / paths._PORTABLE_DIR).is_dir()
    assert (tmp_path / "unpacked" / name / "softphone.exe").read_bytes() == b"MZ"
    assert product().name_ja in text
    assert "{" not in text
    assert text.count("\n") == text.count("\r\n")


def test_the_same_bundle_makes_the_same_zip(bundle: Path, tmp_path: Path) -> None:
    one = portable.build(bundle, tmp_path / "one")
    (bundle / "softphone.exe").touch()
    assert portable.build(bundle, tmp_path / "two").read_bytes() == one.read_bytes()
