"""Keys of the keyboard for what can be done with a call: named actions of the window."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import partial

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

KEYS = {
    "answer": "Ctrl+Enter",
    "decline": "Ctrl+D",
    "hold": "Ctrl+H",
    "mute": "Ctrl+M",
    "transfer": "Ctrl+T",
    "swap": "Ctrl+S",
    "join": "Ctrl+J",
    "record": "Ctrl+R",
    "add_call": "Ctrl+N",
}
SEARCH_KEY, FIND_KEY = "Ctrl+K", "Ctrl+F"  # everywhere; in what is in front
_MAC = {"hold": "Ctrl+Shift+H", "mute": "Ctrl+Shift+M"}  # ⌘H and ⌘M are the system's own
_ALSO = {"answer": "Ctrl+Return"}  # the large one; the other is the keypad's


def keys_of(action: str) -> str:
    """The keys of an action as this system writes them; "" for none."""
    return written(_keys(action))


def written(keys: str) -> str:
    """Keys as this system writes them."""
    return QKeySequence(keys).toString(QKeySequence.SequenceFormat.NativeText)


def with_keys(words: str, action: str) -> str:
    """``ミュート(Ctrl+M)``, for a tool tip."""
    keys = keys_of(action)
    wide = not words.isascii()
    return (f"{words}({keys})" if wide else f"{words} ({keys})") if keys else words


def add_shortcuts(window: QWidget, run: Callable[[str], None]) -> None:
    """Have ``window`` run actions by their keys."""
    for name in KEYS:
        action = QAction(window)
        action.setObjectName(f"{name}Action")
        keys = [QKeySequence(_keys(name))]
        if name in _ALSO:
            keys.append(QKeySequence(_ALSO[name]))
        action.setShortcuts(keys)
        action.triggered.connect(partial(_triggered, run, name))
        window.addAction(action)


def _triggered(run: Callable[[str], None], name: str, checked: bool = False) -> None:
    run(name)


def _keys(action: str) -> str:
    return _MAC.get(action, KEYS.get(action, "")) if sys.platform == "darwin" else KEYS.get(action, "")
