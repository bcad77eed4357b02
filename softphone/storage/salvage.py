"""What can still be read of a damaged database, put into a new one."""

from __future__ import annotations

import logging
import sqlite3
from pathlib import Path

_TABLES = ("photo", "contact", "contact_number", "party", "call")  # each after those it refers to

_log = logging.getLogger(__name__)


def salvage(damaged: Path, into: sqlite3.Connection) -> int:
    """Copy every row that can be read; how many. Never raises: what cannot be read is left behind.

    The damaged file is not changed.
    """
    try:
        source = sqlite3.connect(f"{damaged.as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        _log.warning("nothing to be read of the damaged database: %s", error)
        return 0
    saved = 0
    try:
        for table in _TABLES:
            saved += _copied(source, into, table)
    finally:
        source.close()
    return saved


def _copied(source: sqlite3.Connection, into: sqlite3.Connection, table: str) -> int:
    """The rows up to where the table is broken; a row that does not fit is left out."""
    saved = 0
    columns = [row[1] for row in into.execute(f"PRAGMA table_info({table})")]
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    into.execute("BEGIN IMMEDIATE")
    try:
        for row in source.execute(f"SELECT {names} FROM {table} NOT INDEXED"):
            try:
                into.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", row)
                saved += 1
            except sqlite3.IntegrityError as error:
                _log.warning("a row of %s left behind: %s", table, error)
    except sqlite3.Error as error:
        _log.warning("the rest of %s cannot be read: %s", table, error)
    into.execute("COMMIT")
    return saved
