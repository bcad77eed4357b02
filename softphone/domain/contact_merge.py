"""When two entries are one person, and what becomes of both."""

from __future__ import annotations

import unicodedata
from collections.abc import Callable

from msgspec.structs import replace

from softphone.domain.contact import Contact
from softphone.domain.contact_file import FileWords

_WORDS = ("name", "reading", "company", "company_reading", "department", "title")


def same_words(text: str) -> str:
    """A text as it is compared: without width, case and spaces."""
    return "".join(unicodedata.normalize("NFKC", text).casefold().split())


def identity(name: str, company: str) -> tuple[str, str]:
    """What is alike where two entries have the same name and company."""
    return same_words(name), same_words(company)


def merged(own: Contact, other: Contact, number_key: Callable[[str], str], words: FileWords) -> Contact:
    """``own`` with everything of ``other`` it had not: its own words win, others are kept in ``extra``.

    Numbers, addresses, groups and ``extra`` are put together; a note is added to the note.
    """
    values: dict[str, str] = {}
    extra = dict.fromkeys(own.extra)
    for field in _WORDS:
        mine, theirs = getattr(own, field), getattr(other, field)
        values[field] = mine or theirs
        if mine and theirs and same_words(mine) != same_words(theirs):
            extra[words[field], theirs] = None
    extra |= dict.fromkeys(other.extra)
    known = {number_key(each.number) for each in own.numbers}
    more = {number_key(each.number): each for each in reversed(other.numbers)}
    numbers = [each for key, each in reversed(more.items()) if key not in known]
    addresses = {address.casefold() for address in own.emails}
    note = own.note
    if other.note and other.note not in own.note:
        note = "\n".join(filter(None, (own.note, other.note)))
    return replace(
        own,
        **values,
        note=note,
        numbers=(*own.numbers, *numbers),
        emails=(*own.emails, *(each for each in other.emails if each.casefold() not in addresses)),
        groups=tuple(dict.fromkeys((*own.groups, *other.groups))),
        favourite=own.favourite or other.favourite,
        photo_id=own.photo_id or other.photo_id,
        extra=tuple(extra),
    )
