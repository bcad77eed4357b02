"""Other programs on the desk of one test: a screen without glass, a player, a screen saver, a power manager.

The D-Bus ones are processes of their own (``python -m tests.helpers.desk_programs player …``), since the
adapters under test must meet a stranger.
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    Message,
    MessageType,
    message_bus,
    new_error,
    new_method_call,
    new_method_return,
    new_signal,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from tests.helpers.child import Child
from tests.helpers.programs import find_program
from tests.helpers.secret_service import SessionBus

ROOT = Path(__file__).parents[2]
START_LIMIT_S = 10.0
_STATUS = {
    "Pause": "Paused",
    "Play": "Playing",
    "pause": "Paused",
    "play": "Playing",
    "stop": "Stopped",
}


class Screen(Child):
    """Xvfb on a display it chose itself. ``display`` is its name."""

    def __init__(self, folder: Path) -> None:
        super().__init__(
            ["Xvfb", "-displayfd", "1", "-screen", "0", "1280x1024x24", "-nolisten", "tcp", "-ac"],
            log_path=folder / "xvfb.log",
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout is not None
        self.display = f":{self.process.stdout.readline().decode().strip()}"
        assert self.display != ":", self.log()

    @property
    def environment(self) -> dict[str, str]:
        """For programs that show themselves on it."""
        return {**os.environ, "DISPLAY": self.display}

    def xdotool(self, *arguments: str) -> str:
        """A hand at its keyboard and mouse."""
        done = subprocess.run(
            [find_program("xdotool") or "xdotool", *arguments],
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=10,
            check=True,
        )
        return done.stdout.strip()


class BusProgram(Child):
    """One of PROGRAMS on a bus, ready when it owns its name. ``tell`` has it do something."""

    def __init__(self, bus: SessionBus, kind: str, name: str) -> None:
        self.name = name
        self._bus = bus
        super().__init__(
            [sys.executable, "-m", "tests.helpers.desk_programs", kind, name],
            log_path=bus.home / f"{name}.log",
            environment=bus.environment,
            directory=ROOT,
        )
        self.wait_ready(lambda: "ready" in self.log(), START_LIMIT_S, "it has no name")

    @property
    def calls(self) -> list[str]:
        """The methods called on it, with what they were given."""
        return [line.removeprefix("call ") for line in self.log().splitlines() if line.startswith("call ")]

    def tell(self, what: str) -> None:
        """Have it do what its own user does: play, stop, hang, lock, unlock."""
        with open_dbus_connection(bus=self._bus.address) as connection:
            address = DBusAddress("/user", bus_name=self.name, interface="test.User")
            connection.send_and_get_reply(new_method_call(address, what), timeout=5)


class Player:
    """An MPRIS player: it pauses, plays, and tells of both."""

    path, interface = "/org/mpris/MediaPlayer2", "org.mpris.MediaPlayer2.Player"

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self.properties: dict[str, tuple[str, object]] = {
            "PlaybackStatus": ("s", "Playing"),
            "CanPause": ("b", True),
        }
        self.hangs = False

    def do(self, member: str, body: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]] | None:
        """Answer a method; None where there is no answer."""
        if member == "hang":
            self.hangs = True
        elif self.hangs:
            return None
        elif member in _STATUS:
            self._tell(_STATUS[member])
        return "", ()

    def _tell(self, status: str) -> None:
        self.properties["PlaybackStatus"] = ("s", status)
        where = DBusAddress(self.path, interface="org.freedesktop.DBus.Properties")
        changed = {"PlaybackStatus": ("s", status)}
        body = (self.interface, changed, [])
        self._connection.send(new_signal(where, "PropertiesChanged", "sa{sv}as", body))


class ScreenSaver:
    """org.freedesktop.ScreenSaver: it locks, tells of it, and is inhibited."""

    path, interface = "/org/freedesktop/ScreenSaver", "org.freedesktop.ScreenSaver"
    properties: Mapping[str, tuple[str, object]] = {}

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self._active = False

    def do(self, member: str, body: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]] | None:
        """Answer a method."""
        if member == "GetActive":
            return "b", (self._active,)
        if member in ("lock", "unlock"):
            self._active = member == "lock"
            where = DBusAddress(self.path, interface=self.interface)
            self._connection.send(new_signal(where, "ActiveChanged", "b", (self._active,)))
        return "", ()


class Session:
    """logind's session object and its manager in one: it tells LockedHint."""

    path, interface = "/org/freedesktop/login1/session/_31", "org.freedesktop.login1.Session"

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self.properties: dict[str, tuple[str, object]] = {"LockedHint": ("b", False)}

    def do(self, member: str, body: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]] | None:
        """Answer a method."""
        if member in ("GetSession", "GetSessionByPID"):
            return "o", (self.path,)
        if member in ("lock", "unlock"):
            self.properties["LockedHint"] = ("b", member == "lock")
            where = DBusAddress(self.path, interface="org.freedesktop.DBus.Properties")
            body = (self.interface, {"LockedHint": ("b", member == "lock")}, [])
            self._connection.send(new_signal(where, "PropertiesChanged", "sa{sv}as", body))
        return "", ()


class SessionManager:
    """GNOME's session manager, or any that inhibits: it gives cookies."""

    path, interface = "/org/gnome/SessionManager", "org.gnome.SessionManager"
    properties: Mapping[str, tuple[str, object]] = {}

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection

    def do(self, member: str, body: tuple[Any, ...]) -> tuple[str, tuple[Any, ...]] | None:
        """Answer a method."""
        return ("u", (7,)) if member == "Inhibit" else ("", ())


PROGRAMS: dict[str, Callable[[DBusConnection], Any]] = {
    "player": Player,
    "screensaver": ScreenSaver,
    "session": Session,
    "manager": SessionManager,
}


def _serve(kind: str, name: str) -> None:
    """Own ``name`` and answer until the end."""
    with open_dbus_connection() as connection:
        connection.send_and_get_reply(message_bus.RequestName(name))
        program = PROGRAMS[kind](connection)
        print("ready", flush=True)
        while True:
            message = connection.receive()
            if message.header.message_type is MessageType.method_call:
                _answer(connection, program, message)


def _answer(connection: DBusConnection, program: Any, message: Message) -> None:
    member = message.header.fields[HeaderFields.member]
    if member == "Get":
        value = program.properties.get(message.body[1])
        if getattr(program, "hangs", False):
            return
        if value is None:
            connection.send(new_error(message, "org.freedesktop.DBus.Error.UnknownProperty"))
        else:
            connection.send(new_method_return(message, "v", (value,)))
        return
    print("call", member, *map(str, message.body), flush=True)
    answer = program.do(member, message.body)
    if answer is not None:
        connection.send(new_method_return(message, answer[0] or None, answer[1]))


if __name__ == "__main__":
    _serve(*sys.argv[1:])
