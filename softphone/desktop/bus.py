"""D-Bus from a thread: one connection, asked and listened to, ended from outside.

    job ─▸ queue ─▸ thread ─▸ BusTalk.ask ─▸ reply
                    thread ◂─ signals ─ BusTalk.listen

A bus that is not there, a peer that does not answer in ASK_LIMIT_S, an error: all are BusFailed.
"""

from __future__ import annotations

import contextlib
import logging
import queue
import threading
import time
from collections.abc import Callable
from typing import Any

from jeepney import (
    DBusAddress,
    HeaderFields,
    MatchRule,
    Message,
    MessageType,
    message_bus,
    new_method_call,
)
from jeepney.io.blocking import DBusConnection, open_dbus_connection

from softphone.desktop.mailbox import Mailbox

ASK_LIMIT_S = 2.0

_log = logging.getLogger(__name__)


class BusFailed(Exception):
    """No bus, no answer in time, or an error for an answer; the text names it."""


class BusTalk:
    """A connection to a bus. Thread: the one of its BusThread."""

    def __init__(self, connection: DBusConnection) -> None:
        self._connection = connection
        self._listeners: list[tuple[MatchRule, Callable[[Message], None]]] = []
        self._unheard: list[Message] = []

    def ask(
        self, name: str, path: str, interface: str, member: str, signature: str = "", *body: object
    ) -> Any:
        """Call a method; its result, a tuple where it has several. Errors: BusFailed."""
        address = DBusAddress(path, bus_name=name, interface=interface)
        message = new_method_call(address, member, signature or None, body)
        return self._ask(message)

    def get(self, name: str, path: str, interface: str, field: str) -> Any:
        """A property. Errors: BusFailed."""
        _, value = self.ask(name, path, "org.freedesktop.DBus.Properties", "Get", "ss", interface, field)
        return value

    def names(self) -> tuple[str, ...]:
        """Who is on the bus. Errors: BusFailed."""
        return tuple(self._ask(message_bus.ListNames()))

    def owner(self, name: str) -> str:
        """The unique name behind one that is known. Errors: BusFailed."""
        return str(self._ask(message_bus.GetNameOwner(name)))

    def listen(self, rule: MatchRule, heard: Callable[[Message], None]) -> None:
        """Have ``heard`` called with every signal that ``rule`` matches. Errors: BusFailed."""
        self._ask(message_bus.AddMatch(rule))
        self._listeners.append((rule, heard))

    def hear(self) -> None:
        """Hand what has arrived to the listeners. Errors: BusFailed."""
        while True:
            try:
                message = self._unheard.pop(0) if self._unheard else self._connection.receive(timeout=0)
            except TimeoutError:
                return
            except (OSError, EOFError) as error:
                raise BusFailed(str(error)) from error
            for rule, heard in self._listeners:
                if rule.matches(message):
                    heard(message)

    @property
    def descriptor(self) -> int:
        """What can be waited for."""
        return int(self._connection.sock.fileno())

    def close(self) -> None:
        """Let the bus go."""
        with contextlib.suppress(OSError):
            self._connection.close()

    def _ask(self, message: Message) -> Any:
        """The reply's body; signals that come first are kept for ``hear``."""
        try:
            reply = self._reply(message)
        except (OSError, EOFError, TimeoutError) as error:
            raise BusFailed(f"{type(error).__name__}: {error}") from error
        if reply.header.message_type is MessageType.error:
            raise BusFailed(str(reply.header.fields.get(HeaderFields.error_name, "error")))
        return reply.body[0] if len(reply.body) == 1 else reply.body

    def _reply(self, message: Message) -> Message:
        until_s = time.monotonic() + ASK_LIMIT_S
        serial = next(self._connection.outgoing_serial)
        self._connection.send(message, serial=serial)
        while True:
            received = self._connection.receive(timeout=max(until_s - time.monotonic(), 0.0))
            if received.header.fields.get(HeaderFields.reply_serial) == serial:
                return received
            self._unheard.append(received)


Job = Callable[[BusTalk], None]


class BusThread:
    """One thread that talks to a bus: jobs in order, signals between them.

    ``bus`` SESSION, SYSTEM or an address. A job that fails ends nothing: it is logged, and the next one
    gets a new connection. Thread: any.
    """

    def __init__(self, name: str, bus: str = "SESSION") -> None:
        self._name = name
        self._bus = bus
        self._jobs: Mailbox[Job | None] = Mailbox()
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)
        self._thread.start()

    def run(self, job: Job) -> None:
        """Have ``job`` done on the thread."""
        self._jobs.put(job)

    def close(self, wait_s: float = 0.0) -> None:
        """End after the jobs that wait; wait for that at most ``wait_s``."""
        self._jobs.put(None)
        self._thread.join(wait_s)

    def _serve(self) -> None:
        talk: BusTalk | None = None
        while True:
            try:
                job = self._next(talk)
                if job is None:
                    break
                talk = talk or BusTalk(_connected(self._bus))
                job(talk)
            except BusFailed as error:
                _log.info("%s: %s", self._name, error)
                _close(talk)
                talk = None
        _close(talk)
        self._jobs.close()

    def _next(self, talk: BusTalk | None) -> Job | None:
        """The next job; signals are heard while there is none. Errors: BusFailed."""
        while True:
            if talk is not None:
                talk.hear()
            with contextlib.suppress(queue.Empty):
                return self._jobs.take()
            self._jobs.wait(*(() if talk is None else (talk.descriptor,)))


def _connected(bus: str) -> DBusConnection:
    """A connection. Errors: BusFailed."""
    try:
        return open_dbus_connection(bus=bus)
    except (OSError, EOFError, KeyError, ValueError, RuntimeError) as error:
        raise BusFailed(f"{type(error).__name__}: {error}") from error


def _close(talk: BusTalk | None) -> None:
    if talk is not None:
        talk.close()
