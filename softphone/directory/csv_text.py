"""The lines of a text file of unknown and even mixed encoding, one after the other.

Excel in Japan writes Shift_JIS (code page 932), UTF-8 with a byte order mark, or UTF-16 ("Unicode text");
files pasted together hold lines of two kinds. So every line is decoded by itself: the bytes of ``"`` ``,``
``;`` tab and line ends are never the second half of a Shift_JIS letter, and a line's end is found
before its encoding.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_LINE_BYTES = 1 << 20
_SAMPLE_BYTES = 1 << 16
_CHUNK_BYTES = 1 << 16
_RAW_LETTERS = 4000
_NO_LETTER = re.compile("[\uf8f0-\uf8f3\x80]")  # what Python makes of the bytes 80, A0, FD, FE and FF
_CONTROL = re.compile(r"[\x00-\x08\x0c\x0e-\x1f]")
_JAPANESE_FROM = "\u0800"  # three bytes of UTF-8 and more: kana and kanji; below are Latin letters


@dataclass(frozen=True, slots=True)
class TextLine:
    """A line without its end. ``problem`` is a code of TROUBLES, ``text`` then only for showing."""

    number: int
    text: str
    end: int  # bytes of the file up to here
    problem: str = ""


def guess_encoding(content: bytes) -> str:
    """utf-8, utf-16, shift_jis, or mixed: what the first 64 KB hold."""
    if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        return "utf-16"
    found = set()
    for line in content[:_SAMPLE_BYTES].splitlines()[:-1] or [content[:_SAMPLE_BYTES]]:
        if line.isascii():
            continue
        text = _as_utf8(line)
        if text is not None and max(text) >= _JAPANESE_FROM:
            found.add("utf-8")
        elif text is None and shift_jis_text(line) is not None:
            found.add("shift_jis")
        elif text is not None and shift_jis_text(line) is None:
            found.add("utf-8")
    if len(found) == 2:
        return "mixed"
    return found.pop() if found else "utf-8"


def text_lines(content: bytes, encoding: str) -> Iterator[TextLine]:
    """Every line, with what is wrong with it. Each step takes well under a millisecond."""
    if encoding == "utf-16":
        yield from _utf16_lines(content)
        return
    begin = len(codecs.BOM_UTF8) if content.startswith(codecs.BOM_UTF8) else 0
    end_mark = b"\n" if b"\n" in content[:_SAMPLE_BYTES] or b"\r" not in content[:_SAMPLE_BYTES] else b"\r"
    number = 0
    while begin < len(content):
        number += 1
        end = content.find(end_mark, begin)
        end = len(content) if end < 0 else end
        yield _bytes_line(number, content[begin:end].rstrip(b"\r"), end + 1, encoding)
        begin = end + 1


def shown(text: str) -> str:
    """A line's text for a list of bad lines: not endless, nothing invisible in it."""
    return _CONTROL.sub("\ufffd", text[:_RAW_LETTERS])


def has_control(text: str) -> bool:
    """Letters no person typed. (Vertical tabs are line breaks within a cell of FileMaker.)"""
    return _CONTROL.search(text) is not None


def _bytes_line(number: int, line: bytes, end: int, encoding: str) -> TextLine:
    if len(line) > MAX_LINE_BYTES:
        return TextLine(number, shown(line[:_RAW_LETTERS].decode("utf-8", "replace")), end, "too_long")
    if line.isascii():
        return _checked(number, line.decode("ascii"), end)
    text = _as_utf8(line)
    if text is not None and encoding == "shift_jis" and max(text) < _JAPANESE_FROM:
        text = shift_jis_text(line) or text  # half-width kana that happen to be Latin letters of UTF-8
    if text is None:
        text = shift_jis_text(line)
    if text is None:
        return TextLine(number, shown(line.decode("utf-8", "backslashreplace")), end, "encoding")
    return _checked(number, text, end)


def _checked(number: int, text: str, end: int) -> TextLine:
    if has_control(text):
        return TextLine(number, shown(text), end, "control")
    return TextLine(number, text, end)


def _as_utf8(line: bytes) -> str | None:
    try:
        return line.decode("utf-8")
    except UnicodeDecodeError:
        return None


def shift_jis_text(line: bytes) -> str | None:
    """Bytes as Shift_JIS of Windows; None where they are none."""
    try:
        text = line.decode("cp932")
    except UnicodeDecodeError:
        return None
    return None if _NO_LETTER.search(text) else text


def _utf16_lines(content: bytes) -> Iterator[TextLine]:
    decoder = codecs.getincrementaldecoder("utf-16")("replace")
    number, rest = 0, ""
    for begin in range(0, len(content), _CHUNK_BYTES):
        chunk = content[begin : begin + _CHUNK_BYTES]
        end = begin + len(chunk)
        rest += decoder.decode(chunk, final=end >= len(content))
        *whole, rest = rest.split("\n")
        for text in whole:
            number += 1
            yield _utf16_line(number, text, end)
        if len(rest) > MAX_LINE_BYTES:
            number += 1
            yield TextLine(number, shown(rest), end, "too_long")
            rest = ""
    if rest:
        yield _utf16_line(number + 1, rest, len(content))


def _utf16_line(number: int, text: str, end: int) -> TextLine:
    text = text.rstrip("\r")
    if "\ufffd" in text:
        return TextLine(number, shown(text), end, "encoding")
    return _checked(number, text, end)
