"""The round picture of whom one talks to; it breathes while somebody rings."""

from __future__ import annotations

import math

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QAccessible, QPainter, QPaintEvent

from softphone.ui import theme as tokens
from softphone.ui.breathing import BreathingWidget
from softphone.ui.look import Look, on_look

_HALO = 0.16  # of the diameter, on every side
_SIZES = {  # px at 100 %, letters, room for the halo
    "large": (tokens.AVATAR, "display", True),
    "medium": (tokens.AVATAR_MEDIUM, "name", True),
    "small": (tokens.AVATAR_SMALL, "heading", True),
    "tiny": (tokens.AVATAR_TINY, "body_bold", False),
}


class Avatar(BreathingWidget):
    """A photo, an initial or an outline on a disc. ``size``: large, medium, small, tiny (has no halo)."""

    accessible_role = QAccessible.Role.Graphic

    def __init__(self, look: Look, size: str = "large") -> None:
        super().__init__(look)
        self._initial = ""
        self._icon = "user"
        self._photo_id = ""
        self._size, self._role, self._halo = _SIZES[size]
        on_look(self, look, self._dress)

    def set_size(self, size: str) -> None:
        """Another size."""
        if _SIZES[size] != (self._size, self._role, self._halo):
            self._size, self._role, self._halo = _SIZES[size]
            self._dress()

    def side(self, size: str) -> int:
        """How wide and high it is in a size, px."""
        diameter, _, halo = _SIZES[size]
        return round(self._look.px(diameter) * (1 + 2 * _HALO * halo))

    def show_person(self, initial: str, *, ringing: bool, icon: str = "user", photo_id: str = "") -> None:
        """Whose picture; ``ringing`` has it breathe; ``icon`` where there is neither photo nor initial."""
        self._initial, self._icon, self._photo_id = initial, icon, photo_id
        self.breathe(ringing)

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        size = self._look.px(self._size)
        disc = QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)
        if self._breathes:
            turn = self.turn()
            phase = 0.5 if turn is None else (1 - math.cos(2 * math.pi * turn)) / 2
            halo = size * _HALO * (0.35 + 0.65 * phase)
            painter.setBrush(self._look.color("accent_soft"))
            painter.setOpacity(0.55)
            painter.drawEllipse(disc.adjusted(-halo, -halo, halo, halo))
            painter.setOpacity(1.0)
        paint_avatar(painter, self._look, disc, self._role, self._initial, self._photo_id, self._icon)

    def _dress(self) -> None:
        side = round(self._look.px(self._size) * (1 + 2 * _HALO * self._halo))
        self.setFixedSize(side, side)


def paint_avatar(
    painter: QPainter,
    look: Look,
    disc: QRectF,
    role: str,
    initial: str,
    photo_id: str = "",
    icon: str = "user",
) -> None:
    """A photo, else an initial in the letters of ``role``, else an outline, on a soft disc."""
    photo = look.photo(photo_id, round(disc.width()))
    if not photo.isNull():
        painter.drawPixmap(disc.topLeft().toPoint(), photo)
        return
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color("accent_soft"))
    painter.drawEllipse(disc)
    if initial:
        painter.setFont(look.font(role))
        painter.setPen(look.color("accent"))
        painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, initial)
    else:
        inset = disc.width() * 0.28
        look.paint_icon(painter, icon, "accent", disc.adjusted(inset, inset, -inset, -inset))
