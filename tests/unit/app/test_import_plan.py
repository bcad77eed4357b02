"""Who is new and who is there already."""

from __future__ import annotations

import time

import pytest

from softphone.app.import_plan import Duplicates, ImportPlan
from softphone.domain.contact import Contact, ContactNumber
from tests.helpers.contact_files import words_of
from tests.helpers.fake_people import FakeContacts, FakeNumbers

YAMADA = Contact(name="山田 太郎", company="青空", numbers=(ContactNumber("03-1234-5678"),))


def planned(
    known: tuple[Contact, ...], found: list[Contact], duplicates: Duplicates = Duplicates.MERGE
) -> ImportPlan:
    plan = ImportPlan(FakeContacts(*known), FakeNumbers(), duplicates, words_of("ja"))
    for _ in plan.work(found):
        pass
    return plan


@pytest.mark.parametrize(
    "other",
    [
        Contact(name="山田太郎", numbers=(ContactNumber("+81312345678"), ContactNumber("201", "extension"))),
        Contact(name="山田 太郎", company="青空", numbers=(ContactNumber("201", "extension"),)),
        Contact(company="青空", numbers=(ContactNumber("0312345678"), ContactNumber("201", "extension"))),
    ],
)
def test_the_same_person_is_known_by_number_or_by_name_and_company(other: Contact) -> None:
    plan = planned((YAMADA,), [other])
    (changed,) = plan.changed
    assert (plan.added, plan.merged, plan.new) == (0, 1, [])
    assert [each.number for each in changed.numbers] == ["03-1234-5678", "201"]


def test_colleagues_share_the_number_of_their_office() -> None:
    plan = planned((YAMADA,), [Contact(name="佐藤", company="青空", numbers=YAMADA.numbers)])
    assert (plan.added, plan.merged) == (1, 0)


def test_somebody_twice_in_a_file_becomes_one() -> None:
    second = Contact(name="山田 太郎", company="青空", emails=("a@b",))
    plan = planned((), [YAMADA, second, YAMADA])
    (new,) = plan.new
    assert (plan.added, plan.joined) == (1, 2)
    assert (new.numbers, new.emails) == (YAMADA.numbers, ("a@b",))


def test_who_says_nothing_new_is_not_written() -> None:
    plan = planned((YAMADA,), [YAMADA])
    assert (plan.unchanged, plan.new, plan.changed) == (1, [], [])


def test_duplicates_are_skipped_or_added_where_that_was_chosen() -> None:
    skipping = planned((YAMADA,), [YAMADA, Contact(name="佐藤")], Duplicates.SKIP)
    assert (skipping.skipped, [each.name for each in skipping.new], skipping.changed) == (1, ["佐藤"], [])
    adding = planned((YAMADA,), [YAMADA, YAMADA], Duplicates.ADD)
    assert (adding.added, len(adding.new)) == (2, 2)


def test_entries_of_a_directory_are_left_alone() -> None:
    colleague = Contact(
        key="d1", name="山田 太郎", company="青空", numbers=YAMADA.numbers, source="ldap:main"
    )
    plan = planned((colleague,), [YAMADA])
    assert (plan.added, plan.changed) == (1, [])


def test_favourites_of_a_file_stand_behind_ones_own() -> None:
    plan = planned(
        (Contact(name="佐藤", favourite=2),),
        [Contact(name="鈴木", favourite=1), Contact(name="田中"), Contact(name="伊藤", favourite=1)],
    )
    assert [each.favourite for each in plan.new] == [3, 0, 4]


def test_ten_thousand_with_one_number_do_not_take_forever() -> None:
    found = [Contact(name=f"山田 {n}", numbers=YAMADA.numbers) for n in range(10_000)]
    began_s = time.perf_counter()
    plan = planned((YAMADA,), found)
    assert plan.added == 10_000
    assert time.perf_counter() - began_s < 10.0
