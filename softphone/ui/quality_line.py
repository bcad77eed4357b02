"""How well a call can be heard: four bars and a few words."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.labels import Label
from softphone.ui.look import Look, on_look

BARS = 4


def paint_bars(painter: QPainter, look: Look, rect: QRectF, bars: int) -> None:
    """Four bars that fill ``rect``, ``bars`` of them in the colour of how good that is."""
    painter.setPen(Qt.PenStyle.NoPen)
    step = rect.width() / BARS
    color = "good" if bars >= 3 else "warn" if bars == 2 else "bad"
    for index in range(BARS):
        height = rect.height() * (index + 1.2) / (BARS + 0.2)
        painter.setBrush(look.color(color if index < bars else "fill_pressed"))
        bar = QRectF(rect.x() + index * step, rect.bottom() - height, step * 0.62, height)
        painter.drawRoundedRect(bar, step / 4, step / 4)


class QualityBars(QWidget):
    """Four bars, as many filled as the call is good."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._bars = 0
        on_look(self, look, self._dress)

    def show_bars(self, bars: int) -> None:
        """0–4."""
        self._bars = bars
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        paint_bars(painter, self._look, QRectF(self.rect()), self._bars)

    def _dress(self) -> None:
        side = self._look.px(tokens.ICON_SMALL - 2)
        self.setFixedSize(side, side)


class QualityLine(QWidget):
    """``▂▄▆█ G.722 · 良好 · MOS 4.2``."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._bars = QualityBars(look)
        self._bars.setAccessibleName(look.text("quality.bars"))
        self._words = Label(look, "small", "soft", name="callQuality")
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._bars, 0, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(self._words)
        on_look(self, look, self._dress)

    def show_quality(self, words: str, bars: int) -> None:
        """Codec, grade and score; bars only once they were measured."""
        self._words.show_text(words)
        self._bars.show_bars(bars)
        self._bars.setVisible(bars > 0)

    def _dress(self) -> None:
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(self._look.px(tokens.SPACE_2))
