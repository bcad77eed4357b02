"""Keys of the whole Windows desktop: RegisterHotKey on a thread with a message loop.

A hot key belongs to the thread that registered it and comes as WM_HOTKEY to its queue; a new wish wakes it
by a message of its own.
"""

from __future__ import annotations

import ctypes
import logging
import queue
import threading
from collections.abc import Callable, Mapping
from typing import Any

from softphone.domain.hot_key import HotKey
from softphone.domain.ports import Dispatcher

CLOSE_WAIT_S = 1.0
WM_HOTKEY, WM_WISH = 0x0312, 0x8000 + 1  # WM_APP + 1
PM_NOREMOVE = 0
MOD_NOREPEAT = 0x4000
ERROR_HOTKEY_ALREADY_REGISTERED = 1409

_MASKS = {"alt": 0x0001, "ctrl": 0x0002, "shift": 0x0004, "meta": 0x0008}
_CODES = {
    "Space": 0x20,
    "PageUp": 0x21,
    "PageDown": 0x22,
    "End": 0x23,
    "Home": 0x24,
    "Left": 0x25,
    "Up": 0x26,
    "Right": 0x27,
    "Down": 0x28,
    "Insert": 0x2D,
    "Delete": 0x2E,
    "Pause": 0x13,
    "ScrollLock": 0x91,
    **{f"F{number}": 0x6F + number for number in range(1, 25)},
}

_log = logging.getLogger(__name__)


class Message(ctypes.Structure):
    """MSG of winuser.h."""

    _fields_ = (
        ("window", ctypes.c_void_p),
        ("message", ctypes.c_uint),
        ("word", ctypes.c_size_t),
        ("long", ctypes.c_ssize_t),
        ("time", ctypes.c_uint32),
        ("x", ctypes.c_int32),
        ("y", ctypes.c_int32),
        ("private", ctypes.c_uint32),
    )


def virtual_key(hot_key: HotKey) -> int:
    """Its virtual-key code: letters and digits are their own."""
    return _CODES.get(hot_key.key) or ord(hot_key.key)


def modifier_mask(hot_key: HotKey) -> int:
    """What RegisterHotKey wants; a key that is held is told once."""
    return sum(_MASKS[name] for name in hot_key.modifiers) | MOD_NOREPEAT


class WindowsLibraries:
    """user32 and kernel32 as hot keys use them (``FakeUser32`` in tests)."""

    def __init__(self) -> None:
        load: Any = ctypes.WinDLL  # type: ignore[attr-defined,unused-ignore]
        self.user32: Any = load("user32", use_last_error=True)
        self.kernel32: Any = load("kernel32")

    def last_error(self) -> int:
        """Of this thread's last call; GetLastError would tell of one that the interpreter made since."""
        return int(ctypes.get_last_error())  # type: ignore[attr-defined,unused-ignore]


class WindowsHotKeys:
    """Implements ``domain.surroundings.HotKeys``. Thread: main; ``hot-keys`` once a key is wished for."""

    trouble = ""

    def __init__(self, dispatcher: Dispatcher, libraries: Any = None) -> None:
        self._dispatcher = dispatcher
        self._libraries = libraries  # loaded when a key is wished for
        self._wishes: queue.SimpleQueue[Callable[[], bool]] = queue.SimpleQueue()
        self._ready = threading.Event()
        self._thread: threading.Thread | None = None
        self._thread_id = 0
        self._actions: list[str] = []
        self._pressed: Callable[[str], None] = lambda action: None

    def hold(
        self,
        keys: Mapping[str, HotKey],
        pressed: Callable[[str], None],
        done: Callable[[Mapping[str, str]], None],
    ) -> None:
        """Hold ``keys`` in place of those held until now."""
        if self._thread is None:
            if not keys:
                done({})
                return
            self._thread = threading.Thread(target=self._serve, name="hot-keys", daemon=True)
            self._thread.start()
            self._ready.wait()  # until it has a queue: microseconds
        wanted = dict(keys)

        def obey() -> bool:
            troubles = self._register(wanted, pressed)
            self._dispatcher.post(lambda: done(troubles))
            return True

        self._put(obey)

    def close(self) -> None:
        """Let all go; waits for it for a moment."""
        if self._thread is not None:
            self._put(self._unregister)
            self._thread.join(CLOSE_WAIT_S)
            self._thread = None

    @property
    def _windows(self) -> Any:
        if self._libraries is None:
            self._libraries = WindowsLibraries()
        return self._libraries

    def _put(self, wish: Callable[[], bool]) -> None:
        self._wishes.put(wish)
        self._windows.user32.PostThreadMessageW(self._thread_id, WM_WISH, 0, 0)

    def _serve(self) -> None:
        """Thread: hot-keys."""
        user32, message = self._windows.user32, Message()
        user32.PeekMessageW(ctypes.byref(message), None, 0, 0, PM_NOREMOVE)  # makes the queue
        self._thread_id = self._windows.kernel32.GetCurrentThreadId()
        self._ready.set()
        while user32.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
            if message.message == WM_HOTKEY and message.word < len(self._actions):
                self._press(self._actions[message.word])
            elif message.message == WM_WISH and not self._wishes.get()():
                return

    def _press(self, action: str) -> None:
        pressed = self._pressed
        self._dispatcher.post(lambda: pressed(action))

    def _register(self, keys: Mapping[str, HotKey], pressed: Callable[[str], None]) -> dict[str, str]:
        self._unregister()
        self._pressed = pressed
        troubles = {}
        for action, hot_key in keys.items():
            number = len(self._actions)
            mask, code = modifier_mask(hot_key), virtual_key(hot_key)
            if self._windows.user32.RegisterHotKey(None, number, mask, code):
                self._actions.append(action)
                continue
            error = self._windows.last_error()
            _log.info("RegisterHotKey %s: error %d", hot_key, error)
            troubles[action] = "taken" if error == ERROR_HOTKEY_ALREADY_REGISTERED else "no_key"
        return troubles

    def _unregister(self) -> bool:
        """False: nothing comes after it."""
        for number in range(len(self._actions)):
            self._windows.user32.UnregisterHotKey(None, number)
        self._actions.clear()
        return False
