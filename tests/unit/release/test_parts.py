"""What a self-test tries of updates."""

from __future__ import annotations

import os
import runpy
import ssl
from pathlib import Path

import pytest

from softphone.release.parts import release_libraries

HOOK = Path(__file__).parents[3] / "installer" / "hooks" / "certificate_authorities.py"


@pytest.mark.parametrize("part", release_libraries())
def test_each_part_works_here(part: str) -> None:
    release_libraries()[part]()


def test_the_frozen_program_finds_the_systems_authorities(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "")
    monkeypatch.delenv("SSL_CERT_FILE")
    monkeypatch.delenv("SSL_CERT_DIR", raising=False)
    runpy.run_path(str(HOOK))
    assert Path(ssl.get_default_verify_paths().cafile or "").is_file()


def test_who_named_authorities_is_obeyed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", "/of/the/company.pem")
    runpy.run_path(str(HOOK))
    assert os.environ["SSL_CERT_FILE"] == "/of/the/company.pem"
