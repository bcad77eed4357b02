"""Records: quotes that are closed, quotes that are not, and what stands after these."""

from __future__ import annotations

import pytest

from softphone.directory.csv_records import Record, RecordReader, guess_separator
from softphone.directory.csv_text import text_lines
from softphone.domain.contact_file import LineTrouble


def read(text: str, columns: int = 0, separator: str = ",") -> list[tuple[str, ...] | tuple[int, str]]:
    """The fields of each record; (line, code) of a bad one."""
    found: list[tuple[str, ...] | tuple[int, str]] = []
    for each in RecordReader(text_lines(text.encode(), "utf-8"), separator, columns):
        found.append(each.fields if isinstance(each, Record) else (each.line, each.code))
    return found


@pytest.mark.parametrize(
    ("line", "fields"),
    [
        ("a,b,c", ("a", "b", "c")),
        ('"a","b",c', ("a", "b", "c")),
        ('"a,b","c""d"', ("a,b", 'c"d')),
        ('a, "b" ,c', ("a", "b", "c")),
        ('5" pipe,b', ('5" pipe', "b")),
        ('"",,""', ("", "", "")),
        ("a,", ("a", "")),
        ('"a",', ("a", "")),
    ],
)
def test_fields(line: str, fields: tuple[str, ...]) -> None:
    assert read(line) == [fields]


def test_a_field_goes_over_several_lines() -> None:
    assert read('a,"b\nc,\n\nd",e\nf,g,h', 3) == [("a", "b\nc,\n\nd", "e"), ("f", "g", "h")]


@pytest.mark.parametrize("columns", [0, 3])
def test_a_quote_that_is_never_closed_costs_its_own_line(columns: int) -> None:
    lines = ["a,b,c", 'd,"e,f', *(f"{n},y,z" for n in range(300))]
    found = read("\n".join(lines), columns)
    assert found[:3] == [("a", "b", "c"), (2, "quote"), ("0", "y", "z")]
    assert len(found) == 302


def test_a_quote_closed_by_chance_does_not_swallow_records() -> None:
    text = '"d,e,f,g\n1,2,3,4\n5,6,7,8\nx"\n9,9,9,9'
    assert read(text, 4) == [(1, "quote"), ("1", "2", "3", "4"), ("5", "6", "7", "8"), ('x"',), ("9",) * 4]


def test_the_next_record_with_quotes_ends_an_open_one() -> None:
    assert read('"a,b\n"c","d"', 2) == [(1, "quote"), ("c", "d")]


def test_letters_behind_a_closed_quote_are_told() -> None:
    assert read('"a"b,c\nd,e', 2) == [(1, "quote"), ("d", "e")]


def test_more_cells_than_columns_are_told_unless_they_are_empty() -> None:
    assert read("a,b,,\nc,d,e", 2) == [("a", "b"), (2, "columns")]


def test_what_a_bad_line_was_is_kept() -> None:
    (bad,) = [
        each
        for each in RecordReader(text_lines('"山田,\n佐藤,2'.encode(), "utf-8"), ",", 2)
        if isinstance(each, LineTrouble)
    ]
    assert (bad.raw, bad.line) == ('"山田,', 1)


def test_a_broken_line_within_quotes_gives_both_back() -> None:
    content = b'"a,b\n\xff\n"c",d'
    found = list(RecordReader(text_lines(content, "utf-8"), ",", 2))
    assert [each.code for each in found if isinstance(each, LineTrouble)] == ["quote", "encoding"]
    assert [each.fields for each in found if isinstance(each, Record)] == [("c", "d")]


@pytest.mark.parametrize("separator", [",", ";", "\t"])
def test_the_separator_is_found(separator: str) -> None:
    lines = [separator.join(["氏名", "電話", "備考"]), separator.join(["a", "1", '"x,y;z\t!"'])]
    assert guess_separator(lines) == separator
    assert guess_separator(["氏名", "山田"]) == ","
