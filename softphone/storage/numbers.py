"""What a number is, whatever way it is written; and how a person reads it. Only home of phonenumbers.

A key is E.164 (``+81312345678``) where the number can be dialled from anywhere, else what is dialled:
extensions, 110, ``*21``. The library is loaded by the first number that needs it (25 ms), which the plain
Japanese ones do not. Sources: 電気通信番号規則 (the Japanese plan), ITU-T E.164.
"""

from __future__ import annotations

import functools
import re

from softphone.domain.halfwidth import to_halfwidth

_JAPAN = "JP"
_SIP = re.compile(r"(?:sips?|tel|callto):/*([^@;?]*)", re.IGNORECASE)
_SEPARATORS = re.compile(r"[\s\-.()/\[\]\u200b-\u200f\u202a-\u202e\u2060\ufeff]+")
_NUMBER = re.compile(r"(?:18[46])?\+?[0-9]+\Z")
_DIALLED = re.compile(r"\+?[0-9*#]+\Z")
_NATIONAL = re.compile(r"0(?:[1-9]\d{8}|[5-9]0\d{8}|800\d{7})\Z")  # fixed, 0120, 0570; 050–090; 0800
# What may stand before a whole number: show or hide mine (184, 186), another carrier (00XY before a 0).
_BEFORE = re.compile(r"18[46](?=[0+]\d{6})|00(?:3[0-9]|[5-7]\d|8[2-9])(?=0[1-9]\d{8})")
_ABROAD = re.compile(r"010(?=[1-9]\d{7})")
_JAPAN_BARE = re.compile(r"(?:00)?81(?=(?:[1-9]\d{8}|[5-9]0\d{8}|800\d{7})\Z)")
_JAPAN_WHOLE = re.compile(r"\+810?((?:[1-9]\d{8}|[5-9]0\d{8}|800\d{7}))\Z")
_TYPED = re.compile(r"\+?[0-9*#\-.()/\[\]]*[0-9*#][0-9*#\-.()/\[\]]*")
_TYPED_JAPAN = re.compile(r"(?:\+|00|010)810?")


class LibphonenumberNumbers:
    """Implements ``domain.ports.Numbers``. ``region`` is where one telephones (ISO 3166). Thread: main."""

    def __init__(self, region: str = _JAPAN) -> None:
        self._region = region
        self.key = functools.lru_cache(maxsize=20_000)(self._key)
        self.shown = functools.lru_cache(maxsize=5_000)(self._shown)

    def _key(self, number: str) -> str:
        """The same text for every way to write one number."""
        plain = plain_number(number)
        if not _NUMBER.match(plain):
            return plain.lower()
        if self._region != _JAPAN:
            return self._by_library(plain) or plain
        plain = _BEFORE.sub("", plain, count=1)
        plain = _JAPAN_BARE.sub("+81", _ABROAD.sub("+", plain))
        if _NATIONAL.match(plain):
            return f"+81{plain[1:]}"
        whole = _JAPAN_WHOLE.match(plain)
        if whole:
            return f"+81{whole[1]}"
        return (self._by_library(plain) if plain.startswith("+") else "") or plain

    def _shown(self, number: str) -> str:
        """As a person reads it: 03-1234-5678. What is no number comes back as it is."""
        key = self.key(number)
        if not key.startswith("+"):
            plain = plain_number(number)
            return plain if _DIALLED.match(plain) else number
        import phonenumbers

        try:
            parsed = phonenumbers.parse(key)
        except phonenumbers.NumberParseException:
            return number
        home = phonenumbers.country_code_for_region(self._region) == parsed.country_code
        style = phonenumbers.PhoneNumberFormat
        if not phonenumbers.is_valid_number(parsed):  # the library would lose the 0 of an unknown area
            return digits_of(key) if home else key
        return phonenumbers.format_number(parsed, style.NATIONAL if home else style.INTERNATIONAL)

    def _by_library(self, plain: str) -> str:
        """E.164 of what the library takes for a possible number; "" else."""
        import phonenumbers

        try:
            parsed = phonenumbers.parse(plain, self._region)
        except phonenumbers.NumberParseException:
            return ""
        if not phonenumbers.is_possible_number(parsed):
            return ""
        return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164)


def plain_number(number: str) -> str:
    """Without width, separators and the address around it; letters stay."""
    text = to_halfwidth(number).strip()
    address = _SIP.match(text)
    if address:
        text = address[1]
    elif _NUMBER.match(text.partition("@")[0]):
        text = text.partition("@")[0]
    return _SEPARATORS.sub("", text)


def digits_of(key: str) -> str:
    """A key as it is looked for by digits: a Japanese number from its 0, a foreign one from its +."""
    return f"0{key[3:]}" if key.startswith("+81") else key


def typed_digits(word: str) -> str:
    """The digits a word of a search asks for, as in ``digits_of``; "" where it is no number."""
    text = to_halfwidth(word)
    if not _TYPED.fullmatch(text):
        return ""
    digits = _SEPARATORS.sub("", text)
    return _TYPED_JAPAN.sub("0", digits, count=1)
