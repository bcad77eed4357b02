"""What a key of the whole desktop asks of the window: to come forward, to take a selected number."""

from __future__ import annotations

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QClipboard, QGuiApplication

from softphone.app.changes import Change, HotKeyPressed
from softphone.app.phone import Phone
from softphone.ui.main_window import MainWindow
from softphone.ui.view_state import ProblemView


class HotKeyHand(QObject):
    """Thread: ui."""

    def __init__(self, phone: Phone, window: MainWindow) -> None:
        super().__init__(window)
        self._window = window
        self._hot_keys = phone.surroundings.hot_keys
        phone.observe(self.observe)

    def observe(self, change: Change) -> None:
        """Do what was asked for."""
        if not isinstance(change, HotKeyPressed):
            return
        if change.action == "dial_selection":
            number = self._hot_keys.selected(selected_text())
            if number:
                self._window.offer_number(number, ProblemView())
        self._window.show()
        self._window.setWindowState(self._window.windowState() & ~Qt.WindowState.WindowMinimized)
        self._window.raise_()
        self._window.activateWindow()


def selected_text() -> str:
    """What is selected in whatever program, where the desktop tells (X11); else what was copied last."""
    clipboard = QGuiApplication.clipboard()
    told = clipboard.supportsSelection()
    data = clipboard.mimeData(QClipboard.Mode.Selection if told else QClipboard.Mode.Clipboard)
    return data.text() if data is not None else ""
