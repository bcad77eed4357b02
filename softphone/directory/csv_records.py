"""Lines to records: quotes, line breaks within quotes, and the way back from a quote that is never closed.

"山田","東京都        an open quote takes the lines that follow only as long as that makes sense:
港区","03-…"          closed rightly, not too long, and what it took in does not look like records itself.
"佐藤,"大阪","06-…"   else this one line is bad, and the next is read as if nothing had happened
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass

from softphone.directory.csv_text import TextLine, shown
from softphone.domain.contact_file import LineTrouble

SEPARATORS = (",", ";", "\t")
MAX_RECORD_LINES = 100
MAX_RECORD_LETTERS = 1 << 16
_QUOTED_PART = re.compile(r'"[^"]*"')


@dataclass(frozen=True, slots=True)
class Record:
    """The fields of one record; ``number`` is its first line, ``end`` as of TextLine."""

    number: int
    fields: tuple[str, ...]
    end: int
    raw: str = ""


def guess_separator(lines: list[str]) -> str:
    """The one that stands equally often in most of the first lines."""

    def weight(separator: str) -> int:
        counts = [_QUOTED_PART.sub("", line).count(separator) for line in lines]
        return sum(count == counts[0] for count in counts) * counts[0] if counts else 0

    best = max(SEPARATORS, key=weight)
    return best if weight(best) else ","


class RecordReader:
    """Reads records of ``columns`` fields; 0: any number, and nothing is known of what they should be."""

    def __init__(self, lines: Iterator[TextLine], separator: str, columns: int) -> None:
        self._lines = lines
        self._again: deque[TextLine] = deque()
        self._separator = separator
        self._columns = columns
        mark = re.escape(separator)
        self._quoted = re.compile(rf'[ \u3000]*"([^"]*(?:""[^"]*)*)"[ \u3000]*({mark}|\Z)')
        self._open = re.compile(r'[ \u3000]*"[^"]*(?:""[^"]*)*\Z')

    def __iter__(self) -> Iterator[Record | LineTrouble]:
        while (line := self._next()) is not None:
            if line.problem:
                yield LineTrouble(line=line.number, code=line.problem, raw=line.text)
            elif '"' not in line.text:
                yield self._judged(line, line.text.split(self._separator), line)
            else:
                yield self._quoted_record(line)

    def _next(self) -> TextLine | None:
        return self._again.popleft() if self._again else next(self._lines, None)

    def _judged(self, line: TextLine, fields: list[str], last: TextLine) -> Record | LineTrouble:
        if self._columns and len(fields) > self._columns:
            if any(field.strip() for field in fields[self._columns :]):
                return LineTrouble(line=line.number, code="columns", raw=shown(line.text))
            del fields[self._columns :]
        cells = tuple(field.replace("\x0b", "\n").strip() for field in fields)
        return Record(line.number, cells, last.end, line.text)

    def _quoted_record(self, first: TextLine) -> Record | LineTrouble:
        """A record with quotes in it; what a bad one took in is given back to be read again."""
        fields: list[str] = []
        taken: list[TextLine] = []
        last, text, place = first, first.text, 0
        while True:
            match = self._quoted.match(text, place)
            if match is not None:
                fields.append(match[1].replace('""', '"'))
                if not match[2]:
                    break
                place = match.end()
            elif text.startswith('"', _after_space(text, place)):
                more = self._continued(text, place, taken)
                if more is None:
                    return self._bad(first, taken)
                last, text, place = more, f"{text[place:]}\n{more.text}", 0
            else:
                field, mark, _ = text[place:].partition(self._separator)
                fields.append(field)
                if not mark:
                    break
                place += len(field) + 1
        if taken and self._swallowed(fields, taken):
            return self._bad(first, taken)
        return self._judged(first, fields, last)

    def _continued(self, text: str, place: int, taken: list[TextLine]) -> TextLine | None:
        """The line an open quote goes on in; None where it cannot."""
        if len(taken) >= MAX_RECORD_LINES or len(text) - place > MAX_RECORD_LETTERS:
            return None
        if not self._open.match(text, place):
            return None
        line = self._next()
        if line is None:
            return None
        taken.append(line)
        return None if line.problem else line

    def _swallowed(self, fields: list[str], taken: list[TextLine]) -> bool:
        """The quote was closed by chance: whole records lie within it."""
        if not self._columns:
            return False
        if len(fields) > self._columns:
            return True
        inner = taken[:-1]
        alike = sum(line.text.count(self._separator) >= self._columns - 1 for line in inner)
        if self._columns >= 4:
            return alike > 0
        return self._columns > 1 and alike > 2 and alike * 3 > len(inner) * 2

    def _bad(self, first: TextLine, taken: list[TextLine]) -> LineTrouble:
        self._again.extendleft(reversed(taken))
        return LineTrouble(line=first.number, code="quote", raw=shown(first.text))


def _after_space(text: str, place: int) -> int:
    while place < len(text) and text[place] in " \u3000":
        place += 1
    return place
