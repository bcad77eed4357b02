"""A sheet: rises from the foot of the window over a darkened page. No window of its own.

Esc, a click beside it and its cross close it; the keyboard stays within.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtGui import QAccessible, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton
from softphone.ui.labels import ElidedLabel, Label
from softphone.ui.look import Look, on_look

_SCRIM = 0.42  # how dark what lies under it gets


class Sheet(QWidget):
    """A title, some words and what a heir puts into ``content``. Thread: ui."""

    accessible_role = QAccessible.Role.Dialog

    closed = Signal()

    def __init__(self, look: Look, over: QWidget, name: str, title: str, words: str) -> None:
        super().__init__(over)
        self.look = look
        self._over = over
        self._focused: QWidget | None = None
        self.setObjectName(name)
        self.setAccessibleName(title)
        self._frame = QFrame(self)
        self._frame.setObjectName("sheet")
        self._title = Label(look, "title", name="sheetTitle")
        self._title.setText(title)
        self._words = ElidedLabel(look, "body", "text_soft", name="sheetWords")
        self._words.show_text(words)
        cross = IconButton(look, look.text("call_panel.close"), "sheetClose", "close")
        cross.on_click(self.dismiss)
        top = QHBoxLayout()
        top.addWidget(self._title, 1)
        top.addWidget(cross)
        self.content = QVBoxLayout()
        self._head = QVBoxLayout()
        self._head.addLayout(top)
        self._head.addWidget(self._words)
        self._column = QVBoxLayout(self._frame)
        self._column.addLayout(self._head)
        self._column.addLayout(self.content)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addStretch(1)
        middle = QHBoxLayout()
        middle.addWidget(self._frame)
        outer.addLayout(middle)
        over.installEventFilter(self)
        application = QApplication.instance()
        assert isinstance(application, QApplication)
        application.focusChanged.connect(self._focus_moved)
        on_look(self, look, self._dress)

    @property
    def ring(self) -> int:
        """What buttons keep around themselves for their focus ring, px: the rest is set in by as much."""
        return self.look.px(tokens.FOCUS_WIDTH) + self.look.px(tokens.FOCUS_GAP) - 1

    def rise(self, first: QWidget) -> None:
        """Show it, the keyboard on ``first``."""
        self.setGeometry(self._over.rect())
        self.show()
        self.raise_()
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def dismiss(self) -> None:
        """Go without having done anything."""
        self.hide()
        self.deleteLater()
        self.closed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Resize and watched is self._over:
            self.setGeometry(self._over.rect())
        return False

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round within the sheet."""
        self.look.tabbed(self)
        inside = [each for each in self._frame.findChildren(QWidget) if _takes_keyboard(each, self)]
        focused = self.focusWidget()
        if not inside:
            return False
        step = 1 if forward else -1
        index = inside.index(focused) + step if focused in inside else 0
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        inside[index % len(inside)].setFocus(reason)
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        # Nothing of what is typed here is meant for the page below.

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if not self._frame.geometry().contains(event.position().toPoint()):
            self.dismiss()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setOpacity(_SCRIM)
        painter.fillRect(self.rect(), self.look.color("scrim"))

    def _focus_moved(self, before: QWidget | None, now: QWidget | None) -> None:
        """What happens below (a caller, a call that ends) takes the keyboard from nobody who types here."""
        if now is None or not self.isVisible() or now.window() is not self.window():
            return
        if self.isAncestorOf(now):
            self._focused = now
        elif self._focused is not None:
            self._focused.setFocus(Qt.FocusReason.OtherFocusReason)

    def _dress(self) -> None:
        px = self.look.px
        side = px(tokens.SPACE_5) - self.ring
        self._head.setContentsMargins(self.ring, 0, self.ring, 0)
        self._head.setSpacing(0)
        self._column.setContentsMargins(side, px(tokens.SPACE_3), side, px(tokens.SPACE_4))
        self._column.setSpacing(px(tokens.SPACE_2))
        self.content.setSpacing(px(tokens.SPACE_1))
        self._frame.setMaximumWidth(px(tokens.COLUMN_WIDTH))


def _takes_keyboard(widget: QWidget, root: QWidget) -> bool:
    tab = widget.focusPolicy().value & Qt.FocusPolicy.TabFocus.value
    return bool(tab) and widget.isVisibleTo(root) and widget.isEnabled()
