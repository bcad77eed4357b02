"""A file of contacts: what it seems to be, who was found in it, which of its lines could not be read."""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from softphone.domain.contact import LABELS, Contact


class FileFormat(enum.Enum):
    """The kinds of files contacts are exchanged in."""

    CSV = "csv"
    VCARD = "vcard"


# What a column of a CSV file can hold. ``number_label`` names the kind of the ``number`` that follows it;
# ``extra`` is our own column of (name, value) pairs; ``keep`` goes to ``Contact.extra`` under the column's
# own name, ``skip`` nowhere.
FIELDS = (
    "name",
    "family",
    "given",
    "reading",
    "family_reading",
    "given_reading",
    "company",
    "company_reading",
    "department",
    "title",
    "number",
    "number_label",
    *(f"number_{label}" for label in LABELS),
    "email",
    "groups",
    "note",
    "favourite",
    "extra",
    "keep",
    "skip",
)
# Codes of ``LineTrouble``.
TROUBLES = (
    "quote",
    "encoding",
    "control",
    "columns",
    "too_long",
    "empty",
    "rounded",
    "line",
    "unclosed",
    "outside",
    "group",
    "photo_big",
    "photo_broken",
)
# Words of the user's language by field code (FIELDS) and label (LABELS): columns and labels of a file.
FileWords = Mapping[str, str]


class LineTrouble(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What could not be read: the line (from 1), why (TROUBLES), its text as far as it can be shown.

    ``kept``: the contact was read all the same, without this part of it.
    """

    line: int
    code: str
    raw: str
    kept: bool = False


class FoundContact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One contact of a file, not stored yet; ``photo`` as it stood there. ``line`` is its first."""

    contact: Contact
    line: int
    photo: bytes = b""


class ReadSoFar(msgspec.Struct, frozen=True):
    """A bit of work without a result: so many bytes of the file are done."""

    bytes_done: int


FileStep = FoundContact | LineTrouble | ReadSoFar


class FileLook(msgspec.Struct, frozen=True, kw_only=True):
    """What a file seems to be. Of a CSV: its columns, what each holds (FIELDS) and its first rows.

    ``encoding`` is utf-8, utf-16, shift_jis or mixed; ``separator`` one of ``,`` ``;`` and tab. ``header`` is
    empty where the first line is a person already. ``mapping`` has one field a column. ``lost_zeros`` are the
    columns (from 0) whose numbers a spreadsheet took for quantities: 9012345678 is 09012345678 there.
    """

    format: FileFormat
    encoding: str = "utf-8"
    separator: str = ""
    header: tuple[str, ...] = ()
    mapping: tuple[str, ...] = ()
    sample: tuple[tuple[str, ...], ...] = ()
    lost_zeros: tuple[int, ...] = ()


class FileLoaded(msgspec.Struct, frozen=True, kw_only=True):
    """A file's content, or why there is none: ``problem`` missing, denied, too_big, empty, failed."""

    content: bytes = b""
    problem: str = ""
    detail: str = ""


class ExportFormat(enum.Enum):
    """What can be written."""

    CSV_UTF8 = "csv_utf8"  # with a byte order mark: Excel knows it by that
    CSV_SHIFT_JIS = "csv_shift_jis"
    VCARD3 = "vcard3"
    VCARD4 = "vcard4"


class FileSaved(msgspec.Struct, frozen=True, kw_only=True):
    """How writing a file went: ``problem`` missing, denied, full, failed, or "" where it is there.

    ``unwritable`` are the letters the encoding has not: ``〓`` stands in their place.
    """

    contacts: int = 0
    problem: str = ""
    detail: str = ""
    unwritable: str = ""
