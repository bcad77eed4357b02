"""Which hot keys a session has."""

from __future__ import annotations

import pytest

from softphone.desktop.hot_keys import hot_keys
from softphone.domain.hot_key import parse_hot_key
from tests.helpers.dispatchers import SyncDispatcher


@pytest.mark.parametrize(
    ("platform", "environment", "trouble"),
    [
        ("linux", {"DISPLAY": ":7"}, ""),
        ("linux", {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}, "wayland"),
        ("linux", {"DISPLAY": ":0", "XDG_SESSION_TYPE": "wayland"}, "wayland"),
        ("linux", {}, "no_display"),
        ("win32", {}, ""),
        ("darwin", {}, "unsupported"),
    ],
)
def test_a_session_says_whether_it_has_keys_for_us(
    platform: str, environment: dict[str, str], trouble: str
) -> None:
    assert hot_keys(SyncDispatcher(), platform, environment).trouble == trouble


def test_where_there_are_none_every_wish_is_refused() -> None:
    told: list[dict[str, str]] = []
    keys = hot_keys(SyncDispatcher(), "linux", {})
    wish = {"mute": parse_hot_key("F13")}
    keys.hold(wish, lambda action: None, lambda troubles: told.append(dict(troubles)))
    keys.close()
    assert told == [{"mute": "no_display"}]
