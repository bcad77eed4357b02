"""Half-width letters: what a Japanese keyboard types while the IME is on, turned back.

An ID, password, server or telephone number is ASCII. With the IME on, the same keys give full-width
letters (``ａｂｃ１２３``) or kana punctuation (``。`` for ``.``); those have exactly one half-width
meaning and are turned. Kana and kanji have none and are reported with their place.
"""

from __future__ import annotations

_JIS_KEYS = {
    "\u3000": " ",
    "。": ".",
    "、": ",",
    "・": "/",
    "ー": "-",
    "−": "-",
    "‐": "-",
    "‑": "-",
    "–": "-",
    "—": "-",
    "―": "-",
    "「": "[",
    "」": "]",
    "“": '"',
    "”": '"',
    "‘": "'",
    "’": "'",
    "￥": "\\",
    "〜": "~",
}
_TABLE = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)} | {
    ord(wide): ord(narrow) for wide, narrow in _JIS_KEYS.items()
}


def to_halfwidth(text: str) -> str:
    """Turn every character that has one half-width meaning; leave the others as they are.

    The result has the same length, so a place in it is the same place in ``text``.
    """
    return text.translate(_TABLE)


def wide_positions(text: str) -> tuple[int, ...]:
    """Places (0-based characters) that are not printable ASCII and so cannot be half-width."""
    return tuple(i for i, char in enumerate(text) if not " " <= char <= "~")
