"""履歴: every call that is over is remembered for a while; missed ones count until somebody looked."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import chain

from msgspec.structs import replace

from softphone.app.changes import CallLogged, Change, HistoryMoved, Notice, Observer
from softphone.app.people import People
from softphone.app.settings import SettingsService
from softphone.domain.history import CallRecord, HistoryQuery
from softphone.domain.ports import Clock, Dispatcher, OpenTable, StoreFailed, TableFile

DAY_S = 86_400.0
PRUNED_AT_ONCE = 1_000
EXPORT_STEP = 500  # rows written at once: a few ms

RowCells = Callable[[CallRecord], tuple[str, ...]]


class HistoryService:
    """Keeps the history. Thread: main. ``rows`` is for reading.

    Without ``open_table`` nothing can be exported.
    """

    def __init__(
        self,
        people: People,
        dispatcher: Dispatcher,
        clock: Clock,
        settings: SettingsService,
        tell: Observer,
    ) -> None:
        self.rows = people.history
        self._dispatcher = dispatcher
        self._clock = clock
        self._settings = settings
        self._tell = tell
        self._open_table = people.open_table
        self._started = False
        self._deleted: tuple[CallRecord, ...] = ()

    @property
    def unseen_missed(self) -> int:
        """Missed calls nobody looked at; 0 until the history is open."""
        return self.rows.unseen_missed() if self._started else 0

    @property
    def can_undo(self) -> bool:
        """The last deletion can be taken back."""
        return bool(self._deleted)

    def now_s(self) -> float:
        """Unix seconds by the clock the calls are told by."""
        return self._clock.now_s()

    def start(self) -> None:
        """The history is open: tell of it, and forget what is kept no longer, now and every day."""
        self._started = True
        self._tell(HistoryMoved())
        self._prune()

    def observe(self, change: Change) -> None:
        """Remember a call that is over."""
        if not isinstance(change, CallLogged):
            return
        self._write(lambda: self.rows.add(change.record))
        self._tell(HistoryMoved())

    def mark_seen(self) -> None:
        """Somebody looked at the missed calls."""
        if self.unseen_missed and self._write(self.rows.mark_seen):
            self._tell(HistoryMoved())

    def delete(self, keys: tuple[str, ...]) -> bool:
        """Forget rows; ``undo`` brings them back. False where that could not be: told."""

        def forget() -> None:
            self._deleted = self.rows.delete(keys)

        done = self._write(forget, deletes=True)
        if done:
            self._tell(HistoryMoved(deleted=keys))
        return done

    def undo(self) -> bool:
        """Bring back what was deleted last. False where there is nothing or it could not be: told."""
        back = self._deleted
        if not back or not self._write(lambda: self.rows.restore(back), deletes=True):
            return False
        self._deleted = ()
        self._tell(HistoryMoved())
        return True

    def clear(self) -> bool:
        """Forget every call; there is no way back. False where that could not be: told."""
        done = self._write(lambda: self.rows.clear(), deletes=True)
        if done:
            self._deleted = ()
            self._tell(HistoryMoved())
        return done

    @property
    def can_export(self) -> bool:
        """Rows can be written into a file."""
        return self._open_table is not None

    def export(
        self,
        path: str,
        query: HistoryQuery,
        head: tuple[str, ...],
        cells: RowCells,
        moved: Callable[[Export], None],
    ) -> Export:
        """Write what ``query`` finds into a table, step by step; ``moved`` is told after each.

        ``cells`` makes a row of the table. Rows that come meanwhile are not in it.
        """
        assert self._open_table is not None
        query = replace(query, until_s=query.until_s or self._clock.now_s())
        export = Export(path, self.rows.count(query), moved)
        export.run(self._dispatcher, self._open_table, chain([head], self._cells(query, cells)))
        return export

    def _cells(self, query: HistoryQuery, cells: RowCells) -> Iterator[tuple[str, ...]]:
        offset = 0
        while page := self.rows.page(query, offset, EXPORT_STEP):
            yield from map(cells, page)
            offset += len(page)

    def _prune(self) -> None:
        self._dispatcher.call_later(DAY_S, self._prune)
        days = self._settings.now.history.keep_days
        if days:
            self._forget_before(self._clock.now_s() - days * DAY_S)

    def _forget_before(self, before_s: float) -> None:
        """Some a turn: a year of calls at once would hold up the window."""
        gone = 0

        def forget() -> None:
            nonlocal gone
            gone = self.rows.prune(before_s, PRUNED_AT_ONCE)

        if self._write(forget, deletes=True) and gone:
            self._tell(HistoryMoved())
            if gone == PRUNED_AT_ONCE:
                self._dispatcher.post(lambda: self._forget_before(before_s))

    def _write(self, action: Callable[[], object], *, deletes: bool = False) -> bool:
        try:
            action()
        except StoreFailed as error:
            why = error.trouble.code
            code = f"history_not_deleted_{why}" if deletes else f"history_not_saved_{why}"
            self._tell(Notice(code, {}, "error"))
            return False
        return True


class Export:
    """A table on its way to a file; ``written`` of ``total`` rows are in it.

    ``state``: running, finished, cancelled, failed (``reason`` is the system's).
    """

    def __init__(self, path: str, total: int, moved: Callable[[Export], None]) -> None:
        self.path = path
        self.total = total
        self.written = 0
        self.state = "running"
        self.reason = ""
        self._moved = moved
        self._file: TableFile | None = None

    def run(self, dispatcher: Dispatcher, open_table: OpenTable, rows: Iterator[tuple[str, ...]]) -> None:
        """Write ``rows``, the head first, a step at a time; the thread is free in between."""

        def step() -> None:
            if self.state != "running":
                return
            self._try(lambda: self._step(rows))
            if self.state == "running":
                dispatcher.call_later(0.0, step)
            self._moved(self)

        def begin() -> None:
            self._file = open_table(self.path)
            self._file.add([next(rows)])

        self._try(begin)
        dispatcher.call_later(0.0, step)
        if self.state != "running":
            self._moved(self)

    def cancel(self) -> None:
        """Stop, and leave no file."""
        if self.state == "running":
            self.state = "cancelled"
            if self._file is not None:
                self._file.discard()
            self._moved(self)

    def _step(self, rows: Iterator[tuple[str, ...]]) -> None:
        assert self._file is not None
        batch = [row for _, row in zip(range(EXPORT_STEP), rows, strict=False)]
        self._file.add(batch)
        self.written += len(batch)
        if len(batch) < EXPORT_STEP:
            self._file.finish()
            self.state = "finished"

    def _try(self, action: Callable[[], None]) -> None:
        try:
            action()
        except OSError as error:
            self.state, self.reason = "failed", error.strerror or str(error)
            if self._file is not None:
                self._file.discard()
