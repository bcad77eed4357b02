"""``softphone ctl``: what is asked of the running phone, and what is printed of its answer."""

from __future__ import annotations

import json

import pytest

from softphone.cli.control_verbs import CONTROL_VERBS
from softphone.cli.exit_code import ExitCode
from tests.helpers.fake_services import FakeControl, FakeServices


def test_a_request_has_the_words_by_name_and_the_call() -> None:
    services = FakeServices()
    services.running = FakeControl({"ok": True, "key": "in-1"})
    result = services.run("ctl", "transfer", "--key", "in-1", "03-1234-5678")
    assert services.running.asked == [{"verb": "transfer", "number": "03-1234-5678", "key": "in-1"}]
    assert (result.code, result.out) == (ExitCode.DONE, "in-1\n")


def test_words_that_are_left_out_are_empty() -> None:
    services = FakeServices()
    services.running = FakeControl({"ok": True, "key": "in-1"})
    services.run("ctl", "decline")
    assert services.running.asked == [{"verb": "decline", "reason": ""}]


def test_calls_are_a_line_each_for_a_person_and_an_object_for_a_program() -> None:
    call = {"key": "in-1", "text": "着信中", "who": "山田 花子 202"}
    services = FakeServices()
    services.running = FakeControl({"ok": True, "calls": [call]})
    assert services.run("ctl", "calls").out == "in-1  着信中  山田 花子 202\n"
    assert json.loads(services.run("ctl", "calls", "--json").out) == {"ok": True, "calls": [call]}


def test_events_are_printed_until_the_phone_ends() -> None:
    services = FakeServices()
    services.running = FakeControl({"ok": True}, [{"event": "call", "key": "in-1"}, {"event": "notice"}])
    result = services.run("ctl", "events")
    assert [json.loads(line)["event"] for line in result.out.splitlines()] == ["call", "notice"]
    assert result.code == ExitCode.DONE


def test_a_refusal_is_said_on_standard_error_with_its_exit_code() -> None:
    services = FakeServices()
    services.running = FakeControl(
        {"ok": False, "code": "no_call", "text": "この操作ができる通話がありません。"}
    )
    result = services.run("ctl", "hold")
    assert (result.code, result.out) == (ExitCode.FAILED, "")
    assert result.errors == "この操作ができる通話がありません。\n"


@pytest.mark.parametrize("code", ["in_call", "unsaved"])
def test_a_phone_that_cannot_leave_now_has_an_exit_code_of_its_own(code: str) -> None:
    services = FakeServices()
    services.running = FakeControl({"ok": False, "code": code, "text": "通話中です。"})
    assert services.run("ctl", "quit").code == ExitCode.BUSY
    assert services.running.asked == [{"verb": "quit", "when": ""}]


def test_without_a_phone_one_is_told_what_to_start() -> None:
    result = FakeServices().run("ctl", "status")
    assert result.code == ExitCode.NOT_REACHED
    assert "softphone listen" in result.errors


def test_a_phone_that_hangs_is_told_of_by_an_exit_code_of_its_own() -> None:
    services = FakeServices()
    services.hangs = True
    result = services.run("ctl", "status")
    assert result.code == ExitCode.NO_ANSWER
    assert result.errors == f"{services.text('cli.ctl.silent')}\n"


def test_a_wrong_word_is_refused_before_the_phone_is_asked() -> None:
    services = FakeServices()
    services.running = FakeControl({"ok": True})
    assert services.run("ctl", "dnd", "perhaps").code == ExitCode.USAGE
    assert services.run("ctl", "dance").code == ExitCode.USAGE
    assert services.running.asked == []


def test_every_verb_has_help_in_both_languages() -> None:
    for language in ("ja", "en"):
        words = FakeServices(language=language).text
        for verb in CONTROL_VERBS:
            assert words.has(f"cli.ctl.verb.{verb.name}")
            for word in verb.words:
                assert words.has(f"cli.ctl.word.{word.removesuffix('?')}")
