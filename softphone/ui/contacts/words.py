"""Words of the phone book: labels of numbers, rows and what a screen reader says of them."""

from __future__ import annotations

from softphone.app.phone import Phone
from softphone.app.text import Text
from softphone.domain.contact import LABELS, Contact, ContactRow
from softphone.ui.person_row import RowView, initial_of, marked_spans


def label_words(text: Text, label: str) -> str:
    """内線, 携帯 …; words of the user's own as they are."""
    return text(f"number_label.{label}") if label in LABELS else label


def label_of(text: Text, words: str) -> str:
    """The label that is called ``words``; else the words themselves."""
    wanted = words.strip()
    return next((label for label in LABELS if label_words(text, label) == wanted), wanted)


def contact_row(
    text: Text, row: ContactRow, shown: str, source: str = "", marks: tuple[str, ...] = ()
) -> RowView:
    """A row of the phone book. ``shown`` is its number as one reads it, ``source`` the directory's name."""
    label = label_words(text, row.label) if row.number else ""
    company = row.company if row.company != row.name else ""
    detail = "  ·  ".join(part for part in (_found_by(row, shown, marks), company or shown, source) if part)
    favourite = text("contacts.favourite") if row.favourite else ""
    spoken = (row.name, company, label, shown, source, favourite)
    return RowView(
        key=row.key,
        title=row.name,
        detail=detail if detail != row.name else "",
        side=label,
        initial=initial_of(row.name),
        photo_id=row.photo_id,
        number=row.number,
        marks=marks,
        spoken=text("people_list.between").join(part for part in dict.fromkeys(spoken) if part),
    )


def _found_by(row: ContactRow, shown: str, marks: tuple[str, ...]) -> str:
    """The reading or the number where that is what was found, and nothing else shows it."""
    if not marks or marked_spans(row.name, marks):
        return ""
    if marked_spans(row.reading, marks):
        return row.reading
    return shown if row.company and marked_spans(shown, marks) else ""


def source_name(phone: Phone, source: str) -> str:
    """What the user calls a directory."""
    return next((each.name for each in phone.settings.now.directories if each.key == source), source)


def work_lines(contact: Contact) -> tuple[str, ...]:
    """Company, and department with title, where they are."""
    company = contact.company if contact.name else ""
    place = "  ·  ".join(part for part in (contact.department, contact.title) if part)
    return tuple(line for line in (company, place) if line)
