"""The rows of the phone book, in the order they come: a snapshot, each row made when it is seen."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QModelIndex, QPersistentModelIndex

from softphone.app.text import Text
from softphone.domain.contact import ContactRow
from softphone.ui.contacts.words import contact_row
from softphone.ui.people_list import PeopleModel
from softphone.ui.person_row import RowView


class ContactModel(PeopleModel):
    """ContactRows as a list. ``shown`` gives a number as one reads it, ``source_name`` names a directory."""

    def __init__(self, text: Text, shown: Callable[[str], str], source_name: Callable[[str], str]) -> None:
        super().__init__()
        self._text = text
        self._shown = shown
        self._source_name = source_name
        self._rows: tuple[ContactRow, ...] = ()
        self._marks: tuple[str, ...] = ()
        self._places: dict[str, int] = {}

    def show_rows(self, rows: tuple[ContactRow, ...], marks: tuple[str, ...] = ()) -> None:
        """Show these; ``marks`` are what was searched for: without headings then, the best stand first."""
        self.beginResetModel()
        self._rows, self._marks = rows, marks
        self._places = {}
        if not marks:
            last = ""
            for place, row in enumerate(rows):  # of ten thousand, each time the list is opened
                if row.heading != last:
                    last = row.heading
                    self._places.setdefault(last, place)
        self.endResetModel()

    @property
    def places(self) -> dict[str, int]:
        """The first row of each heading."""
        return self._places

    def place_of(self, key: str) -> int:
        """The row of an entry, -1 where it is not among them."""
        return next((place for place, row in enumerate(self._rows) if row.key == key), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def row(self, place: int) -> RowView:
        row = self._rows[place]
        shown = self._shown(row.number) if row.number else ""
        return contact_row(self._text, row, shown, self._source_name(row.source), self._marks)

    def heading(self, place: int) -> str:
        return "" if self._marks else self._rows[place].heading
