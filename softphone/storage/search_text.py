"""What is looked through when somebody types: one text and one romaji text an entry, and the words typed.

Texts are looked through as they are, ``in`` by ``in``: ten thousand in half a millisecond, whichever one to
many letters are typed, where an index of letters would have to be asked for one, two and three differently.

    \\n山田太郎 \\v太郎 \\nやまだたろう \\vたろう \\n0312345678      \\n begins a field, \\v a word within it
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec

from softphone.domain.reading import fold, without_company_words
from softphone.domain.romaji import romaji, typed_romaji
from softphone.storage.numbers import digits_of, typed_digits

FIELD, WORD = "\n", "\v"


class FoundBy(msgspec.Struct, frozen=True):
    """The two texts of an entry; ``romaji`` of what can be read in it."""

    text: str
    romaji: str


class Word(msgspec.Struct, frozen=True):
    """One word of a search: found where ``text`` stands in the text, or ``romaji`` (not "") in the romaji."""

    text: str
    romaji: str = ""

    def ranked(self, text: str, spelled: str) -> int:
        """How well it is found: 3 where a field begins so, 2 a word, 1 anywhere, 0 nowhere."""
        best = _ranked(self.text, text)
        return max(best, _ranked(self.romaji, spelled)) if self.romaji and best < 3 else best


def found_by(
    names: Iterable[str], companies: Iterable[str] = (), others: Iterable[str] = (), keys: Iterable[str] = ()
) -> FoundBy:
    """The texts of an entry with these names (and their readings), companies, other words and number keys."""
    read = [_with_words(folded) for folded in map(fold, names) if folded]
    read += [_company(folded) for folded in map(fold, companies) if folded]
    rest = [_with_words(folded) for folded in map(fold, others) if folded]
    digits = dict.fromkeys(map(digits_of, keys))
    text = "".join(f"{FIELD}{field}" for field in (*read, *rest, *digits))
    spelled = romaji("".join(f"{FIELD}{field}" for field in (*read, *rest)))
    return FoundBy(f"{text}{FIELD}", f"{_without_empty(spelled)}{FIELD}")


def words_of(typed: str) -> tuple[Word, ...]:
    """What was typed, word by word: each has to be found."""
    return tuple(_word(word) for word in fold(typed).split())


def _word(folded: str) -> Word:
    digits = typed_digits(folded)
    if digits:
        return Word(digits)
    return Word(folded, typed_romaji(folded))


def _with_words(folded: str) -> str:
    """The field without spaces, then each of its later words up to the end."""
    words = folded.split()
    starts = ("".join(words[start:]) for start in range(len(words)))
    return WORD.join(starts)


def _company(folded: str) -> str:
    """A company is looked for with 株式会社 before it or without."""
    short = without_company_words(folded)
    return _with_words(folded) if short == folded else f"{_with_words(folded)}{WORD}{_with_words(short)}"


def _without_empty(spelled: str) -> str:
    """One line end where kanji left several."""
    return FIELD + FIELD.join(filter(lambda field: field.strip(WORD), spelled.split(FIELD)))


def _ranked(wanted: str, text: str) -> int:
    if wanted not in text:
        return 0
    if FIELD + wanted in text:
        return 3
    return 2 if WORD + wanted in text else 1
