"""What stands in the index."""

from __future__ import annotations

from itertools import pairwise

from softphone.domain.reading import KANA_HEADINGS as KANA
from softphone.domain.reading import LATIN_HEADINGS as LATIN
from softphone.ui.contacts.index_bar import index_marks


def test_the_rows_of_kana_stand_always() -> None:
    assert index_marks((), 40) == KANA


def test_letters_stand_where_there_is_somebody() -> None:
    assert index_marks(("あ", "B", "K", "#", "他"), 40) == (*KANA, "B", "K", "#", "他")


def test_letters_are_left_out_evenly_where_there_is_little_room() -> None:
    marks = index_marks((*KANA, *LATIN, "他"), 24)
    assert len(marks) == 24
    assert marks[10] == "A"
    assert marks[-1] == "他"
    letters = marks[10:-1]
    gaps = [LATIN.index(b) - LATIN.index(a) for a, b in pairwise(letters)]
    assert set(gaps) == {2}
