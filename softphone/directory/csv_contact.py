"""A record of a CSV file to a contact, and back.

A cell that a spreadsheet would run as a formula (``=`` ``+`` ``-`` ``@``, tab or line break first; OWASP,
"CSV Injection") is written with an apostrophe before it, and one that begins so already gets one more:
reading takes one away, so nothing changes on the way round. ``+`` with nothing but digits and blanks is a
telephone number, can do no harm and is left as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from softphone.directory.csv_columns import label_of, without_zero
from softphone.directory.csv_records import Record
from softphone.domain.contact import LABELS, Contact, ContactNumber
from softphone.domain.contact_file import FileLook, FileWords, FoundContact, LineTrouble

_MANY = " ::: "  # Google's mark between several values in one cell
_ROUNDED = re.compile(r"\d([.,]\d+)?E\+?\d+", re.IGNORECASE)
_GUARDED = re.compile(r"'+[=+\-@\t\r\n]")
_RISKY = re.compile(r"'*[=+\-@\t\r\n]")
_PLAIN_NUMBER = re.compile(r"\+[0-9 ]+")
_GROUP = re.compile(r"(?:[^\\;]|\\.)+", re.DOTALL)
_ESCAPED = re.compile(r"\\(.)", re.DOTALL)
_CJK = re.compile(r"[\u3005-\u30ff\u3400-\u9fff\uff66-\uff9f]")
_STAR = "starred"
_SYSTEM_GROUPS = ("mycontacts", _STAR)
_YES = ("1", "true", "yes", "はい", "○", "★")


def found_contact(record: Record, look: FileLook) -> tuple[FoundContact | None, tuple[LineTrouble, ...]]:
    """The contact of a record, and what was left out of it; None where there is nobody in it."""
    reading = _Reading(look)
    for place, cell in enumerate(record.fields):
        if cell and place < len(look.mapping):
            reading.take(look.mapping[place], place, unguarded(cell))
        elif place < len(look.mapping) and look.mapping[place] == "number_label":
            reading.label = ""
    contact = reading.contact()
    troubles = tuple(
        LineTrouble(line=record.number, code=code, raw=raw, kept=True) for code, raw in reading.troubles
    )
    if not contact.shown_name and not contact.emails:
        if not any(record.fields):
            return None, ()
        return None, (LineTrouble(line=record.number, code="empty", raw=record.raw[:4000]),)
    return FoundContact(contact=contact, line=record.number), troubles


class _Reading:
    """Collects the cells of one record."""

    def __init__(self, look: FileLook) -> None:
        self._header = look.header
        self._lost_zeros = look.lost_zeros
        self._words: dict[str, list[str]] = {}
        self._numbers: list[ContactNumber] = []
        self._emails: list[str] = []
        self._groups: list[str] = []
        self._extra: list[tuple[str, str]] = []
        self._favourite = 0
        self.label = ""
        self.troubles: list[tuple[str, str]] = []

    def take(self, field: str, place: int, cell: str) -> None:
        """One cell that is not empty."""
        if field == "number_label":
            self.label = cell
        elif field.startswith("number"):
            self._take_numbers(field, place, cell)
        elif field == "email":
            self._emails += [part.strip() for part in cell.split(_MANY) if part.strip()]
        elif field == "groups":
            self._take_groups(cell)
        elif field == "favourite":
            self._favourite = int(cell) if cell.isdecimal() else int(cell.casefold() in _YES)
        elif field == "extra":
            self._extra += pairs_of(cell)
        elif field == "keep":
            self._keep(place, cell)
        elif field != "skip":
            self._words.setdefault(field, []).append(cell)

    def contact(self) -> Contact:
        """What was collected."""
        first = {field: words[0] for field, words in self._words.items()}
        for field, words in self._words.items():  # two columns of one kind: the first is shown, none is lost
            self._extra += [(field, word) for word in words[1:] if word != words[0]]
        return Contact(
            name=first.get("name") or _joined(first.get("family", ""), first.get("given", "")),
            reading=first.get("reading")
            or " ".join(filter(None, (first.get("family_reading"), first.get("given_reading")))),
            company=first.get("company", ""),
            company_reading=first.get("company_reading", ""),
            department=first.get("department", ""),
            title=first.get("title", ""),
            note=first.get("note", ""),
            numbers=tuple(dict.fromkeys(self._numbers)),
            emails=tuple(dict.fromkeys(self._emails)),
            groups=tuple(dict.fromkeys(self._groups)),
            favourite=self._favourite,
            extra=tuple(self._extra),
        )

    def _take_numbers(self, field: str, place: int, cell: str) -> None:
        label = label_of(self.label) or "work" if field == "number" else field.removeprefix("number_")
        self.label = ""
        for part in cell.split(_MANY):
            number = part.strip()
            if place in self._lost_zeros and without_zero(number):
                number = f"0{number}"
            if _ROUNDED.fullmatch(number):  # 9.01235E+10: a spreadsheet took it for a quantity
                self.troubles.append(("rounded", number))
                self._keep(place, number)
            elif "@" in number or any(letter.isdigit() for letter in number):
                self._numbers.append(ContactNumber(number, label))
            else:
                self._keep(place, number)

    def _take_groups(self, cell: str) -> None:
        parts = cell.split(_MANY) if _MANY in cell or cell.startswith("* ") else _GROUP.findall(cell)
        for part in parts:
            group = _ESCAPED.sub(r"\1", part.strip())
            system = group.removeprefix("* ").casefold()
            if group.startswith("* ") and system in _SYSTEM_GROUPS:
                self._favourite = self._favourite or int(system == _STAR)
            elif group:
                self._groups.append(group)

    def _keep(self, place: int, cell: str) -> None:
        name = self._header[place] if place < len(self._header) else ""
        self._extra.append((name or str(place + 1), cell))


def _joined(family: str, given: str) -> str:
    """姓 名 as they are said in Japan, given family elsewhere."""
    if family and given and not _CJK.search(family + given):
        return f"{given} {family}"
    return " ".join(filter(None, (family, given)))


_WORD_FIELDS = ("name", "reading", "company", "company_reading", "department", "title")


def header_row(contacts: Iterable[Contact], words: FileWords) -> tuple[tuple[str, ...], int, int]:
    """The names of the columns, and how many numbers and addresses have one."""
    numbers = emails = 1
    for contact in contacts:
        numbers = max(numbers, len(contact.numbers))
        emails = max(emails, len(contact.emails))
    row = [words[field] for field in _WORD_FIELDS]
    for place in range(1, numbers + 1):
        row += [f"{words['number_label']} {place}", f"{words['number']} {place}"]
    row += [f"{words['email']} {place}" for place in range(1, emails + 1)]
    row += [words[field] for field in ("groups", "favourite", "note", "extra")]
    return tuple(row), numbers, emails


def contact_row(contact: Contact, words: FileWords, numbers: int, emails: int) -> list[str]:
    """The cells under ``header_row``."""
    row: list[str] = [getattr(contact, field) for field in _WORD_FIELDS]
    for each in contact.numbers:
        row += [words[each.label] if each.label in LABELS else each.label, each.number]
    row += [""] * (2 * (numbers - len(contact.numbers)))
    row += [*contact.emails, *[""] * (emails - len(contact.emails))]
    row.append(";".join(group.replace("\\", "\\\\").replace(";", "\\;") for group in contact.groups))
    row.append(str(contact.favourite) if contact.favourite else "")
    row += [contact.note, cell_of(contact.extra)]
    return [guarded(cell) for cell in row]


def cell_of(pairs: Iterable[tuple[str, str]]) -> str:
    r"""(name, value) a line, ``name: value``; ``:``, line breaks and ``\`` of theirs are escaped."""
    return "\n".join(
        f"{_escape(name).replace(':', chr(92) + ':')}: {_escape(value)}" for name, value in pairs
    )


def pairs_of(cell: str) -> list[tuple[str, str]]:
    """The way back from ``cell_of``; a line without a name keeps its words."""
    pairs = []
    for line in cell.split("\n"):
        match = re.match(r"((?:[^\\:]|\\.)*): ?(.*)", line, re.DOTALL)
        name, value = (match[1], match[2]) if match else ("", line)
        if name or value:
            pairs.append((_unescape(name), _unescape(value)))
    return pairs


def guarded(cell: str) -> str:
    """A cell that no spreadsheet takes for a formula."""
    if _RISKY.match(cell) and not _PLAIN_NUMBER.fullmatch(cell):
        return f"'{cell}"
    return cell


def unguarded(cell: str) -> str:
    """The way back from ``guarded``."""
    return cell[1:] if _GUARDED.match(cell) else cell


def _escape_name(name: str) -> str:
    return _escape(name).replace(":", "\\:")


def _escape(text: str) -> str:
    return text.replace("\\", "\\\\").replace("\n", "\\n")


def _unescape(text: str) -> str:
    return _ESCAPED.sub(lambda match: "\n" if match[1] == "n" else match[1], text)
