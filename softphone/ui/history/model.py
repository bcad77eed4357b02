"""The calls of the history as a list model: pages fetched as they are shown, never the whole.

History.count, History.page ─▸ CallListModel (a few pages of PAGE rows) ─▸ CallList, CallDelegate
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from softphone.app.text import Text
from softphone.domain.history import CallRecord, HistoryQuery
from softphone.domain.ports import History
from softphone.ui.history.row_view import RowView, Shown, heading, row_view

PAGE = 64  # rows fetched at once: more than a window shows
MAX_PAGES = 16  # kept; the longest unused is dropped

Index = QModelIndex | QPersistentModelIndex
_NO_INDEX = QModelIndex()


class CallListModel(QAbstractListModel):
    """Rows found by a query, newest first. Thread: ui.

    A call that was missed and new when it was first shown stays marked (``RowView.unseen``) until ``rest``.
    """

    def __init__(self, rows: History, text: Text, shown: Shown, today: Callable[[], date]) -> None:
        super().__init__()
        self._rows = rows
        self._text = text
        self._shown = shown
        self._today = today
        self._query = HistoryQuery()
        self._count = 0
        self._pages: dict[int, tuple[CallRecord, ...]] = {}
        self._views: dict[str, RowView] = {}
        self._fresh: set[str] = set()
        self._day = today()

    @property
    def query(self) -> HistoryQuery:
        """What is shown."""
        return self._query

    def show_query(self, query: HistoryQuery) -> None:
        """Show what ``query`` finds, from its first row."""
        self.beginResetModel()
        self._query = query
        self._count = self._rows.count(query)
        self._forget_pages()
        self.endResetModel()

    def refresh(self, deleted: Sequence[str] = ()) -> bool:
        """Take over what the history became, with as little stir as can be. False where all rows are new."""
        count = self._rows.count(self._query)
        grown = count - self._count
        gone = self._rows_of(deleted) if deleted and grown < 0 else []
        if grown == 0:
            self.renew()
        elif 0 < grown < PAGE and (places := self._new_rows(grown)):
            for place in places:
                self.beginInsertRows(QModelIndex(), place, place)
                self._count += 1
                self.endInsertRows()
        elif gone and len(gone) == -grown:
            for first, last in _runs_from_below(gone):
                self.beginRemoveRows(QModelIndex(), first, last)
                self._count -= last - first + 1
                self._forget_pages()
                self.endRemoveRows()
        else:
            self.show_query(self._query)
            return False
        return True

    def renew(self) -> None:
        """The rows are the same, what they say may not be: people got names, calls were looked at."""
        self._forget_pages()
        if self._count:
            self.dataChanged.emit(self.index(0), self.index(self._count - 1))

    def rest(self) -> None:
        """Nobody looks: missed calls are no longer marked as new because they were it a while ago."""
        self._fresh.clear()
        self._views.clear()

    def record(self, row: int) -> CallRecord | None:
        """The call of a row; None where the history lost it meanwhile."""
        page = self._page(row // PAGE)
        place = row % PAGE
        return page[place] if 0 <= row < self._count and place < len(page) else None

    def view(self, row: int) -> RowView | None:
        """What a row shows."""
        record = self.record(row)
        if record is None:
            return None
        today = self._today()
        if today != self._day:
            self._day = today
            self._views.clear()
        if record.key not in self._views:
            self._views[record.key] = row_view(
                self._text, record, self._shown, today, fresh=record.key in self._fresh
            )
        return self._views[record.key]

    def heading(self, row: int) -> str:
        """The words of the day a row belongs to."""
        view = self.view(row)
        return heading(self._text, view, self._today()) if view is not None else ""

    def begins_day(self, row: int) -> bool:
        """A heading stands over this row."""
        if row <= 0:
            return row == 0
        view, before = self.view(row), self.view(row - 1)
        return view is not None and before is not None and view.day != before.day

    def row_of(self, key: str, near: int) -> int:
        """Where a call stands now, looked for around the row ``near``; −1 where it is not there."""
        around = (near // PAGE, near // PAGE - 1, near // PAGE + 1)
        for number in around:
            for place, record in enumerate(self._page(number) if number >= 0 else ()):
                if record.key == key:
                    return number * PAGE + place
        return -1

    def rowCount(self, parent: Index = _NO_INDEX) -> int:
        return 0 if parent.isValid() else self._count

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        view = self.view(index.row()) if index.isValid() else None
        if view is None:
            return None
        return view.name if role == Qt.ItemDataRole.DisplayRole else view.words

    def _page(self, number: int) -> tuple[CallRecord, ...]:
        if number * PAGE >= self._count:
            return ()
        page = self._pages.pop(number, None)
        if page is None:
            page = self._rows.page(self._query, number * PAGE, PAGE)
            self._fresh |= {record.key for record in page if not record.seen}
            while len(self._pages) >= MAX_PAGES:
                for record in self._pages.pop(next(iter(self._pages))):
                    self._views.pop(record.key, None)
        self._pages[number] = page  # the last one is the one used last
        return page

    def _new_rows(self, grown: int) -> list[int]:
        """Where rows came in, first to last, if all of them are within the first page; it is fetched anew."""
        known = {record.key for record in self._pages.get(0, ())}
        if not known and self._count:
            return []
        first = self._rows.page(self._query, 0, PAGE)
        kept = self._pages.get(0, ())[: max(len(first) - grown, 0)]
        places = [place for place, record in enumerate(first) if record.key not in known]
        rest = tuple(record.key for record in first if record.key in known)
        if rest != tuple(record.key for record in kept):
            return []
        places = places[:grown]  # what was pushed in from below is not new
        self._forget_pages()
        return places if len(places) == grown else []

    def _rows_of(self, keys: Sequence[str]) -> list[int]:
        """Where calls stood, of those in the pages at hand."""
        wanted = set(keys)
        return [
            number * PAGE + place
            for number, page in self._pages.items()
            for place, record in enumerate(page)
            if record.key in wanted
        ]

    def _forget_pages(self) -> None:
        self._pages.clear()
        self._views.clear()


def _runs_from_below(rows: list[int]) -> list[tuple[int, int]]:
    """Rows that stand together as (first, last), the lowest first: what is removed moves nothing above it."""
    runs: list[tuple[int, int]] = []
    for row in sorted(rows, reverse=True):
        if runs and runs[-1][0] == row + 1:
            runs[-1] = (row, runs[-1][1])
        else:
            runs.append((row, row))
    return runs
