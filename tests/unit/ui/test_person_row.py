"""Which parts of a row were searched for."""

from __future__ import annotations

import pytest

from softphone.ui.person_row import initial_of, marked_spans


@pytest.mark.parametrize(
    ("words", "mark", "found"),
    [
        ("山田 花子", "山田", ["山田"]),
        ("ヤマダ ハナコ", "やまだ", ["ヤマダ"]),
        ("ヤマダ ハナコ", "ﾔﾏﾀﾞ", ["ヤマダ"]),
        ("ヤマダ ハナコ", "だは", ["ダ ハ"]),
        ("03-1234-5678", "312", ["3-12"]),
        ("03-1234-5678", "０３１２", ["03-12"]),
        ("Brian Lee", "LEE", ["Lee"]),
        ("青空商事・青空", "青空", ["青空", "青空"]),
        ("山田 花子", "竹内", []),
        ("山田 花子", "-", []),
        ("㈱青空", "株", ["㈱"]),
        ("髙橋 涼", "高橋", ["髙橋"]),
        ("ヤマダ ハナコ", "yama", ["ヤマ"]),
        ("ヤマダ ハナコ", "hana", ["ハナ"]),
        ("シミズ ショウ", "sh", ["シ"]),
        ("サトウ", "satou", ["サトウ"]),
        ("ヤマダ ハナコ", "sato", []),
    ],
)
def test_the_parts_that_were_searched_for(words: str, mark: str, found: list[str]) -> None:
    assert [words[start:end] for start, end in marked_spans(words, (mark,))] == found


def test_every_word_of_a_search_is_marked() -> None:
    spans = marked_spans("山田 花子  青空商事", ("青空", "山田"))
    assert spans == ((0, 2), (7, 9))


@pytest.mark.parametrize(("name", "initial"), [("山田", "山"), ("anna", "A"), ("090", ""), ("", "")])
def test_the_letter_of_a_picture(name: str, initial: str) -> None:
    assert initial_of(name) == initial
