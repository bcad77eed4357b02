"""Version numbers and which of two is newer: PEP 440, and semantic versioning's way to write the same.

0.2.0.dev1 < 0.2.0a1 = 0.2.0-alpha.1 < 0.2.0b1 < 0.2.0rc1 < 0.2.0 < 0.2.0.post1 < 0.2.1
"""

from __future__ import annotations

import re
from functools import total_ordering

_PARTS = re.compile(
    r"v?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-._]?(?P<kind>alpha|beta|preview|pre|rc|a|b|c)[-._]?(?P<pre>\d*))?"
    r"(?:[-._]?post[-._]?(?P<post>\d*))?"
    r"(?:[-._]?dev[-._]?(?P<dev>\d*))?"
    r"(?:\+[a-z0-9]+(?:[-._][a-z0-9]+)*)?",
    re.ASCII,
)
_KINDS = {"a": 0, "alpha": 0, "b": 1, "beta": 1, "c": 2, "rc": 2, "pre": 2, "preview": 2}
_DEV_ALONE, _FINAL = -1, 3  # before any alpha, after any release candidate
_MAX_LENGTH = 64


class VersionInvalid(ValueError):
    """Not a version number."""


@total_ordering
class Version:
    """One version number. Equal are those that differ in writing alone: 1.0 and 1.0.0, what follows a plus.

    Errors: VersionInvalid.
    """

    def __init__(self, words: str) -> None:
        match = _PARTS.fullmatch(words.strip().lower()) if len(words) <= _MAX_LENGTH else None
        if match is None:
            raise VersionInvalid(words[:_MAX_LENGTH])
        self._words = words.strip()
        kind, post, dev = match["kind"], match["post"], match["dev"]
        phase = _KINDS[kind] if kind else _DEV_ALONE if dev is not None and post is None else _FINAL
        self.is_prerelease = kind is not None or dev is not None
        self._order = (
            _without_zeros(match["release"]),
            (phase, _number(match["pre"])),
            -1 if post is None else _number(post),
            (1, 0) if dev is None else (0, _number(dev)),
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Version) and self._order == other._order

    def __lt__(self, other: Version) -> bool:
        return self._order < other._order

    def __hash__(self) -> int:
        return hash(self._order)

    def __str__(self) -> str:
        return self._words

    def __repr__(self) -> str:
        return f"Version({self._words!r})"


def _without_zeros(release: str) -> tuple[int, ...]:
    numbers = [int(part) for part in release.split(".")]
    while len(numbers) > 1 and not numbers[-1]:
        numbers.pop()
    return tuple(numbers)


def _number(digits: str | None) -> int:
    return int(digits or 0)
