"""The text cursor blinks while one types and rests afterwards, as GTK's and Windows' own do.

Each blink paints the field and everything behind it anew: half of what an open window that nobody uses costs.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

REST_MS = 5_000
_FOLLOWED = "caretFollowed"  # a property of the fields one was in
_FIELDS = (QLineEdit, QTextEdit, QPlainTextEdit)


class RestingCaret(QObject):
    """Belongs to the application. Thread: ui."""

    def __init__(self, application: QApplication, rest_ms: int = REST_MS) -> None:
        super().__init__(application)
        self._application = application
        self._blink_ms = application.cursorFlashTime()
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(rest_ms)
        self._rest.timeout.connect(lambda: application.setCursorFlashTime(0))
        application.focusChanged.connect(self._focus_moved)

    def _focus_moved(self, _before: QWidget | None, now: QWidget | None) -> None:
        if not isinstance(now, _FIELDS):
            return
        if not now.property(_FOLLOWED):
            now.setProperty(_FOLLOWED, True)
            now.cursorPositionChanged.connect(self._blink)
        self._blink()

    def _blink(self) -> None:
        if self._application.cursorFlashTime() != self._blink_ms:
            self._application.setCursorFlashTime(self._blink_ms)
        self._rest.start()
