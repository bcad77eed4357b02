"""The round picture of whom one talks to; it breathes while somebody rings."""

from __future__ import annotations

import math

from PySide6.QtCore import QElapsedTimer, QRectF, Qt, QTimer
from PySide6.QtGui import QHideEvent, QPainter, QPaintEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from softphone.ui import theme as tokens
from softphone.ui.look import Look, on_look

_HALO = 0.16  # of the diameter, on every side


class Avatar(QWidget):
    """An initial, or a person's outline, on a soft disc."""

    def __init__(self, look: Look, *, small: bool = False) -> None:
        super().__init__()
        self._look = look
        self._size = tokens.AVATAR_SMALL if small else tokens.AVATAR
        self._role = "heading" if small else "display"
        self._initial = ""
        self._ringing = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(tokens.FRAME_MS)
        self._timer.timeout.connect(self.update)
        on_look(self, look, self._dress)

    def show_person(self, initial: str, *, ringing: bool) -> None:
        """Whose picture; ``ringing`` has it breathe."""
        self._initial, self._ringing = initial, ringing
        self._animate()
        self.update()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._animate()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        size = self._look.px(self._size)
        disc = QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)
        if self._ringing:
            phase = 0.5
            if self._timer.isActive():
                phase = (1 - math.cos(2 * math.pi * self._clock.elapsed() / tokens.BREATH_MS)) / 2
            halo = size * _HALO * (0.35 + 0.65 * phase)
            painter.setBrush(self._look.color("accent_soft"))
            painter.setOpacity(0.55)
            painter.drawEllipse(disc.adjusted(-halo, -halo, halo, halo))
            painter.setOpacity(1.0)
        painter.setBrush(self._look.color("accent_soft"))
        painter.drawEllipse(disc)
        if self._initial:
            painter.setFont(self._look.font(self._role))
            painter.setPen(self._look.color("accent"))
            painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, self._initial)
        else:
            inset = size * 0.28
            self._look.paint_icon(painter, "user", "accent", disc.adjusted(inset, inset, -inset, -inset))

    def _animate(self) -> None:
        if self._ringing and self.isVisible() and self._look.theme.motion:
            if not self._timer.isActive():
                self._clock.start()
                self._timer.start()
        else:
            self._timer.stop()

    def _dress(self) -> None:
        side = round(self._look.px(self._size) * (1 + 2 * _HALO))
        self.setFixedSize(side, side)
