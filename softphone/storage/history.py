"""履歴 in the database: every call that is over, newest first.

Pages without a text are asked of the database by its indexes; with one, of ``call_index``, which is read at
the first search and then kept up. Whom a number belongs to now is looked up when a row is read.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator
from typing import Any

import msgspec
from msgspec.structs import replace

from softphone.domain.call import Direction
from softphone.domain.contact import Person
from softphone.domain.errors import FailureCause
from softphone.domain.history import CallRecord, CallResult, HistoryKind, HistoryQuery
from softphone.domain.identity import Anonymity
from softphone.domain.ports import Numbers, OnTrouble, StoreTrouble
from softphone.domain.uri import Party
from softphone.storage.call_index import CallIndex, Marks, both
from softphone.storage.contact_index import ContactIndex
from softphone.storage.contacts import SqliteContacts
from softphone.storage.database import Database
from softphone.storage.reading import CallReading
from softphone.storage.search_text import FoundText, found_text, words_of

_MISSED, _INCOMING, _OUTGOING, _RECORDED = 1, 2, 4, 8  # bits of the column ``kinds``
_KINDS = {
    HistoryKind.MISSED: _MISSED,
    HistoryKind.INCOMING: _INCOMING,
    HistoryKind.OUTGOING: _OUTGOING,
    HistoryKind.RECORDED: _RECORDED,
}
_FIELDS = (
    "call.key, started_at_s, duration_s, account_key, direction, remote_uri, display_name, number, result, "
    "cause, status_code, anonymity, diverted_by, called, transferred_to, recording_path, codec, mos, seen, "
    "number_key"
)
_SELECT = f"SELECT {_FIELDS} FROM call JOIN party ON party.id = party_id"
_ADD = (
    "INSERT INTO call (key, party_id, started_at_s, kinds, duration_s, account_key, direction, remote_uri, "
    "result, cause, status_code, anonymity, diverted_by, called, transferred_to, recording_path, codec, mos, "
    "seen) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (key) DO NOTHING "
    "RETURNING id"
)
_PARTIES = "SELECT id, number_key, found_text FROM party"
_NEWEST_FIRST = "ORDER BY started_at_s DESC, call.id DESC"
_FEW = 50  # more are faster read anew

_decode_party = msgspec.json.Decoder(Party).decode
_decode_ids = msgspec.json.Decoder(list[int]).decode

_PartyRow = tuple[int, str, FoundText]  # id, number key, text
_Added = tuple[_PartyRow, float, int]  # whom with, start, id


class SqliteHistory:
    """Implements ``domain.ports.History``. Thread: main."""

    def __init__(self, database: Database, numbers: Numbers, contacts: SqliteContacts) -> None:
        self._database = database
        self._key_of = numbers.key
        self._contacts = contacts
        self._index: CallIndex | None = None
        self._reading: CallReading | None = None
        self._seen_changes = (-1, -1)
        self._people: tuple[ContactIndex, int] | None = None
        self._last: tuple[HistoryQuery, Marks] | None = None
        self._filter: tuple[HistoryQuery, Marks] | None = None

    def open(self, on_trouble: OnTrouble | None = None) -> StoreTrouble | None:
        """Make it ready; what was wrong with the database."""
        return self._database.open(on_trouble)

    def add(self, record: CallRecord) -> None:
        """Remember a call; one whose key is known is left as it was. Errors: StoreFailed."""
        self.restore((record,))

    def count(self, query: HistoryQuery = HistoryQuery()) -> int:
        """How many rows ``page`` has."""
        if words_of(query.text):
            return sum(self._found(query))
        where, values = self._where(query)
        where = f"WHERE {where}" if where else ""
        found = self._database.rows(f"SELECT count(*) FROM call {where}", values)
        return int(found[0][0])

    def page(self, query: HistoryQuery, offset: int, limit: int) -> tuple[CallRecord, ...]:
        """Rows ``offset`` to ``offset + limit``, newest first."""
        if words_of(query.text):
            marks = self._found(query)
            return self._records(self._current_index().page(marks, offset, limit))
        where, values = self._where(query)
        where = f"WHERE {where}" if where else ""
        found = self._database.rows(
            f"SELECT id FROM call {where} {_NEWEST_FIRST} LIMIT ? OFFSET ?", (*values, limit, offset)
        )
        return self._records(row_id for (row_id,) in found)

    def read_ahead(self) -> Iterator[None]:
        """Read what a search looks through, of the phone book too, some a step; see ``Contacts.index``."""
        yield from self._contacts.read_ahead()
        yield from self._read_calls()
        index, people = self._current_index(), self._contacts.index
        known = people, people.generation
        names = people.texts_by_number()
        yield
        if index is self._index and known == (self._contacts.index, people.generation):
            self._people = known
            index.know_people(names)

    def get(self, key: str) -> CallRecord | None:
        """One row."""
        found = self._database.rows(f"{_SELECT} WHERE call.key = ?", (key,))
        return next(iter(self._told(found)), None)

    def unseen_missed(self) -> int:
        """Missed calls nobody looked at."""
        found = self._database.rows("SELECT count(*) FROM call WHERE kinds & 1 AND seen = 0")
        return int(found[0][0])

    def mark_seen(self) -> None:
        """Every missed call was looked at. Errors: StoreFailed."""
        if self.unseen_missed():
            with self._database.writing() as connection:
                connection.execute("UPDATE call SET seen = 1 WHERE kinds & 1 AND seen = 0")

    def delete(self, keys: tuple[str, ...]) -> tuple[CallRecord, ...]:
        """Forget rows; gives back what was forgotten. Recordings stay. Errors: StoreFailed."""
        wanted = (msgspec.json.encode(keys).decode(),)
        which = "call.key IN (SELECT value FROM json_each(?))"
        with self._database.writing() as connection:
            gone = tuple(self._told(connection.execute(f"{_SELECT} WHERE {which} {_NEWEST_FIRST}", wanted)))
            ids = _forget(connection, which, wanted)
        self._index_gone(ids)
        return gone

    def restore(self, records: tuple[CallRecord, ...]) -> None:
        """Put rows back. Errors: StoreFailed."""
        with self._database.writing() as connection:
            added = [self._add(connection, record) for record in records]
        self._index_added([each for each in added if each is not None])

    def clear(self) -> int:
        """Forget all; how many. Errors: StoreFailed."""
        with self._database.writing() as connection:
            gone = connection.execute("DELETE FROM call").rowcount
            connection.execute("DELETE FROM party")
        self._read_anew()
        return gone

    def prune(self, before_s: float, limit: int = 0) -> int:
        """Forget what began earlier, the oldest ``limit`` of them (0: all); how many. Errors: StoreFailed.

        1,000 take some 10 ms.
        """
        with self._database.writing() as connection:
            old = "SELECT id FROM call WHERE started_at_s < ? ORDER BY started_at_s, id LIMIT ?"
            ids = _forget(connection, f"id IN ({old})", (before_s, limit or -1))
        self._index_gone(ids)
        return len(ids)

    def _where(self, query: HistoryQuery) -> tuple[str, tuple[object, ...]]:
        """The condition in SQL of a query without a text, and its values; "" where it has all."""
        clauses: list[str] = []
        values: list[object] = []
        if query.kind is not HistoryKind.ALL:
            clauses.append(f"kinds & {_KINDS[query.kind]}")
        if query.number:
            clauses.append("party_id IN (SELECT id FROM party WHERE number_key = ?)")
            values.append(self._key_of(query.number))
        if query.since_s:
            clauses.append("started_at_s >= ?")
            values.append(query.since_s)
        if query.until_s:
            clauses.append("started_at_s <= ?")
            values.append(query.until_s)
        return " AND ".join(clauses), tuple(values)

    def _found(self, query: HistoryQuery) -> Marks:
        """The calls of a search; kept until something changes."""
        index, people = self._current_index(), self._contacts.index
        if (people, people.generation) != self._people:
            self._people = people, people.generation
            self._last = None
            index.forget_people()
        if self._last is None or self._last[0] != query:
            marks = index.found(words_of(query.text), people.texts_by_number)
            others = self._marked(replace(query, text=""))
            self._last = query, both(marks, others) if others else marks
        return self._last[1]

    def _marked(self, query: HistoryQuery) -> Marks:
        """The calls of a query without a text; empty where it has all."""
        where, values = self._where(query)
        if not where:
            return []
        if self._filter is None or self._filter[0] != query:
            found = self._database.rows(
                f"SELECT json_group_array(({where}) IS TRUE) "
                f"FROM (SELECT started_at_s, party_id, kinds FROM call {_NEWEST_FIRST})",
                values,
            )
            self._filter = query, _decode_ids(found[0][0])
        return self._filter[1]

    def _current_index(self) -> CallIndex:
        for _ in self._read_calls():
            continue
        assert self._index is not None
        return self._index

    def _read_calls(self) -> Iterator[None]:
        while self._index is None or self._database.foreign_changes != self._seen_changes:
            self._read_anew()
            if self._reading is None or not self._reading.is_good:
                self._reading = CallReading(self._database)
            if not self._reading.step():
                self._index = CallIndex(
                    call_ids=self._reading.call_ids,
                    parties_of_calls=self._reading.parties_of_calls,
                    party_ids=self._reading.party_ids,
                    number_keys=self._reading.number_keys,
                    texts=self._reading.texts,
                )
                self._seen_changes = self._database.foreign_changes
                self._reading = None
            yield

    def _index_added(self, added: list[_Added]) -> None:
        """Keep the index up: a call or a few at their places, many by reading it anew."""
        self._last = self._filter = None
        if len(added) > _FEW:
            self._index = None
        if self._index is None:
            return
        for party, started_at_s, call_id in added:
            newer = self._database.rows(
                "SELECT count(*) FROM call WHERE (started_at_s, id) > (?, ?)", (started_at_s, call_id)
            )
            self._index.add_party(*party)
            self._index.add_call(newer[0][0], call_id, party[0])

    def _index_gone(self, ids: list[int]) -> None:
        """Take a few out of the index; many, or where another process wrote, by reading it anew."""
        self._last = self._filter = None
        if len(ids) > _FEW or self._database.foreign_changes != self._seen_changes:
            self._index = None
        if self._index is not None:
            for call_id in ids:
                self._index.remove_call(call_id)

    def _read_anew(self) -> None:
        self._index = self._last = self._filter = None

    def _records(self, row_ids: Iterable[int]) -> tuple[CallRecord, ...]:
        """These rows in this order."""
        wanted = (msgspec.json.encode(list(row_ids)).decode(),)
        return tuple(
            self._told(
                self._database.rows(
                    f"SELECT {_FIELDS} FROM (SELECT value, id AS nth FROM json_each(?)) "
                    "JOIN call ON call.id = value JOIN party ON party.id = party_id ORDER BY nth",
                    wanted,
                )
            )
        )

    def _told(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[CallRecord]:
        """Rows as records, each with whom its number belongs to now."""
        people: dict[str, Person | None] = {"": None}
        for row in rows:
            number_key = row[-1]
            if number_key not in people:
                people[number_key] = self._contacts.find_key(number_key)
            yield _record(people[number_key], *row[:-1])

    def _add(self, connection: sqlite3.Connection, record: CallRecord) -> _Added | None:
        """Write a row; what the index takes of it, None where it was there."""
        party = self._party(connection, record.remote)
        found = connection.execute(
            _ADD,
            (
                record.key,
                party[0],
                record.started_at_s,
                _kinds(record),
                record.duration_s,
                record.account_key,
                record.direction.value,
                record.remote.uri,
                record.result.value,
                record.cause.value,
                record.status_code,
                record.anonymity.value,
                msgspec.json.encode(record.diverted_by).decode() if record.diverted_by else "",
                record.called,
                record.transferred_to,
                record.recording_path,
                record.codec,
                record.mos,
                record.seen,
            ),
        ).fetchone()
        return (party, record.started_at_s, found[0]) if found else None

    def _party(self, connection: sqlite3.Connection, remote: Party) -> _PartyRow:
        known = connection.execute(
            f"{_PARTIES} WHERE number = ? AND display_name = ?",
            (remote.number, remote.display_name),
        ).fetchone()
        if known is not None:
            return known[0], known[1], msgspec.json.decode(known[2], type=FoundText)
        number_key = self._key_of(remote.number)
        text = found_text(names=(remote.display_name,), keys=(number_key,) if number_key else ())
        (row_id,) = connection.execute(
            "INSERT INTO party (number, display_name, number_key, found_text) VALUES (?, ?, ?, ?) "
            "RETURNING id",
            (remote.number, remote.display_name, number_key, msgspec.json.encode(text).decode()),
        ).fetchone()
        return row_id, number_key, text


def _forget(connection: sqlite3.Connection, which: str, values: tuple[object, ...]) -> list[int]:
    """Delete calls, and those no call was with any more; the ids of the calls."""
    gone = connection.execute(f"DELETE FROM call WHERE {which} RETURNING id, party_id", values).fetchall()
    parties = msgspec.json.encode({party_id for _, party_id in gone}).decode()
    connection.execute(
        "DELETE FROM party WHERE id IN (SELECT value FROM json_each(?)) "
        "AND NOT EXISTS (SELECT 1 FROM call WHERE party_id = party.id)",
        (parties,),
    )
    return [call_id for call_id, _ in gone]


def _kinds(record: CallRecord) -> int:
    way = _INCOMING if record.direction is Direction.RECIPIENT else _OUTGOING
    missed = _MISSED if record.result is CallResult.MISSED else 0
    return way | missed | (_RECORDED if record.recording_path else 0)


def _record(
    person: Person | None,
    key: str,
    started_at_s: float,
    duration_s: float,
    account_key: str,
    direction: str,
    remote_uri: str,
    display_name: str,
    number: str,
    result: str,
    cause: str,
    status_code: int,
    anonymity: str,
    diverted_by: str,
    called: str,
    transferred_to: str,
    recording_path: str,
    codec: str,
    mos: float,
    seen: int,
) -> CallRecord:
    return CallRecord(
        key=key,
        account_key=account_key,
        direction=Direction(direction),
        remote=Party(remote_uri, display_name, number),
        result=CallResult(result),
        cause=FailureCause(cause),
        status_code=status_code,
        started_at_s=started_at_s,
        duration_s=duration_s,
        anonymity=Anonymity(anonymity),
        diverted_by=_decode_party(diverted_by) if diverted_by else None,
        called=called,
        transferred_to=transferred_to,
        recording_path=recording_path,
        codec=codec,
        mos=mos,
        seen=bool(seen),
        person=person,
    )
