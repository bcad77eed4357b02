"""What moves by itself while something is under way: a mark that turns, a picture that breathes."""

from __future__ import annotations

from PySide6.QtCore import QElapsedTimer, QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QWidget

from softphone.ui import theme as tokens
from softphone.ui.look import Look


class BreathingWidget(QWidget):
    """Repaints itself while it breathes and is seen, where the look allows motion. Thread: main."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._breathes = False
        self._clock = QElapsedTimer()
        self._timer = QTimer(self)
        self._timer.setInterval(tokens.FRAME_MS)
        self._timer.timeout.connect(self.update)

    def breathe(self, on: bool) -> None:
        """Start or stop; what already breathes goes on without a jump."""
        self._breathes = on
        self._animate()
        self.update()

    def turn(self) -> float | None:
        """Where in the breath it is, 0–1; None while nothing moves."""
        if not self._timer.isActive():
            return None
        return float(self._clock.elapsed() % tokens.BREATH_MS) / tokens.BREATH_MS

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._animate()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._timer.stop()

    def _animate(self) -> None:
        if not (self._breathes and self.isVisible() and self._look.theme.motion):
            self._timer.stop()
        elif not self._timer.isActive():
            self._clock.start()
            self._timer.start()
