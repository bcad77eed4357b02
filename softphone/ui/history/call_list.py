"""The list of calls: what the mouse and the keyboard do with a row."""

from __future__ import annotations

import sys

from PySide6.QtCore import (
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFocusEvent, QKeyEvent, QKeySequence, QMouseEvent, QPainter
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyleOptionViewItem

from softphone.ui.history.day_list import DayList
from softphone.ui.history.delegate import CallDelegate
from softphone.ui.history.model import CallListModel
from softphone.ui.look import Look

Index = QModelIndex | QPersistentModelIndex
_DELETE_KEYS = (  # the large key of a Mac says delete
    (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) if sys.platform == "darwin" else (Qt.Key.Key_Delete,)
)


class CallList(DayList):
    """Shows a CallListModel. Thread: ui.

    ``opened`` carries a row to show whole, ``called`` one to call, ``menu_wanted`` the place for a menu.
    ``delete_wanted``, ``copy_wanted``: of what is selected. ``left_upwards``: up from the first row.
    """

    opened = Signal(int)
    called = Signal(int)
    menu_wanted = Signal(QPoint)
    delete_wanted = Signal()
    copy_wanted = Signal()
    left_upwards = Signal()

    def __init__(self, look: Look, calls: CallListModel, name: str) -> None:
        super().__init__(look, calls, name)
        self._pressed = (-1, False)  # the row, whether on its key
        self.setAccessibleName(look.text("nav.history"))
        self.setAccessibleDescription(look.text("people_list.keys"))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setMouseTracking(True)
        self._paints = CallDelegate(look, self)
        self.setItemDelegate(self._paints)

    def selected_rows(self, most: int) -> list[int]:
        """The selected rows from above, ``most`` of them."""
        rows: list[int] = []
        ranges = sorted(self.selectionModel().selection().toList(), key=lambda each: each.top())
        for each in ranges:
            rows += range(each.top(), min(each.bottom() + 1, each.top() + most - len(rows)))
        return rows

    @property
    def selected_count(self) -> int:
        """How many rows are selected."""
        return sum(each.height() for each in self.selectionModel().selection().toList())

    def select_row(self, row: int) -> None:
        """Select this one row alone."""
        self.selectionModel().setCurrentIndex(
            self._calls.index(row), QItemSelectionModel.SelectionFlag.ClearAndSelect
        )

    def paint_row(self, painter: QPainter, index: Index, rect: QRect) -> None:
        option = QStyleOptionViewItem()
        self.initViewItemOption(option)
        option.rect = rect
        states = option.state
        if self.selectionModel().isSelected(index):
            states |= QStyle.StateFlag.State_Selected
        if index == self.currentIndex() and self.hasFocus() and self._look.keyboard:
            states |= QStyle.StateFlag.State_HasFocus
        else:
            states &= ~QStyle.StateFlag.State_HasFocus
        if self.viewport().underMouse() and option.rect.contains(
            self.viewport().mapFromGlobal(self.cursor().pos())
        ):
            states |= QStyle.StateFlag.State_MouseOver
        option.state = states
        self._paints.paint(painter, option, index)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._look.keyboard = False
        index = self.indexAt(event.position().toPoint())
        left = event.button() is Qt.MouseButton.LeftButton
        self._pressed = (index.row() if left else -1, self._on_key(event, index))
        if not (left and self._pressed[1]):
            super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        (row, key), self._pressed = self._pressed, (-1, False)
        here = index.isValid() and index.row() == row and self._on_key(event, index) == key
        if not key:
            super().mouseReleaseEvent(event)
        if here and key:
            self.called.emit(row)
        elif here and event.modifiers() == Qt.KeyboardModifier.NoModifier:
            self.opened.emit(row)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        index = self.indexAt(event.position().toPoint())
        left = event.button() is Qt.MouseButton.LeftButton
        if left and index.isValid() and not self._on_key(event, index):  # its key called already
            self.called.emit(index.row())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        super().mouseMoveEvent(event)
        index = self.indexAt(event.position().toPoint())
        on_key = self._on_key(event, index)
        self._paints.hovered_key = index.row() if on_key else -1
        self.setCursor(Qt.CursorShape.PointingHandCursor if on_key else Qt.CursorShape.ArrowCursor)
        self.viewport().update()

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._paints.hovered_key = -1
        self.viewport().update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key, row = event.key(), self.currentIndex().row()
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if event.matches(QKeySequence.StandardKey.Copy):
            self.copy_wanted.emit()
        elif key in _DELETE_KEYS:
            self.delete_wanted.emit()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and row >= 0 and plain:
            self.called.emit(row)
        elif key in (Qt.Key.Key_Space, Qt.Key.Key_Right) and row >= 0 and plain:
            self.opened.emit(row)
        elif key == Qt.Key.Key_Up and row <= 0:
            self.left_upwards.emit()
        else:
            self._look.keyboard = True
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        place = event.pos()
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            place = self.visualRect(self.currentIndex()).center()
        elif not self.indexAt(place).isValid():
            return
        self.menu_wanted.emit(self.viewport().mapToGlobal(place))

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if not self.currentIndex().isValid() and self._calls.rowCount():
            none = QItemSelectionModel.SelectionFlag.NoUpdate
            self.selectionModel().setCurrentIndex(self._calls.index(0), none)
        self.viewport().update()

    def _on_key(self, event: QMouseEvent, index: QModelIndex) -> bool:
        """The mouse is on the key of a row that calls back."""
        view = self._calls.view(index.row()) if index.isValid() else None
        dials = view is not None and view.dials
        return dials and self._paints.key_rect(self.visualRect(index)).contains(event.position())
