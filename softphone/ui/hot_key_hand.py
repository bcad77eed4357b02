"""What a key of the whole desktop asks of the window: to come forward, to take a selected number."""

from __future__ import annotations

import contextlib

from PySide6.QtCore import QObject
from PySide6.QtGui import QClipboard, QGuiApplication

from softphone.app.changes import Change, HotKeyPressed
from softphone.app.phone import Phone
from softphone.domain.link import LinkInvalid
from softphone.ui.desktop_desk import DesktopDesk


class HotKeyHand(QObject):
    """A selected number goes the way of a link that was clicked. Thread: ui."""

    def __init__(self, phone: Phone, desk: DesktopDesk) -> None:
        super().__init__(desk)
        self._desk = desk
        self._hot_keys = phone.surroundings.hot_keys
        phone.observe(self.observe)

    def observe(self, change: Change) -> None:
        """Do what was asked for."""
        if not isinstance(change, HotKeyPressed):
            return
        number = self._hot_keys.selected(selected_text()) if change.action == "dial_selection" else ""
        with contextlib.suppress(LinkInvalid):  # told on the keypad
            self._desk.open(f"tel:{number}" if number else "", "")


def selected_text() -> str:
    """What is selected in whatever program, where the desktop tells (X11); else what was copied last."""
    clipboard = QGuiApplication.clipboard()
    told = clipboard.supportsSelection()
    data = clipboard.mimeData(QClipboard.Mode.Selection if told else QClipboard.Mode.Clipboard)
    return data.text() if data is not None else ""
