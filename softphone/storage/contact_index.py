"""The phone book's rows in memory, sorted, with what each is found by. Never writes, knows no database."""

from __future__ import annotations

import bisect

import msgspec

from softphone.domain.contact import ContactQuery, ContactRow
from softphone.storage.search_text import Word, words_of


class IndexedContact(msgspec.Struct, frozen=True, gc=False):
    """One entry. ``sort_key`` is unique: the contact's key ends it."""

    sort_key: str
    row: ContactRow
    text: str
    romaji: str
    groups: tuple[str, ...]
    number_keys: tuple[str, ...]


class ContactIndex:
    """Rows by how they are read. ``generation`` moves with every change."""

    def __init__(self, entries: list[IndexedContact]) -> None:
        self.generation = 0
        self._entries = sorted(entries, key=lambda entry: entry.sort_key)
        self._sort_of = {entry.row.key: entry.sort_key for entry in self._entries}

    def replace(self, gone: tuple[str, ...], come: list[IndexedContact]) -> None:
        """Take out entries by key and put others in."""
        self.generation += 1
        out = [
            self._sort_of.pop(key)
            for key in (*gone, *(entry.row.key for entry in come))
            if key in self._sort_of
        ]
        if len(out) + len(come) > len(self._entries) // 10:
            left = set(out)
            kept = [entry for entry in self._entries if entry.sort_key not in left]
            self._entries = sorted([*kept, *come], key=lambda entry: entry.sort_key)
        else:
            for sort_key in out:
                del self._entries[self._place(sort_key)]
            for entry in come:
                self._entries.insert(self._place(entry.sort_key), entry)
        self._sort_of.update((entry.row.key, entry.sort_key) for entry in come)

    def rows(self, query: ContactQuery, limit: int) -> tuple[ContactRow, ...]:
        """As ``Contacts.rows``."""
        entries = self._wanted(query)
        words = words_of(query.text)
        if words:
            entries = _best_first(entries, words)
        if query.favourites:
            entries = sorted(entries, key=lambda entry: entry.row.favourite)
        return tuple(entry.row for entry in (entries[:limit] if limit else entries))

    def groups(self) -> tuple[str, ...]:
        """The names of groups in use, sorted."""
        return tuple(sorted({group for entry in self._entries for group in entry.groups}))

    def number_keys(self, word: Word) -> frozenset[str]:
        """The numbers of everybody whom ``word`` finds."""
        text, spelled = word.text, word.romaji
        return frozenset(
            key
            for entry in self._entries
            if text in entry.text or (spelled and spelled in entry.romaji)
            for key in entry.number_keys
        )

    def _wanted(self, query: ContactQuery) -> list[IndexedContact]:
        entries = self._entries
        if query.favourites:
            entries = [entry for entry in entries if entry.row.favourite]
        if query.source is not None:
            entries = [entry for entry in entries if entry.row.source == query.source]
        if query.group:
            entries = [entry for entry in entries if query.group in entry.groups]
        return entries

    def _place(self, sort_key: str) -> int:
        return bisect.bisect_left(self._entries, sort_key, key=lambda entry: entry.sort_key)


def _best_first(entries: list[IndexedContact], words: tuple[Word, ...]) -> list[IndexedContact]:
    """Those that every word finds, by how well the first is found."""
    for word in words[1:]:
        text, spelled = word.text, word.romaji
        entries = [e for e in entries if text in e.text or (spelled and spelled in e.romaji)]
    ranked: tuple[list[IndexedContact], ...] = ([], [], [], [])
    first = words[0]
    for entry in entries:
        ranked[first.ranked(entry.text, entry.romaji)].append(entry)
    return [*ranked[3], *ranked[2], *ranked[1]]
