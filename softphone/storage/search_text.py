"""What is looked through when somebody types: one text an entry, and the words typed.

Texts are looked through as they are, ``in`` by ``in``: ten thousand in a millisecond, whatever is typed. The
trigrams of SQLite's FTS5 know no word of two letters, such as 佐藤, and would be written with every change.

    wide    ⏎山田太郎⇥太郎⏎やまだたろう⇥たろう⏎␌⏎営業部⏎      ⏎ begins a field, ⇥ a word within it,
    narrow  ⏎yamadataro⇥taro⏎␌⏎0312345678⏎                   ␌ ends the names
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

import msgspec

from softphone.domain.reading import fold, without_company_words
from softphone.domain.romaji import romaji, typed_romaji
from softphone.storage.numbers import digits_of, typed_digits

FIELD, WORD = "\n", "\v"

_NAMES_END = "\f"
_REMEMBERED_WORDS = 64
_ASCII_RUN = re.compile("[!-~]+")


class FoundText(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """What an entry is found by: Japanese in ``wide``; digits, letters and romaji in ``narrow``.

    Apart, because Python looks for a digit among kana four times as long as among ASCII: half of the bytes
    there look like one.
    """

    wide: str
    narrow: str

    def __add__(self, other: FoundText) -> FoundText:
        return FoundText(self.wide + other.wide, self.narrow + other.narrow)

    def names(self) -> FoundText:
        """Names and companies alone."""
        return FoundText(self.wide.partition(_NAMES_END)[0], self.narrow.partition(_NAMES_END)[0])


class Word(msgspec.Struct, frozen=True):
    """One word of a search: found where ``text`` stands, or ``spelled``, its romaji in our spelling.

    Both are the same where there is but one way to look.
    """

    text: str
    spelled: str


class Texts:
    """The texts of many entries, by place. What a word found is remembered until a text moves."""

    def __init__(self, texts: Sequence[FoundText]) -> None:
        self._wide = [each.wide for each in texts]
        self._narrow = [each.narrow for each in texts]
        self._found: dict[Word, list[int]] = {}

    def insert(self, at: int, text: FoundText) -> None:
        """Put one in before that which stands ``at``."""
        self._wide.insert(at, text.wide)
        self._narrow.insert(at, text.narrow)
        self._found.clear()

    def delete(self, at: int) -> None:
        """Take one out."""
        del self._wide[at], self._narrow[at]
        self._found.clear()

    def found_by(self, word: Word) -> list[int]:
        """Where those stand that ``word`` finds, in order.

        A word that grew as it was typed is looked for only where it was found before.
        """
        found = self._found.get(word)
        if found is None:
            shorter = [hits for known, hits in self._found.items() if _is_within(known, word)]
            if len(self._found) >= _REMEMBERED_WORDS:
                self._found.clear()
            if shorter:
                fewest = min(shorter, key=len)
                found = list(self.having(fewest, word))
            else:
                found = self._anywhere(word)
            self._found[word] = found
        return found

    def having_all(self, words: Sequence[Word]) -> list[int]:
        """Where those stand that every word finds, in order."""
        found = self.found_by(words[0])
        for word in words[1:]:
            found = list(self.having(found, word))
        return found

    def having(self, places: Iterable[int], word: Word, begin: str = "") -> Iterator[int]:
        """Those of ``places`` where ``word`` stands behind ``begin``, as they are asked for."""
        first, second = self._column(word.text), self._column(word.spelled)
        text, spelled = begin + word.text, begin + word.spelled
        if spelled == text:
            return (at for at in places if text in first[at])
        return (at for at in places if text in first[at] or spelled in second[at])

    def _anywhere(self, word: Word) -> list[int]:
        """As ``having`` of all places, in half the time."""
        text, spelled = word.text, word.spelled
        first, second = self._column(text), self._column(spelled)
        if spelled == text:
            return [at for at, each in enumerate(first) if text in each]
        if first is second:
            return [at for at, each in enumerate(first) if text in each or spelled in each]
        columns = enumerate(zip(first, second, strict=True))
        return [at for at, (one, other) in columns if text in one or spelled in other]

    def _column(self, text: str) -> list[str]:
        return self._narrow if text.isascii() else self._wide


def found_text(
    names: Iterable[str],
    companies: Iterable[str] = (),
    others: Iterable[str] = (),
    addresses: Iterable[str] = (),
    keys: Iterable[str] = (),
) -> FoundText:
    """The text of an entry with these names (and their readings), companies, other words, number keys."""
    called = [*map(_with_words, _folded(names)), *map(_company, _folded(companies))]
    rest = list(map(_with_words, _folded(others)))
    beside = [*_folded(addresses), *dict.fromkeys(map(digits_of, keys))]
    wide = _fields(_wide(called)) + _NAMES_END + _fields(_wide(rest + beside))
    narrow = _fields(_narrow(called), _spelled(called))
    narrow += _NAMES_END + _fields(_narrow(rest + beside), _spelled(rest))
    return FoundText(wide, narrow)


def words_of(typed: str) -> tuple[Word, ...]:
    """What was typed, word by word: each has to be found."""
    return tuple(map(_word, fold(typed).split()))


def _word(folded: str) -> Word:
    text = typed_digits(folded)
    if text:
        return Word(text, text)
    return Word(folded, typed_romaji(folded) or folded)


def _is_within(shorter: Word, longer: Word) -> bool:
    """Whatever ``longer`` finds ``shorter`` finds too."""
    return shorter.text in longer.text and shorter.spelled in longer.spelled


def _folded(texts: Iterable[str]) -> Iterator[str]:
    return filter(None, map(fold, texts))


def _fields(*lists: Iterable[str]) -> str:
    """One field after the other, each between two line ends; "" for none."""
    fields = [field for each in lists for field in each]
    return FIELD + FIELD.join(fields) + FIELD if fields else ""


def _wide(fields: list[str]) -> list[str]:
    return [field for field in fields if not field.isascii()]


def _narrow(fields: list[str]) -> dict[str, None]:
    """The fields in ASCII, and its runs within the others: those that do not begin a field are words."""
    found: dict[str, None] = {}
    for field in fields:
        if field.isascii():
            found[field] = None
            continue
        for run in _ASCII_RUN.finditer(field):
            found[run[0] if run.start() == 0 else WORD + run[0]] = None
    return found


def _spelled(fields: list[str]) -> Iterable[str]:
    """What in them has a reading, in romaji."""
    parts = romaji(FIELD.join(fields)).split(FIELD)
    return dict.fromkeys(part for part in parts if part.strip(WORD))


def _with_words(folded: str) -> str:
    """The field without spaces, then each of its later words up to the end."""
    words = folded.split()
    return WORD.join("".join(words[start:]) for start in range(len(words)))


def _company(folded: str) -> str:
    """A company is looked for with 株式会社 before it or without."""
    short = without_company_words(folded)
    return _with_words(folded) if short == folded else f"{_with_words(folded)}{WORD}{_with_words(short)}"
