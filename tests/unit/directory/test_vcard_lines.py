"""The lines of cards: folded in every way, and never more of them than memory has."""

from __future__ import annotations

from softphone.directory.vcard_lines import MAX_LINE_BYTES, RawCard, cards
from softphone.domain.contact_file import LineTrouble


def lines_of(content: bytes) -> list[bytes]:
    """The lines of the only card."""
    (card,) = (step for step in cards(content) if isinstance(step, RawCard))
    return [line.content for line in card.lines]


def card(*lines: bytes, end: bytes = b"\r\n") -> bytes:
    return end.join([b"BEGIN:VCARD", *lines, b"END:VCARD", b""])


def test_a_line_is_unfolded_within_a_letter_too() -> None:
    name = "FN:山田".encode()
    for end in (b"\r\n", b"\n", b"\r"):
        assert lines_of(card(name[:5], b" " + name[5:], b"TEL:1", b"\t2", end=end)) == [name, b"TEL:12"]


def test_quoted_printable_goes_on_after_its_sign() -> None:
    content = card(b"NOTE;ENCODING=QUOTED-PRINTABLE:=41=", b"=42=", b"C", b"X:1=", b"Y:2")
    assert lines_of(content) == [b"NOTE;ENCODING=QUOTED-PRINTABLE:=41=42C", b"X:1=", b"Y:2"]


def test_base64_of_old_telephones_is_not_indented() -> None:
    content = card(b"PHOTO;JPEG;ENCODING=BASE64:", b"QUJD", b"REVG", b"", b"TEL:1")
    assert lines_of(content) == [b"PHOTO;JPEG;ENCODING=BASE64:QUJDREVG", b"TEL:1"]


def test_a_line_too_long_is_cut_and_said_so() -> None:
    (found,) = (step for step in cards(card(b"NOTE:" + b"a" * MAX_LINE_BYTES)) if isinstance(step, RawCard))
    assert found.lines[0].cut
    assert len(found.lines[0].content) < 3000


def test_numbers_are_those_of_the_file() -> None:
    content = b"junk\n\n" + card(b"FN:a", b" b", b"TEL:1", end=b"\n")
    trouble, found = cards(content)
    assert isinstance(trouble, LineTrouble)
    assert isinstance(found, RawCard)
    assert (trouble.line, trouble.raw) == (1, "junk")
    assert (found.number, [line.number for line in found.lines]) == (3, [4, 6])


def test_a_card_without_an_end_is_given_as_far_as_it_goes() -> None:
    first, second = cards(b"BEGIN:VCARD\nFN:a\n" + b"begin:vcard\nFN:b")
    assert isinstance(first, RawCard)
    assert isinstance(second, RawCard)
    assert [first.closed, second.closed] == [False, False]
    assert second.lines[0].content == b"FN:b"
