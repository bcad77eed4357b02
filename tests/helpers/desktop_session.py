"""A real desktop of one test: X server, window manager, session bus, notification daemon, tray, and hands.

with DesktopSession(tmp_path) as desktop:
    desktop.open_notepad()                   a window of another program, with the keyboard
    desktop.press("応答")                     a button of the notification that is shown
    assert desktop.active_window() == "notepad"

Everything runs in a home of its own; nothing of the user's session is seen.
"""

from __future__ import annotations

import contextlib
import re
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_call
from jeepney.io.blocking import open_dbus_connection

from tests.helpers.child import Child
from tests.helpers.programs import find_program
from tests.helpers.secret_service import SessionBus
from tests.helpers.staged_session import StagedSession
from tests.helpers.waiting import wait_for

PROGRAMS = (
    "Xvfb",
    "openbox",
    "dunst",
    "dunstctl",
    "trayer",
    "xdotool",
    "wmctrl",
    "xwininfo",
    "dbus-daemon",
    "gio",
    "xdg-open",
    "xdg-mime",
)
ROOT = Path(__file__).parents[2]
START_LIMIT_S = 15.0
NOTIFICATIONS = "org.freedesktop.Notifications"
_DBUS = "org.freedesktop.DBus"
NOTEPAD = "notepad"

# dunst asks a menu program which action is meant, and hands it one a line.
_MENU = """#!/bin/sh
grep -F -m 1 -- "$(cat {wanted})"
"""
_DUNSTRC = """[global]
    origin = top-right
    offset = 12x12
    dmenu = {menu}
    font = Noto Sans CJK JP 10
    min_icon_size = 32
    max_icon_size = 48
"""
_NOTEPAD = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QPlainTextEdit
application = QApplication([])
editor = QPlainTextEdit()
editor.setWindowTitle("notepad")
editor.textChanged.connect(lambda: Path(sys.argv[1]).write_text(editor.toPlainText(), encoding="utf-8"))
editor.resize(420, 300)
editor.move(40, 60)
editor.show()
editor.activateWindow()
application.exec()
"""


class DesktopSession(StagedSession):
    """The desktop; ``environment`` is that of its programs, ``bus`` its session bus. Ends all it started."""

    def __init__(self, home: Path, *, notifications: bool = True, tray: bool = True) -> None:
        super().__init__()
        self.home = home
        self._notifications = notifications
        self._tray = tray
        self._wanted = home / "wanted"

    def _start(self) -> None:
        self.bus = self._stack.enter_context(SessionBus(self.home))
        server = self.start(
            "Xvfb", "-noreset", "-displayfd", "1", "-screen", "0", "1100x760x24", stdout=subprocess.PIPE
        )
        assert server.process.stdout is not None
        number = server.process.stdout.readline().decode().strip()
        assert number, server.log_tail()
        self.environment = self.bus.environment | {
            "DISPLAY": f":{number}",
            "PYTHONPATH": str(ROOT),
            "QT_QPA_PLATFORM": "xcb",
            "XDG_CURRENT_DESKTOP": "",
        }
        self.start("openbox", "--sm-disable")
        wait_for(lambda: "openbox" in self.run("wmctrl", "-m").lower(), START_LIMIT_S, what="openbox")
        if self._tray:
            self.start(
                "trayer", "--edge", "bottom", "--align", "right", "--height", "28", "--widthtype", "request"
            )
        if self._notifications:
            self._start_dunst()

    def _start_dunst(self) -> None:
        menu = self.home / "menu"
        menu.write_text(_MENU.format(wanted=self._wanted))
        menu.chmod(0o755)
        config = self.home / "dunstrc"
        config.write_text(_DUNSTRC.format(menu=menu))
        self.start("dunst", "-config", str(config))
        wait_for(lambda: self._owned(NOTIFICATIONS), START_LIMIT_S, what="a notification daemon")
        self._watch = self._stack.enter_context(NotificationWatch(self.bus.address))

    def start(self, program: str, *arguments: str, stdout: int | None = None) -> Child:
        """Start a program of the desktop; it ends with it."""
        environment = getattr(self, "environment", self.bus.environment)
        found = find_program(program) or program
        log = self.home / f"{Path(program).name}.log"
        child = Child([found, *arguments], log_path=log, environment=environment, stdout=stdout)
        return self._stack.enter_context(child)

    def run(self, program: str, *arguments: str, timeout_s: float = 20.0) -> str:
        """Run a program to its end; what it printed, "" where it failed."""
        done = subprocess.run(
            [find_program(program) or program, *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
            cwd=self.home,
        )
        return done.stdout.strip() if done.returncode == 0 else ""

    # -- windows -----------------------------------------------------------------------------------

    def open_notepad(self) -> None:
        """Another program, with the keyboard."""
        self.start(sys.executable, "-c", _NOTEPAD, str(self.home / NOTEPAD))
        wait_for(lambda: self.active_window() == NOTEPAD, START_LIMIT_S, what="the notepad in front")

    def active_window(self) -> str:
        """The title of the window that has the keyboard."""
        return self.run("xdotool", "getactivewindow", "getwindowname")

    def windows(self, name: str) -> list[str]:
        """The ids of visible windows with this title."""
        return self.run("xdotool", "search", "--onlyvisible", "--name", f"^{name}$").split()

    def activate(self, name: str) -> None:
        """Click on a window in the task bar, so to speak."""
        self.run("wmctrl", "-F", "-a", name)
        wait_for(lambda: self.active_window() == name, what=f"{name} in front")

    def close_window(self, name: str) -> None:
        """Press the cross of a window."""
        self.run("wmctrl", "-F", "-c", name)

    def type(self, text: str) -> None:
        """Type on the keyboard, to whoever has it."""
        self.run("xdotool", "type", "--delay", "20", text)

    def typed(self) -> str:
        """What the notepad got of it."""
        return (self.home / NOTEPAD).read_text(encoding="utf-8")

    def click(self, name: str, right: float, down: float) -> None:
        """Click into a window, at parts of its width and height."""
        window = self.windows(name)[0]
        shape = dict(
            line.split("=")
            for line in self.run("xdotool", "getwindowgeometry", "--shell", window).splitlines()
        )
        x, y = int(int(shape["WIDTH"]) * right), int(int(shape["HEIGHT"]) * down)
        self.run("xdotool", "mousemove", "--window", window, str(x), str(y), "click", "1")

    def tray_icons(self) -> int:
        """How many icons of the phone are docked in the tray."""
        return len(self._docked())

    def click_tray(self) -> None:
        """Click on the phone's icon in the tray."""
        self.run("xdotool", "mousemove", "--window", wait_for(self._docked)[0], "8", "8", "click", "1")

    def _docked(self) -> list[str]:
        """The windows inside the panel that are ours."""
        panel = self.run("xdotool", "search", "--name", "^panel$").split()
        tree = self.run("xwininfo", "-tree", "-id", panel[0]) if panel else ""
        return re.findall(r"(0x[0-9a-f]+) \"softphone\"", tree)

    # -- notifications -----------------------------------------------------------------------------

    def notified(self) -> list[Notified]:
        """Every notification that was asked for, the newest last."""
        return self._watch.notified()

    def displayed(self) -> int:
        """How many are on the screen."""
        return int(self.run("dunstctl", "count", "displayed") or 0)

    def press(self, words: str) -> None:
        """Choose an action of the newest notification by its words, as dunst's menu offers them."""
        self._wanted.write_text(words)
        self.run("dunstctl", "context")

    def _owned(self, name: str) -> bool:
        with open_dbus_connection(bus=self.bus.address) as connection:
            reply = connection.send_and_get_reply(message_bus.NameHasOwner(name))
            return reply.header.message_type is MessageType.method_return and bool(reply.body[0])


@dataclass(frozen=True)
class Notified:
    """What a program asked the desktop to show; ``actions`` are the words of its buttons."""

    title: str
    body: str
    actions: tuple[str, ...]
    urgency: int


class NotificationWatch:
    """Reads along on the bus. Thread: its own only appends."""

    def __init__(self, address: str) -> None:
        self._connection = open_dbus_connection(bus=address)
        self._notified: list[Notified] = []
        monitoring = DBusAddress("/org/freedesktop/DBus", "org.freedesktop.DBus", f"{_DBUS}.Monitoring")
        rules = [f"type='method_call',interface='{NOTIFICATIONS}',member='Notify'"]
        self._connection.send_and_get_reply(new_method_call(monitoring, "BecomeMonitor", "asu", (rules, 0)))
        self._reader = threading.Thread(target=self._read, name="notification watch", daemon=True)
        self._reader.start()

    def notified(self) -> list[Notified]:
        """Everything so far."""
        return list(self._notified)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.sock.shutdown(socket.SHUT_RDWR)
        self._reader.join(5.0)
        self._connection.close()

    def _read(self) -> None:
        with contextlib.suppress(OSError, EOFError):
            while True:
                message = self._connection.receive()
                if message.header.fields.get(HeaderFields.member) == "Notify":
                    _, _, _, title, body, actions, hints, _ = message.body
                    words = tuple(actions[1::2])
                    urgency = int(hints.get("urgency", ("y", 1))[1])
                    self._notified.append(Notified(title, body, words, urgency))
