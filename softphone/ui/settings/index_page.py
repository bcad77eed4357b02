"""設定一覧: the way to every settings page."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout

from softphone.ui import theme as tokens
from softphone.ui.buttons import Button
from softphone.ui.labels import card, hairline
from softphone.ui.look import Look
from softphone.ui.settings.page import Page

PAGES = (
    ("account", "user"),
    ("incoming", "incoming"),
    ("outgoing", "outgoing"),
    ("colleagues_page", "people"),
    ("audio", "audio"),
    ("recording", "record"),
    ("directories", "contacts"),
    ("history_settings", "history"),
    ("display", "display"),
    ("desktop", "desktop"),
    ("keys", "keyboard"),
    ("hooks", "link"),
    ("diagnostics", "pulse"),
    ("guide", "guide"),
    ("help", "help"),
    ("updates", "update"),
    ("about", "info"),
)  # page or place, icon


class RowButton(Button):
    """A row: icon in a soft square, title, what is behind it, an arrow."""

    def __init__(self, look: Look, title: str, hint: str, name: str, icon: str) -> None:
        super().__init__(look, title, name, icon)
        self._hint = hint
        self.setAccessibleDescription(hint)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self.look.px
        words = max(
            self.metrics("body_bold").horizontalAdvance(self.text()),
            self.metrics("small").horizontalAdvance(self._hint),
        )
        side = px(tokens.SPACE_3)
        width = words + px(tokens.CONTROL_HEIGHT) + px(tokens.ICON_SMALL) + 4 * side
        height = self.metrics("body_bold").height() + self.metrics("small").height() + 2 * px(tokens.SPACE_2)
        return QSize(width, max(px(tokens.ROW_HEIGHT), height))

    def minimumSizeHint(self) -> QSize:
        return QSize(self.look.px(tokens.ROW_HEIGHT * 2), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.look.px
        painter = self.start_painting()
        body = QRectF(self.rect()).adjusted(4, 3, -4, -3)
        radius = px(tokens.RADIUS_FIELD)
        painter.setBrush(self.ground("surface", "fill", "fill_hover"))
        painter.drawRoundedRect(body, radius, radius)
        self.paint_focus(painter, body, radius)
        side = px(tokens.SPACE_3)
        square = px(tokens.CONTROL_HEIGHT - 4)
        box = QRectF(side, (self.height() - square) / 2, square, square)
        painter.setBrush(self.look.color("accent_soft"))
        painter.drawRoundedRect(box, radius, radius)
        icon = px(tokens.ICON)
        inset = (square - icon) / 2
        self.look.paint_icon(painter, self.icon_name, "accent", box.adjusted(inset, inset, -inset, -inset))
        arrow = px(tokens.ICON_SMALL)
        spot = QRectF(self.width() - side - arrow, (self.height() - arrow) / 2, arrow, arrow)
        self.look.paint_icon(painter, "chevron-right", "text_soft", spot)
        left = box.right() + side
        title, hint = self.metrics("body_bold").height(), self.metrics("small").height()
        top = (self.height() - title - hint) / 2
        room = spot.left() - left
        painter.setFont(self.look.font("body_bold"))
        painter.setPen(self.look.color("text"))
        painter.drawText(QRectF(left, top, room, title), Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.setFont(self.look.font("small"))
        painter.setPen(self.look.color("text_soft"))
        words = self.metrics("small").elidedText(self._hint, Qt.TextElideMode.ElideRight, round(room))
        self.setToolTip(self._hint if words != self._hint else "")
        painter.drawText(QRectF(left, top + title, room, hint), Qt.AlignmentFlag.AlignVCenter, words)


class IndexPage(Page):
    """The list of pages."""

    def __init__(self, look: Look) -> None:
        text = look.text
        super().__init__(look, text("settings.title"), "settingsIndex", back=False)
        frame = card()
        box = QVBoxLayout(frame)
        inset = look.px(tokens.SPACE_1)
        box.setContentsMargins(inset, inset, inset, inset)
        box.setSpacing(0)
        for place, (page, icon) in enumerate(PAGES):
            if place:
                box.addWidget(hairline())
            row = RowButton(
                look, text(f"settings.{page}"), text(f"settings.{page}_hint"), f"open_{page}", icon
            )
            row.on_click(partial(self.page_wanted.emit, page))
            box.addWidget(row)
        self.column.addWidget(frame)
        self.column.addStretch(1)
