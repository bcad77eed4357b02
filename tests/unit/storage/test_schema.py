import sqlite3

import pytest

from softphone.storage import schema


@pytest.fixture
def connection() -> sqlite3.Connection:
    return sqlite3.connect(":memory:", isolation_level=None)


def tables(connection: sqlite3.Connection) -> set[str]:
    return {name for (name,) in connection.execute("SELECT name FROM sqlite_schema WHERE type = 'table'")}


def test_an_empty_file_gets_the_tables_of_this_version(connection: sqlite3.Connection) -> None:
    schema.migrate(connection)
    assert {"contact", "contact_number", "photo", "party", "call"} <= tables(connection)
    assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)
    schema.migrate(connection)  # once more changes nothing
    assert not schema.is_newer(connection)


def test_a_later_version_is_known(connection: sqlite3.Connection) -> None:
    connection.execute(f"PRAGMA user_version = {schema.VERSION + 1}")
    assert schema.is_newer(connection)


def test_a_step_goes_on_from_the_version_there_is(
    connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.migrate(connection)
    connection.execute("INSERT INTO photo VALUES ('p', x'01')")
    monkeypatch.setattr(schema, "_STEPS", (*schema._STEPS, "ALTER TABLE photo ADD COLUMN width INTEGER;\n"))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    schema.migrate(connection)
    assert connection.execute("SELECT id, width FROM photo").fetchall() == [("p", None)]
    assert connection.execute("PRAGMA user_version").fetchone() == (schema.VERSION,)


def test_steps_are_taken_all_or_none(connection: sqlite3.Connection, monkeypatch: pytest.MonkeyPatch) -> None:
    broken = "CREATE TABLE half (id);\nCREATE TABLE photo (id);\n"
    monkeypatch.setattr(schema, "_STEPS", (*schema._STEPS, broken))
    monkeypatch.setattr(schema, "VERSION", schema.VERSION + 1)
    with pytest.raises(sqlite3.OperationalError, match="photo"):
        schema.migrate(connection)
    assert tables(connection) == set()
    assert connection.execute("PRAGMA user_version").fetchone() == (0,)
