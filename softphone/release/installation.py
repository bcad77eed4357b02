"""How this program came onto this machine, read off where it lies: that decides what an update is.

Linux     Flatpak (/.flatpak-info), AppImage ($APPIMAGE), .deb (dpkg knows it), else a folder (tar.gz)
Windows   with the installer's uninstall.exe beside it: for everybody where the machine's registry names that
          folder, else for this user; portable without one
macOS     an application
"""

from __future__ import annotations

import contextlib
import os
import platform
import sys
from collections.abc import Mapping
from pathlib import Path, PurePath

from softphone.domain.update import Installation, InstallForm
from softphone.release.source import Source

_SYSTEMS = {"win32": "windows", "darwin": "macos", "linux": "linux"}
_MACHINES = {"amd64": "x86_64", "aarch64": "arm64"}
_PROGRAMS = r"Software\Microsoft\Windows\CurrentVersion\Uninstall"
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
        system_version=_system_version(),
        form=_form(system, source.product) if getattr(sys, "frozen", False) else InstallForm.SOURCE,
    )


def _form(system: str, product: str) -> InstallForm:
    program = Path(sys.executable)
    if system == "windows":
        return windows_form(program, _everybodys_folder(product))
    if system == "macos":
        return InstallForm.APP
    return linux_form(program, os.environ, flatpak_info=FLATPAK_INFO, dpkg_list=DPKG_LIST)


def windows_form(program: Path, everybodys: str) -> InstallForm:
    """``everybodys``: the folder of the installation for everybody, "" where there is none."""
    if not (program.parent / UNINSTALLER).exists():
        return InstallForm.PORTABLE
    same = bool(everybodys) and Path(os.path.normcase(everybodys)) == Path(os.path.normcase(program.parent))
    return InstallForm.MACHINE if same else InstallForm.SETUP


def _everybodys_folder(product: str) -> str:
    """As the installer writes it down for Windows' list of programs."""
    if sys.platform == "win32":
        import winreg

        with (
            contextlib.suppress(OSError),
            winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, f"{_PROGRAMS}\\{product}") as opened,
        ):
            return str(winreg.QueryValueEx(opened, "InstallLocation")[0])
    return ""


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


def _system_version() -> str:
    """As ``Package.minimum`` counts: Windows' build, macOS' version, glibc's; "" where it is not told."""
    if sys.platform == "linux":
        try:
            return (os.confstr("CS_GNU_LIBC_VERSION") or "").removeprefix("glibc ")
        except (ValueError, OSError):  # not glibc
            return ""
    return platform.mac_ver()[0] if sys.platform == "darwin" else platform.version()
