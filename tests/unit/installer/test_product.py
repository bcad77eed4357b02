"""The product's facts are said once, and read the same by the program and by what packs it."""

import os
from pathlib import Path

import pytest

import softphone
from installer.product import product, source_date


def test_the_version_is_the_programs_own() -> None:
    assert product().version == softphone.__version__


def test_files_carry_version_system_and_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("platform.machine", lambda: "AMD64")
    assert (
        product().file_name("-setup.exe", "windows")
        == f"softphone-{softphone.__version__}-windows-x86_64-setup.exe"
    )


def test_sources_without_their_history_have_a_date(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.setattr("installer.product.ROOT", tmp_path)
    (tmp_path / "softphone").mkdir()
    (tmp_path / "softphone" / "__init__.py").touch()
    os.utime(tmp_path / "softphone" / "__init__.py", (1_700_000_001, 1_700_000_001))
    assert source_date() == 1_700_000_001


def test_the_date_can_be_given(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")
    assert source_date() == 1_700_000_000
