import pytest

from softphone.domain.dtmf import DIGITS, clean_digits


def test_all_sixteen_digits_in_any_writing() -> None:
    assert clean_digits("０１２３456789＊＃abcd") == DIGITS


def test_the_wrong_character_is_named() -> None:
    with pytest.raises(ValueError, match="E"):
        clean_digits("12E")
