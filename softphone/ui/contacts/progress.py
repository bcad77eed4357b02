"""How far something is: a thin bar, its percentage for readers."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from softphone.ui import theme as tokens
from softphone.ui.look import Look, on_look


class ProgressBar(QWidget):
    """A bar from nothing to all."""

    accessible_role = QAccessible.Role.ProgressBar

    def __init__(self, look: Look, words: str) -> None:
        super().__init__()
        self._look = look
        self._words = words
        self._part = 0.0
        self.setObjectName("progressBar")
        self.setAccessibleName(words)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        on_look(self, look, self._dress)

    @property
    def part(self) -> float:
        """0 to 1."""
        return self._part

    def accessible_value(self) -> str:
        """For readers."""
        return f"{self._part:.0%}"

    def show_part(self, part: float) -> None:
        """So much is done, 0 to 1."""
        if round(part * 100) != round(self._part * 100):
            self.setAccessibleName(f"{self._words} {round(part * 100)} %")
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
            painter.setBrush(self._look.color("accent_fill"))
            painter.drawRoundedRect(body, radius, radius)

    def _dress(self) -> None:
        self.setFixedHeight(self._look.px(tokens.METER_HEIGHT))
