"""The phone book into a file."""

from __future__ import annotations

from pathlib import Path

import pytest

from softphone.app.changes import ExportMoved
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.contact_file import ExportFormat
from tests.helpers.contact_files import people, words_of
from tests.helpers.fake_people import FakeContacts
from tests.helpers.fakes import PhoneKit, fake_phone

SATO = Contact(key="s", name="佐藤", numbers=(ContactNumber("201", "extension"),), groups=("得意先",))
YAMADA = Contact(key="y", name="山田 한", extra=(("誕生日", "1980"),))
COLLEAGUE = Contact(key="c", name="同僚", source="ldap:main")


def exported(path: Path, kind: ExportFormat, group: str = "") -> PhoneKit:
    kit = fake_phone(contacts=FakeContacts(SATO, YAMADA, COLLEAGUE))
    kit.phone.contact_export.run(str(path), kind, words_of("ja"), group)
    assert kit.phone.contact_export.busy
    kit.dispatcher.advance(10.0)
    assert not kit.phone.contact_export.busy
    return kit


@pytest.mark.parametrize(
    "kind", [ExportFormat.CSV_UTF8, ExportFormat.VCARD3, ExportFormat.VCARD4], ids=lambda kind: kind.value
)
def test_ones_own_entries_are_written_and_directories_are_not(tmp_path: Path, kind: ExportFormat) -> None:
    path = tmp_path / "people"
    kit = exported(path, kind)
    saved = kit.phone.contact_export.saved
    assert saved is not None
    assert (saved.contacts, saved.problem) == (2, "")
    assert [each.name for each in people(path.read_bytes())] == ["佐藤", "山田 한"]
    assert len(kit.changes_of(ExportMoved)) == 2


def test_one_group_alone(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    exported(path, ExportFormat.CSV_UTF8, "得意先")
    assert [each.name for each in people(path.read_bytes())] == ["佐藤"]


def test_excel_knows_the_encoding_by_its_mark(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    exported(path, ExportFormat.CSV_UTF8)
    assert path.read_bytes().startswith("\ufeff氏名,フリガナ,".encode())


def test_letters_that_could_not_be_written_are_told(tmp_path: Path) -> None:
    kit = exported(tmp_path / "people.csv", ExportFormat.CSV_SHIFT_JIS)
    saved = kit.phone.contact_export.saved
    assert saved is not None
    assert saved.unwritable == "한"


def test_a_place_that_is_not_there_is_told(tmp_path: Path) -> None:
    kit = exported(tmp_path / "gone" / "people.csv", ExportFormat.VCARD4)
    saved = kit.phone.contact_export.saved
    assert saved is not None
    assert (saved.problem, saved.contacts) == ("missing", 2)
