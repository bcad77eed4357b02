"""Buttons: painted by us, alike in hover, press, focus and disabled state.

PillButton   the one thing to do: IP電話, 保存, 切断
QuietButton  a lesser thing in words, on a soft ground or none
IconButton   an icon alone
RoundButton  a round control with its words under it (the call screen)
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEasingCurve, QEvent, QPoint, QRectF, QSize, Qt, QVariantAnimation
from PySide6.QtGui import (
    QColor,
    QEnterEvent,
    QFontMetrics,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QAbstractButton, QSizePolicy

from softphone.ui import theme as tokens
from softphone.ui.labels import blend
from softphone.ui.look import Look, on_look


class Button(QAbstractButton):
    """What all buttons share: hover that fades, a focus ring for the keyboard, an accessible name."""

    def __init__(self, look: Look, words: str, name: str, icon: str = "") -> None:
        super().__init__()
        self.look = look
        self.icon_name = icon
        self.setText(words)
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self._hover = 0.0
        self._fade = QVariantAnimation(self)
        self._fade.setEasingCurve(QEasingCurve.Type.OutCubic)
        self._fade.valueChanged.connect(self._faded)
        on_look(self, look, self.updateGeometry)

    def on_click(self, action: Callable[[], object]) -> Button:
        """Run ``action`` on a click; gives the button back."""
        self.clicked.connect(lambda: action())
        return self

    def set_words(self, words: str) -> None:
        """Other words, for eyes and readers."""
        self.setText(words)
        self.setAccessibleName(words)
        self.updateGeometry()

    def enterEvent(self, event: QEnterEvent) -> None:
        super().enterEvent(event)
        self._fade_to(1.0)

    def leaveEvent(self, event: QEvent) -> None:
        super().leaveEvent(event)
        self._fade_to(0.0)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.look.keyboard = False
        super().mousePressEvent(event)

    def ground(self, normal: str, hover: str, pressed: str) -> QColor:
        """The ground's colour in this moment."""
        if self.isDown():
            return self.look.color(pressed)
        return blend(
            self.look.color(normal), self.look.color(hover), self._hover if self.isEnabled() else 0.0
        )

    def start_painting(self) -> QPainter:
        """A painter, smooth, dimmed where the button is disabled."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        if not self.isEnabled():
            painter.setOpacity(0.45)
        return painter

    def paint_focus(self, painter: QPainter, rect: QRectF, radius: float) -> None:
        """The ring around a focused control."""
        if not (self.hasFocus() and self.look.keyboard):
            return
        width = self.look.px(tokens.FOCUS_WIDTH)
        painter.setPen(QPen(self.look.color("focus"), width))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(rect, radius, radius)
        painter.setPen(Qt.PenStyle.NoPen)

    @property
    def ring(self) -> float:
        """Room kept around the shape for the focus ring, px."""
        return self.look.px(tokens.FOCUS_WIDTH) + self.look.px(tokens.FOCUS_GAP) - 1

    def metrics(self, role: str) -> QFontMetrics:
        """The measures of a type role."""
        return QFontMetrics(self.look.font(role))

    def _fade_to(self, value: float) -> None:
        if not self.look.theme.motion:
            self._faded(value)
            return
        self._fade.stop()
        self._fade.setDuration(tokens.FADE_MS)
        self._fade.setStartValue(self._hover)
        self._fade.setEndValue(value)
        self._fade.start()

    def _faded(self, value: float) -> None:
        self._hover = float(value)
        self.update()


_PILLS = {
    "call": ("call", "call_hover", "call_hover", "on_call"),
    "hang_up": ("hang_up", "hang_up_hover", "hang_up_hover", "on_hang_up"),
    "accent": ("accent_fill", "accent_fill", "accent_fill", "on_accent"),
    "quiet": ("fill", "fill_hover", "fill_pressed", "text"),
    "raised": ("fill_hover", "fill_pressed", "fill_pressed", "text"),  # quiet, on a raised ground
    "surface": ("surface", "fill_hover", "fill_pressed", "text"),
}


class PillButton(Button):
    """A wide button with an icon and bold words. ``kind``: call, hang_up, accent, quiet, raised, surface.

    ``elastic`` words end in … where there is no room; the tool tip has them whole.
    """

    def __init__(
        self,
        look: Look,
        words: str,
        name: str,
        *,
        kind: str,
        icon: str = "",
        height: int = 0,
        elastic: bool = False,
    ) -> None:
        self._kind = kind
        self._elastic = elastic
        self._height = height or tokens.BIG_BUTTON_HEIGHT
        super().__init__(look, words, name, icon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self.look.px
        width = self.metrics("button").horizontalAdvance(self.text()) + px(tokens.SPACE_5) * 2
        if self.icon_name:
            width += px(tokens.ICON) + px(tokens.SPACE_2)
        return QSize(round(width + 2 * self.ring), round(px(self._height) + 2 * self.ring))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(hint.height(), hint.height()) if self._elastic else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        normal, hover, pressed, letters = _PILLS[self._kind]
        painter = self.start_painting()
        ring = self.ring
        body = QRectF(self.rect()).adjusted(ring, ring, -ring, -ring)
        radius = min(body.height() / 2, self.look.px(tokens.RADIUS_CARD))
        painter.setBrush(self.ground(normal, hover, pressed))
        painter.drawRoundedRect(body, radius, radius)
        self.paint_focus(painter, QRectF(self.rect()).adjusted(1, 1, -1, -1), radius + ring)
        font = self.look.font("button")
        icon = self.look.px(tokens.ICON) if self.icon_name else 0
        gap = self.look.px(tokens.SPACE_2) if icon else 0
        room = round(body.width() - icon - gap - 2 * self.look.px(tokens.SPACE_3))
        text = self.text()
        if self._elastic:
            text = self.metrics("button").elidedText(text, Qt.TextElideMode.ElideRight, room)
            self.setToolTip(self.text() if text != self.text() else "")
        words = self.metrics("button").horizontalAdvance(text)
        left = body.center().x() - (icon + gap + words) / 2
        if icon:
            spot = QRectF(left, body.center().y() - icon / 2, icon, icon)
            self.look.paint_icon(painter, self.icon_name, letters, spot)
        painter.setFont(font)
        painter.setPen(self.look.color(letters))
        place = QRectF(left + icon + gap, body.y(), words + 2, body.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)


class HangUpButton(PillButton):
    """切断. A double click on what stood in its place before does not reach it."""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        event.accept()


class QuietButton(Button):
    """A smaller button in words. ``tone`` is a colour role of its letters; ``ground`` its fill or "".

    ``flush`` stands in line with what is above it.
    """

    def __init__(
        self,
        look: Look,
        words: str,
        name: str,
        *,
        icon: str = "",
        tone: str = "accent",
        ground: str = "",
        flush: bool = False,
    ) -> None:
        self._tone = tone
        self._ground = ground
        self._inset = tokens.SPACE_1 if flush else tokens.SPACE_3
        super().__init__(look, words, name, icon)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self.look.px
        width = self.metrics("body_bold").horizontalAdvance(self.text()) + 2 * px(self._inset)
        if self.icon_name:
            width += px(tokens.ICON_SMALL) + px(tokens.SPACE_1)
        return QSize(width + 2, px(tokens.CONTROL_HEIGHT - 4))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        px = self.look.px
        painter = self.start_painting()
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = px(tokens.RADIUS_FIELD)
        if self._ground or self._hover or self.isDown():
            painter.setBrush(self.ground(self._ground or "fill", "fill_hover", "fill_pressed"))
            if not self._ground and not self.isDown():
                painter.setOpacity(painter.opacity() * self._hover)
            painter.drawRoundedRect(body, radius, radius)
            painter.setOpacity(1.0 if self.isEnabled() else 0.45)
        self.paint_focus(painter, body, radius)
        left = body.x() + px(self._inset) - 1
        if self.icon_name:
            size = px(tokens.ICON_SMALL)
            spot = QRectF(left, body.center().y() - size / 2, size, size)
            self.look.paint_icon(painter, self.icon_name, self._tone, spot)
            left += size + px(tokens.SPACE_1)
        painter.setFont(self.look.font("body_bold"))
        painter.setPen(self.look.color(self._tone))
        place = QRectF(left, body.y(), self.width() - left, body.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, self.text())


class IconButton(Button):
    """An icon alone; its words are the accessible name and the tool tip."""

    def __init__(self, look: Look, words: str, name: str, icon: str, *, tone: str = "text_soft") -> None:
        self._tone = tone
        super().__init__(look, words, name, icon)
        self.setToolTip(words)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def show_icon(self, icon: str, words: str) -> None:
        """Another icon with another meaning."""
        self.icon_name = icon
        self.set_words(words)
        self.setToolTip(words)
        self.update()

    def sizeHint(self) -> QSize:
        side = self.look.px(tokens.CONTROL_HEIGHT - 4)
        return QSize(side, side)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = self.start_painting()
        body = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        radius = self.look.px(tokens.RADIUS_FIELD)
        if self._hover or self.isDown():
            painter.setOpacity(1.0 if self.isDown() else self._hover)
            painter.setBrush(self.look.color("fill_pressed" if self.isDown() else "fill"))
            painter.drawRoundedRect(body, radius, radius)
            painter.setOpacity(1.0)
        self.paint_focus(painter, body, radius)
        inset = (self.width() - self.look.px(tokens.ICON)) / 2
        self.look.paint_icon(
            painter, self.icon_name, self._tone, QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        )


class RoundButton(Button):
    """A round control with its words under it; checkable ones fill with the accent while on.

    ``kind``: "" (quiet), call or hang_up.
    """

    def __init__(self, look: Look, words: str, name: str, icon: str, *, kind: str = "") -> None:
        self._kind = kind
        self._side = tokens.ROUND_BUTTON if kind else tokens.ROUND_CONTROL
        super().__init__(look, words, name, icon)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def show_state(self, *, checked: bool, icon: str, words: str) -> None:
        """On or off, with what a click would do."""
        self.icon_name = icon
        self.setChecked(checked)
        self.set_words(words)
        self.update()

    def sizeHint(self) -> QSize:
        px = self.look.px
        words = self.metrics("small").horizontalAdvance(self.text())
        circle = px(self._side) + 2 * self.ring
        height = circle + px(tokens.SPACE_1) + self.metrics("small").height()
        return QSize(round(max(circle, words + 2)), round(height))

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def hitButton(self, pos: QPoint) -> bool:
        return self.rect().contains(pos)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = self.start_painting()
        side = self.look.px(self._side)
        ring = self.ring
        circle = QRectF((self.width() - side) / 2, ring, side, side)
        if self._kind:
            normal, hover, pressed, letters = _PILLS[self._kind]
        elif self.isChecked():
            normal, hover, pressed, letters = _PILLS["accent"]
        else:
            normal, hover, pressed, letters = _PILLS["quiet"]
        painter.setBrush(self.ground(normal, hover, pressed))
        painter.drawEllipse(circle)
        self.paint_focus(painter, circle.adjusted(1 - ring, 1 - ring, ring - 1, ring - 1), side)
        icon = self.look.px(tokens.ICON_LARGE if self._kind else tokens.ICON_CONTROL)
        spot = QRectF(circle.center().x() - icon / 2, circle.center().y() - icon / 2, icon, icon)
        self.look.paint_icon(painter, self.icon_name, letters, spot)
        painter.setFont(self.look.font("small"))
        painter.setPen(self.look.color("text"))
        words = QRectF(0, circle.bottom() + ring, self.width(), self.height() - circle.bottom() - ring)
        painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop, self.text())
