"""A thin bar that is filled in part: how far something is, how loud."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from softphone.ui import theme as tokens
from softphone.ui.look import Look, on_look


class Bar(QWidget):
    """Filled from the left; its percentage for readers. Override ``color``. Thread: ui."""

    accessible_role = QAccessible.Role.ProgressBar

    def __init__(self, look: Look, words: str, name: str) -> None:
        super().__init__()
        self._look = look
        self._part = 0.0
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        on_look(self, look, self._dress)

    @property
    def part(self) -> float:
        """0 (empty) to 1 (full)."""
        return self._part

    def accessible_value(self) -> str:
        """For readers."""
        return f"{self._part:.0%}"

    def color(self) -> str:
        """The colour role of what is filled."""
        return "accent_fill"

    def fill(self, part: float) -> None:
        """Fill it as far as ``part``, 0 to 1."""
        self._part = part
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        body = QRectF(self.rect())
        radius = body.height() / 2
        painter.setBrush(self._look.color("fill_pressed"))
        painter.drawRoundedRect(body, radius, radius)
        if self._part > 0:
            body.setWidth(max(body.width() * min(self._part, 1.0), body.height()))
            painter.setBrush(self._look.color(self.color()))
            painter.drawRoundedRect(body, radius, radius)

    def _dress(self) -> None:
        self.setFixedHeight(self._look.px(tokens.METER_HEIGHT))
