"""A screen reader of one test: the real accessibility bus (AT-SPI), read and used as Orca does.

with SessionBus(tmp_path) as session, AccessibilityBus(session, display) as readers:
    phone = readers.application("softphone")
    phone.find("push button", "IP電話").press()

Source: https://gnome.pages.gitlab.gnome.org/at-spi2-core, the interfaces org.a11y.atspi.*
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from jeepney import DBusAddress, MatchRule, MessageType, message_bus, new_method_call
from jeepney.io.blocking import DBusConnection, Proxy, open_dbus_connection

from tests.helpers.child import Child
from tests.helpers.programs import find_program
from tests.helpers.secret_service import SessionBus
from tests.helpers.waiting import wait_for

LAUNCHER = "at-spi-bus-launcher"
START_LIMIT_S = 15.0
_LIMIT_S = 10.0
_ATSPI = "org.a11y.atspi"
_ROOT = "/org/a11y/atspi/accessible/root"
_SHOWING = 25  # AtspiStateType
_MOST_LEVELS = 24


class NoAnswer(AssertionError):
    """Something on the bus did not answer, or refused."""


class AccessibilityBus(Child):
    """at-spi-bus-launcher on a session bus; ``environment`` is for programs that are to be read."""

    def __init__(self, session: SessionBus, display: str) -> None:
        self.environment = session.environment | {
            "DISPLAY": display,
            "QT_QPA_PLATFORM": "xcb",
            "QT_LINUX_ACCESSIBILITY_ALWAYS_ON": "1",
        }
        self._session = session
        super().__init__(
            [find_program(LAUNCHER) or LAUNCHER, "--launch-immediately"],
            log_path=Path(session.home) / "at-spi.log",
            environment=self.environment,
        )
        self.wait_ready(self._address, START_LIMIT_S, "no accessibility bus")
        self.bus: DBusConnection = open_dbus_connection(bus=self._address())

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.bus.close()
        super().__exit__(kind, error, traceback)

    def application(self, name: str, limit_s: float = START_LIMIT_S) -> Element:
        """The program of this name, as soon as it is there."""

        def found() -> Element | None:
            root = Element(self.bus, f"{_ATSPI}.Registry", _ROOT)
            try:
                return next((each for each in root.children() if each.name == name), None)
            except NoAnswer:  # two registries are started at once, one of them goes
                return None

        element = wait_for(found, limit_s, what=f"{name} on the accessibility bus")
        assert element is not None
        return element

    def listen(self) -> Announcements:
        """What is announced from now on."""
        return Announcements(self._address())

    def _address(self) -> str:
        with open_dbus_connection(bus=self._session.address) as connection:
            where = DBusAddress("/org/a11y/bus", bus_name="org.a11y.Bus", interface="org.a11y.Bus")
            reply = connection.send_and_get_reply(new_method_call(where, "GetAddress"), timeout=_LIMIT_S)
            return str(reply.body[0]) if reply.header.message_type is MessageType.method_return else ""


class Announcements:
    """What programs have a reader say of themselves, by a connection of its own."""

    def __init__(self, address: str) -> None:
        self._connection = open_dbus_connection(bus=address)
        rule = MatchRule(type="signal", interface=f"{_ATSPI}.Event.Object", member="Announcement")
        Proxy(message_bus, self._connection).AddMatch(rule)
        registry = DBusAddress(
            "/org/a11y/atspi/registry", bus_name=f"{_ATSPI}.Registry", interface=f"{_ATSPI}.Registry"
        )
        body = ("object:announcement", [], "")
        message = new_method_call(registry, "RegisterEvent", "sass", body)
        self._connection.send_and_get_reply(message, timeout=_LIMIT_S)
        self._filter = self._connection.filter(rule, bufsize=50)
        self._queue = self._filter.__enter__()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *error: object) -> None:
        self._filter.__exit__(None, None, None)
        self._connection.close()

    def next(self, limit_s: float = _LIMIT_S) -> str:
        """The next words. Errors: TimeoutError."""
        message = self._connection.recv_until_filtered(self._queue, timeout=limit_s)
        return str(message.body[3][1])


class Element:
    """One thing a reader can come to."""

    def __init__(self, connection: DBusConnection, bus_name: str, path: str) -> None:
        self._connection = connection
        self._bus_name = bus_name
        self._path = path

    def __repr__(self) -> str:
        return f"{self.role} {self.name!r}"

    @property
    def name(self) -> str:
        """What is said of it."""
        where = "org.freedesktop.DBus.Properties"
        return str(self._call(where, "Get", "ss", (f"{_ATSPI}.Accessible", "Name"))[0][1])

    @property
    def role(self) -> str:
        """What it is: push button, text, label …"""
        return str(self._call(f"{_ATSPI}.Accessible", "GetRoleName")[0])

    @property
    def is_showing(self) -> bool:
        """It is on the screen."""
        low, _ = self._call(f"{_ATSPI}.Accessible", "GetState")[0]
        return bool(low >> _SHOWING & 1)

    @property
    def text(self) -> str:
        """What stands in a field."""
        return str(self._call(f"{_ATSPI}.Text", "GetText", "ii", (0, -1))[0])

    def press(self) -> None:
        """Do the first thing that can be done with it."""
        assert self._call(f"{_ATSPI}.Action", "DoAction", "i", (0,))[0]

    def children(self) -> list[Self]:
        """What is in it."""
        reply = self._call(f"{_ATSPI}.Accessible", "GetChildren")[0]
        return [type(self)(self._connection, bus_name, path) for bus_name, path in reply]

    def all(self, levels: int = _MOST_LEVELS) -> Iterator[Self]:
        """Everything in it, itself first."""
        yield self
        if levels:
            for child in self.children():
                yield from child.all(levels - 1)

    def find(self, role: str, name: str) -> Self:
        """The one of this role and name that is on the screen."""
        found = [each for each in self.all() if each.role == role and each.name == name and each.is_showing]
        assert len(found) == 1, f"{role} {name!r}: {found}"
        return found[0]

    def _call(self, interface: str, member: str, signature: str = "", body: tuple[Any, ...] = ()) -> Any:
        where = DBusAddress(self._path, bus_name=self._bus_name, interface=interface)
        message = new_method_call(where, member, signature or None, body)
        reply = self._connection.send_and_get_reply(message, timeout=_LIMIT_S)
        if reply.header.message_type is not MessageType.method_return:
            raise NoAnswer(f"{member}: {reply.body}")
        return reply.body
