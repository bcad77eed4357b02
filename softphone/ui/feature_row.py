"""The keys of the PBX on the keypad: as many as have room in one row, the others behind その他."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QPoint, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import Button, IconButton
from softphone.ui.call_menu import new_menu
from softphone.ui.keypad_view import FeatureKey
from softphone.ui.look import Look, on_look

KEYS = ("pickup", "retrieve", "voicemail", "dnd")  # all there can be, as they stand


class FeatureButton(Button):
    """An icon over a short word; a badge counts what waits."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__(look, "", f"feature_{name}")
        self._on = False
        self._badge = ""

    def show_key(self, key: FeatureKey) -> None:
        """Show the key in this state."""
        self._on, self._badge, self.icon_name = key.on, key.badge, key.icon
        self.set_words(key.words)
        self.setAccessibleName(key.full_words)
        self.setToolTip(key.full_words)
        self.update()

    def sizeHint(self) -> QSize:
        px = self.look.px
        words = self.metrics("small_bold").horizontalAdvance(self.text())
        height = (
            px(tokens.ICON) + px(tokens.SPACE_1) + self.metrics("small").height() + 2 * px(tokens.SPACE_2)
        )
        return QSize(max(words + px(tokens.SPACE_2), px(tokens.CONTROL_HEIGHT)), height)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.look.px
        painter = self.start_painting()
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = px(tokens.RADIUS_FIELD)
        grounds = ("warn_soft",) * 3 if self._on else ("surface", "fill", "fill_hover")
        painter.setBrush(self.ground(*grounds))
        painter.drawRoundedRect(body, radius, radius)
        self.paint_focus(painter, body, radius)
        letters = "warn" if self._on else "text"
        size = px(tokens.ICON)
        spot = QRectF((self.width() - size) / 2, px(tokens.SPACE_2), size, size)
        self.look.paint_icon(painter, self.icon_name, "warn" if self._on else "accent", spot)
        painter.setFont(self.look.font("small_bold" if self._on else "small"))
        painter.setPen(self.look.color(letters))
        words = QRectF(0, spot.bottom(), self.width(), body.bottom() - spot.bottom() - px(tokens.SPACE_1))
        painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._badge:
            self._paint_badge(painter, spot)

    def _paint_badge(self, painter: QPainter, spot: QRectF) -> None:
        metrics = self.metrics("tiny")
        height = metrics.height() + 2.0
        width = max(metrics.horizontalAdvance(self._badge) + height / 2, height)
        badge = QRectF(spot.right() - height / 3, spot.top() - height / 3, width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(self.look.color("hang_up"))
        painter.drawRoundedRect(badge, height / 2, height / 2)
        painter.setPen(self.look.color("on_hang_up"))
        painter.setFont(self.look.font("tiny"))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, self._badge)


class FeatureRow(QWidget):
    """``chosen`` carries a key's name. Lays its keys out itself: what has no room is in the menu."""

    chosen = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._keys: tuple[FeatureKey, ...] = ()
        self._extra: tuple[FeatureKey, ...] = ()
        self._hidden: tuple[FeatureKey, ...] = ()  # keys without room
        self.setObjectName("featureRow")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._buttons = {name: FeatureButton(look, name) for name in KEYS}
        self._more = IconButton(look, look.text("feature_key.more"), "featureMore", "more")
        for button in (*self._buttons.values(), self._more):
            button.setParent(self)
        for name, key in self._buttons.items():
            key.on_click(partial(self.chosen.emit, name))
        self._more.on_click(self._open_menu)
        on_look(self, look, self._lay_out)

    def show_keys(self, keys: tuple[FeatureKey, ...], extra: tuple[FeatureKey, ...]) -> None:
        """Show ``keys``, and ``extra`` in the menu alone."""
        for key in keys:
            self._buttons[key.name].show_key(key)
        self._keys, self._extra = keys, extra
        self._lay_out()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return QSize(self._more.sizeHint().width(), self._buttons["dnd"].sizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._lay_out()

    def _lay_out(self) -> None:
        """As wide as their words and a share of what is left, in the middle; その他 where it is needed."""
        gap, more = self._look.px(tokens.SPACE_1), self._more.sizeHint()
        buttons = [self._buttons[key.name] for key in self._keys]
        wanted = [button.sizeHint().width() for button in buttons]
        needs_more = bool(self._extra) or _taken(wanted, gap) > self.width()
        room = self.width() - (more.width() + gap if needs_more else 0)
        fitting = max((n for n in range(len(wanted) + 1) if _taken(wanted[:n], gap) <= room), default=0)
        self._hidden = self._keys[fitting:]
        slack = (room - _taken(wanted[:fitting], gap)) // max(fitting, 1)
        share = min(max(slack, 0), self._look.px(tokens.SPACE_5))
        height = self.sizeHint().height()
        left = (self.width() - _taken([width + share for width in wanted[:fitting]], gap)) // 2
        left = 0 if needs_more else left
        for button, width in zip(buttons[:fitting], wanted, strict=False):
            button.setGeometry(QRect(left, 0, width + share, height))
            left += width + share + gap
        for button in self._buttons.values():
            button.setVisible(button in buttons[:fitting])
        corner = QPoint(self.width() - more.width(), (height - more.height()) // 2)
        self._more.setGeometry(QRect(corner, more))
        self._more.setVisible(needs_more)

    def _open_menu(self) -> None:
        menu = new_menu(self._look, self._more, "featureMenu", self._more.text())
        size = self._look.px(tokens.ICON)
        for key in (*self._hidden, *self._extra):
            icon = self._look.icon(key.icon, "text_soft", size)
            menu.addAction(icon, key.full_words, partial(self.chosen.emit, key.name)).setObjectName(key.name)
        below = QPoint(self._more.width() - menu.sizeHint().width(), self._more.height())
        menu.popup(self._more.mapToGlobal(below))


def _taken(widths: list[int], gap: int) -> int:
    """The room that keys of these widths take."""
    return sum(widths) + gap * max(len(widths) - 1, 0)
