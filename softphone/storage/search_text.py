"""What is looked through when somebody types: one text an entry, and the words typed.

Texts are looked through as they are, ``in`` by ``in``: ten thousand in a millisecond, whatever is typed. The
trigrams of SQLite's FTS5 know no word of two letters, such as 佐藤, and would be written with every change.

    ⏎山田太郎⇥太郎⏎やまだたろう⇥たろう⏎yamadataro⇥taro⏎␌⏎0312345678⏎   ⏎ begins a field, ⇥ a word in it
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec

from softphone.domain.reading import fold, without_company_words
from softphone.domain.romaji import romaji, typed_romaji
from softphone.storage.numbers import digits_of, typed_digits

FIELD, WORD, NAMES_END = "\n", "\v", "\f"

_REMEMBERED_WORDS = 64


class Word(msgspec.Struct, frozen=True):
    """One word of a search: found where ``text`` stands, or ``spelled``, its romaji in our spelling.

    Both are the same where there is but one way to look.
    """

    text: str
    spelled: str


class Texts:
    """The texts of many entries, by place. What a word found is remembered until a text moves."""

    def __init__(self, texts: list[str]) -> None:
        self._texts = texts
        self._found: dict[Word, list[int]] = {}

    def __getitem__(self, at: int) -> str:
        return self._texts[at]

    def insert(self, at: int, text: str) -> None:
        """Put one in before that which stands ``at``."""
        self._texts.insert(at, text)
        self._found.clear()

    def delete(self, at: int) -> None:
        """Take one out."""
        del self._texts[at]
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
                found = list(self.having(fewest, word.text, word.spelled))
            else:
                found = self._anywhere(word.text, word.spelled)
            self._found[word] = found
        return found

    def _anywhere(self, text: str, spelled: str) -> list[int]:
        """As ``having`` of all places, in less time."""
        if spelled == text:
            return [at for at, each in enumerate(self._texts) if text in each]
        return [at for at, each in enumerate(self._texts) if text in each or spelled in each]

    def having_all(self, words: Sequence[Word]) -> list[int]:
        """Where those stand that every word finds, in order."""
        found = self.found_by(words[0])
        for word in words[1:]:
            found = list(self.having(found, word.text, word.spelled))
        return found

    def having(self, places: Iterable[int], text: str, spelled: str) -> Iterator[int]:
        """Those of ``places`` that have either in their text."""
        texts = self._texts
        if spelled == text:
            return (at for at in places if text in texts[at])
        return (at for at in places if text in texts[at] or spelled in texts[at])


def _is_within(shorter: Word, longer: Word) -> bool:
    """Whatever ``longer`` finds ``shorter`` finds too."""
    return shorter.text in longer.text and shorter.spelled in longer.spelled


def found_text(
    names: Iterable[str],
    companies: Iterable[str] = (),
    others: Iterable[str] = (),
    addresses: Iterable[str] = (),
    keys: Iterable[str] = (),
) -> str:
    """The text of an entry with these names (and their readings), companies, other words, number keys."""
    called = [*map(_with_words, _folded(names)), *map(_company, _folded(companies))]
    rest = list(map(_with_words, _folded(others)))
    beside = [*_folded(addresses), *dict.fromkeys(map(digits_of, keys))]
    return _fields(called, _spelled(called)) + NAMES_END + _fields(rest, _spelled(rest), beside)


def names_in(text: str) -> str:
    """The text of an entry's names and companies alone."""
    return text.partition(NAMES_END)[0]


def words_of(typed: str) -> tuple[Word, ...]:
    """What was typed, word by word: each has to be found."""
    return tuple(map(_word, fold(typed).split()))


def _word(folded: str) -> Word:
    text = typed_digits(folded)
    if text:
        return Word(text, text)
    return Word(folded, typed_romaji(folded) or folded)


def _folded(texts: Iterable[str]) -> Iterator[str]:
    return filter(None, map(fold, texts))


def _fields(*lists: Iterable[str]) -> str:
    """One field after the other, each between two line ends."""
    return FIELD + "".join(f"{field}{FIELD}" for fields in lists for field in fields)


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
