"""``make dist``: builds the program and its packages for this system, tests what was built, prints sizes.

    python -m installer.dist             everything
    python -m installer.dist bundle      dist/softphone only (macOS: dist/Softphone.app too)
    python -m installer.dist packages    dist/packages from the bundle that is there
    python -m installer.dist test        the tests of both

The bundle is made in an environment of its own, build/dist-env, which holds what the program needs, what
builds it, and nothing that only developers use.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Sequence
from pathlib import Path

from installer.product import ROOT, product, source_date

BUNDLE = ROOT / "dist" / "softphone"
PROGRAM = ROOT / "dist" / f"{product().name}.app" if sys.platform == "darwin" else BUNDLE
PACKAGES = ROOT / "dist" / "packages"
PACKERS = {  # each is run as a program: python -m PACKER dist/softphone dist/packages
    "linux": ("installer.linux.deb", "installer.linux.tarball", "installer.appimage.build"),
    "win32": ("installer.windows.wizard", "installer.windows.portable"),
    "darwin": ("installer.macos.dmg",),
}
FOR_ALL = ("installer.sbom", "installer.checksums")  # what lies beside the packages, of every system
LIMITS_MB = {"softphone": 200.0, ".deb": 65.0}


def environment(name: str = "dist") -> Path:
    """The Python of an environment, made anew when what it holds has changed: build/NAME-env.

    It holds the extra of this name in pyproject.toml; "dist", which builds, the program's own needs too.
    """
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    wanted = [*(project["dependencies"] if name == "dist" else ()), *project["optional-dependencies"][name]]
    constraints = ROOT / "installer" / "constraints.txt"
    state = hashlib.sha256("\n".join([*wanted, constraints.read_text()]).encode()).hexdigest()
    folder = ROOT / "build" / f"{name}-env"
    stamp = folder / "made-of"
    python = folder / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")
    if stamp.exists() and stamp.read_text() == state:
        return python
    shutil.rmtree(folder, ignore_errors=True)
    _run([sys.executable, "-m", "venv", str(folder)])
    _run([str(python), "-m", "pip", "install", "-q", "-c", str(constraints), *wanted])
    stamp.write_text(state)
    return python


def bundle() -> None:
    """dist/softphone by PyInstaller, with the licences of everything that came into it."""
    _build("PyInstaller", "--noconfirm", "--log-level", "ERROR", "build.spec")
    _build("installer.licences", "bundle", str(PROGRAM))
    if sys.platform == "darwin":  # PyInstaller's seal was for what lay there before
        _build("installer.macos.sign", "sign", str(PROGRAM), "-")


def packages() -> None:
    """dist/packages, made anew."""
    shutil.rmtree(PACKAGES, ignore_errors=True)
    PACKAGES.mkdir(parents=True)
    for packer in (*PACKERS[sys.platform], *FOR_ALL):
        _build(packer, str(PROGRAM), str(PACKAGES))


def test() -> None:
    """What was built, used as its users would. The Windows program is another build (mark windows_build)."""
    _run(
        [sys.executable, "-m", "pytest", "tests/dist", "-m", "not windows_build", "--durations=10"],
        CI="true",
        QT_QPA_PLATFORM="offscreen",
    )


def sizes() -> str:
    """The table of what was built, beside the limits. Megabytes of 1,000,000 bytes."""
    rows = []
    for path in (BUNDLE, *sorted(PACKAGES.glob("*"))):
        size = sum(file.lstat().st_size for file in path.rglob("*")) if path.is_dir() else path.stat().st_size
        limit = next((value for end, value in LIMITS_MB.items() if path.name.endswith(end)), None)
        beside = f"   limit {limit:.0f} MB" if limit else ""
        rows.append(f"{size / 1e6:9.1f} MB  {path.relative_to(ROOT)}{beside}")
    return "\n".join(rows)


STEPS: dict[str, Callable[[], None]] = {"bundle": bundle, "packages": packages, "test": test}


def main(arguments: Sequence[str]) -> None:
    """Run the steps that are named, or all, each with its seconds."""
    for name in arguments or STEPS:
        began_s = time.monotonic()
        STEPS[name]()
        print(f"{name}: {time.monotonic() - began_s:.0f} s", flush=True)
    print(sizes())


def _build(module: str, *arguments: str) -> None:
    """Run a module in the build environment, so that the same sources give the same bytes."""
    _run(
        [str(environment()), "-m", module, *arguments],
        PYTHONHASHSEED="0",
        SOURCE_DATE_EPOCH=str(source_date()),
        QT_QPA_PLATFORM="offscreen",
    )


def _run(command: list[str], **variables: str) -> None:
    subprocess.run(command, cwd=ROOT, check=True, env={**os.environ, **variables})


if __name__ == "__main__":
    main(sys.argv[1:])
