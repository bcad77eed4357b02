"""A tile of 内線, painted: the state as a shape on its ground, the name, the state in words.

(mark)  name                 (grip while editing)
        state  detail
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFontMetrics, QHelpEvent, QPainter, QPen
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QToolTip,
)

from softphone.domain.colleague import ColleagueState
from softphone.ui import theme as tokens
from softphone.ui.colleagues.tile_model import Index, TileModel
from softphone.ui.colleagues.tile_view import Heading, TileView
from softphone.ui.look import Look

_ELIDE = Qt.TextElideMode.ElideRight
_MIDDLE = Qt.AlignmentFlag.AlignVCenter


class TileDelegate(QStyledItemDelegate):
    """Thread: ui. ``tile_width``, ``row_width``: px, set by the list; ``drop``: over whom a call is."""

    def __init__(self, look: Look, parent: QAbstractItemView) -> None:
        super().__init__(parent)
        self._look = look
        self.tile_width = 0
        self.row_width = 0
        self.drop = ""

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        px = self._look.px
        model = index.model()
        if isinstance(model, TileModel) and model.tile(index) is None:
            return QSize(
                self.row_width, QFontMetrics(self._look.font("small_bold")).height() + px(tokens.SPACE_3)
            )
        return QSize(self.tile_width, px(tokens.COLLEAGUE_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        row = model.row(index) if isinstance(model, TileModel) else None
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if isinstance(row, Heading):
            self._paint_heading(painter, row, option.rect)
        elif row is not None:
            assert isinstance(model, TileModel)
            body = self._paint_ground(painter, option, row)
            self._paint_mark(painter, row, body)
            self._paint_words(painter, row, body, editing=model.editing)
        painter.restore()

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """The tool tip in plain text: a name may look like markup."""
        if event.type() is QEvent.Type.ToolTip and (words := index.data(Qt.ItemDataRole.ToolTipRole)):
            lines = str(words).replace("&", "&amp;").replace("<", "&lt;").replace("\n", "<br>")
            QToolTip.showText(event.globalPos(), f"<qt>{lines}</qt>", view)
            return True
        return super().helpEvent(event, view, option, index)

    def _paint_heading(self, painter: QPainter, heading: Heading, rect: QRect) -> None:
        px = self._look.px
        painter.setFont(self._look.font("small_bold"))
        painter.setPen(self._look.color("text_soft"))
        room = QRectF(rect).adjusted(px(tokens.SPACE_1), px(tokens.SPACE_2), -px(tokens.SPACE_1), 0)
        words = painter.fontMetrics().elidedText(heading.words, _ELIDE, int(room.width()))
        painter.drawText(room, _MIDDLE, words)

    def _paint_ground(self, painter: QPainter, option: QStyleOptionViewItem, tile: TileView) -> QRectF:
        look, px = self._look, self._look.px
        gap = px(tokens.SPACE_1) / 2 + 1
        body = QRectF(option.rect).adjusted(gap, gap, -gap, -gap)
        radius = px(tokens.RADIUS_FIELD)
        ringing = tile.state is ColleagueState.RINGING
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.setPen(QPen(look.color("accent" if ringing else "line"), px(tokens.LINE)))
        painter.setBrush(look.color("accent_soft" if ringing else "fill" if hovered else "surface"))
        painter.drawRoundedRect(body, radius, radius)
        current = bool(option.state & QStyle.StateFlag.State_HasFocus) and look.keyboard
        if self.drop == tile.extension:
            painter.setPen(QPen(look.color("accent"), px(tokens.FOCUS_WIDTH), Qt.PenStyle.DashLine))
        elif current or option.state & QStyle.StateFlag.State_Selected:
            painter.setPen(QPen(look.color("focus"), px(tokens.FOCUS_WIDTH)))
        else:
            return body
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(body, radius, radius)
        return body

    def _paint_mark(self, painter: QPainter, tile: TileView, body: QRectF) -> None:
        look, px = self._look, self._look.px
        side = px(tokens.COLLEAGUE_MARK)
        disc = QRectF(body.x() + px(tokens.SPACE_2), body.center().y() - side / 2, side, side)
        if tile.ground:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.color(tile.ground))
            painter.drawEllipse(disc)
        else:  # nothing is known: an outline
            painter.setPen(QPen(look.color("text_faint"), px(tokens.LINE), Qt.PenStyle.DashLine))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(disc.adjusted(1, 1, -1, -1))
        inset = (side - px(tokens.ICON)) / 2
        tone = "on_accent" if tile.ground == "accent_fill" else tile.tone
        look.paint_icon(painter, tile.icon, tone, disc.adjusted(inset, inset, -inset, -inset))

    def _paint_words(self, painter: QPainter, tile: TileView, body: QRectF, *, editing: bool) -> None:
        look, px = self._look, self._look.px
        left = body.x() + px(tokens.SPACE_2) + px(tokens.COLLEAGUE_MARK) + px(tokens.SPACE_2)
        right = body.right() - px(tokens.SPACE_2)
        if editing:
            size = px(tokens.ICON_SMALL)
            right -= size
            look.paint_icon(
                painter, "grip", "text_soft", QRectF(right, body.center().y() - size / 2, size, size)
            )
        name, small = (QFontMetrics(look.font(role)) for role in ("body_bold", "small"))
        room = right - left
        top = body.center().y() - (name.height() + small.height()) / 2
        painter.setFont(look.font("body_bold"))
        painter.setPen(look.color("text"))
        title = name.elidedText(tile.title, _ELIDE, int(room))
        painter.drawText(QRectF(left, top, room, name.height()), _MIDDLE, title)
        line = QRectF(left, top + name.height(), room, small.height())
        painter.setFont(look.font("small_bold"))
        painter.setPen(look.color(tile.tone))
        bold = painter.fontMetrics()
        words = bold.elidedText(tile.words, _ELIDE, int(room))
        painter.drawText(line, _MIDDLE, words)
        line.setLeft(left + bold.horizontalAdvance(words) + px(tokens.SPACE_2))
        if tile.detail and line.width() > small.averageCharWidth() * 2:
            painter.setFont(look.font("small"))
            painter.setPen(look.color("text" if tile.state is ColleagueState.RINGING else "text_soft"))
            painter.drawText(line, _MIDDLE, small.elidedText(tile.detail, _ELIDE, int(line.width())))
