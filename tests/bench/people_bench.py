"""Figures of the phone book and the history: search as one types, pages, writes, import, size, memory.

100,000 calls and 10,000 people. Every prefix of a word typed is one keystroke: the phone book's first 50 rows,
the history's count and its first 50 rows, all three together, as a window asks for them.
"""

from __future__ import annotations

import gc
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from softphone.domain.contact import Contact, ContactEdit, ContactQuery
from softphone.domain.history import HistoryKind, HistoryQuery
from softphone.storage.contacts import CHUNK, SqliteContacts
from softphone.storage.database import Database
from softphone.storage.history import SqliteHistory
from softphone.storage.numbers import LibphonenumberNumbers
from tests.bench.figures import Figure, spread, unique_mb
from tests.helpers.many_people import many_calls, many_contacts

CALLS, PEOPLE = 100_000, 10_000
KEYSTROKE_MS, PAGE_MS, WRITE_MS, BLOCK_MS = 16.0, 5.0, 5.0, 50.0
ROWS = 50

TYPED = {
    "kana": (
        "さとうたろう",
        "たかはし",
        "やまだしょうじ",
        "わたなべ",
        "おおの",
        "じゅんいち",
        "こばやしけんいち",
    ),
    "kanji": ("高橋一郎", "佐藤", "山田商事", "株式会社鈴木工業", "渡辺花子", "長谷川", "営業部"),
    "romaji": ("takahashi", "satou", "shibata", "tsuchiya", "ohno", "junichi", "yamamoto kenichi"),
    "digits": ("0312345678", "090-1234-5678", "+81 3", "5678", "052", "2345", "080 99"),
    "several words": ("山田 営業", "佐藤 03", "たなか けんせつ", "suzuki 090"),
    "nobody": ("ぬるぽん", "xyzxyz", "龘", "99999999", "zzz 000"),
}


def run(*, quick: bool) -> list[Figure]:
    """Build both, then ask of them what a window asks."""
    calls, people = (CALLS // 10, PEOPLE // 10) if quick else (CALLS, PEOPLE)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "phone.db"
        book = many_contacts(people)
        figures = _import(file, book)
        figures += _fill(file, calls, book)
        figures += _first_looks(file)
        return figures + _warm(file, calls, 2 if quick else 5)


def _opened(file: Path) -> tuple[SqliteContacts, SqliteHistory, Database]:
    database, numbers = Database(file), LibphonenumberNumbers()
    contacts = SqliteContacts(database, numbers)
    history = SqliteHistory(database, numbers, contacts)
    trouble = database.open()
    assert trouble is None, trouble
    return contacts, history, database


def _import(file: Path, book: tuple[Contact, ...]) -> list[Figure]:
    """As an import does it: a chunk a turn of the main thread."""
    contacts, _, database = _opened(file)
    contacts.rows(limit=ROWS)
    blocks_ms = []
    for start in range(0, len(book), CHUNK):
        edit = ContactEdit(saved=book[start : start + CHUNK])
        blocks_ms.append(_ms(lambda edit=edit: contacts.apply(edit)))  # type: ignore[misc]
    whole = contacts.all()
    renamed = tuple(replace(each, key=f"d{each.key}") for each in whole)
    steps_ms = _steps_ms(contacts.replace_source_in_steps("社内", renamed))
    again_ms = _steps_ms(contacts.replace_source_in_steps("社内", renamed))
    contacts.apply(ContactEdit(deleted=tuple(each.key for each in renamed)))
    database.close()
    name = f"import of {len(book)} contacts"
    return [
        Figure(f"{name}, in all", round(sum(blocks_ms) / 1000, 3), "s"),
        Figure(
            f"{name}, longest block ({CHUNK} at once)", _top(blocks_ms), "ms", BLOCK_MS, samples=blocks_ms
        ),
        Figure("a directory of as many read anew, longest block", _top(steps_ms), "ms", BLOCK_MS),
        Figure("the same again, nothing changed, longest block", _top(again_ms), "ms", BLOCK_MS),
    ]


def _fill(file: Path, count: int, book: tuple[Contact, ...]) -> list[Figure]:
    contacts, history, database = _opened(file)
    calls = many_calls(book, count)
    while chunk := tuple(islice(calls, 1_000)):
        history.restore(chunk)
    database.close()
    size_mb = sum(each.stat().st_size for each in file.parent.glob(f"{file.name}*")) / 1e6
    return [Figure(f"size of the database, {count} calls and {len(book)} contacts", round(size_mb, 1), "MB")]


def _first_looks(file: Path) -> list[Figure]:
    """What a phone just started does for the first time."""
    contacts, history, database = _opened(file)
    reopened, _, _ = again = _opened(file)
    open_ms = _ms(again[2].open)
    page_ms = _ms(lambda: (history.count(), history.page(HistoryQuery(), 0, ROWS)))
    rows_ms = _ms(contacts.rows)
    search_ms = _ms(lambda: history.count(HistoryQuery(text="さ")))
    again[2].close()
    database.close()
    fresh = Database(file)
    open_ms = _ms(fresh.open)
    fresh.close()
    return [
        Figure("opening the database", open_ms, "ms", BLOCK_MS),
        Figure("first page of the history after start", page_ms, "ms", BLOCK_MS),
        Figure("the whole phone book's rows, first time", rows_ms, "ms", BLOCK_MS),
        Figure("first search in the history, first time", search_ms, "ms", BLOCK_MS),
    ]


def _warm(file: Path, calls: int, rounds: int) -> list[Figure]:
    before_mb = unique_mb_here()
    contacts, history, database = _opened(file)
    contacts.rows()
    history.count(HistoryQuery(text="a"))
    gc.collect()
    grown_mb = unique_mb_here() - before_mb
    figures = [*_keystrokes(contacts, history, rounds), *_pages(history, calls), *_singles(contacts, history)]
    figures.append(Figure("memory of both loaded, beyond the process", round(grown_mb, 1), "MB"))
    database.close()
    return figures


def _keystrokes(contacts: SqliteContacts, history: SqliteHistory, rounds: int) -> list[Figure]:
    every: list[float] = []
    figures: list[Figure] = []
    for kind, words in TYPED.items():
        samples = []
        for _ in range(rounds):
            for typed in _prefixes(words):
                samples.append(_ms(lambda typed=typed: _keystroke(contacts, history, typed)))  # type: ignore[misc]
        figures.append(spread(f"keystroke, {kind}", samples, "ms", None, KEYSTROKE_MS)[1])
        every += samples
    return [*spread("keystroke, phone book and history", every, "ms", None, KEYSTROKE_MS), *figures]


def _keystroke(contacts: SqliteContacts, history: SqliteHistory, typed: str) -> None:
    contacts.rows(ContactQuery(text=typed), limit=ROWS)
    query = HistoryQuery(text=typed)
    history.count(query)
    history.page(query, 0, ROWS)


def _pages(history: SqliteHistory, calls: int) -> list[Figure]:
    deep = calls - 1_000
    asked = {
        "history page, newest rows": (HistoryQuery(), 0),
        f"history page at {deep}": (HistoryQuery(), deep),
        "history page, missed calls, middle": (HistoryQuery(kind=HistoryKind.MISSED), calls // 14),
        "history page within a search, at half": (HistoryQuery(text="0"), calls // 2),
    }
    figures = []
    for name, (query, offset) in asked.items():
        samples = [
            _ms(lambda query=query, offset=offset: history.page(query, offset, ROWS)) for _ in range(100)
        ]  # type: ignore[misc]
        figures.append(spread(name, samples, "ms", None, PAGE_MS)[1])
    count_ms = [_ms(history.count) for _ in range(100)]
    return [*figures, spread("history count", count_ms, "ms", None, PAGE_MS)[1]]


def _singles(contacts: SqliteContacts, history: SqliteHistory) -> list[Figure]:
    known = [row.number for row in contacts.rows(limit=1_000) if row.number]
    find_ms = [_ms(lambda number=number: contacts.find(number)) for number in known]  # type: ignore[misc]
    people = many_contacts(500)
    new = (replace(call, key=f"new{call.key}") for call in many_calls(people, 500))
    add_ms = [_ms(lambda call=call: history.add(call)) for call in new]  # type: ignore[misc]
    save_ms = [
        _ms(lambda each=each: contacts.apply(ContactEdit(saved=(each,))))  # type: ignore[misc]
        for each in contacts.all()[:200]
    ]
    seen_ms = _ms(history.mark_seen)
    prune_ms = _ms(lambda: history.prune(1_720_000_000.0))
    clear_ms = _ms(history.clear)
    return [
        *spread("find(number)", find_ms, "ms", None, 1.0),
        *spread("add(call)", add_ms, "ms", None, WRITE_MS),
        *spread("save one contact", save_ms, "ms", None, WRITE_MS),
        Figure("mark_seen", seen_ms, "ms", BLOCK_MS),
        Figure("prune of some 5,000 calls", prune_ms, "ms", BLOCK_MS),
        Figure("clear", clear_ms, "ms", BLOCK_MS),
    ]


def _prefixes(words: tuple[str, ...]) -> Iterator[str]:
    for word in words:
        for length in range(1, len(word) + 1):
            yield word[:length]


def _steps_ms(steps: Iterator[None]) -> list[float]:
    """How long each step took."""
    taken = []
    done = False
    while not done:
        began = time.perf_counter()
        done = next(steps, steps) is steps
        taken.append((time.perf_counter() - began) * 1000)
    return taken


def _ms(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return round((time.perf_counter() - began) * 1000, 4)


def _top(samples: list[float]) -> float:
    return round(max(samples), 2)


def unique_mb_here() -> float:
    """Memory of this process alone."""
    import os

    return unique_mb(os.getpid())


def _mean(samples: list[float]) -> float:
    return statistics.fmean(samples)
