"""A clean Debian or Ubuntu in a folder: what a package finds on a machine that never had it.

    with CleanRoot("bookworm", tmp_path / "root") as root:
        root.install(root.take(package))
        root.run("softphone", "--version", user=USER)

The system is fetched by debootstrap once and kept under build/roots, with packages too where a test wants
more than the minimum. The machine's own mirror, apt configuration and certificates are used. Every command
has mounts of its own: nothing stays mounted. Needs root; errors say so.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Self

from tests.helpers.child import Child

CACHE = Path(__file__).parents[2] / "build" / "roots"
SUITES = {"debian": ("bookworm", "trixie"), "ubuntu": ("jammy", "noble")}
USER = "taro"
LIMIT_S = 300.0
_APT_SETTINGS = ("/etc/apt/apt.conf.d", "/etc/apt/auth.conf.d", "/etc/apt/trusted.gpg.d", "/etc/resolv.conf")
_CERTIFICATES = ("/etc/ssl/certs/ca-certificates.crt", "/usr/local/share/ca-certificates")
_SOURCES = ("sources.list", "sources.list.d")
_CHANGING = ("dev", "proc", "run", "sys", "tmp", "var/cache", "var/lib/apt", "var/lib/dpkg", "var/log")
_ENTER = """
set -e
mount --make-rprivate / 2>/dev/null || :  # inside another root it is no mount point, and private already
mount --rbind /dev "$1/dev"
mount -t proc proc "$1/proc"
root=$1
shift
exec chroot "$root" "$@"
"""


def suites() -> tuple[str, ...]:
    """The releases of this machine's distribution that the package is for."""
    return SUITES[_os_release("ID")]


class CleanRoot:
    """The system in ``folder``, which goes when it is left. ``USER`` has a home in it."""

    def __init__(self, suite: str, folder: Path, packages: Sequence[str] = ()) -> None:
        self.folder = folder
        self._suite = suite
        self._packages = packages

    def __enter__(self) -> Self:
        if os.geteuid() != 0:
            raise PermissionError("a clean root is entered by root alone (chroot): run make dist as root")
        more = hashlib.sha256(" ".join(sorted(self._packages)).encode()).hexdigest()[:8]
        image = CACHE / (f"{self._suite}-{more}.tar" if self._packages else f"{self._suite}.tar")
        if not image.exists():
            _make_image(self._suite, image, self._packages)
        _unpack(image, self.folder)
        return self

    def __exit__(self, *_: object) -> None:
        subprocess.run(["rm", "-rf", "--one-file-system", self.folder], check=True)

    def take(self, file: Path) -> str:
        """Copy a file into the system; its place there."""
        shutil.copy(file, self.folder / "tmp")
        return f"/tmp/{file.name}"

    def install(self, *packages: str) -> str:
        """``apt-get install`` without what is only recommended; what it said."""
        return self.run("apt-get", "install", "--yes", "--no-install-recommends", *packages)

    def command(self, *words: str, user: str = "root", **variables: str) -> list[str]:
        """What runs ``words`` inside: as ``user``, with nothing of our environment but ``variables``."""
        who = [] if user == "root" else ["setpriv", "--reuid", user, "--regid", user, "--init-groups"]
        environment = {
            "PATH": "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/root" if user == "root" else f"/home/{user}",
            "LANG": "C.UTF-8",
            "DEBIAN_FRONTEND": "noninteractive",
            **variables,
        }
        setting = [f"{name}={value}" for name, value in environment.items()]
        entering = [
            "unshare",
            "--mount",
            "--propagation",
            "unchanged",
            "sh",
            "-c",
            _ENTER,
            "sh",
            str(self.folder),
        ]
        return [*entering, *who, "env", "-i", *setting, *words]

    def run(
        self, *words: str, user: str = "root", says: str = "", codes: Sequence[int] = (0,), **variables: str
    ) -> str:
        """Run to the end; what it printed. ``says`` is its standard input.

        Errors: AssertionError with everything it printed, where its exit code is none of ``codes``.
        """
        done = subprocess.run(
            self.command(*words, user=user, **variables),
            input=says,
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
        assert done.returncode in codes, f"{words} ended with {done.returncode}\n{done.stdout}\n{done.stderr}"
        return done.stdout.strip()

    def start(self, *words: str, user: str = USER, log: Path, says: str = "", **variables: str) -> Child:
        """Start it; ``log`` gets what it prints. ``says`` is its standard input."""
        child = Child(
            self.command(*words, user=user, **variables),
            log_path=log,
            stdin=subprocess.PIPE if says else subprocess.DEVNULL,
        )
        if child.process.stdin is not None:
            child.process.stdin.write(says.encode())
            child.process.stdin.close()
        return child

    def files(self) -> frozenset[str]:
        """Everything there, what changes by itself left out."""
        skipped = {self.folder / each for each in _CHANGING}
        found = set()
        for folder, folders, files in os.walk(self.folder):
            place = Path(folder)
            folders[:] = [name for name in folders if place / name not in skipped]
            found.update(str((place / name).relative_to(self.folder)) for name in (*folders, *files))
        return frozenset(found)


def _unpack(image: Path, folder: Path) -> None:
    folder.mkdir(parents=True)
    subprocess.run(["tar", "--extract", "--file", image, "--directory", folder], check=True)


def _make_image(suite: str, image: Path, packages: Sequence[str]) -> None:
    """Fetch the system and keep it. Errors: CalledProcessError, AssertionError."""
    image.parent.mkdir(parents=True, exist_ok=True)
    root = CleanRoot(suite, image.with_suffix(""))
    shutil.rmtree(root.folder, ignore_errors=True)
    if packages:
        with CleanRoot(suite, root.folder):
            root.install(*packages)
            _pack(root.folder, image)
    else:
        fetch = ["debootstrap", "--variant=minbase", suite, str(root.folder), _mirror()]
        subprocess.run(fetch, check=True, stdout=subprocess.DEVNULL)
        settle_apt(root.folder, suite)
        root.run("apt-get", "update")
        root.run("useradd", "--create-home", USER)
        _pack(root.folder, image)
        shutil.rmtree(root.folder)


def _pack(folder: Path, image: Path) -> None:
    """Whole or not at all."""
    half = image.with_suffix(".half")
    subprocess.run(["tar", "--create", "--file", half, "--directory", folder, "."], check=True)
    half.replace(image)


def settle_apt(root: Path, suite: str) -> None:
    """The machine's own sources, for ``suite``, and whatever apt needs to reach them."""
    for name in (*_APT_SETTINGS, *_CERTIFICATES, *(f"/etc/apt/{each}" for each in _SOURCES)):
        here, there = Path(name), root / name[1:]
        if here.is_dir():
            shutil.copytree(here, there, dirs_exist_ok=True)
        elif here.exists():
            there.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(here, there)
    apt = root / "etc" / "apt"
    if any((apt / "sources.list.d").iterdir()):
        (apt / "sources.list").unlink(missing_ok=True)  # debootstrap's: it names the same suite
    codename = _os_release("VERSION_CODENAME")
    for file in (*(apt / "sources.list.d").iterdir(), *apt.glob("sources.list")):
        text = file.read_text(encoding="utf-8")
        file.write_text(text.replace(codename, suite), encoding="utf-8")


def _mirror() -> str:
    """Where this machine gets its packages from, as apt says it."""
    command = ["apt-get", "indextargets", "--format", "$(CODENAME) $(REPO_URI)", "Created-By: Packages"]
    told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    mirrors = dict(reversed([line.split() for line in told.splitlines()]))
    return mirrors[_os_release("VERSION_CODENAME")]


def _os_release(field: str) -> str:
    lines = Path("/etc/os-release").read_text(encoding="utf-8").splitlines()
    return next(line.partition("=")[2].strip('"') for line in lines if line.partition("=")[0] == field)
