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
_TABLE = ""  # keys that stand whole in a table of their file
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
def trees(*folders: str) -> tuple[ast.Module, ...]:
    """The sources under these places of the program, parsed."""
    root = ROOT / "softphone"
    files = [file for folder in folders for file in ([root / folder] if folder.endswith(".py") else [])]
    files += [file for folder in folders for file in sorted((root / folder).rglob("*.py"))]
    return tuple(ast.parse(file.read_text(encoding="utf-8")) for file in files)


@cache
def asked() -> tuple[re.Pattern[str], ...]:
    """What ``text(...)`` is asked for; each part of an f-string is a group that one word fits."""
    found: dict[str, None] = {}
    for tree in trees("ui", "app", "cli", "main.py"):
        values = _assigned(tree)
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and node.args and _is_text(node.func):
                for part in _branches(node.args[0], values):
                    found[_pattern(part)] = None
    return tuple(re.compile(pattern) for pattern in found if pattern)


@cache
def asked_whole() -> frozenset[str]:
    """The keys among ``asked`` that are no pattern."""
    return frozenset(p.pattern.replace("\\", "") for p in asked() if not p.groups)


@cache
def codes() -> frozenset[str]:
    """Every word of the program that can be a code: strings, names of fields, of classes in small letters."""
    words: set[str] = set()
    for tree in trees("."):
        for node in ast.walk(tree):
            if isinstance(node, ast.Constant) and isinstance(node.value, str | int):
                words.add(str(node.value))
            elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
                words.add(node.target.id)
            elif isinstance(node, ast.ClassDef):
                words |= {node.name.lower(), re.sub(r"(?<!^)(?=[A-Z])", "_", node.name).lower()}
            elif isinstance(node, ast.keyword) and node.arg:
                words.add(node.arg)
    return frozenset(words)


@cache
def made_codes() -> tuple[re.Pattern[str], ...]:
    """Codes that are put together: ``f"store_{trouble.code}"``."""
    made = {
        _pattern(node)
        for tree in trees(".")
        for node in ast.walk(tree)
        if isinstance(node, ast.JoinedStr) and _is_code(node)
    }
    return tuple(re.compile(pattern) for pattern in sorted(made))


def is_code(word: str) -> bool:
    """Whether the program has this code, or can make it of one."""
    if word in codes():
        return True
    matches = (pattern.fullmatch(word) for pattern in made_codes())
    return any(match and set(match.groups()) <= codes() for match in matches)


def is_used(key: str) -> bool:
    """Whether somebody asks for ``key``, with codes that there are."""
    matches = (pattern.fullmatch(key) for pattern in asked() if pattern.groups)
    return key in asked_whole() or any(match and all(map(is_code, match.groups())) for match in matches)


def _is_text(function: ast.expr) -> bool:
    if isinstance(function, ast.Attribute):
        return function.attr in ("text", "_text") and not isinstance(function.value, ast.Call)
    return getattr(function, "id", "") in ("text", "_text")


def _assigned(tree: ast.Module) -> dict[str, list[ast.expr]]:
    """What each name of a file is given: keys are chosen before they are asked for."""
    values: dict[str, list[ast.expr]] = {}
    whole: list[ast.expr] = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name):
            values.setdefault(node.targets[0].id, []).append(node.value)
        elif isinstance(node, ast.Constant) and re.fullmatch(r"[a-z_]+(\.[a-z_\-]+)+", str(node.value)):
            whole.append(node)
    return values | {_TABLE: whole}


def _branches(node: ast.expr, values: dict[str, list[ast.expr]]) -> list[ast.expr]:
    if isinstance(node, ast.IfExp):
        return [*_branches(node.body, values), *_branches(node.orelse, values)]
    if isinstance(node, ast.Name) and values:
        chosen = values.get(node.id, values[_TABLE])
        return [part for value in chosen for part in _branches(value, {})]
    return [node]


def _is_code(node: ast.JoinedStr) -> bool:
    """Made of a word and a code: ``hook_`` and why."""
    fixed = [str(part.value) for part in node.values if isinstance(part, ast.Constant)]
    return any(len(part) > 2 for part in fixed) and all(re.fullmatch(r"[a-z_]+", part) for part in fixed)


def _pattern(node: ast.expr) -> str:
    if isinstance(node, ast.Constant):
        return re.escape(str(node.value))
    if isinstance(node, ast.JoinedStr):
        return "".join(
            re.escape(str(part.value)) if isinstance(part, ast.Constant) else r"([a-z0-9_\-]+)"
            for part in node.values
        )
    raise AssertionError(f"a key that cannot be read: {ast.dump(node)}")


@pytest.mark.parametrize("name", FILES)
def test_both_languages_have_the_same_keys_and_places(name: str) -> None:
    ja, en = (file_words(language, name) for language in LANGUAGES)
    assert set(ja) == set(en)
    assert {key for key in ja if places(ja[key]) != places(en[key])} == set()
    assert [key for words in (ja, en) for key, value in words.items() if not value.strip()] == []


def test_every_key_that_is_asked_for_is_there() -> None:
    known = load_texts(ROOT / "resources", "ja")
    missing = [p.pattern for p in asked() if not any(p.fullmatch(key) for key in known)]
    assert missing == []


@pytest.mark.parametrize("name", FILES)
def test_no_key_is_left_over(name: str) -> None:
    assert [key for key in file_words("ja", name) if not is_used(key)] == []


def test_a_key_that_nobody_asks_for_would_be_found() -> None:
    assert is_used("notice.engine_lost")
    assert is_used("notice.store_damaged")
    assert not is_used("notice.never_told")
    assert not is_used("failure.never_told.title")
    assert not is_used("guide.never_told")


def test_every_notice_has_words() -> None:
    known = load_texts(ROOT / "resources", "ja")
    told = {
        node.args[0].value
        for tree in trees("app", "cli", "ui", "main.py")
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") == "Notice"
        and isinstance(node.args[0], ast.Constant)
    }
    assert len(told) > 10
    assert {code for code in told if f"notice.{code}" not in known} == set()


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
