"""What can still be read of a damaged database, put into a new one."""

from __future__ import annotations

import json
import logging
import sqlite3
from pathlib import Path

import msgspec

from softphone.domain.uri import parse_party
from softphone.storage.numbers import LibphonenumberNumbers
from softphone.storage.search_text import found_text

_TABLES = ("photo", "contact", "party", "call")  # each after those it refers to

_log = logging.getLogger(__name__)


def salvage(damaged: Path, into: sqlite3.Connection) -> int:
    """Copy every row that can be read; how many. Never raises: what cannot be read is left behind.

    The damaged file is only read.
    """
    try:
        source = sqlite3.connect(f"{damaged.as_uri()}?mode=ro", uri=True)
    except sqlite3.Error as error:
        _log.warning("nothing to be read of the damaged database: %s", error)
        return 0
    saved = 0
    try:
        into.execute("BEGIN IMMEDIATE")
        saved = sum(_copied(source, into, table) for table in _TABLES)
        _number_again(into)
        _meet_again(into)
        into.execute("COMMIT")
    except sqlite3.Error as error:
        _log.warning("nothing of the damaged database could be kept: %s", error)
        into.rollback()
        return 0
    finally:
        source.close()
    return saved


def _copied(source: sqlite3.Connection, into: sqlite3.Connection, table: str) -> int:
    """The rows before a broken place, then those behind it from the end on."""
    columns = [row[1] for row in into.execute(f"PRAGMA table_info({table})")]
    names, places = ", ".join(columns), ", ".join("?" * len(columns))
    before = into.total_changes
    for order in ("ASC", "DESC"):
        try:
            for row in source.execute(f"SELECT {names} FROM {table} NOT INDEXED ORDER BY rowid {order}"):
                _keep(into, f"INSERT OR IGNORE INTO {table} ({names}) VALUES ({places})", row)
        except (sqlite3.Error, UnicodeDecodeError) as error:
            _log.warning("%s cannot be read whole: %s", table, error)
            continue
        break
    return into.total_changes - before


def _keep(into: sqlite3.Connection, insert: str, row: tuple[object, ...]) -> None:
    try:
        into.execute(insert, row)
    except sqlite3.IntegrityError as error:  # a value that is no value
        _log.warning("a row is left behind: %s", error)


def _number_again(into: sqlite3.Connection) -> None:
    """The numbers of the entries kept: they stand in them."""
    for contact_id, indexed in into.execute("SELECT id, indexed FROM contact").fetchall():
        try:
            keys = json.loads(indexed)[4].split()
        except (ValueError, LookupError, AttributeError) as error:
            _log.warning("an entry is left behind: %s", error)
            into.execute("DELETE FROM contact WHERE id = ?", (contact_id,))
            continue
        into.executemany(
            "INSERT OR IGNORE INTO contact_number VALUES (?, ?)", ((key, contact_id) for key in keys)
        )


def _meet_again(into: sqlite3.Connection) -> None:
    """Those whose calls were read but not they themselves: the calls say their numbers, not their names."""
    lost = into.execute(
        "SELECT party_id, min(remote_uri) FROM call "
        "WHERE party_id NOT IN (SELECT id FROM party) GROUP BY party_id"
    ).fetchall()
    numbers = LibphonenumberNumbers()
    for party_id, uri in lost:
        number = parse_party(uri).number
        key = numbers.key(number)
        # A call with the same number may have its party: then both are that party's.
        into.execute(
            "INSERT OR IGNORE INTO party VALUES (?, ?, '', ?, ?)",
            (party_id, number, key, msgspec.json.encode(found_text((), keys=(key,))).decode()),
        )
        into.execute(
            "UPDATE call SET party_id = (SELECT id FROM party WHERE number = ? AND display_name = '') "
            "WHERE party_id = ?",
            (number, party_id),
        )
