"""The program for Windows, built in Wine by Windows' Python; kept until what it is made of changes.

    windows_python ─▸ build/wine/python-HASH/ ─ PyInstaller, licences ─▸ build/wine/bundle-HASH/softphone/

A smoke test, and a way to have a Windows program where there is no Windows: what people download is built by
the release workflow on a Windows machine.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
from collections.abc import Iterable
from pathlib import Path

from tests.helpers import windows_python
from tests.helpers.wine import WinePrefix

ROOT = Path(__file__).parents[2]
BUILD = ROOT / "build" / "wine"
BUILD_LIMIT_S = 1200.0
PROGRAM = "softphone.exe"
_MADE_OF = (
    *("build.spec", "LICENSE", "resources", "softphone"),
    *(f"installer/{name}" for name in ("bundle_rules.py", "hooks", "icons.py", "licences", "product.py")),
)
_SHOWN_LINES = 20


class WindowsBundleFailed(AssertionError):
    """PyInstaller did not build it; the message carries what it said last."""


def windows_python_home() -> Path:
    """Windows' Python with everything the program needs and what builds it."""
    files = (windows_python.PINS, windows_python.REQUIREMENTS, Path(windows_python.__file__))
    home = BUILD / f"python-{_hash(files)}"
    if not home.exists():
        making = BUILD / "python.part"
        shutil.rmtree(making, ignore_errors=True)
        windows_python.make(windows_python.fetched(BUILD / "packages"), making)
        windows_python.install_packages(making)
        making.rename(home)
        _forget_others(home)
    return home


def windows_bundle(prefix: WinePrefix) -> Path:
    """``softphone/`` with softphone.exe, built in ``prefix`` unless there is one of the same sources."""
    python = windows_python_home()
    kept = BUILD / f"bundle-{_hash(_sources(), python.name)}"
    if not kept.exists():
        making = BUILD / "bundle.part"
        shutil.rmtree(making, ignore_errors=True)
        _build(prefix, python, making)
        making.rename(kept)
        _forget_others(kept)
    return kept / "softphone"


def _build(prefix: WinePrefix, python: Path, out: Path) -> None:
    """The steps of ``installer.dist.bundle``. Errors: WindowsBundleFailed."""
    program = out / "softphone"
    pyinstaller = (
        *("PyInstaller", "--noconfirm", "--log-level", "WARN"),
        *("--distpath", prefix.windows_path(out), "--workpath", prefix.windows_path(BUILD / "work")),
        "build.spec",
    )
    for step in (pyinstaller, ("installer.licences", "bundle", prefix.windows_path(program))):
        run = prefix.run(
            *(prefix.windows_path(python / "python.exe"), "-m", *step),
            limit_s=BUILD_LIMIT_S,
            directory=ROOT,
            environment={"PYTHONHASHSEED": "0", "PYTHONUTF8": "1", "WINEQT_QPA_PLATFORM": "offscreen"},
        )
        if run.code or not (program / PROGRAM).exists():
            said = "\n".join(run.output.splitlines()[-_SHOWN_LINES:])
            raise WindowsBundleFailed(f"{step[0]} ended with {run.code}:\n{said}")


def _sources() -> list[Path]:
    """The files of the repository that the program is made of."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", *_MADE_OF],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [path for name in listed.stdout.split("\0") if name and (path := ROOT / name).exists()]


def _hash(files: Iterable[Path], more: str = "") -> str:
    digest = hashlib.sha256(more.encode())
    for file in sorted(files):
        digest.update(str(file.relative_to(ROOT)).encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:16]


def _forget_others(kept: Path) -> None:
    """What was built of other sources."""
    kind = kept.name.partition("-")[0]
    for other in BUILD.glob(f"{kind}-*"):
        if other != kept:
            shutil.rmtree(other)
