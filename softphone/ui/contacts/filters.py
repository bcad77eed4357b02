"""Who stands in the list: everybody, the favourites, a group, the entries of one directory."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QWidget

from softphone.domain.contact import ContactQuery
from softphone.ui import theme as tokens
from softphone.ui.buttons import Button
from softphone.ui.call_menu import new_menu, open_below
from softphone.ui.look import Look


class FilterChip(Button):
    """A pill that is chosen or not; ``opens`` shows that a menu is behind it."""

    def __init__(self, look: Look, words: str, name: str, icon: str = "", *, opens: bool = False) -> None:
        self._opens = opens
        super().__init__(look, words, name, icon)
        self.setCheckable(True)
        policy = QSizePolicy.Policy.Maximum if opens else QSizePolicy.Policy.Fixed
        self.setSizePolicy(policy, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        px = self.look.px
        width = self.metrics("small_bold").horizontalAdvance(self.text()) + 2 * px(tokens.SPACE_3) + 2
        extra = px(tokens.ICON_SMALL) + px(tokens.SPACE_1)
        return QSize(width + extra * (bool(self.icon_name) + self._opens), px(tokens.CONTROL_HEIGHT - 6))

    def minimumSizeHint(self) -> QSize:
        hint = self.sizeHint()
        return QSize(hint.height() * 2, hint.height()) if self._opens else hint

    def paintEvent(self, event: QPaintEvent) -> None:
        px, on = self.look.px, self.isChecked()
        painter = self.start_painting()
        body = QRectF(self.rect()).adjusted(1, 2, -1, -2)
        if on:
            painter.setBrush(self.look.color("accent_soft"))
        else:
            painter.setBrush(self.ground("fill", "fill_hover", "fill_pressed"))
        painter.drawRoundedRect(body, body.height() / 2, body.height() / 2)
        self.paint_focus(painter, body, body.height() / 2)
        tone = "accent" if on else "text"
        icon, gap = px(tokens.ICON_SMALL), px(tokens.SPACE_1)
        left, right = body.x() + px(tokens.SPACE_3) - 1, body.right() - px(tokens.SPACE_3) + 1
        if self.icon_name:
            spot = QRectF(left, body.center().y() - icon / 2, icon, icon)
            self.look.paint_icon(painter, self.icon_name, tone, spot)
            left = spot.right() + gap
        if self._opens:
            spot = QRectF(right - icon, body.center().y() - icon / 2, icon, icon)
            self.look.paint_icon(painter, "chevron-down", tone, spot)
            right = spot.left() - gap
        painter.setFont(self.look.font("small_bold" if on else "small"))
        painter.setPen(self.look.color(tone))
        words = self.metrics("small_bold").elidedText(
            self.text(), Qt.TextElideMode.ElideRight, int(right - left) + 1
        )
        place = QRectF(left, body.y(), right - left + 1, body.height())
        painter.drawText(place, Qt.AlignmentFlag.AlignCenter, words)


class FilterBar(QWidget):
    """すべて · お気に入り · 絞り込み. ``query`` is what is chosen; ``chosen`` when that is another.

    ``groups`` and ``sources`` (key and name) are asked for when the menu opens.
    """

    chosen = Signal()

    def __init__(
        self,
        look: Look,
        groups: Callable[[], Iterable[str]],
        sources: Callable[[], Iterable[tuple[str, str]]],
    ) -> None:
        super().__init__()
        self._look = look
        self._groups = groups
        self._sources = sources
        self.query = ContactQuery()
        text = look.text
        self._all = FilterChip(look, text("contacts.all"), "filterAll")
        self._all.on_click(lambda: self._choose(ContactQuery()))
        self._stars = FilterChip(look, text("contacts.favourites"), "filterFavourites", "favourite")
        self._stars.on_click(lambda: self._choose(ContactQuery(favourites=True)))
        self._narrow = FilterChip(look, text("contacts.narrow"), "filterMore", opens=True)
        self._narrow.on_click(self._open_menu)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(tokens.SPACE_1))
        for chip in (self._all, self._stars, self._narrow):
            row.addWidget(chip)
        row.addStretch(1)
        self._show()

    def show_everybody(self) -> None:
        """No filter."""
        self._choose(ContactQuery())

    def fit(self) -> None:
        """Where there is nothing to narrow to, the menu is not there; a group that is gone is left."""
        possible = bool(tuple(self._groups())) or len(tuple(self._sources())) > 1
        self._narrow.setVisible(possible)
        if self.query.group and self.query.group not in tuple(self._groups()):
            self._choose(ContactQuery())

    def _choose(self, query: ContactQuery) -> None:
        moved, self.query = query != self.query, query
        self._show()
        if moved:
            self.chosen.emit()

    def _show(self) -> None:
        query, text = self.query, self._look.text
        names = dict(self._sources()) if query.source is not None else {}
        narrowed = query.group or names.get(query.source or "", "")
        self._all.setChecked(query == ContactQuery())
        self._stars.setChecked(query.favourites)
        self._narrow.setChecked(bool(narrowed))
        self._narrow.set_words(narrowed or text("contacts.narrow"))

    def _open_menu(self) -> None:
        self._show()
        text = self._look.text
        menu = new_menu(self._look, self._narrow, "filterMenu", text("contacts.narrow"))
        groups, sources = tuple(self._groups()), tuple(self._sources())
        if groups:
            menu.addAction(text("contacts.groups")).setEnabled(False)
        for group in groups:
            menu.addAction(group, partial(self._choose, ContactQuery(group=group)))
        if len(sources) > 1:
            menu.addAction(text("contacts.sources")).setEnabled(False)
            for key, name in sources:
                menu.addAction(name, partial(self._choose, ContactQuery(source=key)))
        open_below(menu, self._narrow)
