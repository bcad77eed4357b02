"""The two lists of an import: columns of the file with what each holds, and lines that could not be read."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QAction, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QListView, QMenu, QStyledItemDelegate, QStyleOptionViewItem

from softphone.app.text import Text
from softphone.domain.contact_file import FIELDS, FileLook, LineTrouble
from softphone.ui import theme as tokens
from softphone.ui.contacts.exchange_words import line_words, trouble_words
from softphone.ui.look import Look, on_look

_Index = QModelIndex | QPersistentModelIndex
_TITLE, _WORDS, _SIDE, _TONE = (Qt.ItemDataRole.UserRole + n for n in range(4))
# The menu of fields; all numbers are in a menu of their own behind the second group.
_GROUPS = (
    ("name", "family", "given", "reading", "family_reading", "given_reading"),
    ("company", "company_reading", "department", "title"),
    ("email", "groups", "note", "favourite", "extra"),
    ("keep", "skip"),
)
_NUMBERS = tuple(field for field in FIELDS if field.startswith("number"))
MAX_LINES = 4  # rows that are shown at once
_SAMPLES = 3


class ExchangeModel(QAbstractListModel):
    """Rows of (title, words below, words beside, tone of these)."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: list[tuple[str, str, str, str]] = []

    def show_rows(self, rows: list[tuple[str, str, str, str]]) -> None:
        """Show other rows; the same number keeps the place."""
        if len(rows) == len(self._rows):
            self._rows = rows
            if rows:
                self.dataChanged.emit(self.index(0), self.index(len(rows) - 1))
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def rowCount(self, parent: _Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: _Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if not index.isValid():
            return None
        title, words, side, tone = self._rows[index.row()]
        if role in (Qt.ItemDataRole.AccessibleTextRole, Qt.ItemDataRole.DisplayRole):
            return "  ".join(filter(None, (title, side, words)))
        if role == Qt.ItemDataRole.ToolTipRole:
            return words
        return {_TITLE: title, _WORDS: words, _SIDE: side, _TONE: tone}.get(role)


class ExchangeDelegate(QStyledItemDelegate):
    """Draws a row: title and words on the left, what it is taken for on the right."""

    def __init__(self, look: Look, view: ExchangeList, chevron: bool) -> None:
        super().__init__(view)
        self._look = look
        self._view = view
        self._chevron = chevron

    def sizeHint(self, option: QStyleOptionViewItem, index: _Index) -> QSize:
        return QSize(0, self._look.px(tokens.ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: _Index) -> None:
        look, px = self._look, self._look.px
        rect: QRect = option.rect
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        current = self._view.currentIndex() == index
        if current and self._view.hasFocus():
            self._paint_current(painter, QRectF(rect))
        inner = rect.adjusted(
            px(tokens.SPACE_2), px(tokens.SPACE_2), -px(tokens.SPACE_2), -px(tokens.SPACE_2)
        )
        side = self._paint_side(painter, inner, index)
        left = QRect(inner)
        left.setRight(inner.right() - side)
        half = left.height() // 2
        upper, lower = QRect(left), QRect(left)
        upper.setHeight(half)
        lower.setTop(left.top() + half)
        _draw(painter, look, "body_bold", "text", upper, index.data(_TITLE))
        _draw(painter, look, "small", "text_soft", lower, index.data(_WORDS))
        painter.setPen(look.color("line"))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def _paint_current(self, painter: QPainter, rect: QRectF) -> None:
        width = self._look.px(tokens.FOCUS_WIDTH)
        painter.setBrush(self._look.color("accent_soft"))
        painter.setPen(
            QPen(self._look.color("focus"), width) if self._look.keyboard else QPen(Qt.PenStyle.NoPen)
        )
        radius = self._look.px(tokens.RADIUS_SMALL)
        painter.drawRoundedRect(rect.adjusted(width, width, -width, -width), radius, radius)

    def _paint_side(self, painter: QPainter, inner: QRect, index: _Index) -> int:
        """What the row is taken for; the room it takes, px."""
        look, px = self._look, self._look.px
        words, tone = str(index.data(_SIDE) or ""), str(index.data(_TONE) or "text")
        if not words:
            return 0
        painter.setFont(look.font("body"))
        icon = px(tokens.ICON_SMALL) + px(tokens.SPACE_1) if self._chevron else 0
        wanted = painter.fontMetrics().horizontalAdvance(words) + icon + px(tokens.SPACE_3)
        room = min(wanted, inner.width() * 55 // 100)
        place = QRect(inner.right() - room + px(tokens.SPACE_3), inner.top(), room, inner.height())
        place.setRight(inner.right() - icon)
        _draw(painter, look, "body", tone, place, words, Qt.AlignmentFlag.AlignRight)
        if self._chevron:
            size = px(tokens.ICON_SMALL)
            spot = QRectF(inner.right() - size, inner.center().y() - size / 2, size, size)
            look.paint_icon(painter, "chevron-down", "text_soft", spot)
        return room


def _draw(
    painter: QPainter,
    look: Look,
    role: str,
    tone: str,
    place: QRect,
    words: object,
    align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
) -> None:
    painter.setFont(look.font(role))
    painter.setPen(look.color(tone))
    line = " ".join(str(words or "").split())
    text = painter.fontMetrics().elidedText(line, Qt.TextElideMode.ElideRight, place.width())
    painter.drawText(place, align | Qt.AlignmentFlag.AlignVCenter, text)


class ExchangeList(QListView):
    """A list as high as its rows, at most MAX_LINES of them."""

    def __init__(self, look: Look, name: str, words: str, *, chevron: bool = False) -> None:
        super().__init__()
        self.look = look
        self.rows = ExchangeModel()
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setModel(self.rows)
        self.setItemDelegate(ExchangeDelegate(look, self, chevron))
        self.setFrameShape(QListView.Shape.NoFrame)
        self.setUniformItemSizes(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        on_look(self, look, self._dress)

    def fit(self) -> None:
        """As high as what is shown."""
        row = self.look.px(tokens.ROW_HEIGHT)
        count = max(min(self.rows.rowCount(), MAX_LINES), 1)
        self.setFixedHeight(row * count + (row // 2 if self.rows.rowCount() > MAX_LINES else 0))
        if not self.currentIndex().isValid() and self.rows.rowCount():
            self.setCurrentIndex(self.rows.index(0))

    def _dress(self) -> None:
        # The style sheet gives lists no ground of their own; a row's is painted by the delegate.
        self.setStyleSheet("QListView { background: transparent; border: 0; }")
        self.fit()
        self.doItemsLayout()


class MappingList(ExchangeList):
    """The columns of a CSV; a click, Enter or Space asks what one holds. ``mapped``: place and field."""

    mapped = Signal(int, str)

    def __init__(self, look: Look) -> None:
        super().__init__(look, "mappingList", look.text("exchange.columns"), chevron=True)
        self._look_shown: FileLook | None = None
        self.clicked.connect(lambda index: self.ask(index.row()))

    def show_look(self, look: FileLook) -> None:
        """Show the columns of a file."""
        self._look_shown = look
        text = self.look.text
        self.rows.show_rows([_column_row(text, look, place) for place in range(len(look.mapping))])
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.ask(self.currentIndex().row())
            return
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)

    def ask(self, place: int) -> None:
        """Offer the fields for column ``place``."""
        look = self._look_shown
        if look is None or not 0 <= place < len(look.mapping):
            return
        menu = QMenu(self)
        menu.setObjectName("fieldMenu")
        menu.setAccessibleName(column_name(self.look.text, look, place))
        now = look.mapping[place]
        for group in _GROUPS:
            self._offer(menu, group, now)
            if group is _GROUPS[1]:
                numbers = menu.addMenu(self.look.text("exchange.numbers"))
                numbers.setObjectName("numberFieldMenu")
                self._offer(numbers, _NUMBERS, now)
            if group is not _GROUPS[-1]:
                menu.addSeparator()
        menu.triggered.connect(lambda action: self.mapped.emit(place, str(action.data())))
        menu.aboutToHide.connect(menu.deleteLater)
        rect = self.visualRect(self.rows.index(place))
        menu.popup(self.viewport().mapToGlobal(rect.bottomLeft()))

    def _offer(self, menu: QMenu, fields: tuple[str, ...], now: str) -> None:
        for field in fields:
            action = QAction(self.look.text(f"exchange_field.{field}"), menu)
            action.setCheckable(True)
            action.setChecked(field == now)
            action.setData(field)
            menu.addAction(action)


class TroubleList(ExchangeList):
    """The lines that were not read."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, "troubleList", look.text("exchange.troubles"))

    def show_troubles(self, troubles: tuple[LineTrouble, ...]) -> None:
        """Show them all."""
        text = self.look.text
        self.rows.show_rows(
            [
                (f"{line_words(text, each)}  {trouble_words(text, each)}", each.raw, "", "text")
                for each in troubles
            ]
        )
        self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            event.ignore()
            return
        super().keyPressEvent(event)


def column_name(text: Text, look: FileLook, place: int) -> str:
    """What the file calls a column, else its number."""
    name = look.header[place] if place < len(look.header) else ""
    return name or text("exchange.column", place=place + 1)


def _column_row(text: Text, look: FileLook, place: int) -> tuple[str, str, str, str]:
    cells = [row[place] for row in look.sample if place < len(row) and row[place]]
    samples = text("exchange.between").join(dict.fromkeys(cells[:_SAMPLES])) or text("exchange.no_cells")
    field = look.mapping[place]
    tone = "text_soft" if field in ("keep", "skip") else "accent"
    return column_name(text, look, place), samples, text(f"exchange_field.{field}"), tone
