import pytest

from softphone.domain.halfwidth import to_halfwidth, wide_positions


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("ａｂｃｄｅ２０２０１", "abcde20201"),
        ("０３－１２３４", "03-1234"),
        ("０１２３４ａｂｃ。ｓｍａｒｔ－ｐｂｘ。ｊｐ", "01234abc.smart-pbx.jp"),
        ("ｐ＠ｓｓ！　", "p@ss! "),
        ("０３ー１２３４", "03-1234"),
        ("abc", "abc"),
    ],
)
def test_full_width_letters_are_turned(typed: str, meant: str) -> None:
    assert to_halfwidth(typed) == meant


def test_kana_stay_and_keep_their_place() -> None:
    turned = to_halfwidth("ａかｂ漢")
    assert turned == "aかb漢"
    assert wide_positions(turned) == (1, 3)


def test_half_width_katakana_is_not_ascii() -> None:
    assert wide_positions("abｱ") == (2,)
