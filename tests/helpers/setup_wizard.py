"""The setup wizard at work on a Windows machine (Wine), unattended or page by page by a hand at the keyboard.

The phone it installs is ``windows_programs/dummy_phone.c``: it says what it was started with, and leaves when
asked.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path

from tests.helpers.child import Child
from tests.helpers.desk_programs import Screen
from tests.helpers.waiting import wait_for
from tests.helpers.wine import WinePrefix, compile_windows

PROGRAMS = Path(__file__).parent / "windows_programs"
FONTS = {"ja": "Yu Gothic UI", "en": "Segoe UI"}
PAGE_LIMIT_S = 30.0
MOST_OF_A_MESSAGE = 6  # the box, its text, its icon, its buttons
UNMEASURED = ("RichEdit", "Edit", "ComboBox")


def dummy_bundle(folder: Path, **files: str) -> Path:
    """A bundle like PyInstaller's around the dummy phone; ``files``: a DLL's name → what it holds."""
    inside = folder / "_internal"
    (inside / "resources" / "説明 $書").mkdir(parents=True)
    (inside / "resources" / "説明 $書" / "はじめに.txt").write_text("こんにちは", encoding="utf-8")
    for name, text in files.items():
        (inside / f"{name}.dll").write_text(text)
    compile_windows(
        PROGRAMS / "dummy_phone.c", folder / "softphone.exe", "-municode", "-mwindows", "-s", "-ladvapi32"
    )
    shutil.copy(folder / "softphone.exe", folder / "softphone-cli.exe")
    return folder


def read_log(file: Path) -> str:
    """What setup wrote by ``/LOG=``, so far."""
    return file.read_text(encoding="utf-16", errors="ignore") if file.exists() else ""


@dataclass(frozen=True)
class Shown:
    """A window or control on the screen. Pixels; ``text_*`` is what its text would take."""

    is_window: bool
    kind: str
    text: str
    enabled: bool
    checked: bool
    width: int
    height: int
    text_width: int
    text_height: int

    @property
    def is_clipped(self) -> bool:
        """Its text has no room in it."""
        if self.is_window or self.kind.startswith(UNMEASURED) or not self.text.strip():
            return False
        mark = 17 if self.kind == "Button" and self.height < 22 else 0  # the box of a tick
        return self.text_width > self.width - mark or self.text_height > self.height + 1


def of_wizard(page: list[Shown]) -> list[Shown]:
    """What is on the wizard's own window; message boxes, with few controls, are measured by Windows."""
    starts = [index for index, each in enumerate(page) if each.is_window]
    windows = [page[start:end] for start, end in zip(starts, [*starts[1:], len(page)], strict=True)]
    return [each for window in windows if len(window) > MOST_OF_A_MESSAGE for each in window]


class WindowsMachine:
    """A prefix, what lies on it, and the phone on it; ``children`` ends what a test leaves running."""

    def __init__(self, prefix: WinePrefix) -> None:
        self.prefix = prefix
        self.children = ExitStack()
        self.notes = prefix.path("C:\\phone")

    @property
    def program(self) -> Path:
        """Where the wizard puts the program for one user."""
        return self.prefix.local_app_data / "Programs" / "Softphone"

    def setup(self, setup: Path, *properties: str) -> int:
        """Run a setup program or the uninstaller to its end without a window; its exit code."""
        batch = self.prefix.path("C:\\run.bat")
        words = " ".join(properties)
        command = f'"{self.prefix.windows_path(setup)}" /S {words}'
        batch.write_text(f"@{command}\r\n@echo code %errorlevel%\r\n", encoding="utf-8", newline="")
        output = self.prefix.run("cmd", "/c", "C:\\run.bat").output
        return int(output.rpartition("code ")[2])

    def uninstall(self, folder: Path, *properties: str) -> None:
        """Remove what is in ``folder``. The uninstaller ends at once; a copy of it does the work."""
        log = self.prefix.path("C:\\removal.log")
        log.unlink(missing_ok=True)
        self.setup(folder / "uninstall.exe", "/LOG=C:\\removal.log", *properties)
        wait_for(
            lambda: log.read_text(encoding="utf-16").endswith(" removed\n"), PAGE_LIMIT_S, what="its end"
        )

    def start_phone(self, folder: Path, *words: str, program: str = "softphone.exe") -> Child:
        """The phone of ``folder``, once it runs."""
        before = len(self.started())
        phone = self.prefix.start(self.prefix.windows_path(folder / program), *words, name="phone")
        phone.wait_ready(lambda: len(self.started()) > before, PAGE_LIMIT_S, "it did not start")
        return phone

    def note(self, name: str) -> None:
        """Tell the dummy phone how to behave: ``in-call``, ``stubborn``."""
        self.notes.mkdir(exist_ok=True)
        (self.notes / name).touch()

    def started(self) -> list[str]:
        """The words of every start of the phone."""
        return self._noted("started.txt")

    def asked(self) -> list[str]:
        """What the phone was asked to do."""
        return self._noted("asked.txt")

    def replace_netsh(self) -> None:
        """From now on Windows' firewall tool only notes what it was told."""
        netsh = self.prefix.system32 / "netsh.exe"
        netsh.unlink()  # a hard link
        compile_windows(PROGRAMS / "note_words.c", netsh, "-municode", "-mwindows")

    def netsh_calls(self) -> list[str]:
        """What the firewall tool was told."""
        return [line.strip() for line in self._noted("noted.txt")]

    def stored_passwords(self) -> set[str]:
        """The names of the passwords in Credential Manager, where Wine keeps them."""
        found = self.prefix.registry(r"HKCU\Software\Wine\Credential Manager")
        return {key.partition("Generic: ")[2] for key in found if "Generic: " in key}

    def shortcuts(self) -> list[str]:
        """Every shortcut on desktop and Start menu, of this user and of all."""
        users = self.prefix.path("C:\\users")
        places = [users, self.prefix.path("C:\\ProgramData")]
        return sorted(link.name for place in places for link in place.rglob("*.lnk"))

    def _noted(self, name: str) -> list[str]:
        file = self.notes / name
        return file.read_text(encoding="utf-8-sig").splitlines() if file.exists() else []


class Hand:
    """A hand at the keyboard of a machine with a screen, and eyes: pictures go to ``pictures``."""

    def __init__(self, machine: WindowsMachine, screen: Screen, pictures: Path) -> None:
        self._prefix = machine.prefix
        self._screen = screen
        self._pictures = pictures
        pictures.mkdir(parents=True, exist_ok=True)
        self._eyes = compile_windows(
            PROGRAMS / "window_texts.c",
            self._prefix.path("C:\\window_texts.exe"),
            "-municode", "-lgdi32",
        )  # fmt: skip

    def press(self, *keys: str) -> None:
        """Keys, as xdotool names them."""
        self._screen.xdotool("key", "--delay", "60", *keys)

    def type(self, text: str) -> None:
        """Letters."""
        self._screen.xdotool("type", "--delay", "20", text)

    def look(self) -> list[Shown]:
        """Everything on the screen."""
        file = self._prefix.path("C:\\shown.json")
        file.unlink(missing_ok=True)
        self._prefix.run("C:\\window_texts.exe", FONTS[self._prefix.language], "C:\\shown.json")
        lines = file.read_text(encoding="utf-8-sig").splitlines() if file.exists() else []
        return [
            Shown(is_window=each.pop("window"), kind=each.pop("class"), **each)
            for each in (json.loads(line) for line in lines)
        ]

    def wait_page(self, words: str, name: str) -> list[Shown]:
        """Wait for ``words`` on the screen: everything there, photographed as ``name``, nothing clipped."""
        page: list[Shown] = []

        def is_there() -> bool:
            page[:] = self.look()
            return any(words in each.text for each in page)

        wait_for(is_there, PAGE_LIMIT_S, what=f"{words} ({name})")
        self.photograph(name)
        clipped = [each.text for each in of_wizard(page) if each.is_clipped]
        assert not clipped, f"{name}: no room for {clipped}"
        return page

    def photograph(self, name: str) -> None:
        """The screen, without what is empty around it."""
        picture = self._pictures / f"{name}.png"
        command = [
            "import",
            "-display",
            self._screen.display,
            "-window",
            "root",
            "-trim",
            "+repage",
            str(picture),
        ]
        subprocess.run(command, check=True, timeout=30, env=dict(os.environ))
