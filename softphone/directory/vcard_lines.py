"""A vCard file's bytes to the logical lines of each card, in short steps and bounded memory.

Cards are cut out and lines unfolded here, before vobject sees them, because ``vobject.readComponents`` gives
up the whole file at its first bad line (skarim/vobject#152, #160), decodes nothing but UTF-8 outside of
QUOTED-PRINTABLE, and would hold a picture of 20 MB several times over. Old telephones write base64 unindented
and Shift_JIS without saying so; some programs fold within a letter, so lines are joined as bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from softphone.domain.contact_file import LineTrouble, ReadSoFar

MAX_PHOTO_LINE_BYTES = 12 << 20  # base64 of about 9 MB
MAX_LINE_BYTES = 1 << 18
_STEP_LINES = 2000
_PICTURE = re.compile(rb"(?:[\w-]+\.)?(?:PHOTO|LOGO|SOUND|KEY)[;:]", re.IGNORECASE)
_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+={0,2}")
_RAW_BYTES = 2000


@dataclass(slots=True)
class CardLine:
    """One unfolded line. ``cut``: it was longer than is read, and what is here is its beginning."""

    number: int
    content: bytes
    cut: bool = False


@dataclass(slots=True)
class RawCard:
    """The lines between BEGIN and END; ``closed`` False where END is missing."""

    number: int
    lines: list[CardLine] = field(default_factory=list)
    closed: bool = True


@dataclass(slots=True)
class _Growing:
    """A line while it is unfolded."""

    number: int
    parts: list[bytes]
    size: int
    limit: int
    quoted_printable: bool
    base64: bool

    def add(self, part: bytes) -> None:
        self.size += len(part)
        if self.size <= self.limit:
            self.parts.append(part)

    def line(self) -> CardLine:
        return CardLine(self.number, b"".join(self.parts), self.size > self.limit)


def cards(content: bytes) -> Iterator[RawCard | LineTrouble | ReadSoFar]:
    """Every card, every line outside of one, and how far it is."""
    card: RawCard | None = None
    for line in _unfolded(content):
        if isinstance(line, ReadSoFar):
            yield line
            continue
        word = line.content.strip().upper() if len(line.content) < 64 else b""
        if word == b"BEGIN:VCARD":
            if card is not None:
                card.closed = False
                yield card
            card = RawCard(line.number)
        elif word == b"END:VCARD" and card is not None:
            yield card
            card = None
        elif card is not None:
            card.lines.append(line)
        elif word or line.content.strip():
            raw = line.content[:_RAW_BYTES].decode("utf-8", "backslashreplace")
            yield LineTrouble(line=line.number, code="outside", raw=raw)
    if card is not None:
        card.closed = False
        yield card


def _unfolded(content: bytes) -> Iterator[CardLine | ReadSoFar]:
    """Logical lines; a blank one ends what stands before it."""
    growing: _Growing | None = None
    for number, part, done in _physical(content):
        if number % _STEP_LINES == 0:
            yield ReadSoFar(done)
        if growing is not None and _goes_on(growing, part):
            growing.add(part[1:] if part[:1] in (b" ", b"\t") else part)
            continue
        if growing is not None:
            yield growing.line()
            growing = None
        if part.strip():
            growing = _begun(number, part)
    if growing is not None:
        yield growing.line()


def _goes_on(growing: _Growing, part: bytes) -> bool:
    if part[:1] in (b" ", b"\t") and part.strip():
        return True
    if growing.quoted_printable and growing.parts[-1].endswith(b"="):
        growing.parts[-1] = growing.parts[-1][:-1]  # RFC 2045 §6.7: a soft line break
        return True
    return growing.base64 and _BASE64_LINE.fullmatch(part) is not None


def _begun(number: int, part: bytes) -> _Growing:
    head = part.partition(b":")[0].upper()
    picture = _PICTURE.match(part) is not None
    limit = MAX_PHOTO_LINE_BYTES if picture else MAX_LINE_BYTES
    growing = _Growing(number, [], 0, limit, b"QUOTED-PRINTABLE" in head, picture and b"BASE64" in head)
    growing.add(part)
    if not growing.parts:
        growing.parts.append(part[:_RAW_BYTES])
    return growing


def _physical(content: bytes) -> Iterator[tuple[int, bytes, int]]:
    """(number from 1, line without its end, bytes so far)."""
    begin = 3 if content.startswith(b"\xef\xbb\xbf") else 0
    end_mark = b"\n" if b"\n" in content[: 1 << 16] else b"\r"
    number = 0
    while begin < len(content):
        number += 1
        end = content.find(end_mark, begin)
        end = len(content) if end < 0 else end
        yield number, content[begin:end].rstrip(b"\r"), end + 1
        begin = end + 1
