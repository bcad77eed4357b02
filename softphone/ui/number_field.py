"""The number field: large, editable, understands whatever is pasted into it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDropEvent,
    QGuiApplication,
    QInputMethodEvent,
    QKeyEvent,
    QKeySequence,
)
from PySide6.QtWidgets import QLineEdit, QMenu

from softphone.domain.dial_string import DialStringInvalid, clean_dial_string
from softphone.domain.halfwidth import to_halfwidth
from softphone.ui.look import Look, on_look, set_role

_CONTROL = Qt.KeyboardModifier.ControlModifier  # answers a caller
LONG, VERY_LONG = 14, 20  # characters from which the letters get smaller


class NumberField(QLineEdit):
    """One line for a number, a name or an address. Full-width input is turned as it comes.

    ``to_suggestions``: an arrow key, to what is suggested beside it. ``composed``: the text with what
    an input method still holds.
    """

    dial_wanted = Signal()
    to_suggestions = Signal()
    composed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setObjectName("numberField")
        self.setAccessibleName(look.text("keypad.number"))
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setInputMethodHints(Qt.InputMethodHint.ImhPreferLatin | Qt.InputMethodHint.ImhNoPredictiveText)
        self.setMaxLength(128)
        self.textEdited.connect(self._turn)
        self.textChanged.connect(self._size)
        on_look(self, look, self._size)

    def type_key(self, digit: str) -> None:
        """A key of the dialpad: goes in at the caret."""
        self.insert(digit)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste):
            self._paste_clipboard()
            return
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not event.modifiers() & _CONTROL:
            self.dial_wanted.emit()  # taken here: QLineEdit would let the page have it once more
            return
        if event.key() in (Qt.Key.Key_Down, Qt.Key.Key_Up):
            self.to_suggestions.emit()
            return
        if event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
            return
        super().keyPressEvent(event)

    def dropEvent(self, event: QDropEvent) -> None:
        self.paste_text(event.mimeData().text())
        event.acceptProposedAction()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        text = self._look.text
        menu = QMenu(self)
        menu.addAction(text("keypad.cut"), self.cut).setEnabled(self.hasSelectedText())
        menu.addAction(text("keypad.copy"), self.copy).setEnabled(self.hasSelectedText())
        menu.addAction(text("keypad.paste"), self._paste_clipboard)
        menu.exec(event.globalPos())

    def paste_text(self, text: str) -> None:
        """Put in what ``text`` means: ``tel:03-1234-5678`` becomes ``0312345678``; else as it is."""
        text = " ".join(text.split())
        try:
            text = clean_dial_string(text)
        except DialStringInvalid:
            text = to_halfwidth(text)
        self.insert(text)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        super().inputMethodEvent(event)
        place = self.cursorPosition()
        self.composed.emit(f"{self.text()[:place]}{event.preeditString()}{self.text()[place:]}")
        if event.commitString():
            self._turn(self.text())

    def _paste_clipboard(self) -> None:
        self.paste_text(QGuiApplication.clipboard().text())

    def _turn(self, text: str) -> None:
        turned = to_halfwidth(text)
        if turned != text:
            caret = self.cursorPosition()
            self.setText(turned)
            self.setCursorPosition(caret)

    def _size(self) -> None:
        length = len(self.text())
        long = "very" if length > VERY_LONG else "true" if length > LONG else "" if length else "empty"
        set_role(self, long=long)
