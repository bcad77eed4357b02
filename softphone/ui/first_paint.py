"""What may wait until the window is seen: run once it was painted."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer
from PySide6.QtWidgets import QWidget


def once_painted(window: QWidget, action: Callable[[], None]) -> None:
    """Run ``action`` after the first paint of ``window``, soon where it is not shown. Thread: ui."""
    if window.isVisible():
        window.installEventFilter(_FirstPaint(window, action))
    else:
        QTimer.singleShot(0, window, action)


class _FirstPaint(QObject):
    """Waits for one paint event."""

    def __init__(self, window: QWidget, action: Callable[[], None]) -> None:
        super().__init__(window)
        self._window = window
        self._action = action

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._window.removeEventFilter(self)
            QTimer.singleShot(0, self._window, self._action)
            self.deleteLater()
        return False
