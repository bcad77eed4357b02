"""The status at the top: a mark with its own shape and colour, words, and the next step."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt, Signal
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QFrame, QHBoxLayout, QSizePolicy, QVBoxLayout

from softphone.ui import theme as tokens
from softphone.ui.accessible import announce
from softphone.ui.breathing import BreathingWidget
from softphone.ui.buttons import QuietButton
from softphone.ui.labels import ElidedLabel, Label
from softphone.ui.look import Look, on_look, set_role
from softphone.ui.view_state import StatusView

_ICONS = {"good": "check", "bad": "octagon", "warn": "triangle", "offline": "offline", "none": "info"}
_COLORS = {
    "good": "good",
    "bad": "bad",
    "warn": "warn",
    "offline": "warn",
    "none": "text_soft",
    "busy": "accent",
}
_ARC = 100  # degrees of the ring that are drawn strong
_GAP = 16  # Qt draws arcs in sixteenths of a degree


class StatusMark(BreathingWidget):
    """A disc with a tick, a turning ring, an octagon, a triangle: told apart without colour."""

    def __init__(self, look: Look) -> None:
        super().__init__(look)
        self._mark = "none"
        on_look(self, look, self._dress)

    def show_mark(self, mark: str) -> None:
        """One of the marks of StatusView."""
        self._mark = mark
        self.breathe(mark == "busy")

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        if self._mark == "busy":
            self._paint_ring(painter, box)
        elif self._mark == "good":
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(self._look.color("good"))
            painter.drawEllipse(box)
            inset = box.width() * 0.1
            spot = box.adjusted(inset, inset, -inset, -inset)
            self._look.paint_icon(painter, "check", "ground", spot)
        else:
            self._look.paint_icon(painter, _ICONS[self._mark], _COLORS[self._mark], box)

    def _paint_ring(self, painter: QPainter, box: QRectF) -> None:
        width = self._look.px(tokens.SPACE_1) * 0.6
        ring = box.adjusted(width, width, -width, -width)
        painter.setPen(QPen(self._look.color("fill_pressed"), width))
        painter.drawEllipse(ring)
        turn = self.turn() or 0.0
        pen = QPen(self._look.color("accent"), width)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawArc(ring, round((90 - 360 * turn) * _GAP), -_ARC * _GAP)

    def _dress(self) -> None:
        size = self._look.px(tokens.MARK)
        self.setFixedSize(size, size)


class StatusCard(QFrame):
    """Mark, title, account; where it does not work also the hint and a button."""

    accessible_role = QAccessible.Role.Grouping

    action_wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._view: StatusView | None = None
        self.setObjectName("statusCard")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Maximum)
        self._mark = StatusMark(look)
        self._title = Label(look, "heading", name="statusTitle")
        self._detail = ElidedLabel(
            look, "small", "text_soft", align=Qt.AlignmentFlag.AlignRight, name="statusDetail"
        )
        self._hint = Label(look, "body", wrap=True, name="statusHint")
        self._button = QuietButton(look, "", "statusButton", tone="text", ground="surface")
        self._button.on_click(self._clicked)
        top = QHBoxLayout()
        top.addWidget(self._mark)
        top.addWidget(self._title)
        top.addStretch(0)
        top.addWidget(self._detail, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self._button)
        buttons.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(top)
        self._column.addWidget(self._hint)
        self._column.addLayout(buttons)
        self._top = top
        on_look(self, look, self._dress)

    def show_view(self, view: StatusView) -> None:
        """Show ``view``."""
        if view == self._view:
            return
        if self._view is not None and view.title != self._view.title:
            announce(self, ". ".join(part for part in (view.title, view.hint) if part))
        self._view = view
        self._mark.show_mark(view.mark)
        self._title.show_text(view.title, view.tone)
        self._detail.show_text(view.detail)
        self._hint.show_text(view.hint)
        self._button.setVisible(bool(view.action))
        self._button.set_words(view.action_words)
        self.setAccessibleName(" ".join(part for part in (view.title, view.detail, view.hint) if part))
        kind = (view.tone or "info") if view.hint else ""
        set_role(self, card=kind)
        self._dress()

    def _clicked(self) -> None:
        if self._view is not None:
            self.action_wanted.emit(self._view.action)

    def _dress(self) -> None:
        px = self._look.px
        inset = px(tokens.SPACE_3) if self._view and self._view.hint else 0
        side = px(tokens.SPACE_4) if self._view and self._view.hint else px(tokens.SPACE_1)
        self._column.setContentsMargins(side, inset or px(tokens.SPACE_2), side, inset or px(tokens.SPACE_2))
        self._column.setSpacing(px(tokens.SPACE_2))
        self._top.setSpacing(px(tokens.SPACE_2))
