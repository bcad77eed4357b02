"""Search everywhere: contacts, the history and the company's directories, by one text.

text ─▸ phone book, history (at once) ─▸ found
     ─▸ directories (each when it answers) ─▸ found once more
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial
from typing import Protocol

import msgspec
from msgspec.structs import replace

from softphone.app.contacts import ContactService
from softphone.app.history import HistoryService
from softphone.domain.contact import Contact, ContactQuery, ContactRow
from softphone.domain.halfwidth import to_halfwidth
from softphone.domain.history import CallRecord, HistoryQuery
from softphone.domain.identity import Anonymity

MAX_CONTACTS = 30
MAX_PARTIES = 8
LOOKED_THROUGH = 60  # calls of the history: one party may have many
MAX_OF_DIRECTORY = 30
MAX_SUGGESTIONS = 4
MIN_DIGITS = 2
_ONLY_NUMBER = re.compile(r"[\s0-9+*#()./\-]+")


class DirectorySearch(Protocol):
    """The directories whose servers search (``DirectoryService``)."""

    def search(self, text: str, found: Callable[[str, tuple[Contact, ...], bool], None]) -> int:
        """Ask each for ``text``; how many were asked. ``found`` comes once for each: key, people, more."""


class SearchResults(msgspec.Struct, frozen=True, kw_only=True):
    """What was found so far by ``text``: the best first. ``calls`` has the last call with each party.

    ``directory`` are people of directories that are not in the phone book. ``waiting`` directories have not
    answered yet.
    """

    text: str
    contacts: tuple[ContactRow, ...] = ()
    calls: tuple[CallRecord, ...] = ()
    directory: tuple[Contact, ...] = ()
    waiting: int = 0

    @property
    def empty(self) -> bool:
        """Nothing was found, so far."""
        return not (self.contacts or self.calls or self.directory)


class SearchService:
    """Looks in every place at once. Thread: main. The newest question alone is answered.

    ``shown`` writes a number as one reads it (``Numbers.shown``).
    """

    def __init__(
        self,
        contacts: ContactService,
        history: HistoryService,
        shown: Callable[[str], str],
        directories: DirectorySearch | None = None,
    ) -> None:
        self._contacts = contacts
        self._history = history
        self._shown = shown
        self._directories = directories
        self._results = SearchResults(text="")
        self._question = 0

    def search(self, text: str, found: Callable[[SearchResults], None]) -> None:
        """Tell ``found`` what is known here, at once, and again with each answer of a directory."""
        text = text.strip()
        self._question += 1
        self._results = SearchResults(text=text)
        if not text:
            found(self._results)
            return
        self._results = replace(
            self._results,
            contacts=self.with_found_number(
                self._contacts.book.rows(ContactQuery(text=text), MAX_CONTACTS), text
            ),
            calls=self._parties(text),
        )
        if self._directories is not None:
            answered = partial(self._answered, self._question, found)
            waiting = self._directories.search(text, answered)
            self._results = replace(self._results, waiting=self._results.waiting + waiting)
        found(self._results)

    def suggest(self, text: str) -> tuple[ContactRow, ...]:
        """A few people who can be called, for what is being typed where a number goes."""
        text = text.strip()
        if not text:
            return ()
        rows = self._contacts.book.rows(ContactQuery(text=text), 2 * MAX_SUGGESTIONS)
        found = tuple(row for row in rows if row.number)[:MAX_SUGGESTIONS]
        return self.with_found_number(found, text)

    def with_found_number(self, rows: tuple[ContactRow, ...], text: str) -> tuple[ContactRow, ...]:
        """Digits find any number of a person: the one that was meant stands in the row, and is called."""
        digits = _digits(text)
        if len(digits) < MIN_DIGITS or not _ONLY_NUMBER.fullmatch(to_halfwidth(text)):
            return rows
        meant = tuple(self._meant(row, digits) for row in rows[:MAX_CONTACTS])
        return meant + rows[MAX_CONTACTS:]

    def _meant(self, row: ContactRow, digits: str) -> ContactRow:
        if digits in _digits(row.number) or digits in _digits(self._shown(row.number)):
            return row
        contact = self._contacts.book.get(row.key)
        for own in contact.numbers if contact is not None else ():
            if digits in _digits(own.number) or digits in _digits(self._shown(own.number)):
                return replace(row, number=own.number, label=own.label)
        return row

    def _parties(self, text: str) -> tuple[CallRecord, ...]:
        """The last call with each party that is found in the history."""
        last: dict[str, CallRecord] = {}
        for record in self._history.rows.page(HistoryQuery(text=text), 0, LOOKED_THROUGH):
            if record.anonymity is Anonymity.NONE and record.remote.number:
                who = record.person.contact_key if record.person is not None else ""
                last.setdefault(who or record.remote.number, record)
        return tuple(last.values())[:MAX_PARTIES]

    def _answered(
        self,
        question: int,
        found: Callable[[SearchResults], None],
        source: str,
        people: tuple[Contact, ...],
        more: bool,
    ) -> None:
        """A directory said whom it has."""
        if question != self._question:
            return
        now = self._results
        known = {each.key for each in now.contacts}
        new = tuple(each for each in people[:MAX_OF_DIRECTORY] if not each.key or each.key not in known)
        self._results = replace(now, directory=now.directory + new, waiting=now.waiting - 1)
        found(self._results)


def _digits(number: str) -> str:
    return "".join(char for char in to_halfwidth(number) if char.isdecimal())
