"""What runs before everything else in the frozen program."""

from __future__ import annotations

import ctypes.util
import runpy
import sys
from pathlib import Path

import pytest

HOOKS = Path(__file__).parents[3] / "installer" / "hooks"


def run(name: str) -> None:
    runpy.run_path(str(HOOKS / name))


@pytest.fixture
def bundle(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A bundle with a PortAudio in it; what a hook changes in this process is put back."""
    (tmp_path / "libportaudio.so.2").touch()
    monkeypatch.setattr(sys, "_MEIPASS", str(tmp_path), raising=False)
    monkeypatch.setattr(ctypes.util, "find_library", lambda name: f"the system's {name}")
    return tmp_path


def test_the_engine_finds_the_portaudio_that_came_with_it(
    bundle: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sys, "argv", ["softphone", "engine"])
    run("portable_portaudio.py")
    assert ctypes.util.find_library("portaudio") == str(bundle / "libportaudio.so.2")
    assert ctypes.util.find_library("asound") == "the system's asound"
    (bundle / "libportaudio.so.2").unlink()
    assert ctypes.util.find_library("portaudio") == "the system's portaudio"


def test_the_phone_process_does_not_wait_for_it(bundle: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["softphone", "tel:9196"])
    run("portable_portaudio.py")
    assert ctypes.util.find_library("portaudio") == "the system's portaudio"
