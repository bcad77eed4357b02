"""The columns that are searched, read some thousand rows a step: nobody waits for all of them at once.

A reading is taken up where it was left, by whoever needs it whole, and begun anew when something is written
meanwhile. Rows come as JSON, many decoded at once: a third of the time that rows one by one take.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Iterator

import msgspec

from softphone.storage.contact_index import IndexedContact
from softphone.storage.database import Database
from softphone.storage.search_text import FoundText

CONTACTS, CALLS, PARTIES = 1_000, 20_000, 2_000  # rows a step: some 6 ms

_decode_contacts = msgspec.json.Decoder(list[IndexedContact]).decode
_decode_ids = msgspec.json.Decoder(list[int]).decode
_decode_texts = msgspec.json.Decoder(list[str]).decode
_decode_found = msgspec.json.Decoder(list[FoundText]).decode


class Reading(ABC):
    """Columns on their way into memory. Thread: main."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._began_at = database.changes
        self._steps = self._read()

    @property
    def is_good(self) -> bool:
        """Nothing was written since it began."""
        return self._database.changes == self._began_at

    def step(self) -> bool:
        """Read on; False where everything is there."""
        return next(self._steps, False)

    @abstractmethod
    def _read(self) -> Iterator[bool]:
        """Yield after every step."""


class ContactReading(Reading):
    """The phone book, in no order."""

    def __init__(self, database: Database) -> None:
        self.entries: list[IndexedContact] = []
        super().__init__(database)

    def _read(self) -> Iterator[bool]:
        last = 0
        while True:
            found = self._database.rows(
                "SELECT max(id), CAST('[' || group_concat(indexed) || ']' AS BLOB) "
                "FROM (SELECT id, indexed FROM contact WHERE id > ? ORDER BY id LIMIT ?)",
                (last, CONTACTS),
            )
            if found[0][0] is None:
                return
            last = found[0][0]
            self.entries += _decode_contacts(found[0][1])
            yield True


class CallReading(Reading):
    """The history, newest first, and whom its calls were with."""

    def __init__(self, database: Database) -> None:
        self.call_ids: list[int] = []
        self.parties_of_calls: list[int] = []
        self.party_ids: list[int] = []
        self.number_keys: list[str] = []
        self.texts: list[FoundText] = []
        super().__init__(database)

    def _read(self) -> Iterator[bool]:
        yield from self._read_calls()
        yield from self._read_parties()

    def _read_calls(self) -> Iterator[bool]:
        oldest: tuple[float, int] = (math.inf, 0)
        while True:
            found = self._database.rows(
                "SELECT json_group_array(id), json_group_array(party_id), min(started_at_s) FROM ("
                "SELECT id, party_id, started_at_s FROM call WHERE (started_at_s, id) < (?, ?) "
                "ORDER BY started_at_s DESC, id DESC LIMIT ?)",
                (*oldest, CALLS),
            )
            ids = _decode_ids(found[0][0])
            if not ids:
                return
            oldest = (found[0][2], ids[-1])
            self.call_ids += ids
            self.parties_of_calls += _decode_ids(found[0][1])
            yield True

    def _read_parties(self) -> Iterator[bool]:
        while True:
            last = self.party_ids[-1] if self.party_ids else 0
            found = self._database.rows(
                "SELECT json_group_array(id), json_group_array(number_key), "
                "CAST(json_group_array(json(found_text)) AS BLOB) "
                "FROM (SELECT id, number_key, found_text FROM party WHERE id > ? ORDER BY id LIMIT ?)",
                (last, PARTIES),
            )
            ids = _decode_ids(found[0][0])
            if not ids:
                return
            self.party_ids += ids
            self.number_keys += _decode_texts(found[0][1])
            self.texts += _decode_found(found[0][2])
            yield True
