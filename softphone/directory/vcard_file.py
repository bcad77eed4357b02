"""vCard files: looked at, read card by card, written as 3.0 (RFC 2426) or 4.0 (RFC 6350).

Writing is vobject's for what it knows of a line (escapes, parameters, folding between letters); the card
around the lines is ours, as its only behaviour would put 3.0 on everything (py-vobject/vobject#29).
"""

from __future__ import annotations

import base64
import io
import re
from collections.abc import Callable, Iterator, Sequence

from vobject.base import (
    ContentLine,
    VObjectError,
    backslashEscape,
    foldOneLine,
    textLineToContentLine,
)

from softphone.directory import csv_text
from softphone.directory.vcard_contact import (
    EXTRA_PROPERTY,
    FAVOURITE_PROPERTY,
    card_contact,
    property_name,
)
from softphone.directory.vcard_lines import RawCard, cards
from softphone.directory.vcard_names import split_name
from softphone.domain.contact import LABELS, Contact, ContactNumber
from softphone.domain.contact_file import FileFormat, FileLook, FileStep, FileWords

_TYPES = {
    "work": ("WORK", "VOICE"),
    "mobile": ("CELL",),
    "home": ("HOME", "VOICE"),
    "main": ("MAIN",),
    "fax": ("WORK", "FAX"),
    "other": ("OTHER",),
}
# Properties that are ours to write or mean something else in another place of the file.
_OURS = re.compile(
    r"(BEGIN|END|VERSION|PRODID|REV|N|FN|ORG|TITLE|TEL|EMAIL|NOTE|CATEGORIES|PHOTO|SORT-STRING|SOUND|KIND"
    r"|X-PHONETIC-.*|X-SOFTPHONE-.*|X-ADDRESSBOOKSERVER-KIND|PROFILE)"
)
_PROPERTY = re.compile(r"(?:item\d+\.)?(?:[A-Z][A-Z0-9-]*)(?:;[A-Z0-9-]+=[^:\r\n]*)*")
_KNOWN = re.compile(
    r"(ADR|LABEL|URL|BDAY|ANNIVERSARY|NICKNAME|UID|TZ|GEO|ROLE|LOGO|IMPP|RELATED|GENDER|LANG|KEY|CLASS|MAILER"
    r"|AGENT|SOURCE|MEMBER|FBURL|CALURI|CALADRURI|CREATED|X-[A-Z0-9-]+)"
)
_JPEG, _PNG = b"\xff\xd8", b"\x89PNG"
_FOLD = 74  # letters; one more is the blank of the next line
_ITEM = re.compile(r"item(\d+)\.", re.IGNORECASE)


def is_vcard(content: bytes) -> bool:
    """The file holds cards: that is what its beginning says."""
    head = content[: 1 << 16]
    if head[:2] in (b"\xff\xfe", b"\xfe\xff"):
        head = head.decode("utf-16", "ignore").encode()
    return re.search(rb"^\s*BEGIN:VCARD\s*$", head.removeprefix(b"\xef\xbb\xbf"), re.I | re.M) is not None


def look_at_vcard(content: bytes) -> FileLook:
    """What there is to say of it before it is read."""
    return FileLook(format=FileFormat.VCARD, encoding=csv_text.guess_encoding(content))


def read_vcard(content: bytes, look: FileLook) -> Iterator[FileStep]:
    """Every contact and every bad card or line."""
    if look.encoding == "utf-16":
        content = content.decode("utf-16", "replace").encode()
    for step in cards(content):
        if not isinstance(step, RawCard):
            yield step
            continue
        found, troubles = card_contact(step)
        yield from troubles
        if found is not None:
            yield found


def vcard_pieces(
    contacts: Sequence[Contact], words: FileWords, photo: Callable[[str], bytes], version: str
) -> Iterator[bytes]:
    """The file's bytes, one card a piece; ``version`` 3.0 or 4.0."""
    for contact in contacts:
        picture = photo(contact.photo_id) if contact.photo_id else b""
        yield _card(contact, words, picture, version).encode()


def _card(contact: Contact, words: FileWords, picture: bytes, version: str) -> str:
    lines = [
        _line("BEGIN", "VCARD"),
        _line("VERSION", version),
        *_name_lines(contact, version),
        *_number_lines(contact, words),
        *(_text("EMAIL", address) for address in contact.emails),
        *([_text("TITLE", contact.title)] if contact.title else []),
        *([_text("NOTE", contact.note)] if contact.note else []),
    ]
    if contact.groups:
        lines.append(_line("CATEGORIES", ",".join(backslashEscape(group) for group in contact.groups)))
    if contact.favourite:
        lines.append(_line(FAVOURITE_PROPERTY, str(contact.favourite)))
    if picture:
        lines.append(_photo_line(picture, version))
    lines += [_extra_line(name, value) for name, value in contact.extra]
    return "".join([*lines, _line("END", "VCARD")])


def _name_lines(contact: Contact, version: str) -> Iterator[str]:
    n = split_name(contact.name)
    last, _, first = contact.reading.partition(" ")
    sorted_by = ",".join(filter(None, (last, first))) if '"' not in contact.reading else ""
    yield _line("N", _compound((n.family, n.given, "", "", "")), *_sort_as(sorted_by, version))
    yield _text("FN", contact.name or contact.company or contact.shown_name)
    if contact.reading:
        yield _text("X-PHONETIC-LAST-NAME", last)
        if first:
            yield _text("X-PHONETIC-FIRST-NAME", first)
        if version == "3.0":
            yield _text("SORT-STRING", contact.reading)
    if contact.company or contact.department:
        parts = (contact.company, contact.department) if contact.department else (contact.company,)
        sorted_by = contact.company_reading if '"' not in contact.company_reading else ""
        yield _line("ORG", _compound(parts), *_sort_as(sorted_by, version))
    if contact.company_reading:
        yield _text("X-PHONETIC-ORG", contact.company_reading)


def _compound(parts: Sequence[str]) -> str:
    return ";".join(backslashEscape(part) for part in parts)


def _sort_as(reading: str, version: str) -> tuple[tuple[str, ...], ...]:
    return (("SORT-AS", reading),) if reading and version == "4.0" else ()


def _number_lines(contact: Contact, words: FileWords) -> Iterator[str]:
    """Labels no TYPE has are told as Apple does it; their items stand behind those that were read."""
    taken = [int(match[1]) for name, _ in contact.extra if (match := _ITEM.match(name))]
    item = max(taken, default=0)
    for each in contact.numbers:
        types = _TYPES.get(each.label, ())
        if types:
            yield _line("TEL", backslashEscape(each.number), ("TYPE", *types))
        else:
            item += 1
            yield from _labelled(each, words, f"item{item}")


def _labelled(number: ContactNumber, words: FileWords, group: str) -> Iterator[str]:
    yield _line("TEL", backslashEscape(number.number), group=group)
    label = words[number.label] if number.label in LABELS else number.label
    yield _folded(
        f"{group}.X-ABLabel:{backslashEscape(label)}"
    )  # Apple's own spelling; vobject's is upper case


def _extra_line(name: str, value: str) -> str:
    """What a vCard said is written as it was read; anything else as a name and a value of our own."""
    if _PROPERTY.fullmatch(name) and not re.search(r"[\r\n]", value):
        try:
            line = textLineToContentLine(f"{name}:{value}")
        except (VObjectError, UnicodeError, LookupError):
            line = None
        if (
            line is not None
            and property_name(line) == name
            and line.value == value
            and _KNOWN.fullmatch(line.name)
            and not _OURS.fullmatch(line.name)
            and value.strip()
        ):
            return _folded(f"{name}:{value}")
    return _line(EXTRA_PROPERTY, _compound((name, value)))


def _photo_line(picture: bytes, version: str) -> str:
    kind = "jpeg" if picture.startswith(_JPEG) else "png" if picture.startswith(_PNG) else "gif"
    encoded = base64.b64encode(picture).decode("ascii")
    if version == "4.0":
        text = f"PHOTO:data:image/{kind};base64,{encoded}"
    else:
        text = f"PHOTO;ENCODING=b;TYPE={kind.upper()}:{encoded}"
    return "\r\n ".join(text[at : at + _FOLD] for at in range(0, len(text), _FOLD)) + "\r\n"


def _text(name: str, value: str, *params: tuple[str, ...], group: str | None = None) -> str:
    return _line(name, backslashEscape(value), *params, group=group)


def _line(name: str, value: str, *params: tuple[str, ...], group: str | None = None) -> str:
    return str(ContentLine(name, [list(each) for each in params], value, group, encoded=True).serialize())


def _folded(text: str) -> str:
    folded = io.StringIO()
    foldOneLine(folded, text)
    return folded.getvalue()
