"""The tray's icon, drawn for each state: told by its shape, so that colours may fail.

ready        handset on a rounded square            ringing   bell on a disc
cannot_call  the same, struck through               in_call   handset with waves on a disc
dnd          a bar on a disc, as no entry           missed calls: their number in the corner of any of them
"""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QIcon, QPainter, QPen, QPixmap

from softphone.ui.look import Look

SIZES = (16, 22, 24, 32, 48, 64)  # px: what trays ask for
MOST = 9  # a larger number is 9+
_GROUNDS = {  # ground, glyph
    "ready": ("accent_fill", "on_accent"),
    "cannot_call": ("text_soft", "ground"),
    "dnd": ("hang_up", "on_hang_up"),
    "in_call": ("call", "on_call"),
    "ringing": ("call", "on_call"),
}
_ROUND = ("dnd", "in_call", "ringing")
_GLYPHS = {"ready": "phone-fill", "cannot_call": "phone-fill", "in_call": "phone-fill", "ringing": "bell"}


def tray_icon(look: Look, kind: str, missed: int) -> QIcon:
    """The icon in every size."""
    icon = QIcon()
    for size in SIZES:
        icon.addPixmap(tray_pixmap(look, kind, missed, size))
    return icon


def tray_pixmap(look: Look, kind: str, missed: int, size: int) -> QPixmap:
    """The icon, ``size`` px square."""
    pixmap = QPixmap(size, size)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _draw_state(painter, look, kind, float(size), aside=bool(missed))
    if missed:
        _draw_missed(painter, look, missed, float(size))
    painter.end()
    return pixmap


def _draw_state(painter: QPainter, look: Look, kind: str, size: float, *, aside: bool) -> None:
    """The ground and what stands on it, ``aside`` of the number in the corner."""
    ground, glyph = _GROUNDS[kind]
    body = QRectF(0, 0, size, size)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(look.color(ground))
    if kind in _ROUND:
        painter.drawEllipse(body)
    else:
        painter.drawRoundedRect(body, size * 0.24, size * 0.24)
    if kind == "dnd":
        painter.setBrush(look.color(glyph))
        bar = QRectF(size * 0.22, size * (0.55 if aside else 0.41), size * 0.56, size * 0.18)
        painter.drawRoundedRect(bar, size * 0.05, size * 0.05)
        return
    waves = kind == "in_call" and not aside
    inset = size * 0.17
    spot = body.adjusted(inset, inset, -inset, -inset)
    if aside or waves:
        shift = size * (0.1 if aside else 0.05)
        spot.translate(-shift, shift)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    large = look.pixmap(_GLYPHS[kind], glyph, 4 * round(size))
    painter.drawPixmap(spot, large, QRectF(large.rect()))
    pen = QPen(look.color(glyph), size * 0.08)
    pen.setCapStyle(Qt.PenCapStyle.RoundCap)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    if waves:
        painter.setPen(pen)
        for radius in (0.17, 0.32):
            arc = QRectF(size * (0.53 - radius), size * (0.47 - radius), 2 * radius * size, 2 * radius * size)
            painter.drawArc(arc, 10 * 16, 70 * 16)
    if kind == "cannot_call":
        ends = QPointF(size * 0.8, size * 0.2), QPointF(size * 0.2, size * 0.8)
        painter.setPen(QPen(look.color(ground), size * 0.24))
        painter.drawLine(*ends)
        painter.setPen(pen)
        painter.drawLine(*ends)


def _draw_missed(painter: QPainter, look: Look, missed: int, size: float) -> None:
    side = size * 0.54
    disc = QRectF(size - side, 0, side, side)
    gap = size * 0.06
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Clear)
    painter.drawEllipse(disc.adjusted(-gap, -gap, gap, gap))
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
    painter.setBrush(look.color("hang_up"))
    painter.drawEllipse(disc)
    font = QFont(look.font("body_bold"))
    words = str(missed) if missed <= MOST else f"{MOST}+"
    font.setPixelSize(max(round(side * (0.8 if len(words) == 1 else 0.6)), 1))
    painter.setFont(font)
    painter.setPen(look.color("on_hang_up"))
    painter.drawText(disc, Qt.AlignmentFlag.AlignCenter, words)
