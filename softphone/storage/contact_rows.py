"""An entry of the phone book as a row of the table ``contact``, with what lists and searches need of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from softphone.domain.contact import Contact, ContactNumber, ContactRow
from softphone.domain.reading import heading, sort_key
from softphone.storage.contact_index import IndexedContact
from softphone.storage.search_text import found_by

_PLAIN = (
    "key",
    "name",
    "reading",
    "company",
    "company_reading",
    "department",
    "title",
    "note",
    "favourite",
    "photo_id",
    "source",
)
_decode_numbers = msgspec.json.Decoder(tuple[ContactNumber, ...]).decode
_decode_texts = msgspec.json.Decoder(tuple[str, ...]).decode
_decode_pairs = msgspec.json.Decoder(tuple[tuple[str, str], ...]).decode
_LISTS: dict[str, Callable[[str], Any]] = {
    "numbers": _decode_numbers,
    "emails": _decode_texts,
    "groups": _decode_texts,
    "extra": _decode_pairs,
}
_DERIVED = ("sort_key", "heading", "found_text", "found_romaji", "number_keys")
INDEXED_FIELDS = (
    "key",
    "name",
    "reading",
    "company",
    "favourite",
    "photo_id",
    "source",
    "numbers",
    "groups",
    *_DERIVED,
)

WHOLE_FIELDS = (*_PLAIN, *_LISTS)
STORED_FIELDS = (*WHOLE_FIELDS, *_DERIVED)


def contact_of(row: Sequence[Any]) -> Contact:
    """The entry of a row of WHOLE_FIELDS."""
    plain, lists = row[: len(_PLAIN)], row[len(_PLAIN) :]
    decoded = (decode(text) for decode, text in zip(_LISTS.values(), lists, strict=True))
    return Contact(**dict(zip(WHOLE_FIELDS, (*plain, *decoded), strict=True)))


def row_of(contact: Contact, key_of: Callable[[str], str]) -> dict[str, Any]:
    """STORED_FIELDS of an entry by name."""
    keys = dict.fromkeys(filter(None, (key_of(each.number) for each in contact.numbers)))
    name, reading = contact.name, contact.reading
    if not name:
        name, reading = contact.shown_name, contact.company_reading if contact.company else ""
    found = found_by(
        names=(contact.name, contact.reading),
        companies=(contact.company, contact.company_reading),
        others=(contact.department, contact.title, *contact.emails, contact.note),
        keys=keys,
    )
    plain = {field: getattr(contact, field) for field in _PLAIN}
    lists = {field: msgspec.json.encode(getattr(contact, field)).decode() for field in _LISTS}
    derived = (sort_key(name, reading), heading(name, reading), found.text, found.romaji, " ".join(keys))
    return plain | lists | dict(zip(_DERIVED, derived, strict=True))


def first_number(numbers: str) -> ContactNumber:
    """The number that stands in lists, of the field ``numbers``; empty where there is none."""
    found = _decode_numbers(numbers)
    return found[0] if found else ContactNumber("", "")


def indexed(
    key: str,
    name: str,
    reading: str,
    company: str,
    favourite: int,
    photo_id: str,
    source: str,
    numbers: str,
    groups: str,
    place: str,
    index_heading: str,
    text: str,
    spelled: str,
    number_keys: str,
) -> IndexedContact:
    """The entry of the index of a row of INDEXED_FIELDS."""
    first = first_number(numbers)
    row = ContactRow(
        key=key,
        name=name or company or first.number,
        reading=reading,
        company=company,
        number=first.number,
        label=first.label,
        heading=index_heading,
        favourite=favourite,
        photo_id=photo_id,
        source=source,
    )
    keys = tuple(number_keys.split())
    return IndexedContact(f"{place}\x00{key}", row, text, spelled, _decode_texts(groups), keys)
