"""Files of contacts for tests: their words, everything in one read at once, people of any kind."""

from __future__ import annotations

import tomllib
from pathlib import Path

from hypothesis import strategies as st

from softphone.domain.contact import LABELS, Contact, ContactNumber
from softphone.domain.contact_file import (
    FIELDS,
    ExportFormat,
    FileLook,
    FileWords,
    FoundContact,
    LineTrouble,
)
from tests.helpers.fake_people import disk_files

DATA = Path(__file__).parents[1] / "data" / "contacts"
_I18N = Path(__file__).parents[2] / "resources" / "i18n"


def words_of(language: str) -> FileWords:
    """The words a file of this language is written with."""

    def table(file: str, name: str) -> dict[str, str]:
        return tomllib.loads((_I18N / language / file).read_text(encoding="utf-8"))[name]

    fields, labels = table("exchange.toml", "exchange_field"), table("contacts.toml", "number_label")
    return {field: fields[field] for field in FIELDS} | {label: labels[label] for label in LABELS}


def read_all(content: bytes, look: FileLook | None = None) -> tuple[list[FoundContact], list[LineTrouble]]:
    """Everybody in a file, and every trouble with it."""
    files = disk_files()
    steps = list(files.read(content, look or files.look(content)))
    return (
        [step for step in steps if isinstance(step, FoundContact)],
        [step for step in steps if isinstance(step, LineTrouble)],
    )


def people(content: bytes) -> list[Contact]:
    """Everybody in a file that has no bad line."""
    found, troubles = read_all(content)
    assert troubles == []
    return [each.contact for each in found]


def written(contacts: tuple[Contact, ...], kind: ExportFormat, language: str = "ja") -> bytes:
    """A file with these."""
    return b"".join(disk_files().pieces(contacts, kind, words_of(language), lambda photo_id: b""))


def any_contacts(letters: str = "") -> st.SearchStrategy[tuple[Contact, ...]]:
    """People of any kind, of ``letters`` only where given; as they are in a phone book: no blank ends."""
    chars = (
        st.sampled_from(letters)
        if letters
        else st.characters(
            exclude_categories=("Cs", "Cc", "Cn", "Co"), exclude_characters="\u2028\u2029\ufeff\x85"
        )
    )
    text = st.text(chars, max_size=12).map(str.strip)
    words = text.filter(bool)
    lines = st.lists(text, max_size=3).map(lambda parts: "\n".join(parts).strip())
    known = st.sampled_from(LABELS)
    own = st.sampled_from(("直通", "Skype", "夜間 受付", "a;b,c:d"))
    number = st.sampled_from(
        ("03-1234-5678", "+81312345678", "+81-90-1111-2222", "201", "*67#", "-1+2", "=1", "sip:a@b")
    )
    numbers = st.lists(st.builds(ContactNumber, number, st.one_of(known, own)), max_size=3, unique=True).map(
        tuple
    )
    contact = st.builds(
        Contact,
        name=words,
        reading=text,
        company=text,
        company_reading=text,
        department=text,
        title=text,
        note=lines,
        numbers=numbers,
        emails=st.lists(words, max_size=2, unique=True).map(tuple),
        groups=st.lists(words.filter(_no_mark), max_size=3, unique=True).map(tuple),
        favourite=st.integers(0, 99),
        extra=st.lists(st.tuples(words, lines.filter(bool)), max_size=3, unique=True).map(tuple),
    )
    return st.lists(contact, min_size=1, max_size=3).map(tuple)


def _no_mark(group: str) -> bool:
    """What Google marks its own groups with."""
    return not group.startswith("* ") and group.casefold() != "mycontacts"
