"""A record to a contact and back: cells no spreadsheet runs, nothing lost."""

from __future__ import annotations

import pytest

from softphone.directory.csv_contact import cell_of, found_contact, guarded, pairs_of, unguarded
from softphone.directory.csv_records import Record
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.contact_file import FileFormat, FileLook, LineTrouble


def contact_of(**cells: str) -> Contact:
    """The contact of a record with these cells by field; ``_`` and what follows is no part of it."""
    fields = tuple(field.partition("__")[0] for field in cells)
    look = FileLook(format=FileFormat.CSV, header=tuple(cells), mapping=fields)
    found, troubles = found_contact(Record(2, tuple(cells.values()), 0), look)
    assert found is not None
    assert troubles == ()
    return found.contact


def test_a_name_in_two_parts_is_said_as_its_language_does() -> None:
    assert contact_of(given="太郎", family="山田").name == "山田 太郎"
    assert contact_of(given="Anna", family="Smith").name == "Anna Smith"
    assert contact_of(family="山田").name == "山田"
    assert contact_of(name="Y. Taro", given="太郎", family="山田").name == "Y. Taro"


def test_numbers_take_the_label_before_them_and_several_share_a_cell() -> None:
    found = contact_of(
        name="a",
        number_label="Mobile",
        number="090-1 ::: 090-2",
        number_label__2="",
        number__2="03-1",
        number_fax="03-2",
    )
    assert found.numbers == (
        ContactNumber("090-1", "mobile"),
        ContactNumber("090-2", "mobile"),
        ContactNumber("03-1", "work"),
        ContactNumber("03-2", "fax"),
    )


def test_a_cell_without_a_number_is_kept_as_words() -> None:
    found = contact_of(name="a", number_work="なし")
    assert (found.numbers, found.extra) == ((), (("number_work", "なし"),))


def test_unknown_columns_are_kept_and_skipped_ones_are_not() -> None:
    found = contact_of(name="a", keep="A-1", skip="secret")
    assert found.extra == (("keep", "A-1"),)


def test_a_number_that_a_spreadsheet_rounded_is_told_and_its_contact_kept() -> None:
    look = FileLook(format=FileFormat.CSV, header=("n", "tel"), mapping=("name", "number_work"))
    found, troubles = found_contact(Record(7, ("山田", "9.01235E+10"), 0), look)
    assert found is not None
    assert found.contact == Contact(name="山田", extra=(("tel", "9.01235E+10"),))
    assert troubles == (LineTrouble(line=7, code="rounded", raw="9.01235E+10", kept=True),)


def test_a_record_with_nobody_in_it_is_told_and_an_empty_one_is_not() -> None:
    look = FileLook(format=FileFormat.CSV, mapping=("name", "note"))
    assert found_contact(Record(1, ("", "x"), 0, ",x"), look)[1][0].code == "empty"
    assert found_contact(Record(1, ("", ""), 0), look) == (None, ())


def test_googles_own_groups_are_none() -> None:
    found = contact_of(name="a", groups="得意先 ::: * myContacts ::: * starred")
    assert (found.groups, found.favourite) == (("得意先",), 1)
    assert contact_of(name="a", groups=r"a;b\;c").groups == ("a", "b;c")


@pytest.mark.parametrize(
    "cell", ["=1+1", "+1-2", "-cmd", "@SUM(A1)", "\t=1", "'=1", "''+x", "+81-3-1234-5678", "\n=1"]
)
def test_no_cell_is_a_formula_and_none_is_changed_on_the_way_round(cell: str) -> None:
    assert guarded(cell) == f"'{cell}"
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["+81312345678", "+81 3 1234 5678", "03-1234", "'abc", "a=1", "", "'"])
def test_numbers_and_words_are_left_as_they_are(cell: str) -> None:
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


def test_names_and_values_in_one_cell_come_back() -> None:
    pairs = (("誕生日", "1980"), ("a:b", "c: d\ne\\n"), ("", "x"), ("\\", "\\"))
    assert tuple(pairs_of(cell_of(pairs))) == pairs
    assert pairs_of("no name") == [("", "no name")]
