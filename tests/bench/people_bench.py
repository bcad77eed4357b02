"""Figures of the phone book and the history: search as one types, pages, writes, import, size, memory.

100,000 calls and 10,000 people. Every prefix of a word typed is one keystroke: the phone book's first 50
rows, the history's count and its first 50 rows, all three together, as a window asks for them.
"""

from __future__ import annotations

import dataclasses
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from itertools import islice
from pathlib import Path

from msgspec.structs import replace

from softphone.domain.contact import Contact, ContactEdit, ContactQuery
from softphone.domain.history import HistoryKind, HistoryQuery
from softphone.storage.contacts import CHUNK, SqliteContacts
from softphone.storage.database import Database
from softphone.storage.history import SqliteHistory
from softphone.storage.numbers import LibphonenumberNumbers
from tests.bench.figures import Figure, spread
from tests.helpers.many_people import NOW_S, many_calls, many_contacts

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


_MEMORY = """
import os, sys
from pathlib import Path
from softphone.domain.history import HistoryQuery
from tests.bench.figures import unique_mb
from tests.bench.people_bench import opened
contacts, history, _ = opened(Path(sys.argv[1]))
empty_mb = unique_mb(os.getpid())
contacts.rows()
history.count(HistoryQuery(text="a"))
print(empty_mb, unique_mb(os.getpid()))
"""


def run(*, quick: bool) -> list[Figure]:
    """Build both, then ask of them what a window asks."""
    calls, people = (CALLS // 10, PEOPLE // 10) if quick else (CALLS, PEOPLE)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "phone.db"
        book = many_contacts(people)
        figures = [*_import(file, book), *_directory(file), *_fill(file, calls, book)]
        figures += [*_first_looks(file), *_memory(file)]
        contacts, history, database = opened(file)
        _keystroke(contacts, history, "あ")
        figures += _keystrokes(contacts, history, 2 if quick else 5)
        figures += [*_pages(history, calls), *_singles(contacts, history), *_forgetting(history)]
        database.close()
    return figures


def opened(file: Path) -> tuple[SqliteContacts, SqliteHistory, Database]:
    """Both stores of one file."""
    database, numbers = Database(file), LibphonenumberNumbers()
    contacts = SqliteContacts(database, numbers)
    trouble = database.open()
    assert trouble is None, trouble
    return contacts, SqliteHistory(database, numbers, contacts), database


def _import(file: Path, book: tuple[Contact, ...]) -> list[Figure]:
    """As an import does it: a chunk a turn of the main thread."""
    contacts, _, database = opened(file)
    contacts.rows()
    edits = (ContactEdit(saved=book[start : start + CHUNK]) for start in range(0, len(book), CHUNK))
    blocks_ms = [_ms(partial(contacts.apply, edit)) for edit in edits]
    database.close()
    name = f"import of {len(book)} contacts"
    return [
        Figure(f"{name}, in all", round(sum(blocks_ms) / 1000, 3), "s"),
        Figure(f"{name}, longest block ({CHUNK} at once)", max(blocks_ms), "ms", BLOCK_MS, samples=blocks_ms),
    ]


def _directory(file: Path) -> list[Figure]:
    """A directory as large as the phone book, read twice, then taken away."""
    contacts, _, database = opened(file)
    people = tuple(replace(each, key=f"of-{each.key}") for each in contacts.all())
    first_ms = _steps_ms(contacts.replace_source_in_steps("directory", people))
    again_ms = _steps_ms(contacts.replace_source_in_steps("directory", people))
    gone_ms = _steps_ms(contacts.replace_source_in_steps("directory", ()))
    database.close()
    name = f"a directory of {len(people)}"
    return [
        Figure(f"{name}, longest block", max(first_ms), "ms", BLOCK_MS, samples=first_ms),
        Figure(f"{name} that stayed the same, longest block", max(again_ms), "ms", BLOCK_MS),
        Figure(f"{name} taken away, longest block", max(gone_ms), "ms", BLOCK_MS),
    ]


def _fill(file: Path, count: int, book: tuple[Contact, ...]) -> list[Figure]:
    _, history, database = opened(file)
    calls = many_calls(book, count)
    while chunk := tuple(islice(calls, 1_000)):
        history.restore(chunk)
    database.close()
    size_mb = sum(each.stat().st_size for each in file.parent.glob(f"{file.name}*")) / 1e6
    return [Figure(f"size of the database, {count} calls and {len(book)} contacts", round(size_mb, 1), "MB")]


def _first_looks(file: Path) -> list[Figure]:
    """What a phone just started does for the first time."""
    database = Database(file)
    open_ms = _ms(database.open)
    database.close()
    contacts, history, database = opened(file)
    page_ms = _ms(lambda: (history.count(), history.page(HistoryQuery(), 0, ROWS)))
    ahead_ms = _steps_ms(history.read_ahead())
    rows_ms = _ms(contacts.rows)
    search_ms = _ms(partial(history.count, HistoryQuery(text="さ")))
    database.close()
    contacts, history, database = opened(file)
    early_rows_ms = _ms(contacts.rows)
    early_search_ms = _ms(partial(history.count, HistoryQuery(text="さ")))
    database.close()
    return [
        Figure("opening the database", open_ms, "ms", BLOCK_MS),
        Figure("first page of the history after start", page_ms, "ms", BLOCK_MS),
        Figure(
            "reading ahead what is searched, longest step", max(ahead_ms), "ms", BLOCK_MS, samples=ahead_ms
        ),
        Figure("the whole phone book's rows, first time", rows_ms, "ms", BLOCK_MS),
        Figure("a search in the history, first time", search_ms, "ms", BLOCK_MS),
        Figure("the rows within a second of the start, before they are read ahead", early_rows_ms, "ms"),
        Figure("the search within a second of the start", early_search_ms, "ms"),
    ]


def _memory(file: Path) -> list[Figure]:
    """In a process of its own: what is loaded here already would hide it."""
    command = [sys.executable, "-c", _MEMORY, str(file)]
    told = subprocess.run(command, check=True, capture_output=True, text=True).stdout.split()
    empty_mb, loaded_mb = map(float, told)
    return [
        Figure("memory of a process that only opened both", round(empty_mb, 1), "MB"),
        Figure("memory with both loaded for search, beyond that", round(loaded_mb - empty_mb, 1), "MB"),
    ]


def _keystrokes(contacts: SqliteContacts, history: SqliteHistory, rounds: int) -> list[Figure]:
    every: list[float] = []
    figures: list[Figure] = []
    began_s, began_cpu_s = time.perf_counter(), time.thread_time()
    for kind, words in TYPED.items():
        typed = [prefix for _ in range(rounds) for prefix in _prefixes(words)]
        samples = [_ms(partial(_keystroke, contacts, history, prefix)) for prefix in typed]
        figures.append(spread(f"keystroke, {kind}", samples, "ms", None, KEYSTROKE_MS)[1])
        every += samples
    share = (time.thread_time() - began_cpu_s) / (time.perf_counter() - began_s)
    note = f"had {share:.0%} of a core meanwhile"
    all_of_them = spread("keystroke, phone book and history", every, "ms", None, KEYSTROKE_MS)
    return [*(dataclasses.replace(figure, note=note) for figure in all_of_them), *figures]


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
        samples = [_ms(partial(history.page, query, offset, ROWS)) for _ in range(100)]
        figures.append(spread(name, samples, "ms", None, PAGE_MS)[1])
    count_ms = [_ms(history.count) for _ in range(100)]
    return [*figures, spread("history count", count_ms, "ms", None, PAGE_MS)[1]]


def _singles(contacts: SqliteContacts, history: SqliteHistory) -> list[Figure]:
    known = [row.number for row in contacts.rows(limit=1_000) if row.number]
    find_ms = [_ms(partial(contacts.find, number)) for number in known]
    calls = many_calls(many_contacts(500), 500)
    new = (replace(call, key=f"new{call.key}", started_at_s=NOW_S + nth) for nth, call in enumerate(calls))
    add_ms = [_ms(partial(history.add, call)) for call in new]
    edits = (ContactEdit(saved=(each,)) for each in contacts.all()[:200])
    save_ms = [_ms(partial(contacts.apply, edit)) for edit in edits]
    return [
        *spread("find(number)", find_ms, "ms", None, 1.0),
        *spread("add(call)", add_ms, "ms", None, WRITE_MS),
        *spread("save one contact", save_ms, "ms", None, WRITE_MS),
    ]


def _forgetting(history: SqliteHistory) -> list[Figure]:
    oldest_s = history.page(HistoryQuery(), history.count() - 1, 1)[0].started_at_s
    prune = partial(history.prune, oldest_s + 60 * 86_400, 1_000)
    prune_ms = [_ms(prune) for _ in range(5)]
    return [
        Figure("mark_seen", _ms(history.mark_seen), "ms", BLOCK_MS),
        Figure("prune of 1,000 calls, longest of 5", max(prune_ms), "ms", BLOCK_MS),
        Figure("clear", _ms(history.clear), "ms", BLOCK_MS),
    ]


def _prefixes(words: tuple[str, ...]) -> Iterator[str]:
    for word in words:
        for length in range(1, len(word) + 1):
            yield word[:length]


def _steps_ms(steps: Iterator[None]) -> list[float]:
    """How long each step took."""
    ended = object()
    taken = []
    while True:
        began = time.perf_counter()
        step = next(steps, ended)
        taken.append(round((time.perf_counter() - began) * 1000, 4))
        if step is ended:
            return taken


def _ms(action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    return round((time.perf_counter() - began) * 1000, 4)
