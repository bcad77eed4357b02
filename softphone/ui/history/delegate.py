"""A row of the history, painted: mark, who, how it ended, when; the key that calls back at its end."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from softphone.ui import theme as tokens
from softphone.ui.history.model import CallListModel
from softphone.ui.history.row_view import RowView
from softphone.ui.look import Look
from softphone.ui.quality_line import paint_bars

Index = QModelIndex | QPersistentModelIndex


class CallDelegate(QStyledItemDelegate):
    """Paints RowViews of a CallListModel. ``hovered_key`` is the row on whose key the mouse is, −1 none."""

    def __init__(self, look: Look, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._look = look
        self.hovered_key = -1

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._look.px(tokens.CALL_ROW))

    def key_rect(self, row: QRect) -> QRectF:
        """Where the key of a row is."""
        px = self._look.px
        side = px(tokens.CONTROL_HEIGHT)
        middle = row.top() + row.height() / 2
        return QRectF(row.right() + 1 - px(tokens.SPACE_4) - side, middle - side / 2, side, side)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        view = model.view(index.row()) if isinstance(model, CallListModel) else None
        painter.save()
        painter.setPen(Qt.PenStyle.NoPen)
        self._paint_ground(painter, option)
        if view is not None:
            self._paint_mark(painter, view, option.rect)
            self._paint_words(painter, view, option.rect)
            if view.dials:
                self._paint_key(painter, index.row(), option.rect)
        painter.restore()

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem) -> None:
        look, px = self._look, self._look.px
        side, gap = px(tokens.SPACE_2), px(tokens.LINE)
        body = QRectF(option.rect).adjusted(side, gap, -side, -gap)
        radius = px(tokens.RADIUS_FIELD)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        if selected or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(look.color("accent_soft" if selected else "fill"))
            painter.drawRoundedRect(body, radius, radius)
        if option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(look.color("focus"), px(tokens.FOCUS_WIDTH)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(body.adjusted(1, 1, -1, -1), radius, radius)
            painter.setPen(Qt.PenStyle.NoPen)

    def _paint_mark(self, painter: QPainter, view: RowView, row: QRect) -> None:
        look, px = self._look, self._look.px
        side = px(tokens.AVATAR_SMALL)
        disc = QRectF(px(tokens.SPACE_4), row.top() + (row.height() - side) / 2, side, side)
        painter.setBrush(look.color(f"{view.tone}_soft" if view.tone else "fill"))
        painter.drawEllipse(disc)
        inset = (side - px(tokens.ICON)) / 2
        spot = disc.adjusted(inset, inset, -inset, -inset)
        look.paint_icon(painter, view.icon, view.tone or "text_soft", spot)
        if view.unseen:  # a dot on the mark, the name bold and in words: never by colour alone
            dot, edge = px(tokens.UNSEEN_DOT), px(tokens.LINE)
            place = QRectF(disc.right() - dot, disc.top(), dot, dot)
            painter.setBrush(look.color("ground"))
            painter.drawEllipse(place.adjusted(-edge, -edge, edge, edge))
            painter.setBrush(look.color("bad"))
            painter.drawEllipse(place)

    def _paint_words(self, painter: QPainter, view: RowView, row: QRect) -> None:
        px = self._look.px
        left = px(tokens.SPACE_4) + px(tokens.AVATAR_SMALL) + px(tokens.SPACE_3)
        right = round(self.key_rect(row).left()) - px(tokens.SPACE_2)
        above, below = self._metrics("body_bold").height(), self._metrics("small").height()
        top = row.top() + (row.height() - above - below) / 2
        first = QRectF(left, top, right - left, above)
        second = QRectF(left, top + above, right - left, below)
        self._paint_name(painter, view, first)
        self._paint_result(painter, view, second)

    def _paint_name(self, painter: QPainter, view: RowView, line: QRectF) -> None:
        look = self._look
        time = self._metrics("small").horizontalAdvance(view.time)
        gap = look.px(tokens.SPACE_2)
        self._write(painter, "small", "text_soft", line, view.time, Qt.AlignmentFlag.AlignRight)
        room = line.adjusted(0, 0, -time - gap, 0)
        color = "bad" if view.tone == "bad" else "text"
        used = self._write(painter, "body_bold", color, room, view.name)
        if view.company and view.company != view.name:
            self._write(painter, "small", "text_soft", room.adjusted(used + gap, 0, 0, 0), view.company)

    def _paint_result(self, painter: QPainter, view: RowView, line: QRectF) -> None:
        px = self._look.px
        gap, side = px(tokens.SPACE_1), px(tokens.ICON_SMALL - 2)
        right = line.right()
        if view.duration:
            width = self._metrics("small").horizontalAdvance(view.duration)
            place = QRectF(right - width, line.y(), width, line.height())
            self._write(painter, "small", "text_soft", place, view.duration)
            right -= width + gap
        marks = ((view.bars > 0, self._paint_bars), (view.recorded, self._paint_recorded))
        for wanted, paint in marks:
            if wanted:
                paint(painter, view, QRectF(right - side, line.center().y() - side / 2, side, side))
                right -= side + gap
        room = QRectF(line.x(), line.y(), max(right - line.x() - gap, 0), line.height())
        color = "bad" if view.tone == "bad" else "text_soft"
        used = self._write(painter, "small", color, room, view.result)
        if view.number:
            self._write(painter, "small", "text_soft", room.adjusted(used, 0, 0, 0), f" · {view.number}")

    def _paint_bars(self, painter: QPainter, view: RowView, spot: QRectF) -> None:
        paint_bars(painter, self._look, spot, view.bars)

    def _paint_recorded(self, painter: QPainter, view: RowView, spot: QRectF) -> None:
        self._look.paint_icon(painter, "record", "bad", spot)

    def _write(
        self,
        painter: QPainter,
        role: str,
        color: str,
        room: QRectF,
        words: str,
        align: Qt.AlignmentFlag = Qt.AlignmentFlag.AlignLeft,
    ) -> float:
        """Write one line that ends in … where there is no room; how wide it is."""
        if room.width() < self._look.px(tokens.SPACE_5):
            return 0.0
        metrics = self._metrics(role)
        words = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
        painter.setFont(self._look.font(role))
        painter.setPen(self._look.color(color))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | align | Qt.TextFlag.TextSingleLine, words)
        painter.setPen(Qt.PenStyle.NoPen)
        return float(metrics.horizontalAdvance(words))

    def _paint_key(self, painter: QPainter, row_number: int, row: QRect) -> None:
        look, px = self._look, self._look.px
        place = self.key_rect(row)
        if self.hovered_key == row_number:
            painter.setBrush(look.color("fill_pressed"))
            painter.drawEllipse(place)
        inset = (place.width() - px(tokens.ICON)) / 2
        look.paint_icon(painter, "phone", "good", place.adjusted(inset, inset, -inset, -inset))

    def _metrics(self, role: str) -> QFontMetrics:
        return QFontMetrics(self._look.font(role))
