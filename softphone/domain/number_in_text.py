"""The telephone number in a text somebody selected: a line of a mail, a cell of a table, a tel: link."""

from __future__ import annotations

import re

from softphone.domain.halfwidth import to_halfwidth

MAX_CHARS = 10_000  # of a selection; what stands behind is not looked at
LEAST_DIGITS, MOST_DIGITS = 2, 15  # an extension; ITU-T E.164 §6.2.1
_FULL_NUMBER = 9  # digits of the shortest that stands among words: 0120-123-456 has 10, +65 numbers 10

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−ー─ｰ"), "-")
_CANDIDATE = re.compile(r"(?<![\w.,:/#*+-])[+(]?[\d*#][\d*#()\- .\u00a0]*[\d*#](?![\w:/]|[.,]\d)", re.ASCII)
_ADDRESS = re.compile(r"\d{1,3}(\.\d{1,3}){3}")  # IPv4
_DIALLED = re.compile(r"[^\d*#+]")


def number_in(text: str) -> str:
    """The first telephone number in ``text`` as it is dialled (digits, ``*``, ``#``, a leading ``+``), or "".

    Among other words only what begins with 0 or + and is long enough counts, so that no date, price or
    postal code is called; a text that is nothing else may be an extension.
    """
    plain = to_halfwidth(text[:MAX_CHARS]).translate(_DASHES).strip()
    for scheme in ("tel:", "callto:"):
        if plain.lower().startswith(scheme):
            plain = plain[len(scheme) :].lstrip("/").split(";")[0]
    for match in _CANDIDATE.finditer(plain):
        if _ADDRESS.fullmatch(match.group()):
            continue
        number = _dialled(match.group())
        digits = len(number.lstrip("+"))
        if match.group() == plain and LEAST_DIGITS <= digits <= MOST_DIGITS:
            return number
        if number.startswith(("0", "+")) and _FULL_NUMBER <= digits <= MOST_DIGITS:
            return number
    return ""


def _dialled(written: str) -> str:
    """``+81 (0)3-1234-5678`` is +81312345678: a zero in brackets is not dialled from abroad."""
    if written.startswith("+"):
        written = written.replace("(0)", "")
    return _DIALLED.sub("", written)
