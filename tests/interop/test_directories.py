"""Directories as they are met in offices: OpenLDAP, a CardDAV server, and those that hang or lie."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from softphone.directory.carddav import CarddavDirectory
from softphone.directory.ldap import LIMIT_S, LdapDirectory
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.contact_file import FoundContact
from softphone.domain.directory import DirectoryAnswer, DirectoryKind, DirectorySettings, Encryption
from tests.helpers.certificate import Certificate, make_certificate
from tests.helpers.dispatchers import SyncDispatcher
from tests.helpers.fake_people import disk_files
from tests.helpers.hanging_server import HangingServer
from tests.helpers.radicale import BOOK, PASSWORD, USER, Radicale
from tests.helpers.slapd import BASE, READER, READER_PASSWORD, Slapd

HANAKO = "\r\n".join(
    (
        "BEGIN:VCARD",
        "VERSION:3.0",
        "UID:1",
        "FN:山田 花子",
        "N:山田;花子;;;",
        "TEL;TYPE=WORK:03-1234-5678",
        "END:VCARD",
        "",
    )
)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Certificate:
    return make_certificate(tmp_path_factory.mktemp("certificate"))


@pytest.fixture
def slapd(tmp_path: Path, certificate: Certificate, requires_peer: Callable[..., None]) -> Iterator[Slapd]:
    requires_peer("slapd", "openssl")
    with Slapd(tmp_path / "slapd", certificate) as server:
        yield server


@pytest.fixture
def radicale(tmp_path: Path, requires_peer: Callable[..., None]) -> Iterator[Radicale]:
    requires_peer("radicale")
    with Radicale(tmp_path / "radicale") as server:
        yield server


def ldap(address: str, **fields: object) -> DirectorySettings:
    fields.setdefault("encryption", Encryption.NONE)
    fields.setdefault("base", BASE)
    return DirectorySettings(key="l", kind=DirectoryKind.LDAP, name="会社", address=address, **fields)  # type: ignore[arg-type]


def carddav(address: str, **fields: object) -> DirectorySettings:
    fields.setdefault("user", USER)
    return DirectorySettings(key="c", kind=DirectoryKind.CARDDAV, name="会社", address=address, **fields)  # type: ignore[arg-type]


class Asked:
    """A directory that is asked and waited for."""

    def __init__(self, settings: DirectorySettings, password: str = "") -> None:
        self._dispatcher = SyncDispatcher()
        self.directory = (
            LdapDirectory(self._dispatcher, settings, password)
            if settings.kind is DirectoryKind.LDAP
            else CarddavDirectory(self._dispatcher, settings, password)
        )

    def __enter__(self) -> Asked:
        return self

    def __exit__(self, *_: object) -> None:
        self.directory.close()

    def search(self, text: str, limit: int = 10) -> DirectoryAnswer:
        return self._wait(lambda done: self.directory.search(text, limit, done))

    def find(self, number: str) -> DirectoryAnswer:
        return self._wait(lambda done: self.directory.find(number, done))

    def fetch(self, state: str = "") -> DirectoryAnswer:
        return self._wait(lambda done: self.directory.fetch(state, done))

    def _wait(self, ask: Callable[[Callable[[DirectoryAnswer], None]], None]) -> DirectoryAnswer:
        answers: list[DirectoryAnswer] = []
        ask(answers.append)
        self._dispatcher.run_until(lambda: answers, LIMIT_S + 5)
        return answers[0]


def people(answer: DirectoryAnswer) -> list[tuple[str, str]]:
    """Names and first numbers of the cards, as an import reads them."""
    files = disk_files()
    found = files.read(answer.content, files.look(answer.content))
    contacts = [step.contact for step in found if isinstance(step, FoundContact)]
    return sorted((each.name, each.numbers[0].number) for each in contacts)


@pytest.mark.parametrize("typed", ["山田", "はなこ", "みどり 花子", "1234-5678", "hanako 山田", "p0@"])
def test_people_are_found_by_what_one_types(slapd: Slapd, typed: str) -> None:
    with Asked(ldap(slapd.server)) as asked:
        answer = asked.search(typed)
        names = [each.name for each in answer.contacts]
        assert answer.problem == ""
        assert names == ([] if "hanako" in typed else ["山田 花子"])


def test_an_entry_becomes_a_person_one_can_call(slapd: Slapd) -> None:
    with Asked(ldap(slapd.server)) as asked:
        (person,) = asked.search("やまだ").contacts
    assert person == Contact(
        name="山田 花子",
        reading="やまだ はなこ",
        company="株式会社みどり",
        department="営業部",
        numbers=(ContactNumber("03-1234-5678"), ContactNumber("090-1111-2222", "mobile")),
        emails=("p0@example.jp",),
    )


@pytest.mark.parametrize(
    ("number", "name"),
    [("0312345679", "佐藤 太郎"), ("+81312345679", "佐藤 太郎"), ("08033334444", "鈴木 一郎")],
)
def test_a_caller_is_known_by_the_number_however_it_is_written(slapd: Slapd, number: str, name: str) -> None:
    with Asked(ldap(slapd.server)) as asked:
        assert [each.name for each in asked.find(number).contacts] == [name]


def test_what_means_something_in_a_filter_is_only_text(slapd: Slapd) -> None:
    with Asked(ldap(slapd.server)) as asked:
        assert [each.name for each in asked.search("(仮) *").contacts] == ["高橋 (仮) *"]
        assert asked.search("*)(objectClass=*").contacts == ()


def test_more_than_asked_for_is_said(slapd: Slapd) -> None:
    with Asked(ldap(slapd.server)) as asked:
        answer = asked.search("example.jp", limit=2)
    assert (len(answer.contacts), answer.more) == (2, True)


@pytest.mark.parametrize("encryption", [Encryption.STARTTLS, Encryption.TLS])
def test_a_password_goes_encrypted(
    slapd: Slapd, certificate: Certificate, encryption: Encryption, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
    address = slapd.server if encryption is Encryption.STARTTLS else slapd.tls_server
    with Asked(ldap(address, user=READER, encryption=encryption), READER_PASSWORD) as asked:
        answer = asked.search("佐藤")
        assert ([each.name for each in answer.contacts], answer.detail) == (["佐藤 太郎"], "")
    with Asked(ldap(address, user=READER, encryption=encryption), "falsch") as asked:
        assert asked.search("佐藤").problem == "credentials"


@pytest.mark.parametrize("encryption", [Encryption.STARTTLS, Encryption.TLS])
def test_a_certificate_nobody_vouches_for_is_refused(slapd: Slapd, encryption: Encryption) -> None:
    address = slapd.server if encryption is Encryption.STARTTLS else slapd.tls_server
    with Asked(ldap(address, user=READER, encryption=encryption), READER_PASSWORD) as asked:
        answer = asked.search("佐藤")
        assert answer.problem == "certificate", answer.detail
    assert READER not in slapd.log()


def test_a_certificate_of_another_name_is_refused(
    tmp_path: Path, requires_peer: Callable[..., None], monkeypatch: pytest.MonkeyPatch
) -> None:
    requires_peer("slapd")
    other = make_certificate(tmp_path / "other", "DNS:elsewhere.example.jp")
    monkeypatch.setenv("SSL_CERT_FILE", str(other.authority))
    with (
        Slapd(tmp_path / "slapd", other) as server,
        Asked(ldap(server.server, user=READER, encryption=Encryption.STARTTLS), READER_PASSWORD) as asked,
    ):
        assert asked.search("佐藤").problem == "certificate"


def test_a_wrong_base_is_told_as_such(slapd: Slapd) -> None:
    with Asked(ldap(slapd.server, base="dc=nowhere,dc=jp")) as asked:
        assert asked.search("佐藤").problem == "not_found"


def test_a_server_that_comes_back_is_asked_again(tmp_path: Path, requires_peer: Callable[..., None]) -> None:
    requires_peer("slapd")
    with Slapd(tmp_path / "one") as server, Asked(ldap(server.server)) as asked:
        assert len(asked.search("佐藤").contacts) == 1
        server.stop()
        assert asked.search("佐藤").problem == "unreachable"
        # Another one where it stood.
        asked.directory._settings = ldap(server.server)


def test_a_server_that_hangs_is_given_up_in_time() -> None:
    with HangingServer() as server, Asked(ldap(f"127.0.0.1:{server.port}")) as asked:
        began_s = time.monotonic()
        assert asked.search("佐藤").problem == "timeout"
        assert time.monotonic() - began_s < LIMIT_S
        assert server.connections == 1


def test_a_book_is_found_from_the_server_alone(radicale: Radicale) -> None:
    radicale.put("hanako", HANAKO)
    with Asked(carddav(radicale.address), PASSWORD) as asked:
        answer = asked.fetch()
        assert answer.problem == ""
        assert people(answer) == [("山田 花子", "03-1234-5678")]


def test_a_book_that_has_not_changed_is_not_taken_again(radicale: Radicale) -> None:
    radicale.put("hanako", HANAKO)
    with Asked(carddav(f"{radicale.address}{BOOK}"), PASSWORD) as asked:
        first = asked.fetch()
        assert asked.fetch(first.state).unchanged
        radicale.put("taro", HANAKO.replace("UID:1", "UID:2").replace("花子", "太郎"))
        second = asked.fetch(first.state)
    assert [name for name, _ in people(second)] == ["山田 太郎", "山田 花子"]


def test_a_wrong_password_is_told_as_such(radicale: Radicale) -> None:
    with Asked(carddav(f"{radicale.address}{BOOK}"), "falsch") as asked:
        assert asked.fetch().problem == "credentials"


def test_a_page_that_is_no_book_is_told_as_such(slapd: Slapd) -> None:
    with Asked(carddav(f"http://{slapd.server}/"), PASSWORD) as asked:
        assert asked.fetch().problem == "unreachable"


def test_a_certificate_is_looked_at(
    tmp_path: Path,
    certificate: Certificate,
    requires_peer: Callable[..., None],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    requires_peer("radicale")
    with Radicale(tmp_path / "radicale", certificate) as server:
        with Asked(carddav(server.address), PASSWORD) as asked:
            assert asked.fetch().problem == "certificate"
        monkeypatch.setenv("SSL_CERT_FILE", str(certificate.authority))
        with Asked(carddav(server.address), PASSWORD) as asked:
            assert asked.fetch().problem == "not_found"  # no book there yet, but the server is trusted


def test_a_password_does_not_follow_a_redirect_elsewhere() -> None:
    elsewhere = b"HTTP/1.1 301 Moved\r\nLocation: http://localhost:1/\r\nContent-Length: 0\r\n\r\n"
    with (
        HangingServer(elsewhere) as server,
        Asked(carddav(f"http://127.0.0.1:{server.port}/"), PASSWORD) as asked,
    ):
        assert asked.fetch().problem == "failed"


def test_a_book_that_never_ends_is_given_up() -> None:
    endless = b"HTTP/1.1 207 Multi-Status\r\nContent-Type: application/xml\r\n\r\n<x>"
    with (
        HangingServer(endless) as server,
        Asked(carddav(f"http://127.0.0.1:{server.port}/"), PASSWORD) as asked,
    ):
        assert asked.fetch().problem == "timeout"
