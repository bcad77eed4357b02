import pytest

from softphone.domain.reading import HEADINGS, fold, heading, sort_key, without_company_words


@pytest.mark.parametrize(
    ("written", "folded"),
    [
        ("ﾔﾏﾀﾞ　ﾀﾛｳ", "やまだ たろう"),
        ("ヴァイオリン", "ゔぁいおりん"),
        ("ＡＢＣ Café", "abc café"),
        ("髙橋 濵﨑 渡邉", "高橋 浜崎 渡辺"),
        ("㈱アイ", "(株)あい"),
        ("  山田\t 太郎 ", "山田 太郎"),
    ],
)
def test_every_writing_folds_to_one(written: str, folded: str) -> None:
    assert fold(written) == folded


@pytest.mark.parametrize(
    ("name", "reading", "place"),
    [
        ("山田", "やまだ", "や"),
        ("山田", "ﾔﾏﾀﾞ", "や"),
        ("学校", "ガッコウ", "か"),
        ("パン屋", "パンヤ", "は"),
        ("株式会社アイウ", "", "あ"),
        ("株式会社 山田商事", "カブシキガイシャ ヤマダショウジ", "や"),
        ("ん", "ン", "わ"),
        ("Bob", "", "B"),
        ("Ömer", "", "O"),
        ("123商店", "", "#"),
        ("0312345678", "", "#"),
        ("渡辺", "", "他"),
        ("😀", "", "他"),
        ("", "", "他"),
    ],
)
def test_everybody_has_a_place_in_the_index(name: str, reading: str, place: str) -> None:
    assert heading(name, reading) == place
    assert place in HEADINGS


def test_names_sort_by_kana_then_letters_then_the_rest() -> None:
    people = [
        ("相川", "あいかわ"),
        ("株式会社イロハ", ""),
        ("加藤", "かとう"),
        ("がとう", ""),
        ("加藤木", "カトウギ"),
        ("サーカス", ""),
        ("佐伯", "さえき"),
        ("渡辺", "わたなべ"),
        ("Alice", ""),
        ("bob", ""),
        ("7 Eleven", ""),
        ("山", ""),
    ]
    assert sorted(people, key=lambda person: sort_key(*person)) == people


@pytest.mark.parametrize(
    ("company", "short"),
    [
        ("株式会社山田", "山田"),
        ("山田（株）", "山田"),
        ("㈲山田", "山田"),
        ("一般社団法人 山田会", "山田会"),
        ("カ）ヤマダ", "やまだ"),
        ("株式会社", "株式会社"),
    ],
)
def test_company_words_do_not_count(company: str, short: str) -> None:
    assert without_company_words(fold(company)) == short
