"""How this program came onto this machine, read off where it lies: that decides what an update is.

Linux     Flatpak (/.flatpak-info), AppImage ($APPIMAGE), .deb (dpkg knows it), else a folder (tar.gz)
Windows   with the installer's uninstall.exe beside it: for everybody under Program Files, or for this user;
          else portable
macOS     an application
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path, PurePath

from softphone.domain.update import Installation, InstallForm
from softphone.release.source import Source

_SYSTEMS = {"win32": "windows", "darwin": "macos", "linux": "linux"}
_MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}
UNINSTALLER = "uninstall.exe"
DPKG_LIST = Path("/var/lib/dpkg/info/softphone.list")
FLATPAK_INFO = Path("/.flatpak-info")


def this_installation(version: str, source: Source) -> Installation:
    """What runs here, and whose updates it takes."""
    machine = platform.machine().lower()
    system = _SYSTEMS.get(sys.platform, sys.platform)
    return Installation(
        product=source.product,
        channel=source.channel,
        version=version,
        system=system,
        machine=_MACHINES.get(machine, machine),
        system_version=_system_version(system),
        form=_form(system) if getattr(sys, "frozen", False) else InstallForm.SOURCE,
    )


def _form(system: str) -> InstallForm:
    program = Path(sys.executable)
    if system == "windows":
        return windows_form(program, os.environ)
    if system == "macos":
        return InstallForm.APP
    return linux_form(program, os.environ, flatpak_info=FLATPAK_INFO, dpkg_list=DPKG_LIST)


def windows_form(program: Path, environment: Mapping[str, str]) -> InstallForm:
    """By what lies beside the program and where."""
    if not (program.parent / UNINSTALLER).exists():
        return InstallForm.PORTABLE
    everybody = [environment.get(name, "") for name in ("ProgramFiles", "ProgramFiles(x86)", "ProgramW6432")]
    return InstallForm.MACHINE if _is_under(program, everybody) else InstallForm.SETUP


def linux_form(
    program: Path, environment: Mapping[str, str], *, flatpak_info: Path, dpkg_list: Path
) -> InstallForm:
    """By who brought the program: each of them leaves its mark."""
    if flatpak_info.exists():
        return InstallForm.FLATPAK
    if environment.get("APPIMAGE") and _is_under(program, [environment.get("APPDIR", "")]):
        return InstallForm.APPIMAGE
    if dpkg_list.exists() and _is_under(program, ["/opt", "/usr"]):
        return InstallForm.DEB
    return InstallForm.TAR


def _is_under(program: PurePath, folders: list[str]) -> bool:
    return any(folder and program.is_relative_to(folder) for folder in folders)


def _system_version(system: str) -> str:
    """As ``Package.minimum`` counts: Windows' build, macOS' version, glibc's; "" where it is not told."""
    if system == "linux":
        try:
            return (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc ")
        except (ValueError, OSError):  # not glibc
            return ""
    return platform.mac_ver()[0] if system == "macos" else platform.version()
