"""The history's tab on a full database: how soon it is painted, and the longest frame while it scrolls.

The real window on the real database with 100,000 calls and 1,000 people, drawn to no screen. A frame is one
step of the scroll bar with everything it causes: layout, pages fetched, the rows painted.
"""

from __future__ import annotations

import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit

from softphone.domain.contact import ContactEdit
from softphone.storage.numbers import LibphonenumberNumbers
from softphone.ui.application import create_application
from softphone.ui.history.call_list import CallList
from tests.bench.figures import Figure, spread
from tests.bench.people_bench import opened
from tests.helpers.gallery import RESOURCES, Stage, staged
from tests.helpers.many_people import NOW_S, many_calls, many_contacts

CALLS, PEOPLE = 100_000, 1_000
BLOCK_MS, FRAME_MS = 50.0, 16.0
SWEEP = 400  # jumps from the newest call to the oldest


class _Paints(QObject):
    """Knows when a widget was painted."""

    painted = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.painted = self.painted or event.type() is QEvent.Type.Paint
        return False


def run(*, quick: bool) -> list[Figure]:
    """Fill a database, open the tab on it, scroll from end to end, search."""
    count = CALLS // 10 if quick else CALLS
    application = create_application(["bench"], RESOURCES, "ja")
    application.setQuitOnLastWindowClosed(False)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "phone.db"
        _fill(file, count)
        paints = [_first_paint(file) for _ in range(3 if quick else 11)]
        name = f"first paint of the history tab with {count:,} calls"
        figures = [
            Figure(f"{name}, cold: with all it loads", paints[0], "ms", BLOCK_MS),
            *spread(name, paints[1:], "ms", BLOCK_MS, None)[:1],
        ]
        with _window(file) as stage:
            figures += _scrolling(stage, count)
    return figures


def _fill(file: Path, count: int) -> None:
    contacts, history, database = opened(file)
    book = many_contacts(PEOPLE)
    contacts.apply(ContactEdit(saved=book))
    calls = many_calls(book, count)
    while chunk := tuple(islice(calls, 5_000)):
        history.restore(chunk)
    database.close()


@contextmanager
def _window(file: Path) -> Iterator[Stage]:
    """A window on a database just opened, as it stands after the start."""
    contacts, history, database = opened(file)
    with staged("keypad_ready") as stage:
        stage.kit.clock.time_s = NOW_S
        stage.kit.phone.history.rows = history
        stage.kit.phone.contacts.book = contacts
        stage.kit.phone.numbers = LibphonenumberNumbers()
        yield stage
    database.close()


def _first_paint(file: Path) -> float:
    with _window(file) as stage:
        return _painted_ms(stage, lambda: stage.window.show_place("history"))


def _painted_ms(stage: Stage, action: Callable[[], object]) -> float:
    """From the click to the painted list, ms."""
    paints = _Paints()
    began = time.perf_counter()
    action()
    view = stage.window.findChild(CallList, "historyList")
    assert view is not None
    view.viewport().installEventFilter(paints)
    while not paints.painted:
        QCoreApplication.sendPostedEvents()
        QCoreApplication.processEvents()
    took_ms = (time.perf_counter() - began) * 1000
    view.viewport().removeEventFilter(paints)
    return round(took_ms, 2)


def _scrolling(stage: Stage, count: int) -> list[Figure]:
    stage.window.show_place("history")
    stage.settle()
    view = stage.window.findChild(CallList, "historyList")
    assert view is not None
    bar = view.verticalScrollBar()
    wheel = [min(bar.singleStep() * step, bar.maximum()) for step in range(1, SWEEP)]
    sweep = [round(bar.maximum() * step / SWEEP) for step in range(1, SWEEP + 1)]
    wheel_ms, sweep_ms = (list(_frames(view, values)) for values in (wheel, sweep))
    end_ms = _frame(view, lambda: QTest.keyClick(view, Qt.Key.Key_End))
    search_ms = list(_typing(stage, view))
    return [
        *spread("a frame while the wheel turns", wheel_ms, "ms", None, FRAME_MS),
        Figure("the longest of them", max(wheel_ms), "ms", BLOCK_MS),
        *spread(f"a jump through {count:,} calls", sweep_ms, "ms", None, BLOCK_MS),
        Figure(f"scroll through {count:,} calls: longest frame", max(sweep_ms), "ms", BLOCK_MS),
        Figure("to the oldest call by the End key", end_ms, "ms", BLOCK_MS),
        Figure("a letter typed into the search to the painted list, longest", max(search_ms), "ms", BLOCK_MS),
    ]


def _frames(view: CallList, values: list[int]) -> Iterator[float]:
    for value in values:
        yield _frame(view, lambda value=value: view.verticalScrollBar().setValue(value))  # type: ignore[misc]


def _frame(view: CallList, action: Callable[[], object]) -> float:
    began = time.perf_counter()
    action()
    view.viewport().repaint()
    return round((time.perf_counter() - began) * 1000, 3)


def _typing(stage: Stage, view: CallList) -> Iterator[float]:
    line = stage.find(QLineEdit, "historySearch")
    stage.kit.phone.history.rows.count()
    for letters in ("さとう", "営業", "0312"):
        line.clear()
        stage.settle()
        for letter in letters:

            def press(letter: str = letter) -> None:
                line.insert(letter)
                QCoreApplication.processEvents()

            yield _frame(view, press)
