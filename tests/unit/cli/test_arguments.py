"""The options before the verb, and complaints in the user's language."""

from __future__ import annotations

import pytest

from softphone.cli.arguments import EarlyOptions, early_options, split_link
from tests.helpers.fake_services import FakeServices


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("", EarlyOptions()),
        ("--demo", EarlyOptions(demo=True)),
        ("call 9196 --lang en", EarlyOptions(verb="call")),
        (
            "--config-dir /x --lang en listen",
            EarlyOptions(config_dir="/x", language="en", verb="listen"),
        ),
        ("--lang=en --config-dir=y demo", EarlyOptions(config_dir="y", language="en", verb="demo")),
        ("--lang fr demo", EarlyOptions(verb="demo")),
        ("--config-dir", EarlyOptions()),
    ],
)
def test_what_stands_before_the_verb(line: str, found: EarlyOptions) -> None:
    assert early_options(line.split()) == found


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("call", "指定が足りません: NUMBER"),
        ("call 1 --nonsense", "わからない指定です: --nonsense"),
        ("call 1 --duration", "--duration に値を指定してください。"),
        ("call 1 --duration soon", "--duration: 「soon」は秒数ではありません"),
        ("call 1 --duration nan", "--duration: 「nan」は秒数ではありません"),
        ("call 1 --transport tls", "--transport に 'tls' は指定できません"),
        ("call 1 --log-level 9", "0〜5 の整数"),
        ("listen --calls 0", "1〜1000000 の整数"),
        ("account", "指定が足りません"),
        ("account set --user-id 1", "指定が足りません: --server"),
        ("registrar --port 70000", "0〜65535 の整数"),
        ("telephone", "VERB に 'telephone' は指定できません"),
    ],
)
def test_complaints_are_one_sentence_and_exit_2(line: str, words: str) -> None:
    run = FakeServices(language="ja").run(*line.split())

    assert run.code == 2
    assert run.errors.startswith("使い方: softphone")
    assert words in run.errors.splitlines()[-1]
    assert run.out == ""


def test_a_wrong_user_is_not_repeated() -> None:
    run = FakeServices().run("registrar", "--user", "secret-without-a-colon")

    assert run.code == 2
    assert "secret" not in run.errors


@pytest.mark.parametrize(
    ("line", "rest", "link"),
    [
        ("tel:03-1234-5678", "", "tel:03-1234-5678"),
        ("--config-dir /x --lang en SIP:201@x", "--config-dir /x --lang en", "SIP:201@x"),
        ("--demo callto:201", "--demo", "callto:201"),
        ("call tel:201", "call tel:201", ""),
        ("--config-dir /x", "--config-dir /x", ""),
        ("mailto:x@y", "mailto:x@y", ""),
        ("", "", ""),
    ],
)
def test_a_link_in_place_of_a_verb(line: str, rest: str, link: str) -> None:
    assert split_link(line.split()) == (rest.split(), link)
