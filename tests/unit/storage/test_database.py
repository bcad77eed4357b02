"""The database when something is wrong with it: clear words, nothing lost, nothing frozen."""

import contextlib
import os
import sqlite3
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from softphone.domain.contact import Contact, ContactEdit, ContactNumber
from softphone.domain.history import HistoryQuery
from softphone.domain.ports import StoreFailed, StoreTrouble
from softphone.storage.contacts import SqliteContacts
from softphone.storage.database import Database
from softphone.storage.history import SqliteHistory
from softphone.storage.numbers import LibphonenumberNumbers
from softphone.storage.schema import VERSION
from tests.helpers.many_people import many_calls, many_contacts

SATO = Contact(
    key="sato", name="佐藤", reading="サトウ", numbers=(ContactNumber("03-1234-5678"),), photo_id="p"
)


class Store:
    """Both stores on one file."""

    def __init__(self, file: Path | None) -> None:
        numbers = LibphonenumberNumbers()
        self.database = Database(file)
        self.contacts = SqliteContacts(self.database, numbers)
        self.history = SqliteHistory(self.database, numbers, self.contacts)

    def works(self) -> None:
        self.contacts.apply(ContactEdit(saved=(Contact(key="new", name="新しい人"),)))
        assert self.contacts.get("new") is not None
        self.contacts.apply(ContactEdit(deleted=("new",)))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "phone.db"


def filled(file: Path, people: int = 300, calls: int = 500) -> Store:
    store = Store(file)
    book = many_contacts(people)
    store.contacts.apply(ContactEdit(saved=(SATO, *book), photos={"p": b"picture"}))
    store.history.restore(tuple(many_calls(book, calls, known=50)))
    store.database.close()
    return store


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no file modes")
def test_it_is_made_by_its_first_use_for_its_owner_alone(file: Path) -> None:
    store = Store(file)
    assert not file.exists()
    assert store.contacts.count() == 0
    assert file.exists()
    for each in file.parent.glob("phone.db*"):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600


def test_what_was_written_is_there_after_a_restart(file: Path) -> None:
    filled(file)
    again = Store(file)
    assert again.history.open() is None
    assert again.contacts.count() == 301
    assert again.history.count() == 500
    assert again.contacts.photo("p") == b"picture"


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
def test_what_was_written_is_there_after_a_crash(file: Path) -> None:
    store = Store(file)
    assert _in_child(lambda: bool(store.contacts.apply(ContactEdit(saved=(SATO,), photos={"p": b"picture"}))))
    assert Path(f"{file}-wal").stat().st_size > 0
    again = Store(file)
    assert again.contacts.open() is None
    assert again.contacts.get("sato") == SATO


def _garbage(file: Path) -> None:
    file.write_bytes(os.urandom(20_000))


def _text(file: Path) -> None:
    file.write_text("これはデータベースではありません。" * 100, encoding="utf-8")


def _truncated(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.truncate(file.stat().st_size // 3)


def _overwritten(file: Path) -> None:
    with file.open("r+b") as opened:
        opened.seek(4096 * 2)
        opened.write(os.urandom(4096 * 6))


@pytest.mark.parametrize("damage", [_garbage, _text, _truncated, _overwritten])
def test_a_damaged_file_is_kept_aside_and_begun_anew(file: Path, damage: object) -> None:
    filled(file)
    damage(file)  # type: ignore[operator]
    content = file.read_bytes()
    store = Store(file)
    trouble = store.history.open()
    if trouble is None:  # it shows only when it is read
        store.contacts.rows()
        store.history.page(HistoryQuery(), 0, 1_000)
        trouble = store.history.open()
    assert trouble is not None
    assert trouble.code == "damaged"
    kept = Path(trouble.kept_aside)
    assert kept.name.startswith("phone.db.damaged-2")
    assert kept.read_bytes() == content
    assert store.contacts.open() == trouble
    store.works()
    store.database.close()
    assert Store(file).contacts.open() is None


def test_what_can_still_be_read_of_a_damaged_file_is_kept(file: Path) -> None:
    filled(file)
    with contextlib.closing(sqlite3.connect(file)) as raw:
        page = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'call_party'").fetchone()[0]
    with file.open("r+b") as opened:
        opened.seek(4096 * (page - 1))
        opened.write(os.urandom(4096))
    store = Store(file)
    trouble = store.history.open()
    assert trouble is not None
    assert trouble.code == "damaged"
    assert store.contacts.get("sato") == SATO
    assert store.contacts.photo("p") == b"picture"
    person = store.contacts.find("+81312345678")
    assert person is not None
    assert person.contact_key == "sato"
    assert store.contacts.count() == 301
    assert store.history.count() == 500


def test_rows_on_both_sides_of_a_broken_place_are_kept(file: Path) -> None:
    filled(file)
    content = file.read_bytes()
    middle = many_contacts(300)[150].numbers[0].number.encode()
    of_contacts = [at for at in range(0, len(content), 4096) if middle in content[at : at + 4096]]
    with file.open("r+b") as opened:
        for at in of_contacts:
            opened.seek(at)
            opened.write(b"\xff" * 4096)
    store = Store(file)
    first, last = many_contacts(300)[0], many_contacts(300)[-1]
    assert {first.shown_name, last.shown_name} <= {row.name for row in store.contacts.rows()}
    assert store.history.open() is not None
    assert 200 < store.contacts.count() < 301


def test_calls_outlive_the_names_they_came_with(file: Path) -> None:
    filled(file)
    before = Store(file)
    numbers = {row.remote.number for row in before.history.page(HistoryQuery(), 0, 500)}
    before.database.close()  # Windows renames no file that is open
    with contextlib.closing(sqlite3.connect(file)) as raw:
        page = raw.execute("SELECT rootpage FROM sqlite_schema WHERE name = 'party'").fetchone()[0]
    with file.open("r+b") as opened:
        opened.seek(4096 * (page - 1))
        opened.write(b"\xff" * 4096)
    store = Store(file)
    rows = store.history.page(HistoryQuery(), 0, 500)
    assert store.history.open() is not None
    assert len(rows) == 500
    assert {row.remote.number for row in rows} == numbers
    assert store.history.count(HistoryQuery(text=rows[0].remote.number)) >= 1
    assert any(row.person is not None for row in rows)


def test_damage_that_shows_in_use_is_told_and_healed(file: Path) -> None:
    filled(file, calls=3_000)
    store = Store(file)
    told: list[StoreTrouble] = []
    assert store.history.open(told.append) is None
    store.database.rows("PRAGMA shrink_memory")
    with file.open("r+b") as opened:
        opened.seek(4096 * 40)
        opened.write(b"\xff" * 4096 * (file.stat().st_size // 4096 - 60))
    assert isinstance(store.contacts.rows(), tuple)
    assert isinstance(store.history.page(HistoryQuery(), 0, 5_000), tuple)
    assert [trouble.code for trouble in told] == ["damaged"]
    assert Path(told[0].kept_aside).exists()
    store.works()


def test_a_later_versions_file_is_left_alone(file: Path) -> None:
    filled(file)
    with contextlib.closing(sqlite3.connect(file)) as raw:
        raw.execute(f"PRAGMA user_version = {VERSION + 1}")
        raw.execute("ALTER TABLE contact ADD COLUMN later TEXT")
        raw.commit()
        raw.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = file.read_bytes()
    store = Store(file)
    trouble = store.contacts.open()
    assert trouble is not None
    assert trouble.code == "newer"
    store.works()
    store.database.close()
    assert file.read_bytes() == content


@contextlib.contextmanager
def locked(file: Path, how: str) -> Iterator[None]:
    other = sqlite3.connect(file, isolation_level=None)
    try:
        other.execute("PRAGMA locking_mode = EXCLUSIVE")
        other.execute(f"BEGIN {how}")
        other.execute("UPDATE call SET seen = 1")
        yield
        other.execute("ROLLBACK")
    finally:
        other.close()


def test_a_file_another_program_holds_is_left_to_it(file: Path) -> None:
    filled(file)
    with contextlib.closing(sqlite3.connect(file)) as raw:
        raw.execute("PRAGMA journal_mode = DELETE")
    with locked(file, "EXCLUSIVE"):
        store = Store(file)
        began = time.monotonic()
        trouble = store.history.open()
        assert time.monotonic() - began < 1.0
        assert trouble is not None
        assert trouble.code == "locked"
        store.works()
    assert Store(file).contacts.count() == 301


def test_a_change_that_another_program_holds_up_fails_soon_and_whole(file: Path) -> None:
    filled(file)
    store = Store(file)
    assert store.contacts.count() == 301
    other = sqlite3.connect(file, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    began = time.monotonic()
    with pytest.raises(StoreFailed) as failed:
        store.contacts.apply(ContactEdit(deleted=("sato",)))
    assert time.monotonic() - began < 1.0
    assert failed.value.trouble.code == "locked"
    assert store.contacts.get("sato") == SATO
    assert "佐藤" in [row.name for row in store.contacts.rows()]
    other.execute("ROLLBACK")
    other.close()
    store.works()


def test_a_full_disk_fails_a_change_whole_and_the_rest_goes_on(file: Path) -> None:
    store = filled(file)
    pages = store.database.rows("PRAGMA page_count")[0][0]
    store.database.rows(f"PRAGMA max_page_count = {pages + 2}")
    people = many_contacts(600)
    with pytest.raises(StoreFailed) as failed:
        store.contacts.apply(ContactEdit(deleted=("sato",), saved=people))
    assert failed.value.trouble.code == "full"
    assert store.contacts.get("sato") == SATO
    assert store.contacts.count() == len(store.contacts.rows()) == 301
    with pytest.raises(StoreFailed):
        store.history.restore(tuple(many_calls(people, 2_000)))
    assert store.history.count() == 500
    store.database.rows(f"PRAGMA max_page_count = {pages + 1_000}")
    store.works()


@pytest.mark.parametrize("place", ["/proc/nothing/phone.db", "/"])
def test_a_place_that_cannot_be_used_is_told(place: str) -> None:
    store = Store(Path(place))
    trouble = store.history.open()
    assert trouble is not None
    assert trouble.code == ("read_only" if sys.platform == "win32" and place == "/" else "failed")
    store.works()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no fork")
@pytest.mark.parametrize("there", [True, False])
def test_a_folder_that_may_not_be_written_is_told(there: bool) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if there:
            filled(folder / "phone.db")
            (folder / "phone.db").chmod(0o444)
        folder.chmod(0o555)
        assert _in_child(lambda: _told_read_only(folder / "phone.db"))
        folder.chmod(0o700)


def _told_read_only(file: Path) -> bool:
    """Permissions do not bind the administrator: asked as nobody."""
    if os.getuid() == 0:
        os.setuid(65_534)
    store = Store(file)
    trouble = store.history.open()
    store.works()
    return trouble is not None and trouble.code == "read_only"


def _in_child(action: Callable[[], bool]) -> bool:
    """What ``action`` gives in a process of its own, which ends without closing anything."""
    pid = os.fork()
    if pid == 0:
        code = 1
        with contextlib.suppress(BaseException):
            code = 0 if action() else 1
        os._exit(code)
    return os.waitpid(pid, 0)[1] == 0


def test_an_old_empty_file_gets_its_tables(file: Path) -> None:
    file.touch()
    store = Store(file)
    assert store.contacts.open() is None
    store.works()


def test_processes_may_open_a_new_file_at_once(file: Path) -> None:
    script = (
        "import sys; from pathlib import Path; from softphone.storage.database import Database;"
        "trouble = Database(Path(sys.argv[1])).open(); sys.exit(trouble and str(trouble))"
    )
    children = [subprocess.Popen([sys.executable, "-c", script, str(file)]) for _ in range(4)]
    assert [child.wait(30) for child in children] == [0, 0, 0, 0]
    Store(file).works()
