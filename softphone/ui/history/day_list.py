"""A list under headings of days, laid out only where it is seen.

QListView would ask every one of 100,000 rows for its height. Here the scroll bar counts rows, as if there
were no headings; the rows in sight are laid out from the first one down, and a row under a heading passes
by a little faster. Nothing out of sight is ever asked for.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    Qt,
)
from PySide6.QtGui import QPainter, QPaintEvent, QRegion, QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from softphone.ui import theme as tokens
from softphone.ui.history.model import CallListModel
from softphone.ui.look import Look, on_look

Index = QModelIndex | QPersistentModelIndex
_STEPS = {
    QAbstractItemView.CursorAction.MoveUp: -1,
    QAbstractItemView.CursorAction.MovePrevious: -1,
    QAbstractItemView.CursorAction.MoveDown: 1,
    QAbstractItemView.CursorAction.MoveNext: 1,
}


@dataclass(frozen=True)
class _Block:
    """A row in sight: where it stands, px of the viewport; ``heading`` the room over it."""

    row: int
    top: int
    heading: int


class DayList(QListView):
    """Rows of one height, a heading over the first of each day; the day one is in stays at the top.

    Override ``paint_row``. Thread: ui.
    """

    def __init__(self, look: Look, calls: CallListModel, name: str) -> None:
        super().__init__()
        self._look = look
        self._calls = calls
        self._blocks: list[_Block] = []
        self._height, self.heading_height = look.px(tokens.CALL_ROW), look.px(tokens.DAY_HEADING)
        self.setObjectName(name)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setModel(calls)
        calls.rowsInserted.connect(self._rows_came)
        on_look(self, look, self._dress)

    @property
    def rows_in_sight(self) -> list[int]:
        """The rows of which something is seen, from above."""
        self._lay_out()
        return [block.row for block in self._blocks]

    def show_row(self, row: int, top: int) -> None:
        """Scroll so that ``row`` stands ``top`` px below the upper edge, as far as there are rows."""
        self.verticalScrollBar().setValue(self._value_for(row, top - self._heading_over(row)))

    def paint_row(self, painter: QPainter, index: Index, rect: QRect) -> None:
        """Paint one row."""
        raise NotImplementedError

    def visualRect(self, index: Index) -> QRect:
        self._lay_out()
        height, width = self._height, self.viewport().width()
        row = index.row()
        if not index.isValid() or not self._blocks:
            return QRect()
        first, last = self._blocks[0], self._blocks[-1]
        if row < first.row:
            top = first.top - (first.row - row) * height
        elif row > last.row:
            top = last.top + last.heading + (row - last.row) * height
        else:
            block = self._blocks[row - first.row]
            top = block.top + block.heading
        return QRect(0, top, width, height)

    def indexAt(self, point: QPoint) -> QModelIndex:
        self._lay_out()
        for block in self._blocks:
            top = block.top + block.heading
            if top <= point.y() < top + self._height and point.y() >= self._sticky_bottom():
                return self._calls.index(block.row)
        return QModelIndex()

    def scrollTo(
        self,
        index: Index,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:
        if not index.isValid():
            return
        row, room = index.row(), self.viewport().height()
        rect = self.visualRect(index)
        bar = self.verticalScrollBar()
        if hint is QAbstractItemView.ScrollHint.PositionAtCenter:
            self.show_row(row, (room - self._height) // 2)
        elif rect.top() < self.heading_height or hint is QAbstractItemView.ScrollHint.PositionAtTop:
            self.show_row(row, self.heading_height)
        elif rect.bottom() >= room or hint is QAbstractItemView.ScrollHint.PositionAtBottom:
            bar.setValue(self._value_for(row, room - self._height - self._heading_over(row)))

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        count = self._calls.rowCount()
        if not count:
            return QModelIndex()
        row = self.currentIndex().row()
        page = max((self.viewport().height() - self.heading_height) // self._height, 1)
        if action in _STEPS:
            row = row + _STEPS[action] if row >= 0 else 0
        elif action is QAbstractItemView.CursorAction.MovePageDown:
            row += page
        elif action is QAbstractItemView.CursorAction.MovePageUp:
            row -= page
        elif action is QAbstractItemView.CursorAction.MoveHome:
            row = 0
        elif action is QAbstractItemView.CursorAction.MoveEnd:
            row = count - 1
        return self._calls.index(min(max(row, 0), count - 1))

    def setSelection(self, rect: QRect, command: QItemSelectionModel.SelectionFlag) -> None:
        first, last = self._row_at(rect.top()), self._row_at(rect.bottom())
        selection = QItemSelection()
        if self._calls.rowCount():
            selection.select(self._calls.index(first), self._calls.index(last))
        self.selectionModel().select(selection, command)

    def visualRegionForSelection(self, selection: QItemSelection) -> QRegion:
        return QRegion(self.viewport().rect())

    def verticalOffset(self) -> int:
        return self.verticalScrollBar().value()

    def doItemsLayout(self) -> None:
        self._blocks = []
        QAbstractItemView.doItemsLayout(self)

    def updateGeometries(self) -> None:
        QAbstractItemView.updateGeometries(self)
        self._blocks = []
        bar, room = self.verticalScrollBar(), self.viewport().height()
        bar.setSingleStep(self._height // 2)
        bar.setPageStep(max(room - self.heading_height, 1))
        at_end = bar.value() == bar.maximum() > 0
        most = self._calls.rowCount() * self._height - room
        near_end = bar.value() + 2 * room >= most
        bar.setRange(0, self._end_value() if near_end else max(most, 0))
        if at_end and near_end:
            bar.setValue(bar.maximum())

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        self._blocks = []
        most = self._calls.rowCount() * self._height - self.viewport().height()
        if self.verticalScrollBar().value() + 2 * self.viewport().height() >= most:
            self.updateGeometries()
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        QAbstractItemView.resizeEvent(self, event)

    def paintEvent(self, event: QPaintEvent) -> None:
        self._lay_out()
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for block in self._blocks:
            if block.heading:
                self._paint_heading(painter, block.row, block.top)
            room = QRect(0, block.top + block.heading, self.viewport().width(), self._height)
            self.paint_row(painter, self._calls.index(block.row), room)
        if self._blocks:
            following = [block.top for block in self._blocks[1:] if block.heading]
            top = min(0, following[0] - self.heading_height) if following else 0
            self._paint_heading(painter, self._blocks[0].row, top)

    def _paint_heading(self, painter: QPainter, row: int, top: int) -> None:
        look = self._look
        room = QRectF(0, top, self.viewport().width(), self.heading_height)
        painter.fillRect(room, look.color("ground"))
        painter.setFont(look.font("small_bold"))
        painter.setPen(look.color("text_soft"))
        side = look.px(tokens.SPACE_5)
        painter.drawText(
            room.adjusted(side, 0, -side, 0), Qt.AlignmentFlag.AlignVCenter, self._calls.heading(row)
        )

    def _lay_out(self) -> None:
        """Place the rows in sight, from the first one down."""
        if self._blocks or not self._calls.rowCount():
            return
        value, height = self.verticalScrollBar().value(), self._height
        row = min(value // height, self._calls.rowCount() - 1)
        passed = (value - row * height) / height
        top = -round(passed * (height + self._heading_over(row)))
        while row < self._calls.rowCount() and (top < self.viewport().height() or not self._blocks):
            block = _Block(row, top, self._heading_over(row))
            self._blocks.append(block)
            top += height + block.heading
            row += 1

    def _value_for(self, row: int, top: int) -> int:
        """The scroll bar's value at which the block of ``row``, its heading first, begins at ``top`` px."""
        while top > 0 and row > 0:
            row -= 1
            top -= self._height + self._heading_over(row)
        if top > 0:
            return 0
        return round((row - top / (self._height + self._heading_over(row))) * self._height)

    def _end_value(self) -> int:
        """The value at which the last row stands at the foot."""
        last = self._calls.rowCount() - 1
        if last < 0:
            return 0
        return self._value_for(last, self.viewport().height() - self._height - self._heading_over(last))

    def _row_at(self, y: int) -> int:
        """The row at a height, also above and below what is seen."""
        self._lay_out()
        if not self._blocks:
            return 0
        first, last = self._blocks[0], self._blocks[-1]
        row = last.row + max((y - last.top - last.heading) // self._height, 0)
        if y < first.top:
            row = first.row + (y - first.top) // self._height
        elif y < last.top:
            row = next(block.row for block in reversed(self._blocks) if y >= block.top)
        return min(max(row, 0), self._calls.rowCount() - 1)

    def _rows_came(self, parent: Index, first: int, last: int) -> None:
        """Calls that come in above what one reads do not move it."""
        value = self.verticalScrollBar().value()
        if value > 0 and first <= value // self._height:
            self.updateGeometries()
            self.verticalScrollBar().setValue(value + (last - first + 1) * self._height)

    def _sticky_bottom(self) -> int:
        following = [block.top for block in self._blocks[1:] if block.heading]
        return min(self.heading_height, following[0]) if following else self.heading_height

    def _heading_over(self, row: int) -> int:
        return self.heading_height if self._calls.begins_day(row) else 0

    def _dress(self) -> None:
        px = self._look.px
        self._height, self.heading_height = px(tokens.CALL_ROW), px(tokens.DAY_HEADING)
        self.setMinimumHeight(self._height + self.heading_height)
        self.scheduleDelayedItemsLayout()
