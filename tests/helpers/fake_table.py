"""A table for a spreadsheet, kept in memory."""

from __future__ import annotations

from collections.abc import Iterable


class FakeTable:
    """Implements ``domain.ports.TableFile``. ``add`` fails once more than ``fails_at`` rows are in it.

    ``state``: open, finished, discarded.
    """

    def __init__(self, fails_at: int = -1) -> None:
        self.rows: list[tuple[str, ...]] = []
        self.state = "open"
        self._fails_at = fails_at

    def add(self, rows: Iterable[tuple[str, ...]]) -> None:
        self.rows += rows
        if 0 <= self._fails_at < len(self.rows):
            raise OSError(28, "No space left on device")

    def finish(self) -> None:
        self.state = "finished"

    def discard(self) -> None:
        self.state = "discarded"
