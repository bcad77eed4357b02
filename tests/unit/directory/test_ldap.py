"""What is asked of an LDAP server, and what its entries become. With a real one: tests/interop."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.directory.ldap import contact_of, number_filter, search_filter
from softphone.domain.contact import Contact, ContactNumber


def test_nothing_typed_asks_nothing() -> None:
    assert search_filter("  ") == ""
    assert number_filter("") == ""
    assert number_filter("*8") == ""


def test_every_word_has_to_be_somewhere_and_digits_also_in_numbers() -> None:
    words = search_filter("山田 1234")
    assert "(displayName=*山田*)" in words
    assert "(telephoneNumber=*1*2*3*4*)" in words
    assert words.startswith("(&(|(telephoneNumber=*)")


def test_a_number_is_compared_by_its_last_digits() -> None:
    assert number_filter("+81 3-1234-5678") == number_filter("0312345678")


@given(st.text(max_size=40))
def test_what_is_typed_never_closes_a_bracket_of_the_filter(text: str) -> None:
    pattern = search_filter(text)
    depth = 0
    for char in pattern:
        depth += {"(": 1, ")": -1}.get(char, 0)
        assert depth >= 0
    assert depth == 0
    assert "\0" not in pattern


def test_an_entry_becomes_a_contact() -> None:
    entry = {
        "cn": ["山田 花子"],
        "displayName": "山田 花子",
        "displayName;lang-ja;phonetic": ["やまだ はなこ"],
        "o": ["みどり"],
        "telephoneNumber": ["03-1234-5678", "03-1234-5679"],
        "mobile": "090-1111-2222",
        "mail": ["h@example.jp"],
        "jpegPhoto": [b"\xff\xd8"],
    }
    assert contact_of(entry) == Contact(
        name="山田 花子",
        reading="やまだ はなこ",
        company="みどり",
        numbers=(
            ContactNumber("03-1234-5678"),
            ContactNumber("03-1234-5679"),
            ContactNumber("090-1111-2222", "mobile"),
        ),
        emails=("h@example.jp",),
    )


def test_an_active_directory_entry_too() -> None:
    entry = {
        "sn": "山田",
        "givenName": "花子",
        "msDS-PhoneticDisplayName": "やまだ はなこ",
        "company": "みどり",
        "department": "営業部",
        "ipPhone": "201",
    }
    person = contact_of(entry)
    assert person is not None
    assert (person.name, person.reading, person.department) == ("山田 花子", "やまだ はなこ", "営業部")
    assert person.numbers == (ContactNumber("201", "extension"),)


@pytest.mark.parametrize(
    "entry", [{"cn": "x"}, {"telephoneNumber": "1"}, {"cn": [], "telephoneNumber": ["1"]}, {}]
)
def test_who_cannot_be_called_or_named_is_nobody(entry: dict[str, object]) -> None:
    assert contact_of(entry) is None
