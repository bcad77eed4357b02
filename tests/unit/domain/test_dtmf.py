import pytest

from softphone.domain.dtmf import DIGITS, clean_digits


def test_all_sixteen_digits_in_any_writing() -> None:
    assert clean_digits("０１２３456789＊＃abcd") == DIGITS


def test_the_wrong_character_is_named() -> None:
    with pytest.raises(ValueError, match="E"):
        clean_digits("12E")


def test_a_comma_is_a_pause_only_where_pauses_are_allowed() -> None:
    assert clean_digits("1，,2", pauses=True) == "1,,2"
    with pytest.raises(ValueError, match=","):
        clean_digits("1,2")
