"""The number in what somebody selected."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.dial_string import clean_dial_string
from softphone.domain.number_in_text import MAX_CHARS, number_in


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("03-1234-5678", "0312345678"),
        ("  03(1234)5678\n", "0312345678"),
        ("TEL:03−1234−5678 FAX:03-1234-9999", "0312345678"),
        ("電話 ０３ー１２３４ー５６７８(代表)", "0312345678"),
        ("お問い合わせは0120-123-456まで", "0120123456"),
        ("携帯 090 1234 5678 (平日のみ)", "09012345678"),
        ("+81 (0)3-1234-5678", "+81312345678"),
        ("+81-3-1234-5678", "+81312345678"),
        ("tel:+81-3-1234-5678;ext=1", "+81312345678"),
        ("201", "201"),
        ("*68", "*68"),
        ("内線 201 佐藤", ""),
        ("2026/11/26 10:30 に 03-1234-5678 へ", "0312345678"),
        ("〒100-0001 東京都", ""),
        ("合計 0,123,456,789円", ""),
        ("注文番号 1234567890", ""),
        ("192.168.100.200", ""),
        ("", ""),
        ("7", ""),
    ],
)
def test_the_first_number_that_is_one(text: str, number: str) -> None:
    assert number_in(text) == number


def test_a_whole_book_is_not_searched() -> None:
    assert number_in("あ" * MAX_CHARS + " 03-1234-5678") == ""


@given(st.text(max_size=80) | st.text(alphabet="0123456789+-() .*#/:", max_size=80))
def test_what_is_found_can_be_dialled(text: str) -> None:
    number = number_in(text)
    assert not number or clean_dial_string(number) == number
