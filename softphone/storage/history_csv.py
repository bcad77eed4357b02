"""Tables for a spreadsheet: CSV as Excel reads it, harmless whatever a caller's name is.

UTF-8 with its mark, fields in quotes where needed, lines end in CR LF (RFC 4180). A cell that a spreadsheet
would take for a formula is written as text: a caller chooses what their name is.
"""

from __future__ import annotations

import contextlib
import csv
import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

# Source: OWASP, CSV Injection. The wide ones too: a Japanese Excel takes them for the narrow ones.
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "−", "－", "＠")


class CsvTable:
    """Implements ``domain.ports.TableFile``: written aside, in its place when finished.

    Opening it fails where the folder takes no file. Errors: OSError.
    """

    def __init__(self, path: str) -> None:
        self._path = Path(path)
        handle, name = tempfile.mkstemp(dir=self._path.parent, prefix=".softphone-", suffix=".csv")
        self._aside = Path(name)
        self._file = os.fdopen(handle, "w", encoding="utf-8-sig", errors="replace", newline="")
        self._writer = csv.writer(self._file)

    def add(self, rows: Iterable[tuple[str, ...]]) -> None:
        """Write rows."""
        self._writer.writerows([plain_cell(cell) for cell in row] for row in rows)

    def finish(self) -> None:
        """On the disk, then in its place."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._aside.replace(self._path)

    def discard(self) -> None:
        """Leave nothing of it."""
        with contextlib.suppress(OSError):  # a full disk may refuse the last of it once more
            self._file.close()
        self._aside.unlink(missing_ok=True)


def plain_cell(cell: str) -> str:
    """``cell`` as a spreadsheet shows it and never runs it."""
    return f"'{cell}" if cell.startswith(_FORMULA_STARTS) else cell
