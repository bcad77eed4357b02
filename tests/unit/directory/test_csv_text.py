"""Lines of files in several encodings, and in several at once."""

from __future__ import annotations

import pytest

from softphone.directory.csv_text import MAX_LINE_BYTES, guess_encoding, text_lines


def texts(content: bytes) -> list[str]:
    return [line.problem or line.text for line in text_lines(content, guess_encoding(content))]


@pytest.mark.parametrize(
    ("encoding", "name"),
    [("cp932", "shift_jis"), ("utf-8", "utf-8"), ("utf-8-sig", "utf-8"), ("utf-16", "utf-16")],
)
@pytest.mark.parametrize("end", ["\r\n", "\n", "\r"])
def test_what_excel_writes_is_read(encoding: str, name: str, end: str) -> None:
    if (encoding, end) == ("utf-16", "\r"):
        end = "\r\n"  # Excel's "Unicode text" has no other
    content = end.join(["氏名", "髙橋①", "ソ連表"]).encode(encoding)
    assert guess_encoding(content) == name
    assert texts(content) == ["氏名", "髙橋①", "ソ連表"]


def test_every_line_has_an_encoding_of_its_own() -> None:
    content = "山田".encode("cp932") + b"\n" + "佐藤".encode() + b"\nabc\n"
    assert guess_encoding(content) == "mixed"
    assert texts(content) == ["山田", "佐藤", "abc"]


def test_half_width_kana_of_shift_jis_are_not_taken_for_latin_letters() -> None:
    content = "氏名\r\nﾃｱ\r\n".encode("cp932")  # ﾃｱ is ñ in UTF-8
    assert texts(content) == ["氏名", "ﾃｱ"]


@pytest.mark.parametrize("broken", [b"\x81\xff", b"abc\xff", b"\xfd\xfe", b"\x80"])
def test_bytes_that_are_no_letters_are_told(broken: bytes) -> None:
    assert texts("氏名\n".encode() + broken + b"\nabc") == ["氏名", "encoding", "abc"]


def test_data_that_is_no_text_is_told() -> None:
    assert texts(b"abc\n\x00\x01\nabc") == ["abc", "control", "abc"]


def test_an_endless_line_is_told_and_its_text_cut() -> None:
    content = b"a" * (MAX_LINE_BYTES + 1) + b"\nabc"
    first, second = text_lines(content, "utf-8")
    assert (first.problem, second.text) == ("too_long", "abc")
    assert len(first.text) < 10_000


def test_half_a_letter_of_utf_16_is_told() -> None:
    content = "山田\n".encode("utf-16") + b"\x00\xd8\n\x00" + "佐藤".encode("utf-16-le")
    assert texts(content) == ["山田", "encoding", "佐藤"]
