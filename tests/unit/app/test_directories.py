"""Directories of the company: opened, searched, fetched in time, and told how they do."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from softphone.app.changes import ContactsMoved, DirectoryMoved
from softphone.app.directories import FETCH_EVERY_S, LOOK_EVERY_S
from softphone.domain.account import Account
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.directory import DirectoryInvalid, DirectoryKind, DirectorySettings, Encryption
from softphone.domain.ports import StoreTrouble
from softphone.domain.settings import Settings
from softphone.domain.uri import HostPort
from tests.helpers.fake_directory import FakeDirectories
from tests.helpers.fakes import PhoneKit, fake_phone

LDAP = DirectorySettings(
    key="l", kind=DirectoryKind.LDAP, name="会社", address="ldap.example.jp", base="dc=jp"
)
DAV = DirectorySettings(
    key="c", kind=DirectoryKind.CARDDAV, name="共有", address="dav.example.jp", user="sato"
)
CSV = DirectorySettings(key="f", kind=DirectoryKind.CSV, name="名簿", address="//server/people.csv")
HANAKO = Contact(name="山田 花子", company="みどり", numbers=(ContactNumber("03-1234-5678"),))
TARO = Contact(name="佐藤 太郎", numbers=(ContactNumber("201", "extension"),))


class Kit:
    """A phone with these directories, started."""

    def __init__(self, *directories: DirectorySettings, password: str = "") -> None:
        self.directories = FakeDirectories()
        account = Account(user_id="201", server=HostPort("pbx.example.jp"))
        self.phone_kit: PhoneKit = fake_phone(
            Settings(account=account, directories=directories),
            password="secret",
            open_directory=self.directories,
        )
        if password:
            self.phone_kit.secrets.passwords["directory:c"] = password
        self.phone_kit.phone.start()
        self.service = self.phone_kit.phone.directories

    def fetched(self, key: str, *contacts: Contact, **fields: object) -> str:
        """The directory gives what it was asked for; the phone takes its time to read it."""
        state = self.directories.opened[key].answer("fetch", *contacts, **fields)
        self.phone_kit.dispatcher.advance(1.0)
        return state

    def contacts(self, source: str) -> list[str]:
        return [each.name for each in self.phone_kit.contacts.all(source)]


def test_a_book_is_fetched_with_its_password_and_becomes_a_source() -> None:
    kit = Kit(DAV, password="geheim")
    opened = kit.directories.opened["c"]
    assert opened.password == "geheim"
    kit.fetched(opened.settings.key, HANAKO, TARO, state="1")
    assert kit.contacts("c") == ["山田 花子", "佐藤 太郎"]
    status = kit.service.status("c")
    assert (status.count, status.problem, status.busy) == (2, "", False)
    assert kit.phone_kit.phone.contacts.find("0312345678").name == "山田 花子"  # type: ignore[union-attr]


def test_it_is_fetched_again_in_time_and_kept_where_nothing_changed() -> None:
    kit = Kit(DAV)
    opened = kit.directories.opened["c"]
    kit.fetched(opened.settings.key, HANAKO, state="1")
    kit.phone_kit.dispatcher.advance(FETCH_EVERY_S)
    assert kit.fetched(opened.settings.key, unchanged=True, state="1") == "1"
    assert kit.contacts("c") == ["山田 花子"]
    kit.phone_kit.dispatcher.advance(FETCH_EVERY_S)
    kit.fetched(opened.settings.key, TARO, state="2")
    assert kit.contacts("c") == ["佐藤 太郎"]


def test_a_file_is_looked_at_more_often() -> None:
    kit = Kit(CSV)
    opened = kit.directories.opened["f"]
    kit.fetched(opened.settings.key, HANAKO, state="1")
    kit.phone_kit.dispatcher.advance(LOOK_EVERY_S)
    assert [kind for kind, _, _ in opened.asked] == ["fetch"]


def test_a_server_that_says_no_keeps_what_was_known_and_is_told() -> None:
    kit = Kit(DAV)
    opened = kit.directories.opened["c"]
    kit.fetched(opened.settings.key, HANAKO, state="1")
    kit.service.refresh("c")
    kit.fetched(opened.settings.key, problem="credentials")
    assert kit.contacts("c") == ["山田 花子"]
    assert kit.phone_kit.changes_of(DirectoryMoved)[-1].status.problem == "credentials"


def test_a_full_disk_is_told_as_the_directory_s_trouble() -> None:
    kit = Kit(DAV)
    kit.phone_kit.contacts.trouble = StoreTrouble(code="full")
    kit.fetched("c", HANAKO, state="1")
    assert kit.service.status("c").problem == "store_full"


def test_what_could_not_be_stored_is_asked_for_again() -> None:
    kit = Kit(DAV)
    kit.phone_kit.contacts.trouble = StoreTrouble(code="full")
    kit.fetched("c", HANAKO, state="1")
    kit.phone_kit.contacts.trouble = None
    kit.phone_kit.dispatcher.advance(FETCH_EVERY_S)
    assert kit.fetched("c", HANAKO, state="1") == ""
    assert kit.contacts("c") == ["山田 花子"]


def test_servers_are_searched_and_answer_one_by_one() -> None:
    kit = Kit(LDAP, DAV)
    found: list[tuple[str, list[str], bool]] = []
    asked = kit.service.search(
        "やま", lambda key, people, more: found.append((key, [p.name for p in people], more))
    )
    assert asked == 1
    assert kit.directories.opened["l"].answer("search", HANAKO, more=True) == "やま"
    assert found == [("l", ["山田 花子"], True)]


def test_a_caller_nobody_knows_is_looked_up_and_named_while_it_rings() -> None:
    kit = Kit(LDAP)
    kit.phone_kit.registered()
    key = kit.phone_kit.incoming(number="0312345678")
    assert kit.directories.opened["l"].answer("find", TARO, HANAKO) == "0312345678"
    call = kit.phone_kit.phone.calls.find(key)
    assert call is not None
    assert call.person is not None
    assert (call.person.name, call.person.company) == ("山田 花子", "みどり")
    kit.phone_kit.ended(key)
    assert kit.phone_kit.history.records[-1].remote.display_name == "山田 花子"


def test_what_a_server_said_of_a_number_is_not_asked_again() -> None:
    kit = Kit(LDAP)
    kit.phone_kit.registered()
    kit.phone_kit.incoming("a", number="0312345678")
    opened = kit.directories.opened["l"]
    opened.answer("find", HANAKO)
    kit.phone_kit.ended("a")
    kit.phone_kit.incoming("b", number="0312345678")
    assert not [each for each in opened.asked if each[0] == "find"]
    assert kit.phone_kit.phone.calls.find("b").person.name == "山田 花子"  # type: ignore[union-attr]


def test_a_person_with_another_number_is_not_taken_for_the_caller() -> None:
    kit = Kit(LDAP)
    kit.phone_kit.registered()
    key = kit.phone_kit.incoming(number="0399995678")
    kit.directories.opened["l"].answer("find", HANAKO)
    assert kit.phone_kit.phone.calls.find(key).person is None  # type: ignore[union-attr]


def test_a_directory_is_added_with_its_password_in_the_keyring_only() -> None:
    kit = Kit()
    kit.service.save(DAV, "geheim")
    assert kit.phone_kit.secrets.passwords["directory:c"] == "geheim"
    assert kit.directories.opened["c"].password == "geheim"
    assert "geheim" not in repr(kit.phone_kit.store.settings)


def test_a_changed_directory_is_opened_anew() -> None:
    kit = Kit(LDAP)
    first = kit.directories.opened["l"]
    kit.service.save(replace(LDAP, base="dc=example,dc=jp"), None)
    assert first.closed
    assert kit.directories.opened["l"].settings.base == "dc=example,dc=jp"
    assert len(kit.phone_kit.store.settings.directories) == 1


def test_a_removed_directory_takes_its_people_and_its_password_along() -> None:
    kit = Kit(DAV, password="geheim")
    opened = kit.directories.opened["c"]
    kit.fetched(opened.settings.key, HANAKO, state="1")
    kit.service.remove("c")
    kit.phone_kit.dispatcher.advance(1.0)
    assert opened.closed
    assert kit.contacts("c") == []
    assert "directory:c" not in kit.phone_kit.secrets.passwords
    assert kit.phone_kit.changes_of(ContactsMoved)


def test_one_switched_off_keeps_its_people_and_is_not_asked() -> None:
    kit = Kit(DAV)
    opened = kit.directories.opened["c"]
    kit.fetched(opened.settings.key, HANAKO, state="1")
    kit.service.save(replace(DAV, active=False), None)
    assert opened.closed
    assert kit.contacts("c") == ["山田 花子"]


@pytest.mark.parametrize(
    ("directory", "password", "problem"),
    [
        (replace(LDAP, address=" "), None, ("address", "empty")),
        (replace(DAV, address="ftp://example.jp"), "x", ("address", "address")),
        (replace(DAV, address="http://example.jp"), "x", ("address", "insecure")),
        (replace(LDAP, user="cn=x", encryption=Encryption.NONE), "x", ("address", "insecure")),
        (replace(LDAP, address="ldap.example.jp:99999"), None, ("address", "address")),
    ],
)
def test_what_cannot_be_is_refused_before_anything_is_sent(
    directory: DirectorySettings, password: str | None, problem: tuple[str, str]
) -> None:
    kit = Kit()
    with pytest.raises(DirectoryInvalid) as caught:
        kit.service.save(directory, password)
    assert (caught.value.field, caught.value.code) == problem
    assert kit.directories.opened == {}
    assert kit.phone_kit.secrets.passwords.keys() == {"201@pbx.example.jp"}


def test_no_more_than_eight_are_kept() -> None:
    kit = Kit(*(replace(CSV, key=str(number)) for number in range(8)))
    with pytest.raises(DirectoryInvalid, match="too_many"):
        kit.service.save(replace(CSV, key="ninth"), None)
