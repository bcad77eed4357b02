"""履歴: every call that is over is remembered; missed ones count until somebody looked."""

from __future__ import annotations

from softphone.app.changes import CallLogged, Change, HistoryMoved, Notice, Observer
from softphone.domain.ports import History, StoreFailed


class HistoryService:
    """Keeps the history. Thread: main. ``rows`` is for reading."""

    def __init__(self, rows: History, tell: Observer) -> None:
        self.rows = rows
        self._tell = tell

    @property
    def unseen_missed(self) -> int:
        """Missed calls nobody looked at."""
        return self.rows.unseen_missed()

    def observe(self, change: Change) -> None:
        """Remember a call that is over."""
        if not isinstance(change, CallLogged):
            return
        try:
            self.rows.add(change.record)
        except StoreFailed as error:
            self._tell(Notice(f"history_not_saved_{error.trouble.code}", {}, "error"))
        self._tell(HistoryMoved())
