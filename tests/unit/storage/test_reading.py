"""What searches look through is read a few rows a step, and is whole whatever happens meanwhile."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from softphone.domain.contact import Contact, ContactEdit, ContactNumber, ContactQuery
from softphone.domain.history import HistoryQuery
from softphone.storage import reading
from softphone.storage.contacts import SqliteContacts
from softphone.storage.database import Database
from softphone.storage.history import SqliteHistory
from softphone.storage.numbers import LibphonenumberNumbers
from tests.helpers.many_people import many_calls, many_contacts

PEOPLE, CALLS = 40, 90
NEW = Contact(key="new", name="新田 一郎", reading="ニッタ イチロウ", numbers=(ContactNumber("0466112233"),))

Stores = tuple[SqliteContacts, SqliteHistory]


@pytest.fixture(autouse=True)
def _few_rows_a_step(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("CONTACTS", "CALLS", "PARTIES"):
        monkeypatch.setattr(reading, name, 7)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """A phone's database, with people and calls."""
    contacts, history = opened(tmp_path / "phone.db")
    book = many_contacts(PEOPLE)
    contacts.apply(ContactEdit(saved=book))
    history.restore(tuple(many_calls(book, CALLS)))
    return tmp_path / "phone.db"


def opened(file: Path) -> Stores:
    database, numbers = Database(file), LibphonenumberNumbers()
    contacts = SqliteContacts(database, numbers)
    return contacts, SqliteHistory(database, numbers, contacts)


def answers(stores: Stores) -> tuple[object, ...]:
    """What a window asks."""
    contacts, history = stores
    queries = [HistoryQuery(text=text) for text in ("0", "さ", "sa", "新田")]
    found = [history.page(query, 0, CALLS) for query in queries]
    return contacts.rows(), contacts.rows(ContactQuery(text="た")), found


def test_it_takes_many_steps_and_then_knows_all(file: Path) -> None:
    stores = opened(file)

    steps = sum(1 for _ in stores[1].read_ahead())

    assert steps > (PEOPLE + CALLS) / 7
    assert answers(stores) == answers(opened(file))
    assert len(stores[0].rows()) == PEOPLE


def test_who_asks_in_the_middle_gets_the_whole_answer(file: Path) -> None:
    every = sum(1 for _ in opened(file)[1].read_ahead())
    expected = answers(opened(file))

    for taken in range(every):
        stores = opened(file)
        steps = stores[1].read_ahead()
        for _ in range(taken):
            next(steps)
        assert answers(stores) == expected
        assert answers(stores) == expected


def added_here(stores: Stores, file: Path) -> None:
    stores[0].apply(ContactEdit(saved=(NEW,)))


def added_elsewhere(stores: Stores, file: Path) -> None:
    opened(file)[0].apply(ContactEdit(saved=(NEW,)))


def newest_call_deleted(stores: Stores, file: Path) -> None:
    stores[1].delete((stores[1].page(HistoryQuery(), 0, 1)[0].key,))


@pytest.mark.parametrize("change", [added_here, added_elsewhere, newest_call_deleted])
def test_a_change_in_the_middle_is_seen(file: Path, change: Callable[[Stores, Path], None]) -> None:
    every = sum(1 for _ in opened(file)[1].read_ahead())

    for taken in range(0, every, 3):
        stores = opened(file)
        steps = stores[1].read_ahead()
        for _ in range(taken):
            next(steps, None)
        change(stores, file)
        for _ in steps:
            continue
        assert answers(stores) == answers(opened(file))
        stores[0].apply(ContactEdit(deleted=("new",)))


def test_an_empty_database_is_read_at_once(tmp_path: Path) -> None:
    stores = opened(tmp_path / "phone.db")

    assert sum(1 for _ in stores[1].read_ahead()) <= 3
    assert stores[0].rows() == ()
    assert stores[1].count(HistoryQuery(text="0")) == 0
