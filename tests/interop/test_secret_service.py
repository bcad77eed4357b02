"""Passwords in a real Secret Service (gnome-keyring) on a bus of its own."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers.secret_service import GnomeKeyring, SessionBus

ACCOUNT = "abcde20201@01234abc.smart-pbx.jp"
PASSWORD = "himitsu-パス-0123"
LOGIN_PASSWORD = "the login password"


@pytest.fixture
def bus(tmp_path: Path, stack: ExitStack, requires_peer: Callable[..., None]) -> SessionBus:
    """A session bus without a keyring."""
    requires_peer("dbus-run-session", "gnome-keyring-daemon")
    return stack.enter_context(SessionBus(tmp_path / "home"))


def files_with(folder: Path, text: str) -> list[Path]:
    return [file for file in folder.rglob("*") if file.is_file() and text.encode() in file.read_bytes()]


def test_a_saved_password_is_there_for_the_next_start_and_in_no_file_in_the_clear(
    bus: SessionBus, stack: ExitStack
) -> None:
    keyring = stack.enter_context(GnomeKeyring(bus, LOGIN_PASSWORD))
    (saved,) = bus.ask_keyring("save", account=ACCOUNT, password=PASSWORD)
    assert saved["problem"] == ""
    keyring.leave(bus)
    stack.enter_context(GnomeKeyring(bus, LOGIN_PASSWORD))
    assert bus.ask_keyring("load", account=ACCOUNT) == [{"password": PASSWORD, "problem": ""}]
    assert list((bus.home / "data" / "keyrings").glob("*.keyring"))
    assert files_with(bus.home, PASSWORD) == []


def test_a_forgotten_password_is_gone(bus: SessionBus, stack: ExitStack) -> None:
    stack.enter_context(GnomeKeyring(bus, LOGIN_PASSWORD))
    bus.ask_keyring("save", account=ACCOUNT, password=PASSWORD)
    nothing = {"password": None, "problem": ""}
    assert bus.ask_keyring("forget", "forget", account=ACCOUNT) == [nothing, nothing]
    assert bus.ask_keyring("load", account=ACCOUNT) == [nothing]


def test_phones_side_by_side_keep_their_own(bus: SessionBus, stack: ExitStack) -> None:
    stack.enter_context(GnomeKeyring(bus, LOGIN_PASSWORD))
    bus.ask_keyring("save", account=ACCOUNT, password="one", service="softphone:1")
    bus.ask_keyring("save", account=ACCOUNT, password="other", service="softphone:2")
    bus.ask_keyring("forget", account=ACCOUNT, service="softphone:2")
    (loaded,) = bus.ask_keyring("load", account=ACCOUNT, service="softphone:1")
    assert loaded["password"] == "one"


def test_a_keyring_that_stays_locked_is_told_and_the_password_kept_for_this_run(
    bus: SessionBus, stack: ExitStack
) -> None:
    keyring = stack.enter_context(GnomeKeyring(bus, LOGIN_PASSWORD))
    bus.ask_keyring("save", account=ACCOUNT, password=PASSWORD)
    keyring.leave(bus)
    stack.enter_context(GnomeKeyring(bus, "not the login password"))
    (refused,) = bus.ask_keyring("load", account=ACCOUNT)
    assert refused == {"password": None, "problem": "denied"}
    saved, loaded = bus.ask_keyring("save", "load", account=ACCOUNT, password="for now")
    assert saved["problem"] == "denied"
    assert loaded == {"password": "for now", "problem": ""}
    assert files_with(bus.home, "for now") == []


def test_without_a_keyring_the_password_is_kept_for_this_run_only(bus: SessionBus) -> None:
    saved, loaded = bus.ask_keyring("save", "load", account=ACCOUNT, password=PASSWORD)
    assert saved["problem"] == "unavailable"
    assert loaded == {"password": PASSWORD, "problem": ""}
    assert bus.ask_keyring("load", account=ACCOUNT) == [{"password": None, "problem": "unavailable"}]
    assert files_with(bus.home, PASSWORD) == []
