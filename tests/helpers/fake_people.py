"""A phone book and a history in memory: the ports of ``storage``, told by plain lists.

Numbers are compared by their digits, +81 as 0; a search is plain text within names, readings and numbers.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from softphone.app.people import People
from softphone.directory.contact_files import DiskContactFiles
from softphone.domain.call import Direction
from softphone.domain.contact import Contact, ContactEdit, ContactQuery, ContactRow, Person
from softphone.domain.halfwidth import to_halfwidth
from softphone.domain.history import CallRecord, CallResult, HistoryKind, HistoryQuery
from softphone.domain.ports import OnTrouble, StoreFailed, StoreTrouble
from softphone.domain.reading import fold, heading, sort_key


class FakeNumbers:
    """Digits, +81 as 0."""

    def key(self, number: str) -> str:
        digits = re.sub(r"[^0-9+*#]", "", to_halfwidth(number))
        return f"0{digits[3:]}" if digits.startswith("+81") else digits

    def shown(self, number: str) -> str:
        return number


class FakeContacts:
    """Implements ``domain.ports.Contacts``. ``trouble`` is what every write fails with."""

    def __init__(self, *contacts: Contact, opens_with: StoreTrouble | None = None) -> None:
        self.entries: dict[str, Contact] = {}
        self.photos: dict[str, bytes] = {}
        self.trouble: StoreTrouble | None = None
        self._opens_with = opens_with
        self._numbers = FakeNumbers()
        self._count = itertools.count(1)
        self.apply(ContactEdit(saved=contacts))

    def open(self, on_trouble: OnTrouble | None = None) -> StoreTrouble | None:
        return self._opens_with

    def rows(self, query: ContactQuery = ContactQuery(), limit: int = 0) -> tuple[ContactRow, ...]:
        met = [each for each in self.entries.values() if _meets(each, query)]
        met.sort(key=lambda each: sort_key(each.shown_name, each.reading or each.company_reading))
        found = [_row(each) for each in met]
        found.sort(key=lambda row: row.favourite * query.favourites)
        return tuple(found[:limit] if limit else found)

    def count(self, source: str | None = None) -> int:
        return sum(source is None or each.source == source for each in self.entries.values())

    def get(self, key: str) -> Contact | None:
        return self.entries.get(key)

    def all(self, source: str = "") -> tuple[Contact, ...]:
        return tuple(each for each in self.entries.values() if each.source == source)

    def photo(self, photo_id: str) -> bytes:
        return self.photos.get(photo_id, b"")

    def groups(self) -> tuple[str, ...]:
        return tuple(sorted({group for each in self.entries.values() for group in each.groups}))

    def find(self, number: str) -> Person | None:
        keys = self.matching(number)
        if not keys:
            return None
        entry = self.entries[keys[0]]
        return Person(
            contact_key=entry.key,
            name=entry.shown_name,
            company=entry.company if entry.name else "",
            photo_id=entry.photo_id,
            source=entry.source,
        )

    def matching(self, number: str) -> tuple[str, ...]:
        wanted = self._numbers.key(number)
        found = [
            each
            for each in self.entries.values()
            if any(self._numbers.key(own.number) == wanted for own in each.numbers)
        ]
        return tuple(each.key for each in sorted(found, key=lambda each: bool(each.source)))

    def apply(self, edit: ContactEdit) -> ContactEdit:
        if self.trouble is not None:
            raise StoreFailed(self.trouble)
        before = dict(self.entries)
        self.photos |= edit.photos
        saved = [each if each.key else replace(each, key=f"c{next(self._count)}") for each in edit.saved]
        for key in edit.deleted:
            self.entries.pop(key, None)
        for each in saved:
            self.entries[each.key] = each
        touched = [*edit.deleted, *(each.key for each in saved)]
        return ContactEdit(
            saved=tuple(before[key] for key in touched if key in before),
            deleted=tuple(each.key for each in saved if each.key not in before),
        )

    def replace_source(self, source: str, contacts: tuple[Contact, ...]) -> None:
        gone = tuple(each.key for each in self.all(source))
        self.apply(ContactEdit(deleted=gone, saved=tuple(replace(each, source=source) for each in contacts)))

    def replace_source_in_steps(self, source: str, contacts: tuple[Contact, ...]) -> Iterator[None]:
        self.replace_source(source, contacts)
        yield


class FakeHistory:
    """Implements ``domain.ports.History``. ``trouble`` is what every write fails with."""

    def __init__(self, *records: CallRecord, contacts: FakeContacts | None = None) -> None:
        self.records = list(records)
        self.trouble: StoreTrouble | None = None
        self._contacts = contacts or FakeContacts()

    def open(self, on_trouble: OnTrouble | None = None) -> StoreTrouble | None:
        return None

    def read_ahead(self) -> Iterator[None]:
        yield

    def add(self, record: CallRecord) -> None:
        self._may_write()
        self.records.append(record)

    def count(self, query: HistoryQuery = HistoryQuery()) -> int:
        return len(self._found(query))

    def page(self, query: HistoryQuery, offset: int, limit: int) -> tuple[CallRecord, ...]:
        return tuple(self._found(query)[offset : offset + limit])

    def get(self, key: str) -> CallRecord | None:
        return next((self._known(each) for each in self.records if each.key == key), None)

    def unseen_missed(self) -> int:
        return sum(each.result is CallResult.MISSED and not each.seen for each in self.records)

    def mark_seen(self) -> None:
        self._may_write()
        self.records = [replace(each, seen=True) for each in self.records]

    def delete(self, keys: tuple[str, ...]) -> tuple[CallRecord, ...]:
        self._may_write()
        gone = tuple(each for each in self.records if each.key in keys)
        self.records = [each for each in self.records if each.key not in keys]
        return gone

    def restore(self, records: tuple[CallRecord, ...]) -> None:
        self._may_write()
        self.records += records

    def clear(self) -> int:
        return len(self.delete(tuple(each.key for each in self.records)))

    def prune(self, before_s: float, limit: int = 0) -> int:
        old = sorted((each.started_at_s, each.key) for each in self.records if each.started_at_s < before_s)
        return len(self.delete(tuple(key for _, key in (old[:limit] if limit else old))))

    def _may_write(self) -> None:
        if self.trouble is not None:
            raise StoreFailed(self.trouble)

    def _known(self, record: CallRecord) -> CallRecord:
        return replace(record, person=self._contacts.find(record.remote.number))

    def _found(self, query: HistoryQuery) -> list[CallRecord]:
        key = FakeNumbers().key
        found = [
            known
            for known in map(self._known, self.records)
            if _of_kind(known, query.kind)
            and (not query.number or key(known.remote.number) == key(query.number))
            and query.since_s <= known.started_at_s <= (query.until_s or float("inf"))
            and _has(query.text, _names(known))
        ]
        return sorted(found, key=lambda each: each.started_at_s, reverse=True)


def _names(record: CallRecord) -> tuple[str, ...]:
    person = (record.person.name,) if record.person is not None else ()
    return (record.remote.display_name, record.remote.number, *person)


def fake_people(
    contacts: FakeContacts | None = None,
    history: FakeHistory | None = None,
    **readers: Any,
) -> People:
    """What a phone knows people from, all in memory; ``readers`` are the other fields of People."""
    contacts = contacts or FakeContacts()
    history = history or FakeHistory(contacts=contacts)
    return People(contacts, history, FakeNumbers(), disk_files(), **readers)


def disk_files() -> DiskContactFiles:
    """Files on this disk, read and written without a thread."""
    return DiskContactFiles(_NowDispatcher(), lambda work: work())  # type: ignore[arg-type]


class _NowDispatcher:
    """Posts run at once."""

    def post(self, action: Callable[[], None]) -> None:
        action()


def _row(contact: Contact) -> ContactRow:
    first = contact.numbers[0] if contact.numbers else None
    return ContactRow(
        key=contact.key,
        name=contact.shown_name,
        reading=contact.reading,
        company=contact.company,
        number=first.number if first else "",
        label=first.label if first else "",
        heading=heading(contact.shown_name, contact.reading or contact.company_reading),
        favourite=contact.favourite,
        photo_id=contact.photo_id,
        source=contact.source,
    )


def _meets(contact: Contact, query: ContactQuery) -> bool:
    words = (contact.name, contact.reading, contact.company, *(each.number for each in contact.numbers))
    return (
        (not query.group or query.group in contact.groups)
        and (not query.favourites or contact.favourite > 0)
        and (query.source is None or contact.source == query.source)
        and _has(query.text, words)
    )


def _has(text: str, words: Iterable[str]) -> bool:
    """Each word of ``text`` stands in one of ``words``, written in any way."""
    folded = [_plain(word) for word in words]
    return all(any(_plain(part) in word for word in folded) for part in text.split())


def _plain(word: str) -> str:
    return re.sub(r"[-\s]", "", fold(word))


def _of_kind(record: CallRecord, kind: HistoryKind) -> bool:
    return {
        HistoryKind.ALL: True,
        HistoryKind.MISSED: record.result is CallResult.MISSED,
        HistoryKind.INCOMING: record.direction is Direction.RECIPIENT,
        HistoryKind.OUTGOING: record.direction is Direction.INITIATOR,
        HistoryKind.RECORDED: bool(record.recording_path),
    }[kind]
