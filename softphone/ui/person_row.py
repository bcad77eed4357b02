"""One person in a list: what the row says, and how it is painted. Lists of people all look like this.

(picture)  name                                     when, which number
           company · department            matched parts stand out
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QTextCharFormat, QTextLayout

from softphone.domain.reading import fold
from softphone.domain.romaji import romaji, typed_romaji
from softphone.ui import theme as tokens
from softphone.ui.avatar import paint_avatar
from softphone.ui.look import Look

_LEFT_OUT = " \u3000-‐−–()（）."  # in numbers and names: what is typed without them is found all the same
_LETTER = re.compile(".[\u3099\u309a\uff9e\uff9f]?", re.DOTALL)  # with its dakuten


@dataclass(frozen=True)
class RowView:
    """One row. ``number`` "" cannot be called; ``side`` stands at the right, ``icon`` before ``detail``.

    ``marks`` are what was searched for. ``spoken`` is the whole row for screen readers. A ``heading``
    stands over the rows that follow.
    """

    key: str
    title: str
    detail: str = ""
    side: str = ""
    initial: str = ""
    photo_id: str = ""
    number: str = ""
    icon: str = ""
    tone: str = "text_soft"
    marks: tuple[str, ...] = ()
    spoken: str = ""
    heading: bool = False


def initial_of(name: str) -> str:
    """The letter in the round picture: of a name, never of a number."""
    return name[0].upper() if name and name[0].isalpha() else ""


@lru_cache(maxsize=2048)
def marked_spans(words: str, marks: tuple[str, ...]) -> tuple[tuple[int, int], ...]:
    """Where ``words`` has what was searched for, as (start, end): whatever width, case, kana or romaji.

    What stands between the digits of a number does not matter.
    """
    folded, places = _folded(words)
    spans = []
    for mark in marks:
        wanted, _ = _folded(mark)
        start = folded.find(wanted) if wanted else -1
        if start < 0 and wanted.isascii() and (read := _read_span(folded, wanted)) is not None:
            spans.append((places[read[0]], places[read[1]] + 1))
        while start >= 0:
            spans.append((places[start], places[start + len(wanted) - 1] + 1))
            start = folded.find(wanted, start + len(wanted))
    return tuple(sorted(spans))


def paint_row(
    painter: QPainter, look: Look, rect: QRectF, view: RowView, *, calls: bool, left: float = 0.0
) -> None:
    """Paint ``view``; ``calls`` shows the key that calls, ``left`` px stay free for letters."""
    px = look.px
    side = min(px(tokens.AVATAR_SMALL), round(rect.height()) - px(tokens.SPACE_2))
    gap = px(tokens.SPACE_3)
    disc = QRectF(rect.x() + left + px(tokens.SPACE_2), rect.center().y() - side / 2, side, side)
    paint_avatar(painter, look, disc, "heading", view.initial, view.photo_id)
    words = QRectF(disc.right() + gap, rect.y(), rect.right() - disc.right() - gap, rect.height())
    words.setRight(rect.right() - px(tokens.SPACE_3))
    calls = calls and bool(view.number)
    if calls:
        words.setRight(call_spot(look, rect).left() - px(tokens.SPACE_1))
        look.paint_icon(painter, "phone-fill", "good", _middle(call_spot(look, rect), px(tokens.ICON)))
    title, small = QFontMetrics(look.font("body_bold")), QFontMetrics(look.font("small"))
    high = title.height() + (small.height() if view.detail else 0)
    top = words.center().y() - high / 2
    room = words.width()
    if view.side and not calls:
        side_width = min(small.horizontalAdvance(view.side) + 2, words.width() * 0.45)
        side_rect = QRectF(words.right() - side_width, top, side_width, title.height())
        painter.setFont(look.font("small"))
        painter.setPen(look.color("text_soft"))
        said = small.elidedText(view.side, Qt.TextElideMode.ElideRight, int(side_width))
        painter.drawText(side_rect, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, said)
        room -= side_width + px(tokens.SPACE_2)
    _paint_words(painter, look, QPointF(words.x(), top), room, view.title, "body_bold", "text", view.marks)
    if not view.detail:
        return
    x, y = words.x(), top + title.height()
    if view.icon:
        icon = px(tokens.ICON_SMALL)
        spot = QRectF(x, y + (small.height() - icon) / 2, icon, icon)
        look.paint_icon(painter, view.icon, view.tone, spot)
        x += icon + px(tokens.SPACE_1)
    room = words.right() - x
    _paint_words(painter, look, QPointF(x, y), room, view.detail, "small", view.tone, view.marks)


def paint_heading(painter: QPainter, look: Look, rect: QRectF, words: str) -> None:
    """Paint the words over the rows that follow."""
    painter.setFont(look.font("small_bold"))
    painter.setPen(look.color("text_soft"))
    room = rect.adjusted(look.px(tokens.SPACE_2), 0, 0, -look.px(tokens.SPACE_1))
    painter.drawText(room, Qt.AlignmentFlag.AlignBottom | Qt.AlignmentFlag.AlignLeft, words)


def call_spot(look: Look, rect: QRectF) -> QRectF:
    """Where the key stands that calls: at the right end of a row."""
    width = look.px(tokens.ICON + 2 * tokens.SPACE_3)
    return QRectF(rect.right() - width, rect.y(), width, rect.height())


def _middle(rect: QRectF, size: float) -> QRectF:
    return QRectF(rect.center().x() - size / 2, rect.center().y() - size / 2, size, size)


def _paint_words(
    painter: QPainter,
    look: Look,
    at: QPointF,
    room: float,
    words: str,
    role: str,
    color: str,
    marks: tuple[str, ...],
) -> None:
    font = look.font(role)
    metrics = QFontMetrics(font)
    said = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(room))
    painter.setPen(look.color(color))
    painter.setFont(font)
    spans = marked_spans(said, marks) if marks else ()
    if not spans:
        painter.drawText(QPointF(at.x(), at.y() + metrics.ascent()), said)
        return
    found = QTextCharFormat()
    found.setForeground(look.color("accent"))
    found.setBackground(look.color("accent_soft"))
    found.setFontWeight(look.font("body_bold").weight())
    formats = []
    for start, end in spans:
        span = QTextLayout.FormatRange()
        span.start, span.length, span.format = start, end - start, found
        formats.append(span)
    layout = QTextLayout(said, font)
    layout.setFormats(formats)
    layout.beginLayout()
    line = layout.createLine()
    line.setLineWidth(max(room, 1) * 2)  # elided already: bold letters may be a little wider
    layout.endLayout()
    layout.draw(painter, at)


def _folded(words: str) -> tuple[str, list[int]]:
    """``words`` for comparing, and the place in it that each character comes from."""
    folded: list[str] = []
    places: list[int] = []
    for letter in _LETTER.finditer(words):
        for char in fold(letter[0]):
            if char not in _LEFT_OUT:
                folded.append(char)
                places.append(letter.start())
    return "".join(folded), places


def _read_span(folded: str, typed: str) -> tuple[int, int] | None:
    """Where kana read as the romaji ``typed``: places of the first and the last kana."""
    wanted = typed_romaji(typed)
    for start in range(len(folded) if wanted else 0):
        for end in range(start + 1, min(start + len(wanted), len(folded)) + 1):
            read = romaji(folded[start:end])
            if read.startswith(wanted):
                while end < len(folded) and romaji(folded[start : end + 1]) == read:  # a long vowel
                    end += 1
                return start, end - 1
            if not wanted.startswith(read):
                break
    return None
