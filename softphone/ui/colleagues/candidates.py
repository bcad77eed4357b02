"""Who of the phone book could be watched: a list to choose from, several at once."""

from __future__ import annotations

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from softphone.app.colleagues import Candidate
from softphone.ui import theme as tokens
from softphone.ui.look import Look

Index = QModelIndex | QPersistentModelIndex
_NOWHERE = QModelIndex()
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_ROWS = 3.5  # so many are seen: the half one says that there are more


class CandidateModel(QAbstractListModel):
    """Those the search found; chosen ones stay chosen while it goes on."""

    chosen_moved = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._rows: tuple[Candidate, ...] = ()
        self.chosen: dict[str, Candidate] = {}

    def show_rows(self, rows: tuple[Candidate, ...]) -> None:
        """Offer these."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row(self, index: Index) -> Candidate:
        """What stands at ``index``."""
        return self._rows[index.row()]

    def detail(self, index: Index) -> str:
        """The quiet line under the name."""
        row = self.row(index)
        listed = self._look.text("colleague_sheet.listed") if row.listed else ""
        return "  ·  ".join(part for part in (row.extension, row.detail, listed) if part)

    def is_on(self, index: Index) -> bool:
        """It is listed already, or chosen."""
        row = self.row(index)
        return row.listed or row.extension in self.chosen

    def rowCount(self, parent: Index = _NOWHERE) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and self.row(index).listed:
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemIsUserCheckable

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return f"{self.row(index).name}  {self.detail(index)}"
        if role == Qt.ItemDataRole.CheckStateRole:
            return Qt.CheckState.Checked if self.is_on(index) else Qt.CheckState.Unchecked
        return None

    def toggle(self, index: Index) -> None:
        """Choose, or choose no more."""
        row = self.row(index)
        if row.listed:
            return
        if self.chosen.pop(row.extension, None) is None:
            self.chosen[row.extension] = row
        place = self.index(index.row())
        self.dataChanged.emit(place, place)
        self.chosen_moved.emit()


class CandidatePainter(QStyledItemDelegate):
    """A box to tick, the name, extension and department."""

    def __init__(self, look: Look, parent: QListView) -> None:
        super().__init__(parent)
        self._look = look

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._look.px(tokens.CANDIDATE_ROW))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        assert isinstance(model, CandidateModel)
        look, px = self._look, self._look.px
        row = model.row(index)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setOpacity(0.6 if row.listed else 1.0)
        body = QRectF(option.rect).adjusted(1, 1, -1, -1)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus) and look.keyboard
        if focused or (option.state & QStyle.StateFlag.State_MouseOver and not row.listed):
            width = px(tokens.FOCUS_WIDTH)
            painter.setPen(QPen(look.color("focus"), width) if focused else Qt.PenStyle.NoPen)
            painter.setBrush(look.color("fill"))
            painter.drawRoundedRect(body, px(tokens.RADIUS_FIELD), px(tokens.RADIUS_FIELD))
        self._paint_box(painter, body, on=model.is_on(index))
        left = body.x() + px(tokens.SPACE_2) + px(tokens.ICON) + px(tokens.SPACE_2)
        room = body.right() - left - px(tokens.SPACE_2)
        name, small = (QFontMetrics(look.font(role)) for role in ("body_bold", "small"))
        top = body.center().y() - (name.height() + small.height()) / 2
        lines = ((row.name, "body_bold", "text", name), (model.detail(index), "small", "text_soft", small))
        for words, role, color, metrics in lines:
            painter.setFont(look.font(role))
            painter.setPen(look.color(color))
            said = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(room))
            painter.drawText(QRectF(left, top, room, metrics.height()), Qt.AlignmentFlag.AlignVCenter, said)
            top += metrics.height()
        painter.restore()

    def _paint_box(self, painter: QPainter, body: QRectF, *, on: bool) -> None:
        look, px = self._look, self._look.px
        side = px(tokens.ICON)
        box = QRectF(body.x() + px(tokens.SPACE_2), body.center().y() - side / 2, side, side)
        painter.setPen(Qt.PenStyle.NoPen if on else QPen(look.color("field_line"), px(tokens.LINE) * 1.5))
        painter.setBrush(look.color("accent_fill" if on else "surface"))
        inset = 0 if on else 1
        painter.drawRoundedRect(
            box.adjusted(inset, inset, -inset, -inset), px(tokens.RADIUS_SMALL), px(tokens.RADIUS_SMALL)
        )
        if on:
            look.paint_icon(painter, "check", "on_accent", box.adjusted(2, 2, -2, -2))


class CandidateList(QListView):
    """A click or the space bar chooses."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.rows = CandidateModel(look)
        self.setObjectName("candidateList")
        self.setAccessibleName(look.text("colleague_sheet.candidates"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)
        self.setModel(self.rows)
        self.setItemDelegate(CandidatePainter(look, self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._look.keyboard = True
        if event.key() == Qt.Key.Key_Space and self.currentIndex().isValid():
            self.rows.toggle(self.currentIndex())
        elif event.key() in _ENTER:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        index = self.indexAt(event.position().toPoint())
        if index.isValid() and event.button() is Qt.MouseButton.LeftButton:
            self.rows.toggle(index)

    def sizeHint(self) -> QSize:
        height = self._look.px(tokens.CANDIDATE_ROW) * min(_ROWS, max(self.rows.rowCount(), 1))
        return QSize(self._look.px(tokens.WINDOW_MIN_WIDTH) // 2, round(height))

    def fit(self) -> None:
        """As high as what was found, up to some rows."""
        self.setFixedHeight(self.sizeHint().height())
