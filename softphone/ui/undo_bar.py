"""What was just done, and the key that takes it back: at the foot of a place, gone after a while."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout

from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton, QuietButton
from softphone.ui.labels import ElidedLabel
from softphone.ui.look import Look

UNDO_MS = 12_000


class UndoBar(QFrame):
    """Hidden while there is nothing to take back."""

    accessible_role = QAccessible.Role.Notification

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._undo: Callable[[], object] = lambda: None
        self.setObjectName(name)
        self.setProperty("card", "info")
        self._words = ElidedLabel(look, "body", name=f"{name}Words")
        self._key = QuietButton(look, look.text("people_list.undo"), f"{name}Undo", tone="accent")
        self._key.on_click(self._take_back)
        close = IconButton(look, look.text("notice_bar.dismiss"), f"{name}Close", "close")
        close.on_click(self.forget)
        row = QHBoxLayout(self)
        px = look.px
        row.setContentsMargins(px(tokens.SPACE_3), px(tokens.SPACE_1), px(tokens.SPACE_1), px(tokens.SPACE_1))
        row.setSpacing(px(tokens.SPACE_1))
        row.addWidget(self._words, 1)
        row.addWidget(self._key)
        row.addWidget(close)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(UNDO_MS)
        self._timer.timeout.connect(self._run_out)
        self.hide()

    def offer(self, words: str, undo: Callable[[], object]) -> None:
        """Say what was done; ``undo`` takes it back."""
        self._undo = undo
        self._words.show_text(words)
        self.setAccessibleName(words)
        self.show()
        self._timer.start()

    def take_focus(self) -> None:
        """The keyboard goes to the key that takes it back."""
        self._key.setFocus(Qt.FocusReason.OtherFocusReason)

    def forget(self) -> None:
        """It stays done."""
        self._timer.stop()
        self.hide()

    def _run_out(self) -> None:
        if self.isAncestorOf(self.focusWidget() or self) and self._key.hasFocus():
            self._timer.start()  # somebody is about to press it
        else:
            self.forget()

    def _take_back(self) -> None:
        self.forget()
        self._undo()
