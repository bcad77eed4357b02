"""The phone book. What the fake promises the real one keeps: both are asked the same."""

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace

from softphone.domain.contact import Contact, ContactEdit, ContactNumber, ContactQuery
from softphone.domain.ports import Contacts
from softphone.storage.contacts import CHUNK, SqliteContacts
from softphone.storage.database import Database
from softphone.storage.numbers import LibphonenumberNumbers
from tests.helpers.fake_people import FakeContacts

TAKAHASHI = Contact(
    key="takahashi",
    name="髙橋 一郎",
    reading="タカハシ イチロウ",
    company="株式会社 山田商事",
    company_reading="ヤマダショウジ",
    department="営業部",
    title="課長",
    note="火曜は休み",
    numbers=(ContactNumber("03-1234-5678"), ContactNumber("090-1111-2222", "mobile")),
    emails=("ichiro@yamada.example",),
    groups=("得意先",),
    extra=(("X-SKYPE", "ichiro"),),
)
SATO = Contact(
    key="sato", name="佐藤 花子", reading="サトウ ハナコ", numbers=(ContactNumber("201", "extension"),)
)
AIU = Contact(key="aiu", company="㈱アイウ", numbers=(ContactNumber("0120-123-456", "main"),), favourite=2)
SMITH = Contact(key="smith", name="John Smith", numbers=(ContactNumber("+1 650 253 0000"),), favourite=1)
TANAKA = Contact(key="tanaka", name="田中", numbers=(ContactNumber("0312349999"),), source="社内")

numbers = LibphonenumberNumbers()


def sqlite_contacts(*contacts: Contact) -> SqliteContacts:
    book = SqliteContacts(Database(None), numbers)
    book.apply(ContactEdit(saved=contacts))
    return book


@pytest.fixture(params=[FakeContacts, sqlite_contacts])
def make(request: pytest.FixtureRequest) -> Callable[..., Contacts]:
    return request.param  # type: ignore[no-any-return]


@pytest.fixture
def book() -> SqliteContacts:
    return sqlite_contacts(TAKAHASHI, SATO, AIU, SMITH, TANAKA)


def names(book: Contacts, text: str = "", **query: object) -> list[str]:
    return [row.name for row in book.rows(ContactQuery(text=text, **query))]  # type: ignore[arg-type]


def test_what_is_saved_is_there_whole(make: Callable[..., Contacts]) -> None:
    book = make(TAKAHASHI)
    assert book.get("takahashi") == TAKAHASHI
    assert book.all() == (TAKAHASHI,)
    assert book.count() == 1
    assert book.get("nobody") is None


def test_a_new_entry_gets_a_key_and_undo_takes_it_away(make: Callable[..., Contacts]) -> None:
    book = make()
    back = book.apply(ContactEdit(saved=(replace(TAKAHASHI, key=""),)))
    (row,) = book.rows()
    assert row.key
    assert back.deleted == (row.key,)
    again = book.apply(back)
    assert book.rows() == ()
    book.apply(again)
    assert book.get(row.key) == replace(TAKAHASHI, key=row.key)


def test_a_number_finds_its_owner_whatever_way_it_is_written(make: Callable[..., Contacts]) -> None:
    book = make(TAKAHASHI, SATO)
    for written in ("0312345678", "+81312345678", "03-1234-5678"):
        person = book.find(written)
        assert person is not None
        assert (person.contact_key, person.name, person.company) == (
            "takahashi",
            "髙橋 一郎",
            "株式会社 山田商事",
        )
    assert book.find("0399999999") is None
    assert book.find("") is None


def test_ones_own_entry_wins_over_a_directorys(make: Callable[..., Contacts]) -> None:
    book = make(
        replace(TAKAHASHI, key="theirs", source="社内"), replace(TAKAHASHI, key="mine", name="高橋さん")
    )
    person = book.find("0312345678")
    assert person is not None
    assert person.contact_key == "mine"
    assert book.matching("0312345678") == ("mine", "theirs")


def test_a_company_without_a_person_is_shown_by_its_name(make: Callable[..., Contacts]) -> None:
    person = make(AIU).find("0120123456")
    assert person is not None
    assert (person.name, person.company) == ("㈱アイウ", "")


def test_a_directory_is_replaced_alone(make: Callable[..., Contacts]) -> None:
    book = make(SATO, TANAKA)
    book.replace_source("社内", (Contact(name="鈴木", numbers=(ContactNumber("0355556666"),)),))
    assert book.count() == 2
    assert book.count("社内") == 1
    assert [each.name for each in book.all("社内")] == ["鈴木"]
    assert book.find("0312349999") is None
    assert book.get("sato") == SATO


def test_groups_favourites_and_sources_are_filters(make: Callable[..., Contacts]) -> None:
    book = make(TAKAHASHI, SATO, AIU, SMITH, TANAKA)
    assert book.groups() == ("得意先",)
    assert names(book, group="得意先") == ["髙橋 一郎"]
    assert names(book, favourites=True) == ["John Smith", "㈱アイウ"]
    assert names(book, source="社内") == ["田中"]
    assert len(names(book, source="")) == 4


def test_pictures_come_and_go_with_who_has_them() -> None:
    book = sqlite_contacts()
    one, two = replace(SATO, photo_id="p"), replace(AIU, photo_id="p")
    book.apply(ContactEdit(saved=(one, two), photos={"p": b"picture", "unused": b"nobody's"}))
    assert book.photo("p") == b"picture"
    assert book.photo("unused") == b""
    book.apply(ContactEdit(deleted=("sato",)))
    assert book.photo("p") == b"picture"
    back = book.apply(ContactEdit(deleted=("aiu",)))
    assert book.photo("p") == b""
    book.apply(back)
    assert book.photo("p") == b"picture"
    assert book.get("aiu") == two


def test_the_list_is_sorted_as_it_is_read(book: SqliteContacts) -> None:
    assert [(row.heading, row.name) for row in book.rows()] == [
        ("あ", "㈱アイウ"),
        ("さ", "佐藤 花子"),
        ("た", "髙橋 一郎"),
        ("J", "John Smith"),
        ("他", "田中"),
    ]
    assert book.rows(limit=2) == book.rows()[:2]


@pytest.mark.parametrize(
    "typed",
    [
        "髙橋",
        "高橋",
        "高橋一郎",
        "一郎",
        "郎",
        "たかはし",
        "タカハシ",
        "ﾀｶﾊｼ",
        "たかはしいち",
        "takahashi",
        "takahasi",
        "Ichiro",
        "ichirou",
        "itir",
        "yamada",
        "山田商事",
        "株式会社山田",
        "営業",
        "ichiro@",
        "火曜",
        "0312345678",
        "03-1234-5678",
        "０３－１２３４",
        "+81312",
        "5678",
        "2345",
        "9",
        "高橋 5678",
        "tak 03 yam",
    ],
)
def test_whatever_is_typed_of_an_entry_finds_it(book: SqliteContacts, typed: str) -> None:
    assert "髙橋 一郎" in names(book, typed)


@pytest.mark.parametrize("typed", ["鈴木", "高橋 8888", "takahara", "+99", "081", "%", "一郎課長"])
def test_what_nobody_has_finds_nobody(book: SqliteContacts, typed: str) -> None:
    assert names(book, typed) == []


@pytest.mark.parametrize("typed", ["", " ", "\n", "　\v"])
def test_nothing_typed_finds_everybody(book: SqliteContacts, typed: str) -> None:
    assert names(book, typed) == names(book)


def test_those_who_begin_so_come_first(book: SqliteContacts) -> None:
    book.apply(
        ContactEdit(
            saved=(
                Contact(name="中山 太郎", reading="ナカヤマ タロウ"),
                Contact(name="太郎丸", reading="タロウマル"),
                Contact(name="青太郎", reading="アオタロウ"),
            )
        )
    )
    assert names(book, "太郎") == ["太郎丸", "中山 太郎", "青太郎"]
    assert names(book, "tarou") == ["太郎丸", "中山 太郎", "青太郎"]


def test_a_change_is_found_at_once(book: SqliteContacts) -> None:
    assert names(book, "すずき") == []
    back = book.apply(ContactEdit(saved=(replace(SATO, name="鈴木", reading="すずき"),)))
    assert names(book, "すずき") == ["鈴木"]
    assert names(book, "さとう") == []
    book.apply(back)
    assert names(book, "さとう") == ["佐藤 花子"]


def test_another_processs_change_is_seen(tmp_path: Path) -> None:
    file = tmp_path / "phone.db"
    window, command = (SqliteContacts(Database(file), numbers) for _ in range(2))
    assert window.rows() == ()
    command.apply(ContactEdit(saved=(SATO,)))
    assert names(window) == ["佐藤 花子"]
    window.apply(ContactEdit(deleted=("sato",)))
    assert names(command) == []


def test_a_directory_is_replaced_in_steps_that_write_only_what_changed() -> None:
    book = sqlite_contacts(SATO)
    people = tuple(
        Contact(name=f"社員{number}", numbers=(ContactNumber(f"2{number:03}"),))
        for number in range(2 * CHUNK + 1)
    )
    assert len(list(book.replace_source_in_steps("社内", people))) > len(people) // CHUNK
    before = book.rows(ContactQuery(source="社内"))
    assert len(before) == len(people)
    list(book.replace_source_in_steps("社内", (*people[1:], replace(SATO, key="sato"))))
    after = book.rows(ContactQuery(source="社内"))
    assert {row.key for row in before} - {row.key for row in after} == {
        row.key for row in before if row.name == "社員0"
    }
    assert book.get("sato") == SATO
    assert book.count() == len(people) + 1


people = st.builds(
    Contact,
    key=st.sampled_from(["a", "b", "c", ""]),
    name=st.text(max_size=8),
    reading=st.sampled_from(["", "アオキ", "かとう"]),
    company=st.sampled_from(["", "㈱アイウ"]),
    numbers=st.lists(
        st.builds(ContactNumber, st.sampled_from(["0312345678", "+81312345678", "201", ""])), max_size=3
    ).map(tuple),
    photo_id=st.sampled_from(["", "p", "q"]),
    favourite=st.integers(0, 3),
    groups=st.sampled_from([(), ("得意先",), ("一", "二")]),
)
edits = st.builds(
    ContactEdit,
    saved=st.lists(people, max_size=4).map(tuple),
    deleted=st.lists(st.sampled_from(["a", "b", "c", "d"]), max_size=2, unique=True).map(tuple),
    photos=st.just({"p": b"picture p", "q": b"picture q"}),
)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50, deadline=None)
@given(st.lists(edits, min_size=1, max_size=5))
def test_every_edit_is_taken_back_by_what_it_returns(changes: list[ContactEdit]) -> None:
    book = sqlite_contacts()
    undo: list[ContactEdit] = []
    looks = [_look(book)]
    for change in changes:
        undo.append(book.apply(change))
        looks.append(_look(book))
        assert book.rows() == SqliteContacts(book._database, numbers).rows()
    for back in reversed(undo):
        looks.pop()
        book.apply(back)
        assert _look(book) == looks[-1]


def _look(book: SqliteContacts) -> object:
    return (
        sorted(book.all(), key=lambda each: each.key),
        book.rows(),
        {photo_id: book.photo(photo_id) for photo_id in ("p", "q")},
        book.matching("0312345678"),
    )
