"""``softphone account``: stored, shown and tested on fakes."""

from __future__ import annotations

import io

import pytest

from softphone.cli import run_options
from softphone.domain.account import RegistrationCause, RegistrationState, Transport
from softphone.domain.commands import SetAccount
from tests.helpers.fake_services import FakeServices, registration
from tests.helpers.fakes import ACCOUNT

SECRET = "himitsu1"


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The password on standard input."""
    monkeypatch.setattr(run_options.sys, "stdin", io.StringIO(f"{SECRET}\n"))


@pytest.mark.usefixtures("typed")
def test_set_stores_the_account_and_the_password_apart() -> None:
    services = FakeServices()

    run = services.run(
        "account", "set", "--user-id", "ａｂｃ2001", "--server", "pbx.example.jp:5080", "--transport", "tcp",
        "--service-code", "", "--password-stdin", "--json",
    )  # fmt: skip

    assert run.code == 0
    account = services.settings_store.settings.account
    assert account is not None
    assert (account.user_id, str(account.server)) == ("abc2001", "pbx.example.jp:5080")
    assert account.transport is Transport.TCP
    assert services.keyring.passwords == {"abc2001@pbx.example.jp": SECRET}
    assert run.events[-1] == {
        "event": "account_saved",
        "user_id": "abc2001",
        "server": "pbx.example.jp:5080",
    }
    assert SECRET not in run.out + run.errors


@pytest.mark.usefixtures("typed")
@pytest.mark.parametrize(
    ("problem", "words"),
    [("unavailable", "no safe place"), ("denied", "not allowed"), ("failed", "has a problem")],
)
def test_set_without_a_keyring_says_so_and_keeps_the_account(problem: str, words: str) -> None:
    services = FakeServices(keyring_problem=problem)

    run = services.run("account", "set", "--user-id", "2001", "--server", "pbx.example.jp")

    assert run.code == 7
    assert words in run.errors
    assert "until you close" not in run.errors
    assert "SOFTPHONE_PASSWORD" in run.errors
    assert services.settings_store.settings.account is not None


@pytest.mark.usefixtures("typed")
def test_set_on_a_full_disk_says_so() -> None:
    services = FakeServices()
    services.settings_store.error = OSError(28, "No space left on device")

    run = services.run("account", "set", "--user-id", "2001", "--server", "pbx.example.jp")

    assert run.code == 7
    assert "No space left on device" in run.errors


@pytest.mark.usefixtures("typed")
@pytest.mark.parametrize(
    ("user_id", "server", "words"),
    [
        ("二〇〇一", "pbx.example.jp", "User ID has characters that are not half-width"),
        ("2001", "pbx.example.jp:99999", "port of SIP server"),
        ("2001", "pbx example", "space inside"),
        ("", "pbx.example.jp", "Enter the User ID"),
    ],
)
def test_set_names_what_is_wrong(user_id: str, server: str, words: str) -> None:
    services = FakeServices()

    run = services.run("account", "set", "--user-id", user_id, "--server", server, "--password-stdin")

    assert run.code == 2
    assert words in run.errors
    assert services.settings_store.saves == 0


def test_show_never_shows_the_password() -> None:
    services = FakeServices(account=ACCOUNT, stored_password=SECRET)

    run = services.run("account", "show", "--json")
    words = services.run("account", "show")

    assert run.code == words.code == 0
    shown = run.events[0]
    assert shown["user_id"] == "abcde20201"
    assert shown["password_stored"] is True
    assert shown["keyring"] == "ok"
    assert "User ID: abcde20201" in words.out
    assert "Password: stored" in words.out
    assert SECRET not in run.out + words.out


@pytest.mark.parametrize(
    ("problem", "words"), [("", "not stored"), ("unavailable", "no safe place"), ("denied", "not allowed")]
)
def test_show_says_why_there_is_no_password(problem: str, words: str) -> None:
    services = FakeServices(account=ACCOUNT, keyring_problem=problem)

    assert services.run("account", "show", "--json").events[0]["password_stored"] is False
    assert words in services.run("account", "show").out


def test_show_without_an_account() -> None:
    run = FakeServices().run("account", "show", "--json")

    assert run.code == 0
    assert run.events == [{"event": "account", "configured": False}]


def test_show_tells_of_a_damaged_file() -> None:
    services = FakeServices(account=ACCOUNT)
    services.settings_store.kept_aside = "settings.toml.damaged"

    assert "settings.toml.damaged" in services.run("account", "show").errors


@pytest.mark.parametrize(
    ("state", "cause", "code"),
    [
        (RegistrationState.REGISTERED, RegistrationCause.NONE, 0),
        (RegistrationState.AUTH_FAILED, RegistrationCause.CREDENTIALS, 3),
        (RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT, 4),
    ],
)
def test_test_registers_once(state: RegistrationState, cause: RegistrationCause, code: int) -> None:
    services = FakeServices(account=ACCOUNT, stored_password=SECRET)
    services.engine.on(SetAccount, lambda command: [registration(state, cause, 200)])

    run = services.run("account", "test", "--json")

    assert run.code == code
    assert run.seen(event="registration", state=state.value, cause=cause.value)
    assert services.engine.stopped
