"""電話帳 in the database: entries, their numbers and pictures.

The rows of the list are held in memory (``contact_index``), sorted and searched there; everything else is
asked of the database. Another process's change is seen at the next question.
"""

from __future__ import annotations

import hashlib
import sqlite3
import uuid
from collections.abc import Container, Iterable, Iterator
from typing import TypeVar

import msgspec
from msgspec.structs import replace

from softphone.domain.contact import Contact, ContactEdit, ContactNumber, ContactQuery, ContactRow, Person
from softphone.domain.ports import Numbers, OnTrouble, StoreTrouble
from softphone.storage.contact_index import ContactIndex, IndexedContact
from softphone.storage.contact_rows import (
    STORED_FIELDS,
    WHOLE_FIELDS,
    contact_of,
    indexed,
    row_of,
)
from softphone.storage.database import Database
from softphone.storage.reading import ContactReading

CHUNK = 100  # entries written at once: some 10 ms

_WHOLE = ", ".join(WHOLE_FIELDS)
_SAVE = (
    f"INSERT INTO contact ({', '.join(STORED_FIELDS)}) VALUES ({', '.join('?' * len(STORED_FIELDS))}) "
    f"ON CONFLICT (key) DO UPDATE SET {', '.join(f'{name} = excluded.{name}' for name in STORED_FIELDS)} "
    "RETURNING id"
)
_FIND = (
    "SELECT key, name, company, numbers, photo_id, source FROM contact_number "
    "JOIN contact ON contact.id = contact_id WHERE number_key = ? ORDER BY source <> '', place"
)

_Item = TypeVar("_Item")
_decode_numbers = msgspec.json.Decoder(tuple[ContactNumber, ...]).decode


class SqliteContacts:
    """Implements ``domain.ports.Contacts``. Thread: main."""

    def __init__(self, database: Database, numbers: Numbers) -> None:
        self._database = database
        self._key_of = numbers.key
        self._index: ContactIndex | None = None
        self._reading: ContactReading | None = None
        self._seen_changes = (-1, -1)

    def open(self, on_trouble: OnTrouble | None = None) -> StoreTrouble | None:
        """Make it ready; what was wrong with the database."""
        return self._database.open(on_trouble)

    @property
    def index(self) -> ContactIndex:
        """The rows as they are now, read where another process changed them."""
        for _ in self.read_ahead():
            continue
        assert self._index is not None
        return self._index

    def read_ahead(self) -> Iterator[None]:
        """Read the rows into memory, some a step, so that the first question finds them there."""
        while self._index is None or self._database.foreign_changes != self._seen_changes:
            self._index = None
            if self._reading is None or not self._reading.is_good:
                self._reading = ContactReading(self._database)
            if not self._reading.step():
                self._index = ContactIndex(self._reading.entries)
                self._seen_changes = self._database.foreign_changes
                self._reading = None
            yield

    def rows(self, query: ContactQuery = ContactQuery(), limit: int = 0) -> tuple[ContactRow, ...]:
        """Sorted by reading; with a text those that begin so, those with such a word, the rest."""
        return self.index.rows(query, limit)

    def count(self, source: str | None = None) -> int:
        """How many there are, of all sources or of one."""
        where, values = ("", ()) if source is None else (" WHERE source = ?", (source,))
        return int(self._database.rows(f"SELECT count(*) FROM contact{where}", values)[0][0])

    def get(self, key: str) -> Contact | None:
        """One entry whole."""
        return next(iter(self._read((key,))), None)

    def all(self, source: str = "") -> tuple[Contact, ...]:
        """Every entry of a source whole, for export and merging."""
        found = self._database.rows(
            f"SELECT {_WHOLE} FROM contact WHERE source = ? ORDER BY place", (source,)
        )
        return tuple(contact_of(columns) for columns in found)

    def photo(self, photo_id: str) -> bytes:
        """The picture; b"" where there is none."""
        return self._photos((photo_id,)).get(photo_id, b"")

    def groups(self) -> tuple[str, ...]:
        """The names of groups in use, sorted."""
        return self.index.groups()

    def find(self, number: str) -> Person | None:
        """Who has this number; one's own entries win over directories'."""
        return self.find_key(self._key_of(number))

    def find_key(self, number_key: str) -> Person | None:
        """As ``find``, by the key of a number."""
        found = self._database.rows(f"{_FIND} LIMIT 1", (number_key,)) if number_key else []
        if not found:
            return None
        key, name, company, numbers, photo_id, source = found[0]
        if not name:
            name, company = company or _decode_numbers(numbers)[0].number, ""
        return Person(contact_key=key, name=name, company=company, photo_id=photo_id, source=source)

    def matching(self, number: str) -> tuple[str, ...]:
        """The keys of every entry that has this number, one's own first."""
        found = self._database.rows(_FIND, (self._key_of(number),))
        return tuple(columns[0] for columns in found)

    def apply(self, edit: ContactEdit) -> ContactEdit:
        """Write ``edit`` whole or not at all; returns what takes it back. Errors: StoreFailed."""
        named = (each if each.key else replace(each, key=uuid.uuid4().hex) for each in edit.saved)
        saved = {each.key: each for each in named}
        touched = tuple(dict.fromkeys((*edit.deleted, *saved)))
        with self._database.writing() as connection:
            before = self._read(touched)
            pictures = self._photos({each.photo_id for each in before if each.photo_id})
            connection.executemany("DELETE FROM contact WHERE key = ?", ((key,) for key in edit.deleted))
            connection.executemany("INSERT OR IGNORE INTO photo VALUES (?, ?)", edit.photos.items())
            entries = [self._save(connection, each) for each in saved.values()]
            lost = self._forget_photos({*pictures, *edit.photos})
        if self._index is not None:
            self._index.replace(edit.deleted, entries)
        known = {each.key for each in before}
        return ContactEdit(
            saved=before,
            deleted=tuple(key for key in saved if key not in known),
            photos={photo_id: pictures[photo_id] for photo_id in lost if photo_id in pictures},
        )

    def replace_source(self, source: str, contacts: tuple[Contact, ...]) -> None:
        """Everything of a directory anew, whole or not at all. Errors: StoreFailed."""
        wanted = self._named(source, contacts)
        gone, changed = self._others_of(source, wanted), self._changed(wanted)
        if changed or gone:
            self.apply(ContactEdit(deleted=gone, saved=changed))

    def replace_source_in_steps(self, source: str, contacts: tuple[Contact, ...]) -> Iterator[None]:
        """As ``replace_source``, CHUNK entries a step. Errors: StoreFailed."""
        kept: set[str] = set()
        for chunk in _chunks(contacts):
            wanted = self._named(source, chunk)
            kept |= wanted.keys()
            changed = self._changed(wanted)
            if changed:
                self.apply(ContactEdit(saved=changed))
            yield
        for keys in _chunks(self._others_of(source, kept)):
            self.apply(ContactEdit(deleted=keys))
            yield

    def _changed(self, wanted: dict[str, Contact]) -> tuple[Contact, ...]:
        """Those that are not stored as they are wanted."""
        known = {each.key: each for each in self._read(tuple(wanted))}
        return tuple(each for key, each in wanted.items() if known.get(key) != each)

    def _named(self, source: str, contacts: tuple[Contact, ...]) -> dict[str, Contact]:
        """By key; an entry without one, or with one of somebody else, is named by what it says."""
        found = self._database.rows(
            "SELECT key FROM contact WHERE source <> ? AND key IN (SELECT value FROM json_each(?))",
            (source, msgspec.json.encode([each.key for each in contacts]).decode()),
        )
        taken = {"", *(key for (key,) in found)}
        wanted: dict[str, Contact] = {}
        for each in contacts:
            key = each.key
            if key in taken:
                key = hashlib.sha256(msgspec.json.encode((source, each))).hexdigest()[:32]
            wanted[key] = replace(each, key=key, source=source)
        return wanted

    def _others_of(self, source: str, wanted: Container[str]) -> tuple[str, ...]:
        found = self._database.rows("SELECT key FROM contact WHERE source = ?", (source,))
        return tuple(key for (key,) in found if key not in wanted)

    def _read(self, keys: tuple[str, ...]) -> tuple[Contact, ...]:
        """The entries there are of these, in their order."""
        found = self._database.rows(
            f"SELECT {_WHOLE} FROM (SELECT value, id AS nth FROM json_each(?)) "
            "JOIN contact ON key = value ORDER BY nth",
            (msgspec.json.encode(keys).decode(),),
        )
        return tuple(contact_of(columns) for columns in found)

    def _photos(self, photo_ids: Iterable[str]) -> dict[str, bytes]:
        found = self._database.rows(
            "SELECT id, data FROM photo WHERE id IN (SELECT value FROM json_each(?))",
            (msgspec.json.encode(list(photo_ids)).decode(),),
        )
        return dict(found)

    def _save(self, connection: sqlite3.Connection, contact: Contact) -> IndexedContact:
        entry = indexed(contact, self._key_of)
        (row_id,) = connection.execute(_SAVE, row_of(contact, entry)).fetchone()
        connection.execute("DELETE FROM contact_number WHERE contact_id = ?", (row_id,))
        keys = entry.number_keys.split()
        connection.executemany("INSERT INTO contact_number VALUES (?, ?)", ((key, row_id) for key in keys))
        return entry

    def _forget_photos(self, photo_ids: Iterable[str]) -> list[str]:
        """Drop the pictures of these that nobody has; those dropped."""
        found = self._database.rows(
            "DELETE FROM photo WHERE id IN (SELECT value FROM json_each(?)) "
            "AND NOT EXISTS (SELECT 1 FROM contact WHERE photo_id = photo.id) RETURNING id",
            (msgspec.json.encode(list(photo_ids)).decode(),),
        )
        return [columns[0] for columns in found]


def _chunks(items: tuple[_Item, ...]) -> Iterator[tuple[_Item, ...]]:
    for start in range(0, len(items), CHUNK):
        yield items[start : start + CHUNK]
