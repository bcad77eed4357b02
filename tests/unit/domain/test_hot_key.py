"""Which keys can work in every program."""

from __future__ import annotations

import pytest

from softphone.domain.hot_key import KEYS, HotKey, HotKeyInvalid, hot_key_parts, parse_hot_key


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("Ctrl+Alt+A", "Ctrl+Alt+A"),
        ("alt + ctrl + a", "Ctrl+Alt+A"),
        ("Meta+Shift+pageup", "Shift+Meta+PageUp"),
        ("Ctrl+F9", "Ctrl+F9"),
        ("F13", "F13"),
        ("Pause", "Pause"),
    ],
)
def test_keys_are_written_in_one_way(typed: str, written: str) -> None:
    assert str(parse_hot_key(typed)) == written


@pytest.mark.parametrize("key", KEYS)
def test_every_key_comes_back_as_it_was_written(key: str) -> None:
    hot_key = HotKey(key=key, ctrl=True, shift=True)
    assert parse_hot_key(str(hot_key)) == hot_key


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("", "key"),
        ("Ctrl+Alt", "key"),
        ("Ctrl+Alt+Escape", "key"),
        ("Ctrl+Ctrl+A", "key"),
        ("Hyper+Alt+A", "key"),
        ("A", "few_modifiers"),
        ("Ctrl+C", "few_modifiers"),
        ("F1", "few_modifiers"),
        ("Shift+F5", "few_modifiers"),
        ("Alt+F4", "reserved"),
        ("Ctrl+Alt+Delete", "reserved"),
        ("Ctrl+Alt+F2", "reserved"),
    ],
)
def test_what_typing_would_press_or_the_system_needs_is_refused(typed: str, code: str) -> None:
    with pytest.raises(HotKeyInvalid) as caught:
        parse_hot_key(typed)
    assert caught.value.code == code


def test_keys_are_named_as_they_are_on_the_keyboard() -> None:
    hot_key = parse_hot_key("Ctrl+Meta+K")
    assert hot_key_parts(hot_key, "linux") == ("Ctrl", "Super", "K")
    assert hot_key_parts(hot_key, "win32") == ("Ctrl", "Win", "K")
    assert hot_key_parts(hot_key, "darwin") == ("⌃", "⌘", "K")
