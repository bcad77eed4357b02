"""Opening links: the first place in the lists, another program's place kept behind ours."""

from __future__ import annotations

from pathlib import Path

import pytest

from softphone.desktop.url_schemes import PROGRAM, BundleSchemes, RegisteredProgram, XdgSchemes
from softphone.domain.desktop import SwitchState
from softphone.domain.link import SCHEMES
from tests.helpers.fake_registry import FakeRegistry

ON, OFF = SwitchState(on=True, problem=""), SwitchState(on=False, problem="")
LIST = """# chosen by hand
[Added Associations]
x-scheme-handler/tel=other.desktop;

[Default Applications]
text/html=browser.desktop
x-scheme-handler/tel=other.desktop;third.desktop;

[Removed Associations]
x-scheme-handler/sip=other.desktop;
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "data"))
    return tmp_path


@pytest.fixture
def switch(home: Path) -> XdgSchemes:
    return XdgSchemes(("/opt/softphone",), Path("/opt/app.svg"))


def test_where_nothing_was_chosen(home: Path, switch: XdgSchemes) -> None:
    assert switch.read() == OFF
    assert switch.set(True) == ON
    entry = (home / "data" / "applications" / "softphone-links.desktop").read_text(encoding="utf-8")
    assert "Exec=/opt/softphone %u\n" in entry
    assert "MimeType=x-scheme-handler/tel;x-scheme-handler/sip;" in entry
    chosen = (home / "config" / "mimeapps.list").read_text(encoding="utf-8")
    assert chosen.startswith("[Default Applications]\n")
    assert all(f"x-scheme-handler/{scheme}=softphone-links.desktop;\n" in chosen for scheme in SCHEMES)
    assert switch.set(False) == OFF
    assert not (home / "data" / "applications" / "softphone-links.desktop").exists()


def test_what_was_chosen_before_comes_behind_and_back(home: Path, switch: XdgSchemes) -> None:
    file = home / "config" / "mimeapps.list"
    file.parent.mkdir()
    file.write_text(LIST, encoding="utf-8")
    assert switch.set(True) == ON
    lines = file.read_text(encoding="utf-8").splitlines()
    assert "x-scheme-handler/tel=softphone-links.desktop;other.desktop;third.desktop;" in lines
    assert lines[:3] == LIST.splitlines()[:3]
    assert switch.set(False) == OFF
    assert file.read_text(encoding="utf-8") == LIST


def test_another_program_took_the_first_place(home: Path, switch: XdgSchemes) -> None:
    switch.set(True)
    file = home / "config" / "mimeapps.list"
    text = file.read_text(encoding="utf-8").replace("sip=softphone", "sip=other.desktop;softphone")
    file.write_text(text, encoding="utf-8")
    assert switch.read() == OFF


def test_a_list_that_cannot_be_read_stays_as_it_is(home: Path, switch: XdgSchemes) -> None:
    file = home / "config" / "mimeapps.list"
    file.parent.mkdir()
    file.write_bytes(b"\xff\xfe broken")
    assert switch.read().problem == "failed"
    assert switch.set(True).problem == "not_writable"
    assert file.read_bytes() == b"\xff\xfe broken"


def test_windows_is_offered_the_program_and_the_user_chooses() -> None:
    registry = FakeRegistry()
    switch = RegisteredProgram(registry, (r"C:\Program Files\softphone.exe",))
    assert switch.read() == OFF
    assert switch.set(True) == SwitchState(on=True, problem="choose")
    command = registry.get(rf"Software\Classes\{PROGRAM}\shell\open\command")
    assert command == r'"C:\Program Files\softphone.exe" "%1"'
    chosen = r"Software\Microsoft\Windows\Shell\Associations\UrlAssociations\tel\UserChoice"
    registry.put(chosen, "ProgId", PROGRAM)
    assert switch.read() == ON
    registry.remove_key(chosen)
    assert switch.set(False) == OFF
    assert registry.values == {}


def test_macos_decides_by_itself() -> None:
    assert BundleSchemes().set(True).problem == "by_system"


def test_links_an_administrator_registered_for_everybody_are_on() -> None:
    registry = FakeRegistry()
    registry.values_for_everyone[r"Software\RegisteredApplications", PROGRAM] = "x"
    assert RegisteredProgram(registry, ["softphone.exe"]).read() == SwitchState(on=True, problem="by_system")
