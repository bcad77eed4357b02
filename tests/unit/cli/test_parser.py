"""Every verb's help, in both languages, with every word translated."""

from __future__ import annotations

import contextlib
import io
import re
from pathlib import Path

import pytest

import softphone.cli
from softphone.app.text import Text
from softphone.cli.exit_code import ExitCode
from softphone.cli.parser import build_parser
from softphone.storage.catalogue import load_texts
from tests.helpers.fake_services import RESOURCES, FakeServices

VERBS = [
    (),
    ("demo",),
    ("registrar",),
    ("account",),
    ("account", "set"),
    ("account", "show"),
    ("account", "test"),
    ("call",),
    ("listen",),
]


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("verb", VERBS, ids="-".join)
def test_help_has_words(verb: tuple[str, ...], language: str) -> None:
    run = FakeServices(language=language).run(*verb, "--help")

    assert run.code == 0
    assert run.out.startswith("使い方:" if language == "ja" else "Usage:")
    assert not re.search(r"\b(cli|field)\.[a-z_]", run.out)
    assert "show this help message" not in run.out


@pytest.mark.parametrize("language", ["ja", "en"])
def test_help_documents_every_exit_code(language: str) -> None:
    help_text = FakeServices(language=language).run("--help").out

    assert all(re.search(rf"\b{code.value}\b", help_text) for code in ExitCode)


@pytest.mark.parametrize("verb", [verb for verb in VERBS if verb], ids="-".join)
def test_a_parser_for_one_verb_knows_it_whole(verb: tuple[str, ...]) -> None:
    text = Text(load_texts(RESOURCES, "en"), "en")
    whole, slim = build_parser(text, "1"), build_parser(text, "1", words=verb)

    assert slim.format_help() == whole.format_help()
    with pytest.raises(SystemExit), contextlib.redirect_stdout(io.StringIO()) as told:
        slim.parse_args([*verb, "--help"])
    assert told.getvalue() == FakeServices(language="en").run(*verb, "--help").out


def test_both_languages_have_every_key_the_code_names() -> None:
    japanese, english = load_texts(RESOURCES, "ja"), load_texts(RESOURCES, "en")
    source = "\n".join(
        path.read_text(encoding="utf-8")
        for path in [*Path(softphone.cli.__file__).parent.glob("*.py"), *Path("softphone").glob("main.py")]
    )
    named = set(re.findall(r'text\(\s*"(cli\.[a-z_.]+)"', source))
    failed = {f"cli.{key}" for key in re.findall(r'\.fail\(\s*ExitCode\.[A-Z_]+,\s*"([a-z_]+)"', source)}

    assert len(named) > 60
    assert len(failed) >= 4
    assert (named | failed) <= japanese.keys()
    assert {key for key in japanese if key.startswith("cli.")} == {
        key for key in english if key.startswith("cli.")
    }
