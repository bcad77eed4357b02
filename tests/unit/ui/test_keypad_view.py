"""View states of the keypad: banner, keys, badge."""

from __future__ import annotations

from pathlib import Path

import pytest

from softphone.app.forwarding import AbsenceSummary
from softphone.app.text import Text
from softphone.domain.forwarding import Absence, AbsenceAction, AbsenceRule
from softphone.domain.message_summary import MessageSummary
from softphone.storage.catalogue import load_texts
from softphone.ui.keypad_view import BannerView, banner_view, feature_keys, more_features

TEXT = Text(load_texts(Path(__file__).parents[3] / "resources", "ja"), "ja")


def keys(*offered: str, messages: MessageSummary | None = None, refusing: bool = False) -> list[str]:
    made = feature_keys(TEXT, offered.__contains__, messages, do_not_disturb=refusing)
    return [key.name for key in made]


def badge(messages: MessageSummary | None) -> tuple[str, str]:
    key = feature_keys(TEXT, ("voicemail",).__contains__, messages, do_not_disturb=False)[0]
    return key.badge, key.full_words


def test_nothing_on_has_no_banner() -> None:
    assert banner_view(TEXT, AbsenceSummary()) == BannerView()


def test_refusing_has_another_look_than_absence() -> None:
    rule = AbsenceRule(kind=Absence.BUSY, action=AbsenceAction.FORWARD, number="203")
    absent = banner_view(TEXT, AbsenceSummary(active=True, holds_now=True, rules=(rule,)))
    refusing = banner_view(TEXT, AbsenceSummary(do_not_disturb=True))
    assert "通話中の着信は 203 に転送します" in absent.words
    assert (absent.tone, refusing.tone) == ("info", "warn")
    assert absent.icon != refusing.icon


def test_keys_are_those_offered() -> None:
    assert keys() == ["dnd"]
    assert keys("pickup") == ["pickup", "dnd"]
    assert keys("group_pickup", "retrieve", "voicemail") == ["pickup", "retrieve", "voicemail", "dnd"]
    assert keys(messages=MessageSummary(waiting=False, account_uri="sip:box@x")) == ["voicemail", "dnd"]


def test_refusing_is_told_by_icon_words_and_state() -> None:
    off = feature_keys(TEXT, ().__contains__, None, do_not_disturb=False)[-1]
    on = feature_keys(TEXT, ().__contains__, None, do_not_disturb=True)[-1]
    assert (off.on, on.on) == (False, True)
    assert off.icon != on.icon
    assert off.words != on.words


@pytest.mark.parametrize(
    ("messages", "shown"),
    [
        (None, ("", "留守番電話を聞く")),
        (MessageSummary(waiting=False), ("", "留守番電話を聞く")),
        (MessageSummary(waiting=True, new=2), ("2", "留守番電話を聞く(新しい伝言 2件)")),
        (MessageSummary(waiting=True, new=120), ("99+", "留守番電話を聞く(新しい伝言 120件)")),
        (MessageSummary(waiting=True), ("!", "留守番電話を聞く(新しい伝言があります)")),
    ],
)
def test_the_badge_counts_new_messages(messages: MessageSummary | None, shown: tuple[str, str]) -> None:
    assert badge(messages) == shown


def test_the_menu_has_what_is_offered() -> None:
    assert more_features(TEXT, ().__contains__, "") == ()
    names = [key.name for key in more_features(TEXT, ("hunt_login",).__contains__, "https://x.example")]
    assert names == ["hunt_login", "web_page"]
