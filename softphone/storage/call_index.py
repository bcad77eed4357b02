"""The history as columns in memory, newest first: which call was with whom. What a search looks through.

A hundred thousand calls are with some thousand parties. A search finds the parties (one text each), then
marks their calls: exact, whatever is found, in a few milliseconds. Never writes, knows no database.
"""

from __future__ import annotations

import bisect
from array import array
from collections.abc import Callable, Iterable
from itertools import compress

import msgspec

from softphone.storage.search_text import Word

MISSED, INCOMING, OUTGOING, RECORDED = 1, 2, 4, 8
ALL_KINDS = 255


class Span(msgspec.Struct, frozen=True):
    """Which calls: with any of the bits ``kinds``, with ``number_key`` ("": with all), in a span of time."""

    kinds: int
    number_key: str
    since_s: float
    until_s: float


class CallIndex:
    """Parties and calls, each as columns of equal length."""

    def __init__(
        self,
        parties: Iterable[tuple[int, str, str, str]],
        calls: Iterable[tuple[int, float, int, int]],
    ) -> None:
        """``parties``: id, number key, text, romaji. ``calls``: id, start, party id, kinds; newest first."""
        self._place_of: dict[int, int] = {}
        self._keys: list[str] = []
        self._texts: list[str] = []
        self._romaji: list[str] = []
        for party in parties:
            self.add_party(*party)
        self._ids = array("q")
        self._ages = array("d")  # minus the start, so that it rises
        self._parties = array("L")
        self._kinds = array("B")
        for call_id, started_at_s, party_id, kinds in calls:
            self._ids.append(call_id)
            self._ages.append(-started_at_s)
            self._parties.append(self._place_of[party_id])
            self._kinds.append(kinds)

    def add_party(self, party_id: int, number_key: str, text: str, spelled: str) -> None:
        """Somebody new; who is known is left as it is."""
        if party_id in self._place_of:
            return
        self._place_of[party_id] = len(self._keys)
        self._keys.append(number_key)
        self._texts.append(text)
        self._romaji.append(spelled)

    def add_call(self, call_id: int, started_at_s: float, party_id: int, kinds: int) -> None:
        """A call, at its place in time; of two that began at once the later added is the newer."""
        place = bisect.bisect_left(self._ages, -started_at_s)
        self._ids.insert(place, call_id)
        self._ages.insert(place, -started_at_s)
        self._parties.insert(place, self._place_of[party_id])
        self._kinds.insert(place, kinds)

    def found(
        self, words: tuple[Word, ...], keys_of: Callable[[Word], frozenset[str]], span: Span
    ) -> array[int]:
        """The ids of calls with parties that every word finds, newest first.

        ``keys_of`` gives the number keys of those whom the phone book has by a word.
        """
        hit = bytes([not span.number_key or key == span.number_key for key in self._keys])
        for word in words:
            hit = _both(hit, self._hits(word, keys_of(word)))
        first = bisect.bisect_left(self._ages, -span.until_s)
        last = bisect.bisect_right(self._ages, -span.since_s)
        within = slice(first, last)
        marked = bytes(map(hit.__getitem__, self._parties[within]))
        if span.kinds != ALL_KINDS:
            marked = _both(marked, self._kinds[within].tobytes().translate(_marks(span.kinds)))
        return array("q", compress(self._ids[within], marked))

    def _hits(self, word: Word, keys: frozenset[str]) -> bytes:
        text, spelled = word.text, word.romaji
        if spelled:
            columns = zip(self._texts, self._romaji, self._keys, strict=True)
            return bytes([text in t or spelled in r or k in keys for t, r, k in columns])
        if keys:
            return bytes([text in t or k in keys for t, k in zip(self._texts, self._keys, strict=True)])
        return bytes([text in t for t in self._texts])


def _marks(kinds: int) -> bytes:
    """1 for every byte that has one of these bits."""
    return bytes(bool(byte & kinds) for byte in range(256))


def _both(first: bytes, second: bytes) -> bytes:
    joined = int.from_bytes(first, "little") & int.from_bytes(second, "little")
    return joined.to_bytes(len(first), "little")
