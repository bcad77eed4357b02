"""Whom one may mean while a number is typed: a few compact rows over the room kept for them.

They cover no key and move none: where nothing is suggested, the room holds the words under the number.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from softphone.app.phone import Phone
from softphone.app.text import Text
from softphone.domain.contact import ContactRow
from softphone.ui import theme as tokens
from softphone.ui.accessible import announce
from softphone.ui.contacts.words import label_words
from softphone.ui.look import Look
from softphone.ui.people_list import PeopleList
from softphone.ui.person_row import RowView, initial_of, marked_spans
from softphone.ui.search_rows import SearchModel

_ADDRESS = re.compile(r"@|^(?:sips?|tel|callto):", re.IGNORECASE)


class Suggestions(QWidget):
    """Shows people for what is typed into ``field``; the arrow key leads there and back.

    ``chosen`` carries the RowView that is to be called. Other widgets may stand in ``below`` meanwhile. Where
    no rows are kept for it (``keep_rows``) it takes room as it needs.
    """

    chosen = Signal(object)

    def __init__(self, look: Look, field: QLineEdit) -> None:
        super().__init__()
        self._look = look
        self._field = field
        self._model = SearchModel()
        self._kept = False
        self.below = QVBoxLayout(self)
        self.below.setContentsMargins(0, 0, 0, 0)
        self._list = PeopleList(
            look, "suggestionList", look.text("search.suggestions"), row=tokens.SUGGESTION_ROW
        )
        self._list.setParent(self)
        self._list.setModel(self._model)
        self._list.call_wanted.connect(self.chosen)
        self._list.opened.connect(self.chosen)
        self._list.left_upwards.connect(self._back)
        self._list.typed.connect(self._type_on)
        self._list.hide()

    @property
    def shown(self) -> bool:
        """Somebody is suggested."""
        return self._list.isVisibleTo(self)

    def show_rows(self, views: tuple[RowView, ...]) -> None:
        """Suggest these; none makes room for what stands below."""
        self._model.show_views(views)
        had_keyboard = self._list.hasFocus()
        self._list.setVisible(bool(views))
        if views:
            announce(self._field, self._look.text("search.suggested", count=len(views)))
        self._list.raise_()
        if not self._kept:
            self.setFixedHeight(len(views) * self._look.px(tokens.SUGGESTION_ROW))
        self._field.setAccessibleDescription(self._look.text("search.suggestions_keys") if views else "")
        if had_keyboard and not views:
            self._back()

    def keep_rows(self, count: int) -> None:
        """Keep room for ``count`` rows."""
        self._kept = True
        self.setMinimumHeight(count * self._look.px(tokens.SUGGESTION_ROW))

    def suggest(self, phone: Phone, typed: str) -> None:
        """Suggest whom ``typed`` may mean."""
        text, shown = self._look.text, phone.numbers.shown
        rows = phone.search.suggest(typed)
        self.show_rows(tuple(suggestion(text, row, shown, typed) for row in rows))

    def take_keyboard(self) -> None:
        """The keyboard goes to the first of them."""
        if self.shown:
            self._list.take_keyboard()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._list.setGeometry(self.rect())

    def _back(self) -> None:
        self._field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _type_on(self, letters: str) -> None:
        self._back()
        self._field.end(False)
        self._field.insert(letters)


def is_name(typed: str) -> bool:
    """Letters that are no address: whom they mean must be chosen."""
    return any(char.isalpha() for char in typed) and not _ADDRESS.search(typed)


def suggestion(text: Text, row: ContactRow, shown: Callable[[str], str], typed: str) -> RowView:
    """One row: the name, and which number would be called."""
    number, marks = shown(row.number), tuple(typed.split())
    label = label_words(text, row.label)
    read = row.reading if marked_spans(row.reading, marks) and not marked_spans(row.name, marks) else ""
    company = row.company if row.company != row.name else ""
    detail = "  ·  ".join(part for part in (f"{label} {number}", read or company) if part)
    spoken = text("people_list.between").join(part for part in (row.name, company, label, number) if part)
    return RowView(
        key=row.key,
        title=row.name,
        detail=detail,
        initial=initial_of(row.name),
        photo_id=row.photo_id,
        number=row.number,
        marks=marks,
        spoken=spoken,
    )
