"""The guide's progress: a disc for each step, its number or a tick in it, its name below."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QAccessible, QFontMetrics, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from softphone.ui import theme as tokens
from softphone.ui.look import Look, on_look


class Progress(QWidget):
    """How far one is. Readers hear it as a sentence."""

    accessible_role = QAccessible.Role.StaticText

    def __init__(self, look: Look, names: tuple[str, ...]) -> None:
        super().__init__()
        self._look = look
        self._names = names
        self._at = 0
        self.setObjectName("guideProgress")
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        on_look(self, look, self.updateGeometry)
        self.show_step(0)

    def show_step(self, at: int) -> None:
        """Step ``at`` (from 0) is in front; ``len(names)`` means that all are done."""
        self._at = at
        count = len(self._names)
        done = at >= count
        name = "" if done else self._names[at]
        words = self._look.text(
            "guide.all_done" if done else "guide.step_of", step=at + 1, count=count, name=name
        )
        self.setAccessibleName(words)
        self.update()

    def sizeHint(self) -> QSize:
        px = self._look.px
        words = QFontMetrics(self._look.font("small_bold")).height()
        return QSize(px(tokens.WINDOW_MIN_WIDTH) // 2, px(tokens.AVATAR_TINY) + px(tokens.SPACE_1) + words)

    def minimumSizeHint(self) -> QSize:
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = self._look.px(tokens.AVATAR_TINY)
        room = self.width() / len(self._names)
        thick = self._look.px(tokens.FOCUS_WIDTH)
        for index in range(len(self._names) - 1):
            gap = side / 2 + self._look.px(tokens.SPACE_2)
            left, right = room * (index + 0.5) + gap, room * (index + 1.5) - gap
            color = "accent_fill" if index < self._at else "fill_pressed"
            painter.setPen(QPen(self._look.color(color), thick))
            painter.drawLine(QPointF(left, side / 2), QPointF(right, side / 2))
        for index, name in enumerate(self._names):
            disc = QRectF(room * (index + 0.5) - side / 2, 0, side, side)
            self._paint_disc(painter, disc, index)
            here = index == self._at
            painter.setFont(self._look.font("small_bold" if here else "small"))
            painter.setPen(self._look.color("text" if here else "text_soft"))
            words = QRectF(room * index, disc.bottom(), room, self.height() - disc.bottom())
            painter.drawText(words, Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignBottom, name)

    def _paint_disc(self, painter: QPainter, disc: QRectF, index: int) -> None:
        look = self._look
        done, here = index < self._at, index == self._at
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(look.color("accent_fill" if here else "accent_soft" if done else "fill"))
        painter.drawEllipse(disc)
        if done:
            inset = disc.width() / 4
            look.paint_icon(painter, "check", "accent", disc.adjusted(inset, inset, -inset, -inset))
            return
        painter.setFont(look.font("small_bold"))
        painter.setPen(look.color("on_accent" if here else "text_soft"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, str(index + 1))
