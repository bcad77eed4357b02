"""What columns hold: by their names in every program's spelling, else by their look."""

from __future__ import annotations

import pytest

from softphone.directory.csv_columns import field_of, guess_mapping, is_header, label_of
from tests.helpers.contact_files import words_of


@pytest.mark.parametrize(
    ("name", "field"),
    [
        ("ﾌﾘｶﾞﾅ（姓）", "family_reading"),
        ("ふりがな 姓", "family_reading"),
        ("姓 フリガナ", "family_reading"),
        ("ＴＥＬ", "number_work"),
        ("電話番号(携帯)", ""),
        ("携帯電話", "number_mobile"),
        ("会社代表電話", "number_main"),
        ("Business Phone 2", "number_work"),
        ("Phone 12 - Value", "number"),
        ("Phone 12 - Label", "number_label"),
        ("Phone 12 - Type", "number_label"),
        ("電子メール 3 アドレス", "email"),
        ("E-mail 2 Address", "email"),
        ("FAX 番号", "number_fax"),
        ("内線番号", "number_extension"),
        ("社員番号", ""),
    ],
)
def test_names(name: str, field: str) -> None:
    assert field_of(name) == field


@pytest.mark.parametrize("language", ["ja", "en"])
def test_our_own_names_are_known(language: str) -> None:
    words = words_of(language)
    for field in ("name", "reading", "company", "company_reading", "department", "title", "groups", "note"):
        assert field_of(words[field]) == field
    for field in ("favourite", "extra", "family", "given", "family_reading", "given_reading"):
        assert field_of(words[field]) == field
    for field in ("number", "number_label", "email"):
        assert field_of(f"{words[field]} 2") == field
    for label in ("work", "mobile", "home", "main", "fax", "extension", "other"):
        assert label_of(words[label]) == label
        assert field_of(words[f"number_{label}"]) == f"number_{label}"


@pytest.mark.parametrize(
    ("words", "label"),
    [
        ("* Work", "work"),
        ("_$!<Mobile>!$_", "mobile"),
        ("Work Fax", "fax"),
        ("ＦＡＸ", "fax"),
        ("直通", "直通"),
        ("", ""),
    ],
)
def test_labels(words: str, label: str) -> None:
    assert label_of(words) == label


def test_mr_and_mrs_are_no_job() -> None:
    assert guess_mapping(("Title", "Job Title"), (), 2) == ("keep", "title")
    assert guess_mapping(("肩書き", "役職"), (), 2) == ("keep", "title")
    assert guess_mapping(("氏名", "肩書"), (), 2) == ("name", "title")


def test_without_names_columns_are_known_by_their_look() -> None:
    rows = [
        ("山田 太郎", "ヤマダ", "株式会社青空", "03-1234-5678", "090-1111-2222", "a@example.jp", ""),
        (
            "佐藤 花子",
            "ｻﾄｳ",
            "みどり(株)",
            "０６－１２３４－５６７８",
            "+81 80 1111 2222",
            "b@example.jp",
            "",
        ),
    ]
    assert not is_header(rows[0], rows[1:])
    assert guess_mapping((), rows, 7) == (
        "name",
        "reading",
        "company",
        "number_work",
        "number_mobile",
        "email",
        "keep",
    )


def test_a_header_is_known_by_a_name_or_by_numbers_below() -> None:
    assert is_header(("氏名", "何か"), ())
    assert is_header(("何か", "番"), [("山田", "03-1234-5678"), ("佐藤", "03-1234-5679")])
    assert not is_header(("山田", "佐藤"), [("鈴木", "高橋")])
