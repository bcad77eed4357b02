"""An import from its file to the phone book, and all the way back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from msgspec.structs import replace

from softphone.app.changes import ContactsMoved, ImportMoved, Notice
from softphone.app.contact_import import ImportPhase, ImportService
from softphone.app.import_plan import Duplicates
from softphone.app.steps import PAUSE_S
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.ports import StoreTrouble
from tests.helpers.contact_files import DATA, words_of
from tests.helpers.fake_people import FakeContacts
from tests.helpers.fakes import PhoneKit, fake_phone

WORDS = words_of("ja")
YAMADA = Contact(key="y", name="山田 太郎", company="株式会社青空商事", title="課長")


class FakePictures:
    """Makes every photo these bytes, when it is told to."""

    def __init__(self, small: bytes) -> None:
        self._small = small
        self.waiting: list[Callable[[bytes], None]] = []

    def scale(self, photo: bytes, done: Callable[[bytes], None]) -> None:
        self.waiting.append(done)

    def finish(self) -> None:
        """The oldest is done."""
        self.waiting.pop(0)(self._small)


def kit_with(*known: Contact) -> PhoneKit:
    kit = fake_phone(contacts=FakeContacts(*known))
    kit.phone.start()
    return kit


def looked(kit: PhoneKit, name: str, pictures: FakePictures | None = None) -> ImportService:
    """The import of a file of tests/data/contacts, as far as it goes by itself."""
    service = kit.phone.contact_import
    service.begin(str(DATA / name), WORDS, pictures)
    kit.dispatcher.advance(10.0)
    return service


def ran(kit: PhoneKit, service: ImportService) -> None:
    service.run()
    kit.dispatcher.advance(10.0)


def names(kit: PhoneKit) -> list[str]:
    return sorted(each.shown_name for each in kit.contacts.entries.values())


def test_a_file_is_looked_at_before_anything_is_written() -> None:
    kit = kit_with(YAMADA)
    service = looked(kit, "excel_shift_jis.csv")
    state = service.state
    assert (state.phase, state.people, state.added, state.merged) == (ImportPhase.READY, 4, 3, 1)
    assert state.first is not None
    assert state.first.name == "山田 太郎"
    assert names(kit) == ["山田 太郎"]


def test_everybody_is_written_and_merged() -> None:
    kit = kit_with(YAMADA)
    service = looked(kit, "excel_shift_jis.csv")
    ran(kit, service)
    assert service.state.phase is ImportPhase.DONE
    assert names(kit) == ["丸山運輸株式会社", "佐藤 花子", "山田 太郎", "髙橋 一郎"]
    yamada = kit.contacts.entries["y"]
    assert (yamada.title, len(yamada.numbers)) == ("課長", 3)
    assert ("役職", "部長") in yamada.extra
    assert len(kit.changes_of(ContactsMoved)) == 1  # the list is read again once


@pytest.mark.parametrize("by", ["the import", "the phone book"])
def test_one_undo_takes_all_of_it_back(by: str) -> None:
    kit = kit_with(YAMADA)
    service = looked(kit, "excel_shift_jis.csv")
    ran(kit, service)
    assert service.undo() if by == "the import" else kit.phone.contacts.undo()
    kit.dispatcher.advance(10.0)
    assert kit.contacts.entries == {"y": YAMADA}
    assert service.state.phase is ImportPhase.UNDONE
    assert not kit.phone.contacts.can_undo


def test_what_was_changed_since_stays() -> None:
    kit = kit_with(YAMADA)
    service = looked(kit, "excel_shift_jis.csv")
    ran(kit, service)
    sato = next(each for each in kit.contacts.entries.values() if each.name == "佐藤 花子")
    kit.phone.contacts.save(replace(sato, note="会った"))
    kit.phone.contacts.save(replace(kit.contacts.entries["y"], title="社長"))
    service.undo()
    kit.dispatcher.advance(10.0)
    assert names(kit) == ["佐藤 花子", "山田 太郎"]
    assert kit.contacts.entries["y"].title == "社長"
    assert service.state.left == 2


def test_an_earlier_import_is_taken_back_by_the_phone_book_after_a_later_one() -> None:
    kit = kit_with()
    ran(kit, looked(kit, "excel_utf8.csv"))
    ran(kit, looked(kit, "semicolon_no_header.csv"))
    assert len(kit.contacts.entries) == 7
    for left in (4, 0):
        assert kit.phone.contacts.undo()
        kit.dispatcher.advance(10.0)
        assert len(kit.contacts.entries) == left


def test_another_file_waits_for_what_is_being_written() -> None:
    kit = kit_with()
    service = looked(kit, "excel_utf8.csv")
    service.run()
    service.begin(str(DATA / "semicolon_no_header.csv"), WORDS)
    kit.dispatcher.advance(10.0)
    assert len(kit.contacts.entries) == 4
    assert (service.state.phase, service.state.people) == (ImportPhase.READY, 3)


def many(path: Path, count: int = 10_000) -> str:
    """A file of so many people."""
    lines = ["氏名,会社電話", *(f"山田 {n},03-{n:05d}-0000" for n in range(count))]
    path.write_text("\n".join(lines), encoding="cp932")
    return str(path)


def test_a_stop_leaves_nothing_half(tmp_path: Path) -> None:
    kit = kit_with(YAMADA)
    service = kit.phone.contact_import
    service.begin(many(tmp_path / "people.csv"), WORDS)
    kit.dispatcher.advance(100.0)
    service.run()
    while len(kit.contacts.entries) == 1:
        kit.dispatcher.advance(PAUSE_S)
    assert len(kit.contacts.entries) < 10_000
    service.cancel()
    kit.dispatcher.advance(100.0)
    assert service.state.phase is ImportPhase.READY
    assert kit.contacts.entries == {"y": YAMADA}
    assert not kit.phone.contacts.can_undo


def test_a_store_that_fails_on_the_way_leaves_nothing_half(monkeypatch: pytest.MonkeyPatch) -> None:
    kit = kit_with(YAMADA)
    service = looked(kit, "broken_mixed.csv")
    apply, calls = kit.contacts.apply, []

    def failing(edit: object) -> object:
        calls.append(edit)
        kit.contacts.trouble = StoreTrouble(code="full") if len(calls) == 2 else None
        return apply(edit)  # type: ignore[arg-type]

    monkeypatch.setattr(kit.contacts, "apply", failing)
    ran(kit, service)
    assert (service.state.phase, service.state.problem) == (ImportPhase.FAILED, "store")
    assert kit.contacts.entries == {"y": YAMADA}
    assert [each.code for each in kit.changes_of(Notice)] == ["contacts_not_saved_full"]


def test_another_mapping_reads_anew() -> None:
    kit = kit_with()
    service = looked(kit, "excel_utf8.csv")
    service.map_column(9, "skip")
    service.map_column(10, "note")
    kit.dispatcher.advance(10.0)
    assert service.state.first is not None
    assert (service.state.first.note, service.state.first.extra) == ("A-001", ())


def test_the_first_line_can_be_a_person() -> None:
    kit = kit_with()
    service = looked(kit, "semicolon_no_header.csv")
    assert service.state.people == 3
    service.set_header(True)
    kit.dispatcher.advance(10.0)
    assert service.state.people == 2
    service.set_header(False)
    kit.dispatcher.advance(10.0)
    assert service.state.people == 3


def test_who_is_there_already_is_skipped_or_added_by_choice() -> None:
    kit = kit_with(YAMADA)
    service = looked(kit, "excel_utf8.csv")
    service.set_duplicates(Duplicates.SKIP)
    kit.dispatcher.advance(10.0)
    assert (service.state.added, service.state.skipped) == (3, 1)
    service.set_duplicates(Duplicates.ADD)
    kit.dispatcher.advance(10.0)
    assert (service.state.added, service.state.skipped) == (4, 0)


def test_bad_lines_are_counted_and_kept() -> None:
    service = looked(kit_with(), "broken_mixed.csv")
    assert (service.state.people, service.state.bad, service.state.partly) == (13, 3, 1)
    assert [each.line for each in service.troubles] == [4, 7, 9, 11]


def test_photos_are_made_small_before_they_are_stored() -> None:
    kit, pictures = kit_with(), FakePictures(b"small")
    service = looked(kit, "icloud.vcf", pictures)
    assert service.state.phase is ImportPhase.READING  # it waits, and holds nothing up
    pictures.finish()
    kit.dispatcher.advance(10.0)
    ran(kit, service)
    (yamada,) = (each for each in kit.contacts.entries.values() if each.name)
    assert kit.contacts.photos[yamada.photo_id] == b"small"


def test_a_photo_that_is_none_costs_only_itself() -> None:
    kit, pictures = kit_with(), FakePictures(b"")
    service = looked(kit, "icloud.vcf", pictures)
    pictures.finish()
    kit.dispatcher.advance(10.0)
    assert (service.state.people, service.state.partly) == (2, 1)
    assert service.troubles[0].code == "photo_broken"


@pytest.mark.parametrize(
    ("content", "problem"), [(None, "missing"), (b"", "empty"), (b"BEGIN:VCARD\nEND:VCARD\n", "nobody")]
)
def test_why_there_is_nothing_to_import(tmp_path: Path, content: bytes | None, problem: str) -> None:
    path = tmp_path / "people.vcf"
    if content is not None:
        path.write_bytes(content)
    kit = kit_with()
    service = kit.phone.contact_import
    service.begin(str(path), WORDS)
    kit.dispatcher.advance(10.0)
    assert (service.state.phase, service.state.problem) == (ImportPhase.FAILED, problem)


def test_a_closed_import_says_no_more() -> None:
    kit = kit_with()
    service = kit.phone.contact_import
    service.begin(str(DATA / "excel_utf8.csv"), WORDS)
    service.close()
    count = len(kit.changes_of(ImportMoved))
    kit.dispatcher.advance(10.0)
    assert (service.state.phase, len(kit.changes_of(ImportMoved))) == (ImportPhase.IDLE, count)
    service.run()
    assert kit.contacts.entries == {}


def test_ten_thousand_are_written_in_parts(tmp_path: Path) -> None:
    path = many(tmp_path / "people.csv")
    kit = kit_with()
    service = kit.phone.contact_import
    service.begin(path, WORDS)
    kit.dispatcher.advance(100.0)
    ran(kit, service)
    kit.dispatcher.advance(100.0)
    assert len(kit.contacts.entries) == 10_000
    service.undo()
    kit.dispatcher.advance(100.0)
    assert kit.contacts.entries == {}


def test_numbers_are_one_whatever_way_they_are_written(tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    path.write_text("氏名,会社電話\n山田 太郎,+81-3-1234-5678\n", encoding="utf-8")
    kit = kit_with(replace(YAMADA, company="", numbers=(ContactNumber("0312345678"),)))
    service = kit.phone.contact_import
    service.begin(str(path), WORDS)
    kit.dispatcher.advance(10.0)
    assert (service.state.added, service.state.unchanged) == (0, 1)
