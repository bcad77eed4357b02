"""A phone book and a history that hold nothing: for a run that has no database."""

from __future__ import annotations

from softphone.domain.contact import Contact, ContactEdit, ContactQuery, ContactRow, Person
from softphone.domain.history import CallRecord, HistoryQuery
from softphone.domain.ports import StoreFailed, StoreTrouble

_TROUBLE = StoreTrouble(code="failed")


class ForgetfulContacts:
    """Implements ``domain.ports.Contacts``: nobody, and nobody can be added."""

    def open(self) -> StoreTrouble | None:
        return None

    def rows(self, query: ContactQuery = ContactQuery(), limit: int = 0) -> tuple[ContactRow, ...]:
        return ()

    def count(self, source: str | None = None) -> int:
        return 0

    def get(self, key: str) -> Contact | None:
        return None

    def all(self, source: str = "") -> tuple[Contact, ...]:
        return ()

    def photo(self, photo_id: str) -> bytes:
        return b""

    def groups(self) -> tuple[str, ...]:
        return ()

    def find(self, number: str) -> Person | None:
        return None

    def matching(self, number: str) -> tuple[str, ...]:
        return ()

    def apply(self, edit: ContactEdit) -> ContactEdit:
        raise StoreFailed(_TROUBLE)

    def replace_source(self, source: str, contacts: tuple[Contact, ...]) -> None:
        raise StoreFailed(_TROUBLE)


class ForgetfulHistory:
    """Implements ``domain.ports.History``: every call is forgotten."""

    def open(self) -> StoreTrouble | None:
        return None

    def add(self, record: CallRecord) -> None:
        pass

    def count(self, query: HistoryQuery = HistoryQuery()) -> int:
        return 0

    def page(self, query: HistoryQuery, offset: int, limit: int) -> tuple[CallRecord, ...]:
        return ()

    def get(self, key: str) -> CallRecord | None:
        return None

    def unseen_missed(self) -> int:
        return 0

    def mark_seen(self) -> None:
        pass

    def delete(self, keys: tuple[str, ...]) -> tuple[CallRecord, ...]:
        return ()

    def restore(self, records: tuple[CallRecord, ...]) -> None:
        pass

    def clear(self) -> int:
        return 0

    def prune(self, before_s: float) -> int:
        return 0


class PlainNumbers:
    """Implements ``domain.ports.Numbers``: a number is what is written."""

    def key(self, number: str) -> str:
        return number

    def shown(self, number: str) -> str:
        return number
