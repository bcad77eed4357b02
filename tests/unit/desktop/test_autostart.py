"""Starting with the session: the files, the registry, and what the user turned off elsewhere."""

from __future__ import annotations

import plistlib
import sys
from pathlib import Path

import pytest

from softphone.desktop.autostart import LABEL, RUN_KEY, LaunchAgent, RunKey, XdgAutostart
from softphone.domain.desktop import SwitchState
from tests.helpers.fake_registry import FakeRegistry

COMMAND = ("/opt/my phone/softphone", "--config-dir", "/x/100%", "--background")
ON, OFF = SwitchState(on=True, problem=""), SwitchState(on=False, problem="")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "xdg"))
    return tmp_path


@pytest.fixture
def switch(home: Path) -> XdgAutostart:
    return XdgAutostart(COMMAND, Path("/opt/softphone/app.svg"))


def file_of(folder: Path) -> Path:
    return folder / "autostart" / "softphone.desktop"


def test_on_and_off_on_linux(home: Path, switch: XdgAutostart) -> None:
    file = file_of(home / "config")
    assert switch.read() == OFF
    assert switch.set(True) == ON
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[:2] == ["[Desktop Entry]", "Type=Application"]
    assert 'Exec="/opt/my phone/softphone" --config-dir /x/100%% --background' in lines
    assert switch.set(False) == OFF
    assert not file.exists()
    assert list(file.parent.iterdir()) == []


@pytest.mark.parametrize("line", ["Hidden=true", "X-GNOME-Autostart-enabled=false"])
def test_the_session_manager_of_the_desktop_turned_it_off(
    line: str, home: Path, switch: XdgAutostart
) -> None:
    switch.set(True)
    file = file_of(home / "config")
    file.write_text(f"{file.read_text(encoding='utf-8')}{line}\n", encoding="utf-8")
    assert switch.read() == OFF
    assert switch.set(True) == ON


@pytest.mark.skipif(sys.platform == "win32", reason="XDG is Linux's")
def test_the_administrator_turned_it_on_for_everybody(home: Path, switch: XdgAutostart) -> None:
    file = file_of(home / "xdg")
    file.parent.mkdir(parents=True)
    file.write_text("[Desktop Entry]\nExec=softphone --background\n", encoding="utf-8")
    assert switch.read() == ON
    assert switch.set(False) == OFF
    assert "Hidden=true" in file_of(home / "config").read_text(encoding="utf-8")


def test_a_folder_that_cannot_be_written(home: Path, switch: XdgAutostart) -> None:
    (home / "config").write_text("no folder")
    state = switch.set(True)
    assert (state.on, state.problem) == (False, "not_writable")


def test_a_launch_agent(tmp_path: Path) -> None:
    agent = LaunchAgent(tmp_path / "LaunchAgents" / "softphone.plist", COMMAND)
    assert agent.read() == OFF
    assert agent.set(True) == ON
    written = plistlib.loads((tmp_path / "LaunchAgents" / "softphone.plist").read_bytes())
    assert written == {"Label": "softphone", "ProgramArguments": list(COMMAND), "RunAtLoad": True}
    assert agent.set(False) == OFF


def test_the_run_key() -> None:
    registry = FakeRegistry()
    switch = RunKey(registry, (r"C:\Program Files\Softphone\softphone.exe", "--background"))
    assert switch.read() == OFF
    assert switch.set(True) == ON
    assert registry.get(RUN_KEY, LABEL) == r'"C:\Program Files\Softphone\softphone.exe" --background'
    assert switch.set(False) == OFF
    assert registry.values == {}


def test_what_an_administrator_starts_for_everybody_is_not_the_users_to_switch() -> None:
    registry = FakeRegistry()
    registry.values_for_everyone[RUN_KEY, LABEL] = "softphone.exe --background"
    assert RunKey(registry, COMMAND).read() == SwitchState(on=True, problem="by_system")


def test_a_registry_that_is_locked() -> None:
    assert RunKey(FakeRegistry(denied=True), COMMAND).set(True).problem == "not_writable"
