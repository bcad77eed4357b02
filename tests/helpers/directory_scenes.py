"""Scenes of the gallery: the company's directories and how they are doing."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.directory import DirectoryKind, DirectorySettings
from tests.helpers.fake_directory import FakeDirectories, card_of

DIRECTORIES = (
    DirectorySettings(
        key="l", kind=DirectoryKind.LDAP, name="全社名簿", address="ldap.example.jp", base="dc=example,dc=jp"
    ),
    DirectorySettings(
        key="c", kind=DirectoryKind.CARDDAV, name="取引先", address="https://dav.example.jp", user="sato"
    ),
    DirectorySettings(key="f", kind=DirectoryKind.CSV, name="支店の名簿", address="//server/share/支店.csv"),
    DirectorySettings(
        key="o", kind=DirectoryKind.CSV, name="旧名簿", address="//server/share/old.csv", active=False
    ),
)


def _people(count: int) -> tuple[Contact, ...]:
    return tuple(
        Contact(name=f"山田 {number}", numbers=(ContactNumber(f"0312340{number:03}"),))
        for number in range(count)
    )


def directories_empty(stage: Any) -> None:
    stage.kit.registered()
    stage.window.show_place("directories")


def directories(stage: Any) -> None:
    """One that answers, one that was read, one that cannot be, one switched off."""
    stage.kit.registered()
    opened: FakeDirectories = stage.directories
    stage.kit.phone.settings.change_fields(directories=DIRECTORIES)
    opened.opened["l"].answer("fetch")
    torn = "BEGIN:VCARD\r\nVERSION:3.0\r\nEND:VCARD\r\n" * 3
    cards = "".join(map(card_of, _people(128)))
    opened.opened["c"].answer("fetch", content=(torn + cards).encode(), state="1")
    opened.opened["f"].answer("fetch", *_people(4), state="1")
    stage.kit.dispatcher.advance(5.0)
    stage.kit.phone.directories.refresh("f")
    opened.opened["f"].answer("fetch", problem="not_found")
    stage.window.show_place("directories")


def directory_new(stage: Any) -> None:
    stage.kit.registered()
    stage.window.show_place("directory")


def directory_wrong(stage: Any) -> None:
    directory_new(stage)
    stage.type("directory_name", "全社名簿")
    stage.type("directory_user", "cn=reader,dc=example,dc=jp")
    stage.type("directory_address", "ldap.example.jp:99999")
    stage.click("saveDirectory")


SCENES: dict[str, Callable[[Any], object]] = {
    each.__name__: each for each in (directories_empty, directories, directory_new, directory_wrong)
}
