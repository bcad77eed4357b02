"""The tables of the database, as steps from one version to the next. ``PRAGMA user_version`` counts them.

A step that went out is never changed: a new one follows it.
"""

from __future__ import annotations

import sqlite3

_FIRST = """
CREATE TABLE contact (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    source TEXT NOT NULL,
    name TEXT NOT NULL,
    reading TEXT NOT NULL,
    company TEXT NOT NULL,
    company_reading TEXT NOT NULL,
    department TEXT NOT NULL,
    title TEXT NOT NULL,
    note TEXT NOT NULL,
    numbers TEXT NOT NULL,      -- JSON, as are emails, groups and extra
    emails TEXT NOT NULL,
    groups TEXT NOT NULL,
    favourite INTEGER NOT NULL,
    photo_id TEXT NOT NULL,
    extra TEXT NOT NULL,
    place TEXT NOT NULL,        -- sorts it; derived from the above, as is
    indexed TEXT NOT NULL       -- JSON of contact_index.IndexedContact
);
CREATE INDEX contact_photo ON contact (photo_id) WHERE photo_id <> '';
CREATE INDEX contact_source ON contact (source);

CREATE TABLE contact_number (
    number_key TEXT NOT NULL,
    contact_id INTEGER NOT NULL REFERENCES contact (id) ON DELETE CASCADE,
    PRIMARY KEY (number_key, contact_id)
) WITHOUT ROWID;
CREATE INDEX contact_number_contact ON contact_number (contact_id);

CREATE TABLE photo (
    id TEXT PRIMARY KEY,
    data BLOB NOT NULL
);

-- Who calls were with: as often as they are called, they are looked through once.
CREATE TABLE party (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    number TEXT NOT NULL,
    display_name TEXT NOT NULL,
    number_key TEXT NOT NULL,
    found_text TEXT NOT NULL,   -- JSON of search_text.FoundText
    UNIQUE (number, display_name)
);
CREATE INDEX party_number ON party (number_key);

CREATE TABLE call (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    key TEXT NOT NULL UNIQUE,
    party_id INTEGER NOT NULL,  -- no REFERENCES: SQLite empties a table at once only without
    started_at_s REAL NOT NULL,
    kinds INTEGER NOT NULL,     -- bits: 1 missed, 2 incoming, 4 outgoing, 8 recorded
    duration_s REAL NOT NULL,
    account_key TEXT NOT NULL,
    direction TEXT NOT NULL,
    remote_uri TEXT NOT NULL,
    result TEXT NOT NULL,
    cause TEXT NOT NULL,
    status_code INTEGER NOT NULL,
    anonymity TEXT NOT NULL,
    diverted_by TEXT NOT NULL,  -- JSON of a party, '' for none
    called TEXT NOT NULL,
    transferred_to TEXT NOT NULL,
    recording_path TEXT NOT NULL,
    codec TEXT NOT NULL,
    mos REAL NOT NULL,
    seen INTEGER NOT NULL
);
CREATE INDEX call_started ON call (started_at_s DESC, id DESC, party_id, kinds);
CREATE INDEX call_party ON call (party_id, started_at_s DESC, id DESC, kinds);
CREATE INDEX call_missed ON call (started_at_s DESC, id DESC) WHERE kinds & 1;
CREATE INDEX call_incoming ON call (started_at_s DESC, id DESC) WHERE kinds & 2;
CREATE INDEX call_outgoing ON call (started_at_s DESC, id DESC) WHERE kinds & 4;
CREATE INDEX call_recorded ON call (started_at_s DESC, id DESC) WHERE kinds & 8;
CREATE INDEX call_unseen ON call (id) WHERE kinds & 1 AND seen = 0;
"""

_STEPS = (_FIRST,)
VERSION = len(_STEPS)


def migrate(connection: sqlite3.Connection) -> None:
    """Bring the tables to VERSION, all steps or none. Errors: sqlite3.Error."""
    if _version(connection) == VERSION:
        return
    connection.execute("BEGIN IMMEDIATE")
    try:
        for step in _STEPS[_version(connection) :]:  # another process may have been quicker
            for statement in _statements(step):
                connection.execute(statement)
        connection.execute(f"PRAGMA user_version = {VERSION}")
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def is_newer(connection: sqlite3.Connection) -> bool:
    """A later version of the program has written this file."""
    return _version(connection) > VERSION


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _statements(script: str) -> list[str]:
    """One by one: ``executescript`` would commit what came before it."""
    statements, text = [], ""
    for line in script.splitlines():
        text += f"{line}\n"
        if sqlite3.complete_statement(text):
            statements.append(text)
            text = ""
    return statements
