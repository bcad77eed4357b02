"""Whether the screen is locked. Nothing is polled: Linux tells by itself, the others are asked when needed.

Linux     ActiveChanged of org.freedesktop.ScreenSaver and org.gnome.ScreenSaver; LockedHint of logind
Windows   OpenInputDesktop: the desktop that takes input cannot be opened while it is the locked one
macOS     CGSSessionScreenIsLocked of CGSessionCopyCurrentDictionary
"""

from __future__ import annotations

import ctypes
import logging
import os
import sys
from collections.abc import Callable
from functools import partial
from typing import Any

from softphone.domain.ports import Dispatcher

if sys.platform == "linux":
    from jeepney import MatchRule, Message

    from softphone.desktop.bus import BusFailed, BusTalk, BusThread

_log = logging.getLogger(__name__)
_SAVERS = (
    ("org.freedesktop.ScreenSaver", "/org/freedesktop/ScreenSaver"),
    ("org.gnome.ScreenSaver", "/org/gnome/ScreenSaver"),
)
_LOGIND = "org.freedesktop.login1"
_SESSION = "org.freedesktop.login1.Session"


class BusLock:
    """Implements ``domain.surroundings.Lock`` for Linux. Thread: main; ``lock``, ``lock-session`` listen."""

    def __init__(
        self, dispatcher: Dispatcher, session_bus: str = "SESSION", system_bus: str = "SYSTEM"
    ) -> None:
        self._dispatcher = dispatcher
        self._buses = {"lock": session_bus, "lock-session": system_bus}
        self._threads: list[BusThread] = []
        self._by: dict[str, bool] = {}
        self._moved: Callable[[], None] = lambda: None

    @property
    def locked(self) -> bool:
        """Any of those who tell says so."""
        return any(self._by.values())

    def watch(self, moved: Callable[[], None]) -> None:
        """Listen to all of them."""
        self._moved = moved
        self._threads = [BusThread(name, bus) for name, bus in self._buses.items()]
        savers, logind = self._threads
        savers.run(self._listen_to_savers)
        logind.run(self._listen_to_logind)

    def stop(self) -> None:
        """Listen no more."""
        for thread in self._threads:
            thread.close()
        self._threads = []
        self._moved = lambda: None
        self._by.clear()

    def _listen_to_savers(self, talk: BusTalk) -> None:
        """Thread: lock."""
        names = talk.names()
        for interface, path in _SAVERS:
            rule = MatchRule(type="signal", interface=interface, member="ActiveChanged")
            talk.listen(rule, partial(self._heard, interface))
            if interface in names:
                try:
                    self._tell(interface, bool(talk.ask(interface, path, interface, "GetActive")))
                except BusFailed as error:
                    _log.info("%s does not tell: %s", interface, error)

    def _heard(self, who: str, signal: Message) -> None:
        self._tell(who, bool(signal.body[0]))

    def _listen_to_logind(self, talk: BusTalk) -> None:
        """Thread: lock-session."""
        path = _session_path(talk)

        def changed(signal: Message) -> None:
            interface, fields, _ = signal.body
            if interface == _SESSION and "LockedHint" in fields:
                self._tell(_LOGIND, bool(fields["LockedHint"][1]))

        rule = MatchRule(
            type="signal", interface="org.freedesktop.DBus.Properties", member="PropertiesChanged", path=path
        )
        talk.listen(rule, changed)
        self._tell(_LOGIND, bool(talk.get(_LOGIND, path, _SESSION, "LockedHint")))

    def _tell(self, who: str, locked: bool) -> None:
        self._dispatcher.post(lambda: self._told(who, locked))

    def _told(self, who: str, locked: bool) -> None:
        before = self.locked
        if self._threads:
            self._by[who] = locked
        if self.locked is not before:
            self._moved()


def _session_path(talk: BusTalk) -> str:
    """The object of our own session. Errors: BusFailed."""
    manager = (_LOGIND, "/org/freedesktop/login1", "org.freedesktop.login1.Manager")
    if session := os.environ.get("XDG_SESSION_ID", ""):
        return str(talk.ask(*manager, "GetSession", "s", session))
    return str(talk.ask(*manager, "GetSessionByPID", "u", os.getpid()))


class AskedLock:
    """A system that is asked whenever somebody wants to know. Thread: main."""

    def __init__(self, ask: Callable[[], bool]) -> None:
        self._ask = ask

    @property
    def locked(self) -> bool:
        """As it is now; False where the system could not be asked."""
        try:
            return self._ask()
        except OSError as error:
            _log.info("the lock cannot be asked for: %s", error)
            return False

    def watch(self, moved: Callable[[], None]) -> None:
        """Nothing tells by itself."""

    def stop(self) -> None:
        """Nothing was followed."""


def windows_is_locked(libraries: Any = None) -> bool:
    """The desktop that takes input is not ours to switch to. ``libraries``: ctypes.windll or a fake."""
    user32 = (libraries or ctypes.windll).user32  # type: ignore[attr-defined,unused-ignore]
    switch_desktop = 0x0100
    desktop = user32.OpenInputDesktop(0, False, switch_desktop)
    if not desktop:
        return True
    try:
        return not user32.SwitchDesktop(desktop)
    finally:
        user32.CloseDesktop(desktop)


def mac_is_locked(libraries: Callable[[str], Any] = ctypes.CDLL) -> bool:
    """CGSSessionScreenIsLocked of the session. Errors: OSError where there is no such library."""
    folder = "/System/Library/Frameworks"
    graphics = libraries(f"{folder}/CoreGraphics.framework/CoreGraphics")
    foundation = libraries(f"{folder}/CoreFoundation.framework/CoreFoundation")
    for function in (
        graphics.CGSessionCopyCurrentDictionary,
        foundation.CFStringCreateWithCString,
        foundation.CFDictionaryGetValue,
    ):
        function.restype = ctypes.c_void_p
    utf8 = 0x08000100
    session = graphics.CGSessionCopyCurrentDictionary()
    if not session:
        return False
    key = foundation.CFStringCreateWithCString(None, b"CGSSessionScreenIsLocked", utf8)
    try:
        value = foundation.CFDictionaryGetValue(ctypes.c_void_p(session), ctypes.c_void_p(key))
        return bool(value) and bool(foundation.CFBooleanGetValue(ctypes.c_void_p(value)))
    finally:
        foundation.CFRelease(ctypes.c_void_p(key))
        foundation.CFRelease(ctypes.c_void_p(session))
