"""The words: both languages complete, every key of the window there, none left over."""

from __future__ import annotations

import ast
import re
import string
import tomllib
from functools import cache
from pathlib import Path

import pytest

from softphone.app.text import Text, call_state_text, failure_text, registration_hint, registration_title
from softphone.domain.account import AccountForm, Registration, RegistrationCause, RegistrationState
from softphone.domain.call import Call, CallState, Direction, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.domain.uri import Party
from softphone.storage.catalogue import load_texts

ROOT = Path(__file__).parents[3]
LANGUAGES = ("ja", "en")
OF_THE_SERVICES = ("absence.toml", "cli.toml", "ctl.toml", "phone.toml")  # keys made of codes
FILES = sorted(path.name for path in (ROOT / "resources" / "i18n" / "ja").glob("*.toml"))


def flat(table: dict[str, object], prefix: str = "") -> dict[str, str]:
    words: dict[str, str] = {}
    for key, value in table.items():
        words |= flat(value, f"{prefix}{key}.") if isinstance(value, dict) else {f"{prefix}{key}": str(value)}
    return words


def file_words(language: str, name: str) -> dict[str, str]:
    path = ROOT / "resources" / "i18n" / language / name
    return flat(tomllib.loads(path.read_text(encoding="utf-8")))


def places(words: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(words) if name}


@cache
def used_patterns() -> tuple[str, ...]:
    """What ``ui`` asks ``text(...)`` for, as regular expressions; the parts of f-strings match one word."""
    patterns = []
    for source in sorted((ROOT / "softphone" / "ui").rglob("*.py")):
        for node in ast.walk(ast.parse(source.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and node.args and _is_text(node.func):
                patterns += [_pattern(part) for part in _branches(node.args[0])]
    return tuple(dict.fromkeys(patterns))


def _is_text(function: ast.expr) -> bool:
    name = function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")
    return name in ("text", "_text")


def _branches(node: ast.expr) -> list[ast.expr]:
    return [node.body, node.orelse] if isinstance(node, ast.IfExp) else [node]


def _pattern(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    if isinstance(node, ast.JoinedStr):
        return "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"[a-z0-9_\-]+"
            for part in node.values
        )
    raise AssertionError(f"a key that cannot be read: {ast.dump(node)}")


@pytest.mark.parametrize("name", FILES)
def test_both_languages_have_the_same_keys_and_places(name: str) -> None:
    ja, en = (file_words(language, name) for language in LANGUAGES)
    assert set(ja) == set(en)
    assert {key for key in ja if places(ja[key]) != places(en[key])} == set()
    assert [key for words in (ja, en) for key, value in words.items() if not value.strip()] == []


def test_every_key_of_the_window_is_there() -> None:
    known = load_texts(ROOT / "resources", "ja")
    missing = [p for p in used_patterns() if not any(re.fullmatch(p, key) for key in known)]
    assert missing == []


@pytest.mark.parametrize("name", [name for name in FILES if name not in OF_THE_SERVICES])
def test_no_key_of_the_window_is_left_over(name: str) -> None:
    patterns = used_patterns()
    unused = [k for k in file_words("ja", name) if not any(re.fullmatch(p, k) for p in patterns)]
    assert unused == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_code_of_the_domain_has_words(language: str) -> None:
    text = Text(load_texts(ROOT / "resources", language), language)
    told = [failure_text(text, cause, 500) for cause in FailureCause]
    for state in RegistrationState:
        for cause in RegistrationCause:
            registration = Registration(state=state, cause=cause, status_code=503, reason_phrase="x")
            told.append(registration_title(text, registration))
            if state is not RegistrationState.REGISTERED:
                assert registration_hint(text, registration)
    for direction in Direction:
        for state in CallState:
            call = Call(
                key="k", account_key="main", direction=direction, remote=Party("sip:1@x"), state=state
            )
            told.append(call_state_text(text, call))
    told += [text(f"call.ended.{reason.value}") for reason in TerminatedReason]
    told += [text(f"field.{field}") for field in AccountForm.__struct_fields__]
    assert [words for words in told if re.fullmatch(r"[a-z_]+\.[a-z_.\-]+", words)] == []
