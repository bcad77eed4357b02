"""Search everywhere: at once what is here, later what directories answer, nothing of an old question."""

from __future__ import annotations

from collections.abc import Callable

from softphone.app.search import SearchResults, SearchService
from softphone.domain.contact import Contact, ContactNumber
from tests.helpers.fake_people import FakeContacts, FakeHistory
from tests.helpers.fakes import fake_phone

Found = Callable[[str, tuple[Contact, ...], bool], None]


class FakeDirectories:
    """Two directories that answer when a test says so."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, Found]] = []

    def search(self, text: str, found: Found) -> int:
        self.asked.append((text, found))
        return 2


def person(key: str, name: str, *numbers: str, source: str = "") -> Contact:
    own = tuple(ContactNumber(number) for number in numbers)
    return Contact(key=key, name=name, numbers=own, source=source)


def service(*people: Contact, directories: FakeDirectories | None = None) -> SearchService:
    book = FakeContacts(*people)
    phone = fake_phone(contacts=book, history=FakeHistory(contacts=book)).phone
    return SearchService(phone.contacts, phone.history, str, directories)


def test_what_is_here_is_told_at_once_directories_add_to_it() -> None:
    directories = FakeDirectories()
    told: list[SearchResults] = []
    service(person("a", "山田"), directories=directories).search("山田", told.append)
    assert [row.name for row in told[-1].contacts] == ["山田"]
    assert told[-1].waiting == 2
    _, answer = directories.asked[0]
    answer("ldap", (person("", "山田 次郎", source="ldap"), person("a", "山田")), False)
    answer("other", (), False)
    assert [each.name for each in told[-1].directory] == ["山田 次郎"]
    assert told[-1].waiting == 0
    assert len(told) == 3


def test_an_answer_to_an_old_question_is_dropped() -> None:
    directories = FakeDirectories()
    told: list[SearchResults] = []
    search = service(directories=directories)
    search.search("山", told.append)
    search.search("山田", told.append)
    directories.asked[0][1]("ldap", (person("", "山本", source="ldap"),), False)
    assert told[-1] == SearchResults(text="山田", waiting=2)
    search.search("  ", told.append)
    directories.asked[1][1]("ldap", (person("", "山田", source="ldap"),), False)
    assert told[-1] == SearchResults(text="")
    assert told[-1].empty


def test_suggestions_can_all_be_called_by_the_number_that_was_meant() -> None:
    search = service(
        person("a", "山田 花子", "202", "090-1234-5678"),
        person("b", "山田 無電"),
        *(person(f"c{n}", f"山田 {n}", f"30{n}") for n in range(9)),
    )
    assert [row.number for row in search.suggest("1234")] == ["090-1234-5678"]
    rows = search.suggest("山田")
    assert len(rows) == 4
    assert all(row.number for row in rows)
    assert search.suggest(" ") == ()


def test_a_name_with_digits_changes_no_number() -> None:
    search = service(person("a", "第2営業部 1234", "202", "0312345678"))
    assert [row.number for row in search.suggest("第2営業部 1234")] == ["202"]
