"""The Python packages the program needs on each system, and the licences in their metadata.

A package for this system is looked up where it is installed; one for another, in the wheel that would be
installed there (``pip download``, pinned by installer/constraints.txt).
"""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
import zipfile
from collections.abc import Callable, Iterator
from importlib.metadata import Distribution, PackageNotFoundError, PathDistribution, distribution
from pathlib import Path

from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from installer.product import ROOT
from softphone.ui.licence_parts import SYSTEMS

Find = Callable[[str], Distribution]
CONSTRAINTS = ROOT / "installer" / "constraints.txt"
# What decides between requirements, and which wheels fit. Builds take Python 3.11 everywhere.
ENVIRONMENTS = {
    "linux": {"sys_platform": "linux", "platform_system": "Linux", "os_name": "posix"},
    "macos": {"sys_platform": "darwin", "platform_system": "Darwin", "os_name": "posix"},
    "windows": {"sys_platform": "win32", "platform_system": "Windows", "os_name": "nt"},
}
PLATFORMS = {
    "linux": (
        "manylinux_2_34_x86_64",
        "manylinux_2_28_x86_64",
        "manylinux_2_17_x86_64",
        "manylinux2014_x86_64",
    ),
    "macos": ("macosx_14_0_arm64", "macosx_12_0_arm64", "macosx_11_0_arm64", "macosx_10_9_universal2"),
    "windows": ("win_amd64",),
}
PYTHON = "3.11"
DIFFERENT = ("numpy",)  # whose wheels say other licences on other systems
THIS = SYSTEMS.get(sys.platform, sys.platform)
_LICENCE_FILE = re.compile(r"(licen[cs]e|copying|copyright|notice)", re.IGNORECASE)


def closure(system: str, find: Find) -> dict[str, Distribution]:
    """Everything the program needs on ``system``, by canonical name. Errors: PackageNotFoundError."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    environment = {str(key): str(value) for key, value in default_environment().items()}
    environment |= ENVIRONMENTS[system] | {"python_version": PYTHON, "extra": ""}
    wanted = [Requirement(line) for line in project["dependencies"]]
    found: dict[str, Distribution] = {}
    while wanted:
        requirement = wanted.pop()
        name = canonicalize_name(requirement.name)
        if name in found or (requirement.marker and not requirement.marker.evaluate(environment)):
            continue
        found[name] = find(requirement.name)
        wanted += [Requirement(line) for line in found[name].requires or ()]
    return dict(sorted(found.items()))


def licence_of(package: Distribution) -> str:
    """What its metadata say in one line; "" where they say nothing."""
    metadata = package.metadata
    told = metadata.get_all("License-Expression") or metadata.get_all("License") or [""]
    lines = str(told[0]).strip().splitlines()
    return lines[0] if len(lines) == 1 else ""


def licence_files(package: Distribution) -> Iterator[tuple[str, str]]:
    """(file name, text) of every licence its metadata folder holds, the main one first."""
    files = [
        file
        for file in package.files or ()
        if ".dist-info" in file.parts[0] and _LICENCE_FILE.search(file.name) and file.suffix != ".py"
    ]
    for file in sorted(files, key=lambda file: (len(file.parts), str(file))):
        text = file.locate().read_text(encoding="utf-8", errors="replace")  # type: ignore[attr-defined]
        inside = file.parts[2 if "licenses" in file.parts[1:2] else 1 :]
        yield "/".join(inside), text.replace("\r\n", "\n")


def finder(system: str, folder: Path) -> Find:
    """Where packages for ``system`` are looked up; wheels are kept in ``folder``."""

    def find(name: str) -> Distribution:
        if system == THIS:
            return distribution(name)
        if canonicalize_name(name) not in DIFFERENT:
            try:
                return distribution(name)
            except PackageNotFoundError:
                pass  # one that only the other system needs
        return wheel_of(name, system, folder / system)

    return find


def wheel_of(name: str, system: str, folder: Path) -> Distribution:
    """The wheel pip would install there, downloaded once. Errors: CalledProcessError."""
    fitting = [word for platform in PLATFORMS[system] for word in ("--platform", platform)]
    abis = [word for abi in (f"cp{PYTHON.replace('.', '')}", "abi3", "none") for word in ("--abi", abi)]
    stem = re.sub(r"[-_.]+", "_", name).lower()
    if not any(folder.glob(f"{stem}-*.whl")):
        command = [sys.executable, "-m", "pip", "download", "-q", "--no-deps", "--only-binary=:all:"]
        command += ["--python-version", PYTHON, "--implementation", "cp", *abis, *fitting]
        subprocess.run([*command, "-c", str(CONSTRAINTS), "-d", str(folder), name], check=True)
    (wheel,) = folder.glob(f"{stem}-*.whl")
    with zipfile.ZipFile(wheel) as opened:
        (metadata,) = {name.split("/")[0] for name in opened.namelist() if ".dist-info/" in name}
    return PathDistribution(zipfile.Path(wheel, f"{metadata}/"))
