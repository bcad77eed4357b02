"""Windows programs on this machine: a Wine prefix of a test's own, its home, its language, its registry.

    WinePrefix.made(folder) ─ once a session, 10 s ─▸ .copy(folder) ─ each test, hard links, 1 s

Facts of Debian 12's Wine 8 that shape this file: desktop and documents are links into ``HOME``; an unanswered
crash dialog hangs; the host's menus are written to unless that is stopped; a 32-bit program does nothing and
*succeeds*, so a test asks for files and values and never for Wine's exit code alone; without a UTF-8 locale
Japanese text is boxes.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PureWindowsPath
from typing import IO

from tests.helpers.child import Child
from tests.helpers.programs import find_program

SHIMS = Path(__file__).parent / "wine_shims"
COMPILER = "x86_64-w64-mingw32-gcc"
PROGRAMS = ("wine", "wineserver", COMPILER, "localedef")
LOCALES = {"ja": "ja_JP", "en": "en_US"}
BOOT_LIMIT_S = 180.0
RUN_LIMIT_S = 120.0
END_LIMIT_S = 30.0
LAST_WORDS_S = 0.5
_VALUE = re.compile(
    r'(?:@|"(?P<name>(?:[^"\\]|\\.)*)")=(?:"(?P<text>(?:[^"\\]|\\.)*)"|(?P<kind>[a-z0-9()]+):(?P<data>.*))'
)
_OVERRIDES = (
    "mscoree,mshtml,winemenubuilder.exe,winedbg.exe=;netsh.exe=n,b"  # not at all; a test may bring its own
)


class WineFailed(AssertionError):
    """Wine, or the compiler for it, did not do what a test needs; the message carries what it said."""


@dataclass(frozen=True)
class WineRun:
    """What a Windows program left: its exit code and its output, standard error in it."""

    code: int
    output: str


class WinePrefix:
    """One Windows machine. A context manager: at its end every program of it is ended, its files stay.

    ``language``: "ja" or "en", the system's. ``display``: an X display ("":  programs show no window).
    """

    def __init__(self, folder: Path, *, language: str = "ja", display: str = "") -> None:
        self.folder = folder
        self.language = language
        self.display = display
        self.home = folder / "home"
        self._awake = False

    def __enter__(self) -> WinePrefix:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()

    @classmethod
    def made(cls, folder: Path) -> WinePrefix:
        """A new one, at rest, Windows 10 by its own account. Errors: WineFailed."""
        missing = [name for name in PROGRAMS if find_program(name) is None]
        if missing:
            raise WineFailed(f"not installed: {', '.join(missing)} (installer/linux/packages-dist.txt)")
        prefix = cls(folder)
        prefix.home.mkdir(parents=True)
        prefix.root.mkdir()
        prefix._make_locales()
        run = prefix.run("winecfg", "-v", "win10")
        if run.code:
            raise WineFailed(f"winecfg: {run.output}")
        prefix.end()
        for link in [path for path in prefix.user.iterdir() if path.is_symlink()]:
            link.unlink()  # Desktop and its like lead out of the prefix
            link.mkdir()
        for shim in ("icuuc", "bcryptprimitives"):
            compile_windows(
                SHIMS / f"{shim}.c", prefix.system32 / f"{shim}.dll", "-shared", "-static", "-ladvapi32"
            )
        return prefix

    def copy(self, folder: Path, *, language: str = "ja", display: str = "") -> WinePrefix:
        """Another machine like this one, which has to be at rest. Windows' own files are hard links."""
        other = WinePrefix(folder, language=language, display=display)
        other.home.mkdir(parents=True)
        (other.root / "drive_c").mkdir(parents=True)
        (folder / "locale").symlink_to((self.folder / "locale").absolute())
        for path in self.root.iterdir():
            if path.is_file():
                shutil.copy2(path, other.root / path.name)
        shutil.copytree(self.root / "dosdevices", other.root / "dosdevices", symlinks=True)
        for path in (self.root / "drive_c").iterdir():
            way = os.link if path.name == "windows" else shutil.copy2
            shutil.copytree(path, other.root / "drive_c" / path.name, symlinks=True, copy_function=way)
        return other

    # -- where things are --------------------------------------------------------------------------

    @property
    def root(self) -> Path:
        """WINEPREFIX."""
        return self.folder / "prefix"

    @property
    def system32(self) -> Path:
        """C:\\windows\\system32."""
        return self.root / "drive_c" / "windows" / "system32"

    @property
    def user(self) -> Path:
        """C:\\users\\NAME."""
        return next(path for path in (self.root / "drive_c" / "users").iterdir() if path.name != "Public")

    @property
    def desktop(self) -> Path:
        """What the user's desktop shows."""
        return self.user / "Desktop"

    @property
    def local_app_data(self) -> Path:
        """%LOCALAPPDATA%."""
        return self.user / "AppData" / "Local"

    @property
    def app_data(self) -> Path:
        """%APPDATA%."""
        return self.user / "AppData" / "Roaming"

    def path(self, windows: str) -> Path:
        """Where ``C:\\…`` or ``Z:\\…`` lies on this machine."""
        found = PureWindowsPath(windows)
        roots = {"c:": self.root / "drive_c", "z:": Path("/")}
        return roots[found.drive.lower()].joinpath(*found.parts[1:])

    def windows_path(self, path: Path) -> str:
        """What a Windows program calls a file of this machine."""
        inside = self.root / "drive_c"
        if path.is_relative_to(inside):
            return str(PureWindowsPath("C:/") / path.relative_to(inside))
        return str(PureWindowsPath("Z:/") / path.absolute().relative_to("/"))

    # -- running programs --------------------------------------------------------------------------

    @property
    def environment(self) -> dict[str, str]:
        """For ``wine`` and every program in it. Qt's variables arrive by WINEQT_…: Wine drops QT_…"""
        inherited = {name: os.environ[name] for name in ("PATH", "TMPDIR", "USER") if name in os.environ}
        locale = f"{LOCALES[self.language]}.UTF-8"
        shown = {"DISPLAY": self.display} if self.display else {"WINEQT_QPA_PLATFORM": "offscreen"}
        return (
            inherited
            | shown
            | {
                "HOME": str(self.home),
                "WINEPREFIX": str(self.root),
                "WINEARCH": "win64",
                "WINEDEBUG": "-all",
                "WINEDLLOVERRIDES": _OVERRIDES,
                "LOCPATH": str(self.folder / "locale"),
                "LC_ALL": locale,
                "LANG": locale,
                "XDG_RUNTIME_DIR": str(self.folder),
            }
        )

    def run(
        self,
        *command: str,
        limit_s: float = RUN_LIMIT_S,
        directory: Path | None = None,
        environment: Mapping[str, str] | None = None,
    ) -> WineRun:
        """Run a program to its end; what it started may stay. Errors: subprocess.TimeoutExpired."""
        self._wake()
        process = subprocess.Popen(
            ["wine", *command],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,  # a pipe: the console of Wine's Python wants one
            stderr=subprocess.STDOUT,
            env=self.environment | dict(environment or {}),
            cwd=directory or self.folder,
        )
        assert process.stdout is not None
        said: list[bytes] = []
        reader = threading.Thread(target=_read, args=(process.stdout, said), daemon=True)
        reader.start()
        try:
            process.wait(limit_s)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
            self.end()
            raise
        reader.join(LAST_WORDS_S)  # what it started holds the pipe open
        return WineRun(process.returncode, b"".join(said).decode("utf-8", errors="replace"))

    def start(self, *command: str, name: str = "program") -> Child:
        """A program that stays until it or the prefix ends; its output goes to ``NAME.log``."""
        self._wake()
        return Child(
            [
                "bash",
                "-o",
                "pipefail",
                "-c",
                '"$@" 2>&1 | cat',
                "bash",
                "wine",
                *command,
            ],  # a pipe, as in ``run``
            log_path=self.folder / f"{name}.log",
            environment=self.environment,
            directory=self.folder,
        )

    def end(self) -> None:
        """End every program of it and write its registry to the disk. Idempotent."""
        if self._awake:
            subprocess.run(["wineserver", "-k"], env=self.environment, timeout=END_LIMIT_S, check=False)
            subprocess.run(["wineserver", "-w"], env=self.environment, timeout=END_LIMIT_S, check=False)
            self._awake = False

    # -- its registry ------------------------------------------------------------------------------

    def registry(self, key: str) -> dict[str, dict[str, str | int]]:
        """A key and those below it, each with its values; "" is a key's own value. Empty: not there."""
        file = self.folder / "export.reg"
        file.unlink(missing_ok=True)
        self.run("reg", "export", key, self.windows_path(file), "/y")
        return _registry_file(file.read_text(encoding="utf-16")) if file.exists() else {}

    def value(self, key: str, name: str = "") -> str | int | None:
        """One value. None: not there."""
        found = self.registry(key)
        return next(iter(found.values())).get(name) if found else None

    def put(self, key: str, name: str, value: str) -> None:
        """Set a text value. Errors: WineFailed."""
        run = self.run("reg", "add", key, "/v", name, "/t", "REG_SZ", "/d", value, "/f")
        if run.code:
            raise WineFailed(run.output)

    def _wake(self) -> None:
        """Have its server and services stay: else each program starts them anew and waits for their end."""
        if self._awake:
            return
        self._awake = True
        for command in (["wineserver", "-p"], ["wine", "wineboot"]):
            subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=self.environment,
                timeout=BOOT_LIMIT_S,
                check=True,
            )

    def _make_locales(self) -> None:
        """The two languages, whatever this machine has."""
        for locale in LOCALES.values():
            place = self.folder / "locale" / f"{locale}.UTF-8"
            place.parent.mkdir(exist_ok=True)
            made = subprocess.run(
                ["localedef", "-i", locale, "-f", "UTF-8", str(place)], capture_output=True, text=True
            )
            if not place.is_dir():
                raise WineFailed(f"localedef {locale}: {made.stderr}")


def _read(stream: IO[bytes], said: list[bytes]) -> None:
    with stream:
        while part := os.read(stream.fileno(), 0x10000):
            said.append(part)


def _registry_file(text: str) -> dict[str, dict[str, str | int]]:
    """The keys of what ``reg export`` wrote: text, numbers, expandable text; other kinds as they stand."""
    keys: dict[str, dict[str, str | int]] = {}
    values: dict[str, str | int] = {}
    for line in text.replace(",\\\n  ", ",").splitlines():
        if line.startswith("["):
            values = keys.setdefault(line.strip("[]"), {})
        elif found := _VALUE.match(line):
            name, kind, data = found["name"] or "", found["kind"], found["data"]
            values[_plain(name)] = _plain(found["text"]) if kind is None else _number_or_text(kind, data)
    return keys


def _number_or_text(kind: str, data: str) -> str | int:
    if kind == "dword":
        return int(data, 16)
    if kind == "hex(2)":
        return bytes.fromhex(data.replace(",", "")).decode("utf-16-le").rstrip("\0")
    return data


def _plain(text: str) -> str:
    return re.sub(r"\\(.)", r"\1", text)


def compile_windows(source: Path, program: Path, *options: str) -> Path:
    """``source`` (C) as a Windows program or library. Errors: WineFailed."""
    command = [COMPILER, "-O2", "-Wall", "-Werror", "-o", str(program), str(source), *options]
    made = subprocess.run(command, capture_output=True, text=True)
    if made.returncode:
        raise WineFailed(made.stderr)
    return program
