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

posix_paths = pytest.mark.skipif(sys.platform == "win32", reason="paths of other systems")


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


@posix_paths
def test_from_a_bundle(frozen: pytest.MonkeyPatch) -> None:
    assert engine_command() == ["/opt/softphone/softphone", "engine"]
    assert lasting_command({}) == ["/opt/softphone/softphone"]


def test_from_an_image_that_is_unpacked_anew_each_time(frozen: pytest.MonkeyPatch) -> None:
    frozen.setattr(sys, "executable", "/tmp/.mount_a1/opt/softphone/softphone")
    environment = {"APPIMAGE": "/home/a/Softphone.AppImage", "APPDIR": "/tmp/.mount_a1"}
    assert engine_command() == ["/tmp/.mount_a1/opt/softphone/softphone", "engine"]
    assert lasting_command(environment) == ["/home/a/Softphone.AppImage"]


@posix_paths
def test_started_by_another_programs_image(frozen: pytest.MonkeyPatch) -> None:
    environment = {"APPIMAGE": "/home/a/Terminal.AppImage", "APPDIR": "/tmp/.mount_b2"}
    assert lasting_command(environment) == ["/opt/softphone/softphone"]


@posix_paths
def test_the_console_twin_of_windows_lasts_as_the_windowed_program(frozen: pytest.MonkeyPatch) -> None:
    frozen.setattr(sys, "platform", "win32")
    frozen.setattr(sys, "executable", "C:/Apps/softphone/softphone-cli.exe")
    assert engine_command() == ["C:/Apps/softphone/softphone-cli.exe", "engine"]
    assert lasting_command({}) == ["C:/Apps/softphone/softphone.exe"]
    assert own_name() == "softphone-cli"


def bundled(**more: str) -> dict[str, str]:
    """The environment as PyInstaller's start leaves it."""
    return {
        "HOME": "/home/a",
        "LD_LIBRARY_PATH": "/opt/softphone/_internal",
        "QT_PLUGIN_PATH": "/opt/softphone/_internal/PySide6/Qt/plugins",
        "QML2_IMPORT_PATH": "/opt/softphone/_internal/PySide6/Qt/qml",
        "_PYI_ARCHIVE_FILE": "/opt/softphone/softphone",
        "_PYI_PARENT_PROCESS_LEVEL": "1",
        **more,
    }


@posix_paths
def test_programs_we_start_see_nothing_of_the_bundle(frozen: pytest.MonkeyPatch) -> None:
    frozen.setattr(sys, "_MEIPASS", "/opt/softphone/_internal", raising=False)
    environment = bundled()
    clean_environment(environment)
    assert environment == {"HOME": "/home/a"}


@posix_paths
def test_what_the_user_had_set_is_theirs_again(frozen: pytest.MonkeyPatch) -> None:
    frozen.setattr(sys, "_MEIPASS", "/opt/softphone/_internal", raising=False)
    environment = bundled(LD_LIBRARY_PATH_ORIG="/home/a/lib", QT_PLUGIN_PATH="/home/a/plugins")
    clean_environment(environment)
    assert environment == {
        "HOME": "/home/a",
        "LD_LIBRARY_PATH": "/home/a/lib",
        "QT_PLUGIN_PATH": "/home/a/plugins",
    }


@posix_paths
def test_the_folder_of_the_bundle_leaves_the_path_of_windows(frozen: pytest.MonkeyPatch) -> None:
    frozen.setattr(sys, "platform", "win32")
    frozen.setattr(sys, "_MEIPASS", "/opt/softphone/_internal", raising=False)
    environment = {"PATH": "/opt/softphone/_internal:/Windows"}
    clean_environment(environment)
    assert environment == {"PATH": "/Windows"}


def test_from_source_nothing_is_taken_out() -> None:
    environment = bundled()
    clean_environment(environment)
    assert environment == bundled()


@pytest.fixture
def program(tmp_path: Path, frozen: pytest.MonkeyPatch) -> Path:
    """In a folder of its version."""
    folder = tmp_path / "softphone" / "0.1.0"
    (folder / "_internal").mkdir(parents=True)
    (folder / "_internal" / "app.svg").touch()
    (folder / "softphone").touch()
    frozen.setattr(sys, "executable", str(folder / "softphone"))
    return folder / "softphone"


@posix_paths
def test_a_package_is_named_by_what_an_upgrade_leaves(program: Path) -> None:
    current = program.parents[1] / "current"
    current.symlink_to("0.1.0")
    assert lasting_command({}) == [str(current / "softphone")]
    assert lasting(program.parent / "_internal" / "app.svg") == current / "_internal" / "app.svg"
    assert lasting(Path("/usr/bin/env")) == Path("/usr/bin/env")


def test_an_unpacked_folder_is_named_as_it_is(program: Path) -> None:
    assert lasting_command({}) == [str(program)]
    assert lasting(program.parent / "_internal" / "app.svg") == program.parent / "_internal" / "app.svg"


def test_a_file_the_next_version_lacks_is_named_as_it_is(program: Path) -> None:
    (program.parents[1] / "current").mkdir()
    assert lasting(program) == program
