import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.storage.search_text import Texts, Word, found_text, words_of

TEXTS = [
    found_text(
        names=("髙橋 一郎", "タカハシ イチロウ"), companies=("株式会社 山田",), keys=("+81312345678",)
    ),
    found_text(names=("John Smith",), addresses=("j.smith@example.com",), keys=("+16502530000", "201")),
    found_text(names=("", ""), companies=("㈱アイウ", ""), others=("サポート 窓口",)),
    found_text(names=()),
    found_text(names=("abc商事def", "商事 ghi")),
]


def found(typed: str) -> list[int]:
    return Texts(TEXTS).having_all(words_of(typed))


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("高橋", [0]),
        ("一", [0]),
        ("橋一", [0]),
        ("ハシイチ", [0]),
        ("takahashi", [0]),
        ("tyo", []),
        ("山田", [0]),
        ("（株）アイ", [2]),
        ("あいう", [2]),
        ("まどぐち", []),
        ("sapooto", [2]),
        ("smit", [1]),
        ("@EXAMPLE", [1]),
        ("20", [1]),
        ("+1650", [1]),
        ("650", [1]),
        ("+81-3", [0]),
        ("+", [1]),
        ("john 201", [1]),
        ("john 202", []),
        ("郎タ", []),
        ("5678201", []),
        ("john 650", [1]),
        ("abc商", [4]),
        ("商c", []),
        ("abc", [4]),
        ("ghi", [4]),
    ],
)
def test_what_finds_whom(typed: str, expected: list[int]) -> None:
    assert found(typed) == expected


def test_a_word_is_found_by_its_writing_or_by_its_sound() -> None:
    assert words_of("Shi 03-12　ヤマ") == (Word("shi", "si"), Word("0312", "0312"), Word("やま", "やま"))
    assert words_of(" ") == ()


letters = st.text(alphabet="あいんたーaoshctunj0123+-山 ", min_size=1, max_size=6)


@given(st.lists(letters, max_size=8), letters)
def test_a_word_that_grows_finds_what_it_would_find_at_once(names: list[str], typed: str) -> None:
    """Every prefix narrows what was found before it, and nothing is missed by that."""
    texts = [found_text(names=(name,)) for name in names]
    growing = Texts(texts)
    for length in range(1, len(typed) + 1):
        for word in words_of(typed[:length]):
            fresh = Texts(texts)
            expected = list(fresh.having(range(len(texts)), word))
            assert fresh.found_by(word) == expected
            assert growing.found_by(word) == expected


def test_a_text_that_moves_is_found_where_it_is() -> None:
    texts = Texts([found_text(names=("a",)), found_text(names=("b",))])
    (word,) = words_of("b")
    assert texts.found_by(word) == [1]
    texts.insert(0, found_text(names=("ab",)))
    assert texts.found_by(word) == [0, 2]
    texts.delete(0)
    assert texts.found_by(word) == [1]
