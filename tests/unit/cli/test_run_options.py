"""The account and the sound of a run."""

from __future__ import annotations

import io

import pytest

from softphone.cli import run_options
from softphone.cli.run_options import RunAccount, file_audio, read_password
from softphone.domain.commands import LIBRARY_MAX_CALLS, Configure, SetAccount
from tests.helpers.fake_services import FakeServices
from tests.helpers.fakes import ACCOUNT


class Terminal(io.StringIO):
    """Standard input that somebody types on."""

    def isatty(self) -> bool:
        return True


@pytest.mark.parametrize(
    ("typed", "password"), [("pw\n", "pw"), ("pw\r\nmore\n", "pw"), ("", ""), (" p w \n", " p w ")]
)
def test_password_is_one_line(typed: str, password: str) -> None:
    assert read_password(FakeServices().text, io.StringIO(typed)) == password


def test_password_is_asked_for_without_echo(monkeypatch: pytest.MonkeyPatch) -> None:
    prompts: list[str] = []

    def ask(prompt: str) -> str:
        prompts.append(prompt)
        return "typed"

    monkeypatch.setattr(run_options.getpass, "getpass", ask)
    text = FakeServices().text

    assert read_password(text, Terminal("shown\n")) == "typed"
    assert read_password(text, Terminal("piped\n"), prompt=False) == "piped"
    assert prompts == ["Password: "]


def test_password_of_a_run_comes_from_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_options.sys, "stdin", io.StringIO("from-stdin\n"))
    services = FakeServices()

    run = services.run("call", "9196", "--user-id", "2001", "--server", "pbx.example.jp", "--duration", "0")

    assert run.code == 0
    assert services.engine.sent_of(SetAccount)[0].password == "from-stdin"


def test_no_password_at_all_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(run_options.sys, "stdin", io.StringIO(""))

    run = FakeServices().run("call", "9196", "--user-id", "2001", "--server", "pbx.example.jp")

    assert run.code == 2
    assert "Enter the Password" in run.errors


def test_repr_hides_the_password() -> None:
    assert "himitsu" not in repr(RunAccount(account=ACCOUNT, password="himitsu"))


def test_files_are_left_alone_unless_asked() -> None:
    plain, processed = file_audio("a.wav", "b.wav"), file_audio("a.wav", "b.wav", processing=True)

    assert (plain.source, plain.play_path, plain.record_path) == ("file", "a.wav", "b.wav")
    assert [(c.echo_cancellation, c.noise_suppression, c.automatic_gain) for c in (plain, processed)] == [
        (False, False, False),
        (True, True, True),
    ]


@pytest.mark.parametrize(("options", "max_calls"), [((), LIBRARY_MAX_CALLS), (("--max-calls", "1"), 1)])
def test_calls_at_a_time_are_the_settings_unless_said(options: tuple[str, ...], max_calls: int) -> None:
    services = FakeServices(account=ACCOUNT, stored_password="himitsu1")
    assert services.run("call", "9196", "--duration", "0", *options).code == 0
    assert {told.max_calls for told in services.engine.sent_of(Configure)} == {max_calls}


@pytest.mark.parametrize("number", ["0", "5", "many"])
def test_no_more_calls_than_the_library_has(number: str) -> None:
    run = FakeServices().run("listen", "--max-calls", number)
    assert run.code == 2
    assert "--max-calls" in run.errors
