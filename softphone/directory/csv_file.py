"""CSV files of contacts: looked at, read, written. Nothing blocks: reading is a series of short steps."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from itertools import islice

from softphone.directory import csv_text
from softphone.directory.csv_columns import guess_mapping, is_header, lost_zeros
from softphone.directory.csv_contact import contact_row, found_contact, header_row
from softphone.directory.csv_records import Record, RecordReader, guess_separator
from softphone.domain.contact import Contact
from softphone.domain.contact_file import FileFormat, FileLook, FileStep, FileWords, LineTrouble, ReadSoFar

SAMPLE_ROWS = 20
_SAMPLE_LINES = 60
_STEP_BYTES = 1 << 15
_DIRECTIVE = "sep="  # a first line for Excel that says which separator follows
# Letters of Windows and of JIS that look alike and stand for each other: 〜 − ‖ — ¢ £ ¬
_ALIKE = str.maketrans(
    "\u301c\u2212\u2016\u2014\u00a2\u00a3\u00ac", "\uff5e\uff0d\u2225\u2015\uffe0\uffe1\uffe2"
)
_GETA = "〓"


def look_at_csv(content: bytes) -> FileLook:
    """What the file seems to be, by its first lines."""
    encoding = csv_text.guess_encoding(content)
    lines = [
        line for line in islice(csv_text.text_lines(content, encoding), _SAMPLE_LINES) if not line.problem
    ]
    texts = [line.text for line in lines if line.text.strip()]
    separator = guess_separator(texts)
    if texts and texts[0].casefold().startswith(_DIRECTIVE):
        separator = texts[0][len(_DIRECTIVE) :][:1] or separator
    rows = [
        record.fields
        for record in _records(content, encoding, separator, 0, _SAMPLE_LINES)
        if isinstance(record, Record) and any(record.fields)
    ][: SAMPLE_ROWS + 1]
    header = rows[0] if rows and is_header(rows[0], rows[1:]) else ()
    return _with_columns(
        FileLook(format=FileFormat.CSV, encoding=encoding, separator=separator, header=header),
        rows[1:] if header else rows,
    )


def with_header(look: FileLook, header: bool) -> FileLook:
    """The same file, its first line taken for names or for a person."""
    rows = [*([look.header] if look.header else []), *look.sample]
    if header == bool(look.header) or not rows:
        return look
    bare = FileLook(format=look.format, encoding=look.encoding, separator=look.separator)
    if not header:
        return _with_columns(bare, rows)
    names = tuple(cell or str(place + 1) for place, cell in enumerate(rows[0]))
    return _with_columns(
        FileLook(format=bare.format, encoding=bare.encoding, separator=bare.separator, header=names), rows[1:]
    )


def read_csv(content: bytes, look: FileLook) -> Iterator[FileStep]:
    """Every contact and every bad line, in the file's order."""
    columns = len(look.mapping)
    told = 0
    head = bool(look.header)
    for record in _records(content, look.encoding, look.separator, columns, 0):
        if isinstance(record, LineTrouble):
            yield record
            continue
        if head and any(record.fields):
            head = False
            continue
        found, troubles = found_contact(record, look)
        yield from troubles
        if found is not None:
            yield found
        if record.end - told > _STEP_BYTES or found is None:
            told = record.end
            yield ReadSoFar(min(told, len(content)))


def csv_pieces(contacts: Sequence[Contact], words: FileWords, encoding: str) -> Iterator[bytes]:
    """The file's bytes, a few contacts a piece: UTF-8 with a byte order mark, or Shift_JIS."""
    header, numbers, emails = header_row(contacts, words)
    if encoding == "utf-8":
        yield "\ufeff".encode()
    yield _encoded([list(header)], encoding)
    for contact in contacts:
        yield _encoded([contact_row(contact, words, numbers, emails)], encoding)


def unwritable(contacts: Sequence[Contact], words: FileWords) -> Iterator[str]:
    """For each contact the letters Shift_JIS has not."""
    for contact in contacts:
        row = "".join(contact_row(contact, words, len(contact.numbers), len(contact.emails)))
        yield "".join(letter for letter in dict.fromkeys(row.translate(_ALIKE)) if not _writable(letter))


def _records(
    content: bytes, encoding: str, separator: str, columns: int, limit: int
) -> Iterator[Record | LineTrouble]:
    lines = csv_text.text_lines(content, encoding)
    first = next(lines, None)
    if first is None:
        return
    if first.problem or not first.text.casefold().startswith(_DIRECTIVE):
        lines = _before(first, lines)
    yield from RecordReader(islice(lines, limit) if limit else lines, separator, columns)


def _before(first: csv_text.TextLine, rest: Iterator[csv_text.TextLine]) -> Iterator[csv_text.TextLine]:
    yield first
    yield from rest


def _with_columns(look: FileLook, rows: Sequence[tuple[str, ...]]) -> FileLook:
    columns = len(look.header) or max((len(row) for row in rows), default=0)
    mapping = guess_mapping(look.header, rows, columns)
    return FileLook(
        format=look.format,
        encoding=look.encoding,
        separator=look.separator,
        header=look.header,
        mapping=mapping,
        sample=tuple(rows[:SAMPLE_ROWS]),
        lost_zeros=lost_zeros(mapping, rows),
    )


def _encoded(rows: list[list[str]], encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    if encoding == "utf-8":
        return text.getvalue().encode()
    letters = text.getvalue().translate(_ALIKE)
    return _cp932(letters)


def _cp932(letters: str) -> bytes:
    try:
        return letters.encode("cp932")
    except UnicodeEncodeError:
        return "".join(each if _writable(each) else _GETA for each in letters).encode("cp932")


def _writable(letter: str) -> bool:
    try:
        letter.encode("cp932")
    except UnicodeEncodeError:
        return False
    return True
