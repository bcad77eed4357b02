"""An entry of the phone book as a row of the table ``contact``, with what lists and searches need of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import msgspec

from softphone.domain.contact import Contact, ContactNumber, ContactRow
from softphone.domain.reading import heading, sort_key
from softphone.storage.contact_index import IndexedContact
from softphone.storage.search_text import found_text

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
_NONE = "[]"
_LISTS = ("numbers", "emails", "groups", "extra")

WHOLE_FIELDS = (*_PLAIN, *_LISTS)
STORED_FIELDS = (*WHOLE_FIELDS, "place", "indexed")


def contact_of(row: Sequence[Any]) -> Contact:
    """The entry of a row of WHOLE_FIELDS."""
    # Named one by one: a dict in between would double the time of reading the whole phone book.
    key, name, reading, company, company_reading, department, title, note, favourite, photo_id, source = row[
        :11
    ]
    numbers, emails, groups, extra = row[11:]
    return Contact(
        key=key,
        name=name,
        reading=reading,
        company=company,
        company_reading=company_reading,
        department=department,
        title=title,
        note=note,
        numbers=_decode_numbers(numbers),
        emails=_decode_texts(emails) if emails != _NONE else (),
        groups=_decode_texts(groups) if groups != _NONE else (),
        favourite=favourite,
        photo_id=photo_id,
        extra=_decode_pairs(extra) if extra != _NONE else (),
        source=source,
    )


def row_of(contact: Contact, entry: IndexedContact) -> tuple[Any, ...]:
    """STORED_FIELDS of an entry."""
    plain = (getattr(contact, field) for field in _PLAIN)
    lists = (_json(getattr(contact, field)) for field in _LISTS)
    return (*plain, *lists, entry.place, _json(entry))


def indexed(contact: Contact, key_of: Callable[[str], str]) -> IndexedContact:
    """What lists show of an entry and what it is found by."""
    first = contact.numbers[0] if contact.numbers else ContactNumber("", "")
    name, reading = contact.name, contact.reading
    if not name:
        name, reading = contact.shown_name, contact.company_reading if contact.company else ""
    row = ContactRow(
        key=contact.key,
        name=contact.shown_name,
        reading=contact.reading,
        company=contact.company,
        number=first.number,
        label=first.label,
        heading=heading(name, reading),
        favourite=contact.favourite,
        photo_id=contact.photo_id,
        source=contact.source,
    )
    keys = dict.fromkeys(filter(None, (key_of(each.number) for each in contact.numbers)))
    text = found_text(
        names=(contact.name, contact.reading),
        companies=(contact.company, contact.company_reading),
        others=(contact.department, contact.title, contact.note),
        addresses=contact.emails,
        keys=keys,
    )
    place = f"{sort_key(name, reading)}\x00{contact.key}"
    return IndexedContact(place, row, text, contact.groups, " ".join(keys))


def _json(value: object) -> str:
    return msgspec.json.encode(value).decode()
