"""Romaji as people write it: every way to spell a reading brought to one, so that each finds the others.

``shi``/``si``, ``tsu``/``tu``, ``cha``/``tya``, ``fu``/``hu``, ``ji``/``zi`` are one; long vowels count once
(``Ohno``, ``oono``, ``ōno`` are ``ono``), double letters too (``nn``, ``kk``), ``m`` before b and p is n.
What is typed may end anywhere: ``sh`` finds し. Sources: ISO 3602 (Kunrei), Hepburn.
"""

from __future__ import annotations

import functools
import re
import unicodedata

_COLUMNS = {
    "": "あいうえお",
    "k": "かきくけこ",
    "s": "さしすせそ",
    "t": "たちつてと",
    "n": "なにぬねの",
    "h": "はひふへほ",
    "m": "まみむめも",
    "r": "らりるれろ",
    "g": "がぎぐげご",
    "z": "ざじずぜぞ",
    "b": "ばびぶべぼ",
    "p": "ぱぴぷぺぽ",
}
_OTHERS = (
    "だda ぢzi づzu でde どdo やya ゆyu よyo わwa ゐi ゑe をo んn ゔbu "
    "ぁa ぃi ぅu ぇe ぉo ゃya ゅyu ょyo ゎwa っ ー"
)
_KANA = {
    kana: consonant + vowel
    for consonant, column in _COLUMNS.items()
    for vowel, kana in zip("aiueo", column, strict=True)
} | {entry[0]: entry[1:] for entry in _OTHERS.split()}
_TOKEN = re.compile("([ぁ-ゔー])([ぁぃぅぇぉゃゅょ]?)|[a-z]+|[\n\v]|[ '’-]+|[^\n\v '’a-zぁ-ゔー-]+")

# In this order; each brings one family of spellings to its shortest.
_SPELLINGS: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        ("[ct]ch", "ch"),
        ("c[hy]i", "ti"),
        ("c[hy](?=[aueo])", "ty"),
        ("shi", "si"),
        ("sh(?=[aueo])", "sy"),
        ("ts", "t"),
        ("jy?i", "zi"),
        ("jy?(?=[aueo])", "zy"),
        ("j", "z"),
        ("dz", "z"),
        ("du", "zu"),
        ("f", "h"),
        ("v", "b"),
        ("l", "r"),
        ("(?:c(?![hy])|q)(?=.)", "k"),
        ("m(?=[bp])", "n"),
        ("wo", "o"),
        ("oh(?![aiueoy])", "o"),
    )
)
_LONG_O = re.compile("ou")
_DOUBLE = re.compile(r"([a-z])\1+")
_TYPED = re.compile("[a-zぁ-ゔ]*[a-zー][a-zぁ-ゔー]*")
_UNFINISHED = {"ch": "t", "sh": "s", "c": ""}
_ENDS_UNFINISHED = re.compile(r"(?:ch|sh|c)\Z")
_BESIDE = dict.fromkeys(map(ord, "'’-^"))


def romaji(folded: str) -> str:
    """Folded kana and letters in the one spelling. Spaces go, line ends stay.

    Whatever else stands there, kanji above all, says nothing of how it is read: a line ends there.
    """
    spelled = "".join(map(_token, _TOKEN.finditer(folded)))
    return _DOUBLE.sub(r"\1", _LONG_O.sub("o", spelled))


def typed_romaji(folded: str) -> str:
    """What was typed so far in the one spelling; "" where it holds anything but letters and kana.

    Kana alone are looked up as they are, so they give "" too unless a long vowel is in them.
    """
    plain = _without_accents(folded).translate(_BESIDE)
    if not _TYPED.fullmatch(plain):
        return ""
    return _ENDS_UNFINISHED.sub(lambda match: _UNFINISHED[match[0]], romaji(plain))


def _token(match: re.Match[str]) -> str:
    kana, small = match[1], match[2]
    if kana:
        return _syllable(_KANA[kana], small)
    text = match[0]
    if "a" <= text[0] <= "z":
        return _one_spelling(text)
    if text in "\n\v":
        return text
    return "" if text[0] in " '’-" else "\n"


def _syllable(spelled: str, small: str) -> str:
    """きゃ kya, てぃ ti, ふぁ hua→ha, しぇ sye, うぃ wi."""
    if not small:
        return spelled
    head, vowel = spelled[:-1], _KANA[small]
    if spelled == "u":
        return f"w{vowel}"
    if spelled.endswith("i") and small in "ゃゅょぇ":
        return f"{head}y{vowel[-1]}"
    return f"{head}{vowel}"


@functools.lru_cache(maxsize=1_000)
def _one_spelling(latin: str) -> str:
    for pattern, replacement in _SPELLINGS:
        latin = pattern.sub(replacement, latin)
    return latin


def _without_accents(text: str) -> str:
    """ō as o; a kana's dakuten stays."""
    return "".join(
        unicodedata.normalize("NFD", char)[0] if char.isalpha() and char < "\u0250" else char for char in text
    )
