"""What an import will do: who is new, who is in the phone book or in the file already.

The same person is who has the same number and no other name, or the same name and company. Colleagues share
the number of their office: a number alone makes nobody one person.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from softphone.domain.contact import Contact, ContactQuery
from softphone.domain.contact_file import FileWords
from softphone.domain.contact_merge import identity, merged, same_words
from softphone.domain.ports import Contacts, Numbers

_ROWS_A_STEP = 200


class Duplicates(enum.Enum):
    """What becomes of somebody who is there already."""

    MERGE = "merge"
    SKIP = "skip"
    ADD = "add"


class ImportPlan:
    """Compares, in steps, what was found with the phone book and with itself. Thread: main.

    ``new`` and ``changed`` are what is to be written; ``added``, ``joined`` (to another of the file),
    ``merged`` (with one of the phone book), ``unchanged`` and ``skipped`` count those of the file.
    """

    def __init__(self, book: Contacts, numbers: Numbers, duplicates: Duplicates, words: FileWords) -> None:
        self._book = book
        self._key = numbers.key
        self._duplicates = duplicates
        self._words = words
        self._entries: list[Contact] = []
        self._was: dict[int, Contact] = {}  # the entry in the phone book, by place in ``_entries``
        self._place_of_key: dict[str, int] = {}
        self._by_identity: dict[tuple[str, str], int | str] = {}  # place, or key not looked up yet
        self._names: dict[str, str] = {}  # of the phone book, by key
        self._by_number: dict[str, dict[str, int | str]] = {}
        self._last_favourite = 0
        self.compared = 0
        self.added = self.joined = self.merged = self.unchanged = self.skipped = 0

    @property
    def new(self) -> list[Contact]:
        """Entries that are not in the phone book."""
        return [each for place, each in enumerate(self._entries) if place not in self._was]

    @property
    def changed(self) -> list[Contact]:
        """Entries of the phone book that become others."""
        return [self._entries[place] for place, was in self._was.items() if self._entries[place] != was]

    def work(self, found: Sequence[Contact]) -> Iterator[None]:
        """Compare everybody, a person a step."""
        if self._duplicates is not Duplicates.ADD:
            yield from self._read_book()
        for each in found:
            self._take(each)
            self.compared += 1
            yield

    def _read_book(self) -> Iterator[None]:
        for row in self._book.rows(ContactQuery(source="")):
            nameless = row.name in (row.company, row.number)
            self._names[row.key] = "" if nameless else same_words(row.name)
            self._by_identity.setdefault(identity(row.name, row.company), row.key)
            self._last_favourite = max(self._last_favourite, row.favourite)
            if len(self._names) % _ROWS_A_STEP == 0:
                yield

    def _take(self, contact: Contact) -> None:
        keys = {key: each.number for each in contact.numbers if (key := self._key(each.number))}
        place = self._same(contact, keys) if self._duplicates is not Duplicates.ADD else None
        if place is None:
            self._last_favourite += contact.favourite > 0
            entry = replace(contact, favourite=self._last_favourite if contact.favourite else 0)
            self._entries.append(entry)
            self._remember(entry, keys, len(self._entries) - 1)
            self.added += 1
        elif self._duplicates is Duplicates.SKIP:
            self.skipped += 1
        else:
            self._merge(place, contact, keys)

    def _merge(self, place: int, contact: Contact, keys: dict[str, str]) -> None:
        own = self._entries[place]
        self._last_favourite += contact.favourite > 0 and not own.favourite
        favourite = self._last_favourite if contact.favourite else 0
        both = merged(own, replace(contact, favourite=favourite), self._key, self._words)
        self._entries[place] = both
        self._remember(both, keys, place)
        if place not in self._was:
            self.joined += 1
        elif both == own:
            self.unchanged += 1
        else:
            self.merged += 1

    def _remember(self, entry: Contact, keys: dict[str, str], place: int) -> None:
        self._by_identity.setdefault(identity(entry.shown_name, entry.company), place)
        name = same_words(entry.name)
        for key, number in keys.items():
            self._of_number(key, number)[name] = place

    def _same(self, contact: Contact, keys: dict[str, str]) -> int | None:
        name = same_words(contact.name)
        for key, number in keys.items():
            known = self._of_number(key, number)
            if not name and known:
                return self._place(next(iter(known.values())))
            for alike in (name, ""):
                if alike in known:
                    return self._place(known[alike])
        found = self._by_identity.get(identity(contact.shown_name, contact.company))
        return None if found is None else self._place(found)

    def _of_number(self, key: str, number: str) -> dict[str, int | str]:
        """Who has a number, by name; asked of the phone book once."""
        if key not in self._by_number:
            own = (each for each in self._book.matching(number) if each in self._names)
            known: dict[str, int | str] = {}
            for each in own:
                known.setdefault(self._names[each], each)
            self._by_number[key] = known
        return self._by_number[key]

    def _place(self, found: int | str) -> int | None:
        """The place of an entry, one of the phone book looked up when it is first needed."""
        if isinstance(found, int):
            return found
        if found not in self._place_of_key:
            contact = self._book.get(found)
            if contact is None:
                return None
            self._entries.append(contact)
            self._place_of_key[found] = len(self._entries) - 1
            self._was[len(self._entries) - 1] = contact
        return self._place_of_key[found]
