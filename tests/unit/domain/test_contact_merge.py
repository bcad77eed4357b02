"""Two entries become one: nothing is lost, one's own words win."""

from __future__ import annotations

from hypothesis import given, settings

from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.contact_merge import identity, merged
from tests.helpers.contact_files import any_contacts, words_of
from tests.helpers.fake_people import FakeNumbers

WORDS = words_of("ja")
key = FakeNumbers().key


def test_numbers_addresses_and_groups_are_put_together() -> None:
    own = Contact(
        name="山田 太郎",
        numbers=(ContactNumber("03-1234-5678"),),
        emails=("Taro@example.jp",),
        groups=("得意先",),
        note="火曜",
    )
    other = Contact(
        name="山田太郎",
        numbers=(ContactNumber("+81312345678", "main"), ContactNumber("201", "extension")),
        emails=("taro@example.jp", "yamada@example.jp"),
        groups=("得意先", "東京"),
        note="午後",
        favourite=3,
        photo_id="p",
    )
    both = merged(own, other, key, WORDS)
    assert both.numbers == (ContactNumber("03-1234-5678"), ContactNumber("201", "extension"))
    assert both.emails == ("Taro@example.jp", "yamada@example.jp")
    assert both.groups == ("得意先", "東京")
    assert (both.note, both.favourite, both.photo_id) == ("火曜\n午後", 3, "p")
    assert both.extra == ()


def test_other_words_are_kept_beside_ones_own() -> None:
    both = merged(
        Contact(name="山田 太郎", title="部長"),
        Contact(name="ﾔﾏﾀﾞ", title="課長", company="青空", extra=(("誕生日", "1980"),)),
        key,
        WORDS,
    )
    assert (both.name, both.title, both.company) == ("山田 太郎", "部長", "青空")
    assert both.extra == (("氏名", "ﾔﾏﾀﾞ"), ("役職", "課長"), ("誕生日", "1980"))


@settings(max_examples=40, deadline=None)
@given(any_contacts(), any_contacts())
def test_merging_again_changes_nothing(one: tuple[Contact, ...], other: tuple[Contact, ...]) -> None:
    both = merged(one[0], other[0], key, WORDS)
    assert merged(both, other[0], key, WORDS) == both
    assert merged(one[0], one[0], key, WORDS) == one[0]


def test_who_is_the_same_is_said_without_width_case_and_spaces() -> None:
    assert identity("ＡＮＮＡ Smith", "㈱青空") == identity("anna　smith", "(株)青空")
