"""How the program starts itself, as a package of Python and as a bundle of its own."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from softphone.link.own_program import (
    clean_environment,
    engine_command,
    is_frozen,
    lasting,
    lasting_command,
    own_name,
)


def test_from_a_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/usr/bin/python3")
    assert not is_frozen()
    assert engine_command() == ["/usr/bin/python3", "-m", "softphone", "engine"]
    assert lasting_command() == ["/usr/bin/python3", "-m", "softphone"]


@pytest.fixture
def frozen(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", "/opt/softphone/softphone")
    return monkeypatch


def test_from_a_bundle(frozen: pytest.MonkeyPatch) -> None:
    assert engine_command() == ["/opt/softphone/softphone", "engine"]
    assert lasting_command({}) == ["/opt/softphone/softphone"]


def test_from_an_image_that_is_unpacked_anew_each_time(frozen: pytest.MonkeyPatch) -> None:
    frozen.setattr(sys, "executable", "/tmp/.mount_a1/opt/softphone/softphone")
    environment = {"APPIMAGE": "/home/a/Softphone.AppImage", "APPDIR": "/tmp/.mount_a1"}
    assert engine_command() == ["/tmp/.mount_a1/opt/softphone/softphone", "engine"]
    assert lasting_command(environment) == ["/home/a/Softphone.AppImage"]


def test_started_by_another_programs_image(frozen: pytest.MonkeyPatch) -> None:
    environment = {"APPIMAGE": "/home/a/Terminal.AppImage", "APPDIR": "/tmp/.mount_b2"}
    assert lasting_command(environment) == ["/opt/softphone/softphone"]


def test_the_console_twin_of_windows_lasts_as_the_windowed_program(frozen: pytest.MonkeyPatch) -> None:
    frozen.setattr(sys, "platform", "win32")
    frozen.setattr(sys, "executable", "C:/Apps/softphone/softphone-cli.exe")
    assert engine_command() == ["C:/Apps/softphone/softphone-cli.exe", "engine"]
    assert lasting_command({}) == ["C:/Apps/softphone/softphone.exe"]


from softphone.link.own_program import (
    clean_environment,
    engine_command,
    is_frozen,
    lasting,
    lasting_command,
    own_name,
)
