import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.reading import fold
from softphone.domain.romaji import romaji, typed_romaji


@pytest.mark.parametrize(
    ("reading", "spellings"),
    [
        ("シンイチロウ", ["shinichirou", "sinitirou", "shin'ichiro", "Shinichirō"]),
        ("オオノ", ["oono", "ohno", "ono", "Ōno"]),
        ("サトウ", ["satou", "sato", "satoh", "Satō"]),
        ("チャヅケ", ["chazuke", "tyaduke", "chadzuke"]),
        ("ジュンコ", ["junko", "zyunko", "jyunko"]),
        ("フジタ", ["fujita", "huzita"]),
        ("ツチヤ", ["tsuchiya", "tutiya"]),
        ("ナンバ", ["namba", "nanba", "nannba"]),
        ("ニッポン", ["nippon", "nipon"]),
        ("ジェームス", ["jeemusu", "zyemusu"]),
        ("マッチャ", ["matcha", "maccha", "mattya"]),
        ("ファミリー", ["famirii", "famiri"]),
        ("キョウト", ["kyoto", "kyouto"]),
        ("ヴァレー", ["varee", "bare"]),
    ],
)
def test_every_spelling_of_a_reading_is_one(reading: str, spellings: list[str]) -> None:
    assert {typed_romaji(fold(spelling)) for spelling in spellings} == {romaji(fold(reading))}


@pytest.mark.parametrize(
    ("reading", "spelling"),
    [
        ("シバタ", "shibata"),
        ("チバ", "chiba"),
        ("シャチョウ", "shachou"),
        ("キョウト", "kyouto"),
        ("ツチヤ", "tsuchiya"),
        ("サチコ", "sachiko"),
        ("オオノ", "ohno"),
        ("ジュンコ", "junko"),
        ("カナガワ", "kanagawa"),
    ],
)
def test_every_letter_on_the_way_finds_the_reading(reading: str, spelling: str) -> None:
    spelled = romaji(fold(reading))
    for length in range(1, len(spelling) + 1):
        assert typed_romaji(spelling[:length]) in spelled, spelling[:length]


def test_letters_left_over_by_an_input_method_still_find() -> None:
    assert typed_romaji(fold("さt")) == "sat"


@pytest.mark.parametrize("typed", ["さとう", "山田", "03", "a@b", ""])
def test_what_is_not_romaji_is_not_taken_for_it(typed: str) -> None:
    assert typed_romaji(typed) == ""


def test_nothing_is_found_across_a_kanji() -> None:
    assert "ab" not in romaji("a山b")


@given(
    st.text(
        alphabet=[*sorted({chr(code) for code in range(0x3041, 0x3095)} - set("ぁぃぅぇぉゎ")), "ー"],
        max_size=20,
    )
)
def test_any_kana_have_a_spelling_that_stays(kana: str) -> None:
    once = romaji(kana)
    assert once.isascii()
    assert romaji(once) == once
