"""A field that searches as one types: a glass at its left, a cross while something is typed."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, QTimer, Signal
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit

from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton
from softphone.ui.look import Look, on_look


class SearchField(QLineEdit):
    """``entered`` on Enter, ``downward`` on the arrow key that leads to what was found.

    ``searched``: ``wanted`` is another, at most once a turn of the loop: a paste or a burst of keys is one.
    """

    searched = Signal()
    entered = Signal()
    downward = Signal()

    def __init__(self, look: Look, name: str, words: str, hint: str) -> None:
        super().__init__()
        self._look = look
        self._preedit = ""
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.searched)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setPlaceholderText(hint)
        self.setMaxLength(128)
        self._clear = IconButton(look, look.text("people_list.clear"), f"{name}Clear", "close")
        self._clear.setParent(self)
        self._clear.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Esc does the same
        self._clear.setCursor(Qt.CursorShape.ArrowCursor)
        self._clear.on_click(self.clear)
        self._clear.hide()
        self.textChanged.connect(self._changed)
        on_look(self, look, self._dress)

    @property
    def wanted(self) -> str:
        """What is typed, with the kana the input method has not handed over yet."""
        text, place = self.text(), self.cursorPosition()
        return f"{text[:place]}{self._preedit}{text[place:]}".strip()

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        self._preedit = event.preeditString()
        super().inputMethodEvent(event)
        self._soon.start(0)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        control = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and not control:
            self.entered.emit()
        elif event.key() == Qt.Key.Key_Down:
            self.downward.emit()
        elif event.key() == Qt.Key.Key_Escape and self.text():
            self.clear()
        else:
            super().keyPressEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        size = self._clear.sizeHint()
        left = self.width() - size.width() - self._look.px(tokens.SPACE_1)
        self._clear.setGeometry(left, (self.height() - size.height()) // 2, size.width(), size.height())

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        size = self._look.px(tokens.ICON)
        spot = QRectF(self._look.px(tokens.SPACE_3), (self.height() - size) / 2, size, size)
        self._look.paint_icon(QPainter(self), "search", "text_soft", spot)

    def _changed(self, text: str) -> None:
        self._clear.setVisible(bool(text))
        self._soon.start(0)

    def _dress(self) -> None:
        px = self._look.px
        side = px(tokens.ICON + tokens.SPACE_2)
        self.setTextMargins(side, 0, px(tokens.ICON + tokens.SPACE_2), 0)
