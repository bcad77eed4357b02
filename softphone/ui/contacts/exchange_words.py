"""What an import or export says of a file, in the user's words."""

from __future__ import annotations

from softphone.app.contact_import import ImportState
from softphone.app.text import Text
from softphone.domain.contact import LABELS
from softphone.domain.contact_file import FIELDS, FileFormat, FileLook, FileWords, LineTrouble


def file_words(text: Text) -> FileWords:
    """Names of fields and labels: columns of a written file, and of what a merge keeps."""
    fields = {field: text(f"exchange_field.{field}") for field in FIELDS}
    return fields | {label: text(f"number_label.{label}") for label in LABELS}


def count_words(text: Text, count: int) -> str:
    """1,234人."""
    return text("exchange.people" if count != 1 else "exchange.person", count=f"{count:,}")


def look_words(text: Text, look: FileLook) -> str:
    """CSV · Shift_JIS · コンマ区切り."""
    parts = [text(f"exchange_format.{look.format.value}"), text(f"exchange_encoding.{look.encoding}")]
    if look.format is FileFormat.CSV:
        separator = {",": "comma", ";": "semicolon", "\t": "tab"}.get(look.separator, "other")
        parts.append(text(f"exchange_separator.{separator}"))
    return "  ·  ".join(parts)


def trouble_words(text: Text, trouble: LineTrouble) -> str:
    """Why a line could not be read."""
    return text(f"exchange_trouble.{trouble.code}")


def line_words(text: Text, trouble: LineTrouble) -> str:
    """12行目."""
    return text("exchange.line", line=f"{trouble.line:,}")


def troubles_text(text: Text, troubles: tuple[LineTrouble, ...]) -> str:
    """All of them, to be copied or saved: line, why, and the text itself, one under the other."""
    return "\n".join(
        f"{line_words(text, each)}\t{trouble_words(text, each)}\n{each.raw}\n" for each in troubles
    )


def person_words(state: ImportState) -> str:
    """The first person as they will stand in the phone book."""
    first = state.first
    if first is None:
        return ""
    company = first.company if first.name else ""
    number = first.numbers[0].number if first.numbers else ""
    return "  ·  ".join(filter(None, (first.shown_name, company, number)))


def done_words(text: Text, state: ImportState) -> str:
    """What was done, in a sentence."""
    if state.merged and state.added:
        return text("exchange.done_both", added=f"{state.added:,}", merged=f"{state.merged:,}")
    if state.merged:
        return text("exchange.done_merged", merged=f"{state.merged:,}")
    return text("exchange.done_added", added=f"{state.added:,}")
