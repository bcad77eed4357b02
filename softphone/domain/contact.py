"""A person or a company of the phone book, and who a number belongs to. The SIP header is ``contact_uri``.

Ten thousands of these live at once: they hold nothing but texts, so the garbage collector is spared them
(``gc=False``), and the window its pauses.
"""

from __future__ import annotations

import msgspec

LABELS = (
    "extension",
    "work",
    "mobile",
    "home",
    "main",
    "fax",
    "other",
)  # any other label is the user's words


class ContactNumber(msgspec.Struct, frozen=True, gc=False):
    """A number as it is dialled; ``label`` one of LABELS or words of the user's own."""

    number: str
    label: str = "work"


class Contact(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """One entry. ``key`` "" is not stored yet. ``reading`` is the フリガナ of ``name``.

    ``favourite`` is its place among the favourites from 1, 0 for none. ``photo_id`` names a picture of the
    store, "" none. ``extra`` keeps what an imported file said and this program has no field for, as
    (name, value). ``source`` names the read-only directory it comes from, "" for one's own.
    """

    key: str = ""
    name: str = ""
    reading: str = ""
    company: str = ""
    company_reading: str = ""
    department: str = ""
    title: str = ""
    note: str = ""
    numbers: tuple[ContactNumber, ...] = ()
    emails: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    favourite: int = 0
    photo_id: str = ""
    extra: tuple[tuple[str, str], ...] = ()
    source: str = ""

    @property
    def shown_name(self) -> str:
        """What stands in a list: the name, else the company, else the first number."""
        first = self.numbers[0].number if self.numbers else ""
        return self.name or self.company or first


class ContactRow(msgspec.Struct, frozen=True, kw_only=True, gc=False):
    """What a list shows of one contact. ``heading`` is its place in the index: あ か … A … 他."""

    key: str
    name: str
    reading: str = ""
    company: str = ""
    number: str = ""
    label: str = ""
    heading: str = ""
    favourite: int = 0
    photo_id: str = ""
    source: str = ""


class Person(msgspec.Struct, frozen=True, kw_only=True):
    """Who a number belongs to, as a call and a row of the history show it."""

    contact_key: str
    name: str
    company: str = ""
    photo_id: str = ""
    source: str = ""


class ContactEdit(msgspec.Struct, frozen=True, kw_only=True):
    """A change of the phone book that can be taken back: ``saved`` are written, ``deleted`` keys go.

    ``photos`` are new pictures by photo_id. Applying one gives the edit that takes it back.
    """

    saved: tuple[Contact, ...] = ()
    deleted: tuple[str, ...] = ()
    photos: dict[str, bytes] = {}


class ContactQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Those found by ``text``, of ``group``, favourites only, of one ``source`` (None: all)."""

    text: str = ""
    group: str = ""
    favourites: bool = False
    source: str | None = None
