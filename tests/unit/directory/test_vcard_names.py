"""姓名 and readings of cards."""

from __future__ import annotations

import pytest

from softphone.directory.vcard_names import CompoundName, name_of, reading_of, split_name


@pytest.mark.parametrize(
    ("family", "given", "fn", "name"),
    [
        ("山田", "太郎", "山田 太郎", "山田 太郎"),
        ("山田", "太郎", "太郎 山田", "山田 太郎"),
        ("山田", "太郎", "太郎山田", "山田 太郎"),
        ("山田", "太郎", "", "山田 太郎"),
        ("山田", "太郎", "山田 太郎様", "山田 太郎様"),
        ("Smith", "Anna", "Anna Smith", "Anna Smith"),
        ("Smith", "Anna", "", "Anna Smith"),
        ("", "", "青空商事", "青空商事"),
    ],
)
def test_a_name_is_said_as_its_language_does(family: str, given: str, fn: str, name: str) -> None:
    assert name_of(CompoundName(family, given), fn) == name


@pytest.mark.parametrize("name", ["山田 太郎", "Anna Maria Smith", "山田", "Anna", "太郎 山田 三世"])
def test_a_name_taken_apart_is_the_same_again(name: str) -> None:
    assert name_of(split_name(name), name) == name


def test_readings() -> None:
    assert reading_of({"LAST-NAME": "ヤマダ", "FIRST-NAME": "タロウ", "SORT-NAME": "x"}) == "ヤマダ タロウ"
    assert reading_of({"SORT-NAME": "ﾔﾏﾀﾞ ﾀﾛｳ"}) == "ヤマダ タロウ"
    assert reading_of({}) == ""
