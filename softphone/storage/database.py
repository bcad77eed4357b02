"""The database of the phone: one SQLite file for history and phone book. Only home of sqlite3.

Owns opening, trouble and transactions; what stands in the tables is ``contacts``' and ``history``'s.

    phone.db ── fine ───────────────▶ used
             ── damaged ────────────▶ phone.db.damaged-<date>, begun anew with what could be read
             ── newer, locked, … ───▶ left alone; this run keeps everything in memory

It is opened by its first use, never while the program starts: the window is painted first.
"""

from __future__ import annotations

import contextlib
import errno
import logging
import os
import sqlite3
from collections.abc import Iterator, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from softphone.domain.ports import OnTrouble, StoreFailed, StoreTrouble
from softphone.storage import schema
from softphone.storage.salvage import salvage

BUSY_MS = 400  # how long another program's write is waited for; a window must not stand still
CHECKED_BYTES = 10_000_000  # a file that is larger is not looked through when it is opened: 20 ms

_CACHE_KIB = 8_192
_SIDE_FILES = ("-wal", "-shm", "-journal")
_CODES = {
    sqlite3.SQLITE_BUSY: "locked",
    sqlite3.SQLITE_LOCKED: "locked",
    sqlite3.SQLITE_FULL: "full",
    sqlite3.SQLITE_READONLY: "read_only",
    sqlite3.SQLITE_PERM: "read_only",
    sqlite3.SQLITE_CORRUPT: "damaged",
    sqlite3.SQLITE_NOTADB: "damaged",
    sqlite3.SQLITE_IOERR: "failed",
    sqlite3.SQLITE_CANTOPEN: "failed",
}

_log = logging.getLogger(__name__)


class Database:
    """One connection to ``file``; None keeps everything in memory. Thread: main."""

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._on_trouble: OnTrouble = lambda trouble: None
        self._connection: sqlite3.Connection | None = None
        self._trouble: StoreTrouble | None = None
        self._begun = 0

    def open(self, on_trouble: OnTrouble | None = None) -> StoreTrouble | None:
        """Make it ready; what was wrong with it, however often one asks. Never raises.

        ``on_trouble`` is told of what shows only while the file is used.
        """
        if on_trouble is not None:
            self._on_trouble = on_trouble
        if self._connection is None:
            self._connection = self._opened()
        return self._trouble

    @property
    def foreign_changes(self) -> tuple[int, int]:
        """Moves when another process has written, and when the file was begun anew."""
        return self._begun, int(self.rows("PRAGMA data_version")[0][0])

    @property
    def changes(self) -> tuple[int, ...]:
        """Moves with every change, another process's or our own."""
        foreign = self.foreign_changes
        return (*foreign, self._now().total_changes)

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Any]:
        """What a question gives.

        A file that cannot be read is put aside or let go, ``on_trouble`` is told, and its successor is asked.
        """
        try:
            return self._now().execute(sql, values).fetchall()
        except sqlite3.DatabaseError as error:
            if self._now().in_transaction or _primary(error) not in _CODES:
                raise  # a change fails whole; a wrong question is our own mistake
            self._heal(_trouble(error))
        return self._now().execute(sql, values).fetchall()

    @contextlib.contextmanager
    def writing(self) -> Iterator[sqlite3.Connection]:
        """A change that is written whole or not at all. Errors: StoreFailed."""
        connection = self._now()
        try:
            connection.execute("BEGIN IMMEDIATE")
            yield connection
            connection.execute("COMMIT")
        except sqlite3.Error as error:
            self._roll_back(connection)
            trouble = _trouble(error)
            _log.error("not written: %s %s", trouble.code, trouble.detail)
            if trouble.code == "damaged":
                trouble = self._heal(trouble)
            raise StoreFailed(trouble) from error
        except BaseException:
            self._roll_back(connection)
            raise

    def close(self) -> None:
        """Let the file go; the next use opens it again."""
        if self._connection is not None:
            self._connection.close()
        self._connection = None
        self._trouble = None

    def _now(self) -> sqlite3.Connection:
        self.open()
        assert self._connection is not None
        return self._connection

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        if connection.in_transaction:
            with contextlib.suppress(sqlite3.Error):  # what failed is told; a full disk may fail this too
                connection.execute("ROLLBACK")

    def _opened(self) -> sqlite3.Connection:
        self._trouble = None
        if self._file is None:
            return _in_memory()
        try:
            return _connected(self._file)
        except sqlite3.Error as error:
            self._trouble = _trouble(error)
        except _Newer:
            self._trouble = StoreTrouble(code="newer", detail=str(self._file))
        except OSError as error:
            self._trouble = StoreTrouble(code=_os_code(error), detail=str(error))
        if self._trouble.code == "damaged":
            return self._begun_anew(self._trouble)
        return _in_memory()

    def _heal(self, trouble: StoreTrouble) -> StoreTrouble:
        """The file cannot be used any more: go on with a new one, or in memory, and tell."""
        self._now().close()
        if trouble.code == "damaged":
            self._connection = self._begun_anew(trouble)
        else:
            self._begun += 1
            self._trouble, self._connection = trouble, _in_memory()
        assert self._trouble is not None
        self._on_trouble(self._trouble)
        return self._trouble

    def _begun_anew(self, trouble: StoreTrouble) -> sqlite3.Connection:
        """The damaged file is kept aside and a new one holds what could still be read."""
        self._begun += 1
        if self._file is None:
            self._trouble = trouble
            return _in_memory()
        try:
            kept = _put_aside(self._file)
            connection = _connected(self._file)
        except (OSError, sqlite3.Error, _Newer) as error:
            self._trouble = StoreTrouble(code="failed", detail=f"{trouble.detail}; {error}")
            return _in_memory()
        saved = salvage(kept, connection)
        self._trouble = StoreTrouble(
            code="damaged", kept_aside=str(kept), detail=f"{trouble.detail}; {saved} rows could be read"
        )
        return connection


class _Newer(Exception):
    """A later version's file."""


def _in_memory() -> sqlite3.Connection:
    connection = _tuned(sqlite3.connect(":memory:", isolation_level=None))
    schema.migrate(connection)
    return connection


def _connected(file: Path) -> sqlite3.Connection:
    """A connection to a file that is fine. Errors: sqlite3.Error, OSError, _Newer."""
    # Made here, not by SQLite: nobody else ever sees it with another mode.
    os.close(os.open(file, os.O_RDWR | os.O_CREAT, 0o600))
    connection = sqlite3.connect(file, timeout=BUSY_MS / 1000, isolation_level=None)
    try:
        if schema.is_newer(connection):
            raise _Newer
        _tuned(connection)
        connection.execute("PRAGMA journal_mode = WAL")
        schema.migrate(connection)
        _look_through(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def _tuned(connection: sqlite3.Connection) -> sqlite3.Connection:
    connection.execute("PRAGMA synchronous = NORMAL")
    connection.execute("PRAGMA foreign_keys = ON")
    connection.execute("PRAGMA temp_store = MEMORY")
    connection.execute("PRAGMA secure_delete = FAST")  # who was forgotten does not stay in the file
    connection.execute(f"PRAGMA cache_size = -{_CACHE_KIB}")
    return connection


def _look_through(connection: sqlite3.Connection) -> None:
    """``quick_check`` of a file up to CHECKED_BYTES. Errors: sqlite3.DatabaseError.

    By size, not by time: SQLite cannot be interrupted within a table. What is damaged in a larger file shows
    when it is read.
    """
    pages, page_bytes = (
        connection.execute(f"PRAGMA {name}").fetchone()[0] for name in ("page_count", "page_size")
    )
    if pages * page_bytes > CHECKED_BYTES:
        return
    found = connection.execute("PRAGMA quick_check(1)").fetchone()[0]
    if found != "ok":
        raise _Damaged(str(found))


class _Damaged(sqlite3.DatabaseError):
    """What ``quick_check`` found."""

    sqlite_errorcode = sqlite3.SQLITE_CORRUPT
    sqlite_errorname = "SQLITE_CORRUPT"


def _trouble(error: sqlite3.Error) -> StoreTrouble:
    name = getattr(error, "sqlite_errorname", "")
    return StoreTrouble(code=_CODES.get(_primary(error), "failed"), detail=f"{name} {error}".strip())


def _primary(error: sqlite3.Error) -> int:
    """The result code without its extension. Source: sqlite.org/rescode.html"""
    return getattr(error, "sqlite_errorcode", 0) & 0xFF


def _os_code(error: OSError) -> str:
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        return "read_only"
    return "full" if error.errno in (errno.ENOSPC, errno.EDQUOT) else "failed"


def _put_aside(file: Path) -> Path:
    """Rename the file and what SQLite keeps beside it; the new name. Errors: OSError."""
    stamp = datetime.now().strftime("%Y%m%d-%H%M%S")
    target = file.with_name(f"{file.name}.damaged-{stamp}")
    number = 1
    while target.exists():
        number += 1
        target = file.with_name(f"{file.name}.damaged-{stamp}-{number}")
    file.rename(target)
    for ending in _SIDE_FILES:
        beside = file.with_name(file.name + ending)
        with contextlib.suppress(FileNotFoundError):
            beside.rename(target.with_name(target.name + ending))
    return target
