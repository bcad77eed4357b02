"""The index at the right of the list: あかさたな … A–Z … 他. A click, a drag or the arrow keys jump.

It is a list itself, so that screen readers read its letters. Where there is little room, letters are left out
evenly and stand as a dot.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QListView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from softphone.domain.reading import HEADINGS, KANA_HEADINGS, LATIN_HEADINGS
from softphone.ui import theme as tokens
from softphone.ui.look import Look, on_look

Index = QModelIndex | QPersistentModelIndex


def index_marks(headings: tuple[str, ...], room: int) -> tuple[str, ...]:
    """What stands in the bar: the ten rows of kana always, other headings where they are.

    Not more than ``room``: Latin letters are left out evenly then.
    """
    rest = tuple(each for each in headings if each not in KANA_HEADINGS + LATIN_HEADINGS)
    latin = tuple(each for each in LATIN_HEADINGS if each in headings)
    space = max(room - len(KANA_HEADINGS) - len(rest), 0)
    if len(latin) > space:
        step = len(latin) / max(space, 1)
        latin = tuple(dict.fromkeys(latin[int(place * step)] for place in range(space)))
    return KANA_HEADINGS + latin + rest


class _Marks(QAbstractListModel):
    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.marks: tuple[str, ...] = ()
        self.present: frozenset[str] = frozenset()

    def show_marks(self, marks: tuple[str, ...], present: frozenset[str]) -> None:
        self.beginResetModel()
        self.marks, self.present = marks, present
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.marks)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        mark = self.marks[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return mark
        if role == Qt.ItemDataRole.AccessibleTextRole:
            there = mark in self.present
            return self._look.text("contacts.index_mark" if there else "contacts.index_nobody", letter=mark)
        return None


class _MarkPainter(QStyledItemDelegate):
    def __init__(self, bar: IndexBar) -> None:
        super().__init__(bar)
        self._bar = bar

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(self._bar.look.px(tokens.INDEX_WIDTH), self._bar.mark_height)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self._bar.paint_mark(painter, option, index)


class IndexBar(QListView):
    """``jumped`` carries the heading to go to: the one chosen, or the next there is."""

    jumped = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._headings: tuple[str, ...] = ()
        self._marks = _Marks(look)
        self._quiet = False
        self.setObjectName("contactIndex")
        self.setAccessibleName(look.text("contacts.index"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setModel(self._marks)
        self.setItemDelegate(_MarkPainter(self))
        on_look(self, look, self._dress)

    @property
    def mark_height(self) -> int:
        """px of one letter: all of them fill the bar, but do not stand far apart."""
        count = max(len(self._marks.marks), 1)
        least, most = self.look.px(tokens.INDEX_MARK), self.look.px(tokens.SPACE_5)
        return max(min(self.height() // count, most), least)

    def show_headings(self, headings: tuple[str, ...]) -> None:
        """The headings there are, in the order of the list."""
        if headings != self._headings:
            self._headings = headings
            self._fill()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fill()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.look.keyboard = False
        self._go(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._go(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        event.accept()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.look.keyboard = True
        super().keyPressEvent(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        super().currentChanged(current, previous)
        if current.isValid() and not self._quiet:
            self._jump(str(current.data()))

    def paint_mark(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one letter; its delegate asks."""
        look, mark = self.look, str(index.data())
        rect = option.rect
        if self.hasFocus() and look.keyboard and index == self.currentIndex():
            painter.setPen(QPen(look.color("focus"), look.px(tokens.FOCUS_WIDTH)))
            painter.drawRoundedRect(rect.adjusted(1, 1, -2, -1), rect.height() / 3, rect.height() / 3)
        painter.setFont(look.font("tiny"))
        painter.setPen(look.color("accent" if mark in self._marks.present else "text_faint"))
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, mark)

    def _go(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        at.setX(self.width() // 2)
        index = self.indexAt(at)
        if index.isValid():
            self.setCurrentIndex(index)

    def _jump(self, mark: str) -> None:
        """To ``mark``, or to the next heading behind it, else to the last before it."""
        wanted = HEADINGS.index(mark)
        behind = [each for each in HEADINGS[wanted:] if each in self._headings]
        before = [each for each in HEADINGS[:wanted] if each in self._headings]
        target = behind[0] if behind else before[-1] if before else ""
        if target:
            self.jumped.emit(target)

    def _fill(self) -> None:
        room = self.height() // self.look.px(tokens.INDEX_MARK)
        marks = index_marks(self._headings, room)
        present = frozenset(self._headings)
        if marks == self._marks.marks and present == self._marks.present:
            self.scheduleDelayedItemsLayout()
            return
        self._quiet = True
        self._marks.show_marks(marks, present)
        self._quiet = False

    def _dress(self) -> None:
        self.setFixedWidth(self.look.px(tokens.INDEX_WIDTH))
        self.scheduleDelayedItemsLayout()
