"""The program for Windows, built by Windows' Python and run in Wine, and its setup wizard with it inside.

    pytest tests/dist -m windows_build        the first time 6 min, then as long as nothing changes 2 min

What this shows and what it cannot is said in installer/windows/UNDER_WINE.md.
Pictures: build/dist-screenshots/.
"""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from installer.dist import LIMITS_MB
from installer.product import ROOT, product
from tests.helpers.desk_programs import Screen
from tests.helpers.setup_wizard import FONTS, WindowsMachine
from tests.helpers.waiting import wait_for
from tests.helpers.windows_bundle import PROGRAM, windows_bundle
from tests.helpers.windows_phone import WindowsPhone
from tests.helpers.wine import WinePrefix

PICTURES = ROOT / "build" / "dist-screenshots"
LIMIT_S = 30.0
LETTERS = "Noto Sans CJK JP"
REPLACEMENTS = r"HKCU\Software\Wine\Fonts\Replacements"
SUBSTITUTES = r"HKLM\Software\Microsoft\Windows NT\CurrentVersion\FontSubstitutes"
MANY_COLOURS = 100  # a window that painted nothing has two or three

pytestmark = [pytest.mark.windows_build, pytest.mark.timeout(1500)]

BuildSetup = Callable[[Path, Path, str], Path]


@pytest.fixture(scope="session")
def windows_program(windows: WinePrefix) -> Path:
    """softphone.exe and what lies beside it."""
    try:
        return windows_bundle(windows)
    finally:
        windows.end()


@pytest.fixture
def phone(machine: WindowsMachine, windows_program: Path) -> Iterator[WindowsPhone]:
    """The window, registered."""
    with WindowsPhone(machine.prefix, windows_program) as running:
        yield running


def self_test(prefix: WinePrefix, program: Path) -> dict[str, Any]:
    """What ``--selftest`` reports."""
    report = prefix.path("C:\\report.json")
    run = prefix.run(str(program / PROGRAM), "--selftest", "--out", prefix.windows_path(report))
    assert report.exists(), run.output
    found = dict(json.loads(report.read_text(encoding="utf-8")))
    assert run.code == 0, found
    return found


def details(report: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """The details of each step, all of which passed."""
    assert report["ok"], [step for step in report["steps"] if not step["ok"]]
    return {step["name"]: step["details"] for step in report["steps"]}


def test_the_folder_is_complete_and_no_bigger_than_said(windows_program: Path) -> None:
    size_mb = sum(file.stat().st_size for file in windows_program.rglob("*") if file.is_file()) / 1e6
    print(f"softphone.exe and its folder: {size_mb:.1f} MB")
    assert size_mb < LIMITS_MB["softphone"]
    resources = windows_program / "_internal" / "resources"
    assert (resources / "i18n" / "ja").is_dir()
    shown = subprocess.run(["file", "-b", windows_program / PROGRAM], capture_output=True, text=True).stdout
    assert "PE32+ executable (GUI) x86-64" in shown
    console = windows_program / "softphone-cli.exe"
    shown = subprocess.run(["file", "-b", console], capture_output=True, text=True).stdout
    assert "PE32+ executable (console) x86-64" in shown
    facts = (windows_program / PROGRAM).read_bytes()
    assert product().version.encode("utf-16-le") in facts
    assert product().publisher.encode("utf-16-le") in facts


def test_every_part_works(machine: WindowsMachine, windows_program: Path) -> None:
    found = self_test(machine.prefix, windows_program)
    parts = details(found)
    assert (found["version"], found["frozen"], found["language"]) == (product().version, True, "ja")
    assert parts["keyring"]["backend"].endswith("WinVaultKeyring")
    assert parts["engine"]["transports"] == ["udp", "tcp"]
    assert {"MME", "Windows DirectSound", "Windows WASAPI"} <= set(parts["engine"]["sound_systems"])
    assert parts["echo_call"]["correlation"] > 0.9


def test_a_call_without_a_window_is_heard(machine: WindowsMachine, windows_program: Path) -> None:
    heard = machine.prefix.path("C:\\聞こえた.wav")
    run = machine.prefix.run(
        *(str(windows_program / "softphone-cli.exe"), "demo", "--headless", "--json"),
        *("--record", machine.prefix.windows_path(heard)),
    )
    lines = [json.loads(line) for line in run.output.splitlines() if line.startswith("{")]
    assert run.code == 0, run.output
    result = next(line for line in lines if "correlation" in line)
    print({name: result[name] for name in ("correlation", "delay_ms", "level_db", "mos") if name in result})
    assert result["correlation"] > 0.9
    assert heard.stat().st_size > 100_000


def test_a_lost_engine_comes_back_and_calls_go_on(phone: WindowsPhone) -> None:
    lost = phone.kill_engine()
    wait_for(lambda: [pid for pid in phone.engine_pids() if pid != lost], LIMIT_S, what="another engine")
    wait_for(phone.is_registered, LIMIT_S, what="registered again")
    assert phone.ask("dial", "9196")["ok"]
    wait_for(lambda: phone.call_states() == ["confirmed"], LIMIT_S, what="the call")
    for request in (("dtmf", "12#"), ("hold",), ("resume",), ("mute",), ("record", "on"), ("record", "off")):
        assert phone.ask(*request).get("ok"), request
    assert phone.ask("hangup-all")["ok"]
    wait_for(lambda: phone.call_states() == [], LIMIT_S, what="its end")
    assert len(phone.engine_pids()) == 1  # digits and the rest cost no engine


def test_a_second_start_hands_over_and_the_first_leaves_in_order(phone: WindowsPhone) -> None:
    began_s = time.monotonic()
    assert phone.run("tel:03-1234-5678").code == 0
    print(f"handed over in {time.monotonic() - began_s:.1f} s")
    assert len(phone.engine_pids()) == 1
    assert phone.ask("quit")["ok"]
    phone.wait_end()
    assert phone.exit_code == 0
    assert phone.ask("status") == {}
    log = (phone.folder / "log" / "phone.log").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if " ERROR " in line] == []


@pytest.mark.parametrize("language", ["ja", "en"])
def test_its_window_on_the_screen(
    windows: WinePrefix, windows_program: Path, tmp_path: Path, language: str
) -> None:
    with (
        Screen(tmp_path) as screen,
        windows.copy(tmp_path / "machine", language=language, display=screen.display) as prefix,
    ):
        for family in FONTS.values():  # Microsoft's letters, of which Debian has none
            prefix.put(REPLACEMENTS, family, LETTERS)
        for family in ("MS Shell Dlg", "MS Shell Dlg 2"):
            prefix.put(SUBSTITUTES, family, LETTERS)
        prefix.end()  # read when it starts
        PICTURES.mkdir(parents=True, exist_ok=True)
        picture = PICTURES / f"windows-{language}-phone.png"
        with WindowsPhone(prefix, windows_program, language=language) as phone:
            photograph = ["import", "-display", screen.display, "-window", "root", "-trim", str(picture)]
            subprocess.run(photograph, check=True, timeout=30)
            assert phone.ask("quit")["ok"]
            phone.wait_end()
        colours = subprocess.run(
            ["identify", "-format", "%k", picture], capture_output=True, text=True, check=True
        )
        assert int(colours.stdout) > MANY_COLOURS


def test_installed_started_upgraded_and_removed(
    machine: WindowsMachine, windows_program: Path, build_setup: BuildSetup, tmp_path: Path
) -> None:
    setup = build_setup(windows_program, tmp_path / "setup", product().version)
    print(f"{setup.name}: {setup.stat().st_size / 1e6:.1f} MB")
    assert machine.setup(setup, "/LANG=ja") == 0
    details(self_test(machine.prefix, machine.program))
    newer = build_setup(windows_program, tmp_path / "newer", "9.9.9")
    with WindowsPhone(machine.prefix, machine.program, demo=False) as phone:
        old = phone.pids()
        assert machine.setup(newer, "/LANG=ja") == 0
        wait_for(lambda: not set(old) & set(phone.pids()), LIMIT_S, what="the old one, asked to leave")
        wait_for(phone.answers, LIMIT_S, what="the new one, started again")
        machine.uninstall(machine.program)
        wait_for(lambda: not machine.program.exists(), LIMIT_S, what="removed")
        assert phone.pids() == []
