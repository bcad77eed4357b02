"""The frozen program's own test: on a screen and without one, with nothing around it, from any folder."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from tests.helpers.x_window import XServer

LIMIT_S = 55.0
STEPS = ["sounds", "libraries", "window", "database", "keyring", "engine", "devices", "echo_call"]


def self_test(program: Path, out: Path, environment: Mapping[str, str]) -> dict[str, Any]:
    """The report; every step has to pass."""
    done = subprocess.run(
        [program, "--selftest", "--out", out, "--lang", "en"],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    report: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    failed = {step["name"]: step["error"] for step in report["steps"] if not step["ok"]}
    assert failed == {}, done.stderr
    assert done.returncode == 0, done.stderr
    assert (report["ok"], report["frozen"]) == (True, True)
    assert [step["name"] for step in report["steps"]] == STEPS
    return report


def details(report: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(step["details"] for step in report["steps"] if step["name"] == name)
    return found


def test_off_screen_with_an_empty_environment(bundle: Path, tmp_path: Path) -> None:
    report = self_test(bundle / "softphone", tmp_path / "report.json", {"LANG": "C"})

    window = details(report, "window")
    assert window["qt_platform"] == "offscreen"
    assert set(window["windows"]) == {"ja", "en"}
    engine = details(report, "engine")
    assert engine["transports"] == ["udp", "tcp", "tls"]
    assert engine["recording_formats"] == ["wav", "flac", "opus"]
    assert "ALSA" in engine["sound_systems"]
    call = details(report, "echo_call")
    assert call["correlation"] >= 0.9
    assert 0.0 < call["delay_ms"] < 400.0


def test_on_a_screen(bundle: Path, tmp_path: Path) -> None:
    with XServer(tmp_path / "screen") as screen:
        environment = {"PATH": os.defpath, "HOME": str(tmp_path), "DISPLAY": screen.name, "LANG": "C.UTF-8"}
        report = self_test(bundle / "softphone", tmp_path / "report.json", environment)
    assert details(report, "window")["qt_platform"] == "xcb"


def test_from_a_folder_with_spaces_and_japanese_letters(bundle: Path, tmp_path: Path) -> None:
    moved = tmp_path / "電話 の フォルダー" / "ソフトフォン 1"
    shutil.copytree(bundle, moved, symlinks=True, copy_function=_link_or_copy)
    environment = {"PATH": os.defpath, "HOME": str(tmp_path / "家 1"), "LANG": "C.UTF-8"}
    self_test(moved / "softphone", tmp_path / "結果 1.json", environment)


def _link_or_copy(source: str, target: str) -> None:
    """A hard link costs no space; between file systems there is none."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
