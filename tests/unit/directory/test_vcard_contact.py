"""Properties of a card: values, labels, encodings; a bad one costs itself."""

from __future__ import annotations

import pytest

from softphone.directory.vcard_contact import parts_of, unescaped
from softphone.domain.contact import Contact, ContactNumber
from tests.helpers.contact_files import people, read_all


def contact_of(*lines: str, encoding: str = "utf-8") -> Contact:
    (found,) = people("\n".join(["BEGIN:VCARD", *lines, "END:VCARD"]).encode(encoding))
    return found


@pytest.mark.parametrize(
    ("line", "number"),
    [
        ("TEL:1", ContactNumber("1", "work")),
        ("TEL;CELL;VOICE:1", ContactNumber("1", "mobile")),
        ("TEL;TYPE=HOME,FAX:1", ContactNumber("1", "fax")),
        ('TEL;VALUE=uri;TYPE="voice,home":tel:+1', ContactNumber("+1", "home")),
        ("TEL;TYPE=PAGER:1", ContactNumber("1", "other")),
        ("a.TEL:1\na.X-ABLabel:_$!<Main>!$_", ContactNumber("1", "main")),
        ("a.TEL;TYPE=HOME:1\na.X-ABLabel:夜間", ContactNumber("1", "夜間")),
        ("TEL:tel:0120\\,1", ContactNumber("0120,1", "work")),
    ],
)
def test_numbers(line: str, number: ContactNumber) -> None:
    assert contact_of("FN:a", line).numbers == (number,)


def test_values_are_taken_apart_where_they_are_not_escaped() -> None:
    assert parts_of(r"a\;b;c\\;d\,e") == ["a;b", "c\\", "d,e"]
    assert parts_of("a,b", ",") == ["a", "b"]
    assert unescaped(r"a\nb\Nc\\n\:") == "a\nb\nc\\n:"


def test_an_unescaped_comma_takes_nothing_away() -> None:
    found = contact_of("FN:a", "NOTE:東京, 大阪", "TITLE:部長, 理事")
    assert (found.note, found.title) == ("東京, 大阪", "部長, 理事")


def test_shift_jis_that_nobody_declared_is_read() -> None:
    assert contact_of("VERSION:2.1", "FN:髙橋", encoding="cp932").name == "髙橋"
    assert contact_of("FN;CHARSET=Shift_JIS:髙橋", encoding="cp932").name == "髙橋"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"NOTE:\xff\xfe", "encoding"),
        (b"NOTE:\x01", "control"),
        (b"no colon", "line"),
        (b"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=utf-8:=FF", "line"),
        (b"NOTE;ENCODING=QUOTED-PRINTABLE;CHARSET=klingon:=41", "line"),
        (b"PHOTO;ENCODING=b:####", "photo_broken"),
        (b"NOTE:" + b"a" * 300_000, "too_long"),
        (b"PHOTO;ENCODING=b:" + b"QUJD" * 4_000_000, "photo_big"),
    ],
)
def test_a_bad_line_costs_itself(line: bytes, code: str) -> None:
    found, troubles = read_all(b"BEGIN:VCARD\nFN:a\n" + line + b"\nTEL:1\nEND:VCARD\n")
    assert [each.contact for each in found] == [Contact(name="a", numbers=(ContactNumber("1"),))]
    assert [(each.line, each.code, each.kept) for each in troubles] == [(3, code, True)]


def test_what_is_not_known_is_kept_under_its_name() -> None:
    found = contact_of("FN:a", "BDAY:1980-04-01", "item1.URL;type=WORK;type=pref:http://a", "REV:1", "URL:")
    assert found.extra == (("BDAY", "1980-04-01"), ("item1.URL;TYPE=WORK,pref", "http://a"))
    assert contact_of("FN:a", "ADR;HOME:;;x").extra == (("ADR;TYPE=HOME", ";;x"),)


def test_notes_are_put_together_and_a_second_name_is_kept() -> None:
    found = contact_of("FN:a", "FN:b", "NOTE:1", "NOTE:2", "ORG:x", "ORG:y")
    assert (found.name, found.note, found.company) == ("a", "1\n2", "x")
    assert found.extra == (("FN", "b"), ("ORG", "y"))
