"""How the program came onto a machine, read off where it lies."""

from __future__ import annotations

import os
import platform
import sys
from pathlib import Path

import pytest

from softphone.domain.update import InstallForm
from softphone.domain.version import Version
from softphone.release.installation import UNINSTALLER, linux_form, this_installation, windows_form
from softphone.release.source import Source

WINDOWS = Path(__file__).parents[3] / "installer" / "windows"
SOURCE = Source(url="https://softphone.example/x", product="org.example.softphone", channel="beta", keys={})


@pytest.mark.skipif(sys.platform == "win32", reason="speaks of Linux")
def test_a_checkout_says_that_it_is_one() -> None:
    here = this_installation("0.1.0", SOURCE)
    assert here.form is InstallForm.SOURCE
    assert (here.product, here.channel, here.version) == ("org.example.softphone", "beta", "0.1.0")
    assert here.system == "linux"
    assert here.machine in ("x86_64", "arm64")
    assert here.system_version == platform.libc_ver()[1]
    assert Version(here.system_version) >= Version("2.17")


def linux(program: str, tmp_path: Path, *marks: str, **environment: str) -> InstallForm:
    for mark in marks:
        (tmp_path / mark).touch()
    return linux_form(
        Path(program), environment, flatpak_info=tmp_path / "flatpak", dpkg_list=tmp_path / "dpkg"
    )


def test_on_linux_whoever_brought_it_left_a_mark(tmp_path: Path) -> None:
    assert linux("/home/sato/softphone/softphone", tmp_path) is InstallForm.TAR
    assert linux("/opt/softphone/softphone", tmp_path) is InstallForm.TAR  # unpacked there by hand
    mounted = {"APPIMAGE": "/home/sato/softphone.AppImage", "APPDIR": "/tmp/.mount_soft"}
    assert linux("/tmp/.mount_soft/softphone", tmp_path, **mounted) is InstallForm.APPIMAGE
    assert linux("/opt/softphone/softphone", tmp_path, "dpkg", **mounted) is InstallForm.DEB
    assert linux("/home/sato/softphone/softphone", tmp_path, "dpkg") is InstallForm.TAR
    assert linux("/app/softphone/softphone", tmp_path, "flatpak") is InstallForm.FLATPAK


def test_on_windows_the_uninstaller_and_the_list_of_programs_tell(tmp_path: Path) -> None:
    program = tmp_path / "softphone.exe"
    assert windows_form(program, str(tmp_path)) is InstallForm.PORTABLE
    (tmp_path / UNINSTALLER).touch()
    assert windows_form(program, str(tmp_path)) is InstallForm.MACHINE
    assert windows_form(program, f"{tmp_path}{os.sep}") is InstallForm.MACHINE
    assert windows_form(program, "") is InstallForm.SETUP
    assert windows_form(program, str(tmp_path / "other")) is InstallForm.SETUP


def test_the_installer_writes_what_is_looked_for() -> None:
    script = "".join(path.read_text(encoding="utf-8-sig") for path in WINDOWS.glob("*.ns[ih]"))
    assert f'!define UNINSTALLER "{UNINSTALLER}"' in script
    assert (
        r'!define UNINSTALL_KEY "Software\Microsoft\Windows\CurrentVersion\Uninstall\${IDENTIFIER}"' in script
    )
    assert 'WriteRegStr SHCTX "${UNINSTALL_KEY}" "InstallLocation" "$INSTDIR"' in script


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no confstr")
def test_a_system_without_glibc_tells_no_version(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(name: str) -> str:
        raise ValueError(name)

    monkeypatch.setattr(os, "confstr", unknown)
    assert this_installation("0.1.0", SOURCE).system_version == ""
    monkeypatch.setattr(sys, "platform", "darwin")
    assert this_installation("0.1.0", SOURCE).system == "macos"
