"""``--selftest`` as whoever installs the program runs it: a file says what works, the user is left alone."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from tests.helpers.phone_process import program_command
from tests.helpers.pulse import PulseAudio
from tests.helpers.secret_service import GnomeKeyring, SessionBus

LIMIT_S = 50.0


def self_test(out: Path, environment: Mapping[str, str], *options: str) -> tuple[int, dict[str, Any], str]:
    """Run it: exit code, report, what it printed."""
    done = subprocess.run(
        [*program_command(), "--selftest", "--out", str(out), *options],
        env=dict(environment),
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    return done.returncode, json.loads(out.read_text(encoding="utf-8")), done.stdout + done.stderr


def step_of(report: dict[str, Any], name: str) -> dict[str, Any]:
    (step,) = (step for step in report["steps"] if step["name"] == name)
    return step


def test_a_whole_machine_passes_without_a_note(
    tmp_path: Path, stack: ExitStack, requires_peer: Callable[..., None]
) -> None:
    requires_peer("pulseaudio", "pactl", "dbus-run-session", "gnome-keyring-daemon")
    pulse = stack.enter_context(PulseAudio(tmp_path / "pulse", ["a"]))
    bus = stack.enter_context(SessionBus(tmp_path / "home"))
    stack.enter_context(GnomeKeyring(bus, "the login password"))
    environment = {**pulse.environment(), **bus.environment, "QT_QPA_PLATFORM": "offscreen"}

    code, report, printed = self_test(tmp_path / "report.json", environment, "--lang", "en")

    assert code == 0, printed
    assert report["ok"]
    assert [step["notes"] for step in report["steps"]] == [[]] * len(report["steps"]), printed
    assert "SecretService" in step_of(report, "keyring")["details"]["backend"]
    assert "a_mic" in step_of(report, "devices")["details"]["inputs"]
    assert step_of(report, "engine")["details"]["transports"] == ["udp", "tcp", "tls"]
    window = step_of(report, "window")["details"]
    assert set(window["windows"]) == {"ja", "en"}
    call = step_of(report, "echo_call")["details"]
    assert call["correlation"] >= 0.9
    assert 0.0 < call["delay_ms"] < 400.0
    assert "Self-test: everything works" in printed


def test_a_bare_machine_passes_and_the_user_is_left_alone(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    phone = home / "phone"
    environment = {"PATH": os.defpath, "HOME": str(home), "LANG": "C", "TMPDIR": str(tmp_path)}

    code, report, printed = self_test(
        tmp_path / "結果 1.json", environment, "--lang", "ja", "--config-dir", str(phone)
    )

    assert code == 0, printed
    assert step_of(report, "window")["details"]["qt_platform"] == "offscreen"
    assert step_of(report, "keyring")["notes"] == [
        "安全なパスワードの保存先がないため、パスワードは起動中だけ保持されます。"
    ]
    assert not phone.exists()
    left = {file.name for file in tmp_path.iterdir() if not file.name.startswith("pulse-")}  # libpulse's own
    assert left == {"home", "結果 1.json"}


@pytest.mark.parametrize("words", [("--selftest", "demo"), ("--selftest", "tel:0312345678")])
def test_it_is_not_mixed_with_anything_else(words: tuple[str, ...], tmp_path: Path) -> None:
    done = subprocess.run(
        [*program_command(), "--lang", "en", *words], capture_output=True, text=True, check=False, timeout=20
    )
    assert done.returncode == 2
    assert "Give --selftest alone" in done.stderr
