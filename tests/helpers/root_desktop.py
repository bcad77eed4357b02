"""A desktop in a clean root: screen, window manager, session bus, keyring, hands; the phone and a registrar.

Thread: the test's.
"""

from __future__ import annotations

import json
import os
import re
import tomllib
from pathlib import Path
from typing import Any

from tests.helpers.child import Child, children_of, command_line, is_running
from tests.helpers.clean_root import USER, CleanRoot
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.staged_session import StagedSession
from tests.helpers.waiting import wait_for

PROGRAMS = (
    *("xvfb", "openbox", "xdotool", "fonts-noto-cjk"),
    *("dbus", "gnome-keyring", "xdg-utils", "libglib2.0-bin", "desktop-file-utils"),
)
PASSWORD = "pw1000"
LIMIT_S = 30.0


class RootDesktop(StagedSession):
    """Runs what a user at the screen runs. Its programs end with it; logs lie in ``logs``."""

    def __init__(self, root: CleanRoot, logs: Path) -> None:
        super().__init__()
        self.root = root
        self._logs = logs
        self._started = 0
        self._variables = {"XDG_RUNTIME_DIR": f"/home/{USER}"}

    def _start(self) -> None:
        screen = self.start("Xvfb", "-noreset", "-displayfd", "1", "-screen", "0", "1100x760x24")
        number = wait_for(lambda: re.search(r"^(\d+)$", screen.log(), re.MULTILINE), LIMIT_S, what="a screen")
        self._variables["DISPLAY"] = f":{number[1] if number else ''}"
        self.start("openbox", "--sm-disable")
        bus = self.start("dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=2")
        address = wait_for(lambda: re.search(r"^unix:\S+", bus.log(), re.MULTILINE), LIMIT_S, what="a bus")
        self._variables["DBUS_SESSION_BUS_ADDRESS"] = address.group() if address else ""
        keyring = ("gnome-keyring-daemon", "--foreground", "--unlock", "--components=secrets")
        self.start(*keyring, says="login")
        self.run("gdbus", "wait", "--session", "--timeout", "30", "org.freedesktop.secrets")

    def start(self, *words: str, says: str = "") -> Child:
        """Start a program of the user's."""
        self._started += 1
        log = self._logs / f"{self._started}-{Path(words[0]).name}.log"
        return self._stack.enter_context(self.root.start(*words, log=log, says=says, **self._variables))

    def run(self, *words: str, says: str = "", codes: tuple[int, ...] = (0,)) -> str:
        """Run one to its end; what it printed."""
        return self.root.run(*words, user=USER, says=says, codes=codes, **self._variables)

    def active_window(self) -> str:
        """The title of the window that has the keyboard."""
        return self.run("xdotool", "getactivewindow", "getwindowname", codes=(0, 1))

    def press(self, key: str) -> None:
        """Press a key."""
        self.run("xdotool", "key", key)

    # -- the phone -----------------------------------------------------------------------------------

    def set_up(self) -> RegistrarProcess:
        """A registrar beside the root, which shares our loopback, and the phone's account there."""
        process = RegistrarProcess(self._logs / "registrar", {"1000": PASSWORD})
        registrar = self._stack.enter_context(process)
        account = ("--user-id", "1000", "--server", registrar.server)
        self.run("softphone", "account", "set", *account, says=f"{PASSWORD}\n")
        return registrar

    def ask(self, verb: str, *words: str) -> dict[str, Any]:
        """What the running phone answers to ``softphone ctl``; nothing where none runs."""
        told = self.run("softphone", "ctl", verb, *words, "--json", codes=tuple(range(8)))
        return dict(json.loads(told)) if told.startswith("{") else {}

    def registered(self) -> bool:
        """通話可能."""
        return bool(self.ask("status").get("registration", {}).get("state") == "registered")

    def wait_registered(self) -> None:
        """Wait for 通話可能."""
        wait_for(self.registered, LIMIT_S, what="a registered phone")

    def settings(self) -> dict[str, Any]:
        """What the phone has in its settings file."""
        file = self.root.folder / "home" / USER / ".config" / "softphone" / "settings.toml"
        return tomllib.loads(file.read_text(encoding="utf-8"))

    def phones(self) -> list[int]:
        """The windows' processes, by whomever they were started; engines are their children."""
        found = (int(path.name) for path in Path("/proc").glob("[0-9]*") if self._is_ours(path))
        return [pid for pid in found if "engine" not in command_line(pid)]

    def program_of(self, pid: int) -> str:
        """The file a process runs, as seen inside the root."""
        return os.readlink(f"/proc/{pid}/exe").removeprefix(os.readlink(f"/proc/{pid}/root"))

    def engine_of(self, phone: int) -> int:
        """The phone's engine."""
        return wait_for(lambda: [pid for pid in children_of(phone) if is_running(pid)], what="an engine")[0]

    def _is_ours(self, process: Path) -> bool:
        try:
            inside = (process / "root").samefile(self.root.folder)  # its name differs inside another root
            return inside and Path(os.readlink(process / "exe")).name == "softphone"
        except OSError:  # it ended meanwhile
            return False
