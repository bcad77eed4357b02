"""What was found, as rows in sections: 電話帳, 履歴, 共有の電話帳."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date, datetime

from PySide6.QtCore import QModelIndex, QPersistentModelIndex

from softphone.app.search import SearchResults
from softphone.app.text import Text, party_title, result_text
from softphone.domain.call import Direction
from softphone.domain.contact import Contact, ContactNumber, ContactRow
from softphone.domain.halfwidth import to_halfwidth
from softphone.domain.history import CallRecord, CallResult
from softphone.ui.contacts.words import contact_row
from softphone.ui.history.day_words import day_words, time_words
from softphone.ui.people_list import PeopleModel
from softphone.ui.person_row import RowView, initial_of

Words = Callable[[str], str]
_SEPARATORS = re.compile(r"[\s\-()./]")
_NUMBER = re.compile(r"\+?[0-9*#]{3,}")


class SearchModel(PeopleModel):
    """RowViews with headings between them."""

    def __init__(self) -> None:
        super().__init__()
        self._views: tuple[RowView, ...] = ()

    def show_views(self, views: tuple[RowView, ...]) -> None:
        """Show these."""
        self.beginResetModel()
        self._views = views
        self.endResetModel()

    def place_of(self, key: str) -> int:
        """The row of a key, -1 where it is not there."""
        return next((place for place, view in enumerate(self._views) if view.key == key), -1)

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._views)

    def row(self, place: int) -> RowView:
        return self._views[place]


def search_rows(text: Text, results: SearchResults, shown: Words, source_name: Words) -> tuple[RowView, ...]:
    """All sections that have somebody, each under its heading; a number that was typed can be called, too."""
    marks = tuple(results.text.split())

    def row_of(row: ContactRow) -> RowView:
        number = shown(row.number) if row.number else ""
        return contact_row(text, row, number, source_name(row.source), marks)

    own = [row_of(row) for row in results.contacts if not row.source]
    shared = [row_of(row) for row in results.contacts if row.source]
    shared += [row_of(directory_row(place, each)) for place, each in enumerate(results.directory)]
    calls = [call_row(text, record, shown, marks) for record in results.calls]
    number = dialled_number(results.text)
    dial = (RowView(key="dial", title=shown(number), detail=text("search.dial"), number=number),)
    return (
        *_section(text("search.contacts"), own),
        *_section(text("search.history"), calls),
        *_section(text("search.directory"), shared),
        *(dial if number else ()),
    )


def dialled_number(typed: str) -> str:
    """The number that was typed; "" where it is none, or no whole one yet."""
    number = _SEPARATORS.sub("", to_halfwidth(typed))
    return number if _NUMBER.fullmatch(number) else ""


def directory_row(place: int, contact: Contact) -> ContactRow:
    """A person of a directory that is not in the phone book; its key tells where in the results."""
    first = contact.numbers[0] if contact.numbers else ContactNumber("")
    return ContactRow(
        key=f"directory-{place}",
        name=contact.shown_name,
        reading=contact.reading,
        company=contact.company if contact.name else "",
        number=first.number,
        label=first.label,
        source=contact.source,
    )


def call_row(text: Text, record: CallRecord, shown: Words, marks: tuple[str, ...]) -> RowView:
    """The last call with somebody."""
    came = record.direction is Direction.RECIPIENT
    missed = record.result is CallResult.MISSED
    title = party_title(text, record)
    number = shown(record.remote.number)
    known = title != record.remote.number
    way = text("contacts.call_in" if came else "contacts.call_out")
    how = result_text(text, record) if record.result is not CallResult.ANSWERED else way
    at, today = datetime.fromtimestamp(record.started_at_s), date.today()
    when = time_words(at) if at.date() == today else day_words(text, at.date(), today)
    detail = "  ·  ".join(part for part in (number if known else "", how) if part)
    return RowView(
        key=f"call-{record.key}",
        title=title if known else number,
        detail=detail,
        side=when,
        initial=initial_of(title),
        photo_id=record.person.photo_id if record.person is not None else "",
        number=record.remote.number,
        icon="incoming" if came else "outgoing",
        tone="bad" if missed else "text_soft",
        marks=marks,
        spoken=text("people_list.between").join((title, number if known else "", how, when)),
    )


def _section(title: str, rows: Iterable[RowView]) -> tuple[RowView, ...]:
    found = tuple(rows)
    return (RowView(key="", title=title, heading=True), *found) if found else ()
