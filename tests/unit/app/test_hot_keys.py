"""Keys that work in every program: what they do, and whose they are."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from softphone.app.changes import HotKeyPressed, Notice, SurroundingsMoved
from softphone.domain.commands import Answer, Hangup, SetMute
from softphone.domain.events import MuteChanged
from softphone.domain.hot_key import parse_hot_key
from softphone.domain.settings import DesktopSettings, HotKeySettings, Settings
from tests.helpers.fake_surroundings import FakeHotKeys, fake_surroundings
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone

CHOSEN = HotKeySettings(
    answer="Ctrl+Alt+A",
    hang_up="Ctrl+Alt+Q",
    mute="Ctrl+Alt+M",
    dial_selection="Ctrl+Alt+D",
    show_window="F13",
)


def phone(keys: FakeHotKeys, chosen: HotKeySettings = CHOSEN) -> PhoneKit:
    settings = Settings(account=ACCOUNT, desktop=DesktopSettings(hot_keys=chosen))
    kit = fake_phone(settings, surroundings=fake_surroundings(hot_keys=keys))
    kit.phone.start()
    kit.registered()
    kit.phone.surroundings.start()
    return kit


@pytest.fixture
def keys() -> FakeHotKeys:
    return FakeHotKeys()


def test_answer_takes_who_rings(keys: FakeHotKeys) -> None:
    kit = phone(keys)
    keys.press("Ctrl+Alt+A")
    assert kit.engine.sent_of(Answer) == []
    kit.incoming("in-1")
    keys.press("Ctrl+Alt+A")
    assert kit.engine.sent_of(Answer) == [Answer(key="in-1")]


def test_hang_up_ends_the_call_in_front_and_else_refuses_who_rings(keys: FakeHotKeys) -> None:
    kit = phone(keys)
    kit.incoming("in-1")
    keys.press("Ctrl+Alt+Q")
    assert kit.engine.sent_of(Hangup) == [Hangup(key="in-1", status_code=603)]
    kit.ended("in-1")
    kit.talking("in-2")
    kit.incoming("in-3")
    keys.press("Ctrl+Alt+Q")
    assert kit.engine.sent_of(Hangup)[-1] == Hangup(key="in-2")


def test_mute_does_nothing_to_who_rings(keys: FakeHotKeys) -> None:
    kit = phone(keys)
    kit.incoming("in-1")
    keys.press("Ctrl+Alt+M")
    assert kit.engine.sent_of(SetMute) == []


def test_mute_closes_and_opens_the_microphone(keys: FakeHotKeys) -> None:
    kit = phone(keys)
    kit.talking("in-1")
    keys.press("Ctrl+Alt+M")
    kit.engine.emit(MuteChanged(key="in-1", muted=True))
    keys.press("Ctrl+Alt+M")
    assert [command.muted for command in kit.engine.sent_of(SetMute)] == [True, False]


def test_what_needs_a_window_is_handed_on(keys: FakeHotKeys) -> None:
    kit = phone(keys)
    keys.press("F13")
    keys.press("Ctrl+Alt+D")
    assert kit.changes_of(HotKeyPressed) == [HotKeyPressed("show_window"), HotKeyPressed("dial_selection")]


def test_a_selection_without_a_number_is_told(keys: FakeHotKeys) -> None:
    kit = phone(keys)
    assert kit.phone.surroundings.hot_keys.selected("代表 03-1234-5678") == "0312345678"
    assert kit.changes_of(Notice) == []
    assert kit.phone.surroundings.hot_keys.selected("佐藤さん") == ""
    assert [notice.code for notice in kit.changes_of(Notice)] == ["no_number_selected"]


def test_a_key_of_another_program_is_told_and_the_others_work() -> None:
    keys = FakeHotKeys(taken=("Ctrl+Alt+Q",))
    kit = phone(keys)
    hot_keys = kit.phone.surroundings.hot_keys
    assert hot_keys.troubles == {"hang_up": "taken"}
    assert kit.changes_of(SurroundingsMoved)
    assert "answer" in keys.held
    assert hot_keys.choose("hang_up", parse_hot_key("Ctrl+Alt+W")) == ""
    assert hot_keys.troubles == {}
    assert keys.held["hang_up"] == "Ctrl+Alt+W"


def test_what_stands_in_the_file_and_is_no_key_is_told(keys: FakeHotKeys) -> None:
    kit = phone(keys, HotKeySettings(answer="Ctrl+Nonsense", mute="Ctrl+Alt+M"))
    assert kit.phone.surroundings.hot_keys.troubles == {"answer": "invalid"}
    assert keys.held == {"mute": "Ctrl+Alt+M"}


def test_no_two_actions_share_a_key(keys: FakeHotKeys) -> None:
    kit = phone(keys)
    assert kit.phone.surroundings.hot_keys.choose("mute", parse_hot_key("Ctrl+Alt+A")) == "answer"
    assert kit.phone.settings.now.desktop.hot_keys == CHOSEN
    assert kit.phone.surroundings.hot_keys.choose("answer", None) == ""
    assert kit.phone.surroundings.hot_keys.choose("mute", parse_hot_key("Ctrl+Alt+A")) == ""
    assert keys.held["mute"] == "Ctrl+Alt+A"
    assert "answer" not in keys.held


def test_while_one_chooses_keys_none_of_them_acts(keys: FakeHotKeys) -> None:
    kit = phone(keys)
    kit.phone.surroundings.hot_keys.rest(True)
    assert keys.held == {}
    kit.phone.surroundings.hot_keys.rest(False)
    assert len(keys.held) == len(CHOSEN.__struct_fields__)


def test_other_settings_leave_the_keys_alone(keys: FakeHotKeys) -> None:
    kit = phone(keys)
    keys.held = {"mute": "held since"}
    kit.phone.settings.change_fields(desktop=replace(kit.phone.settings.now.desktop, headset=False))
    assert keys.held == {"mute": "held since"}


def test_a_desktop_without_such_keys_is_asked_for_none() -> None:
    keys = FakeHotKeys("wayland")
    kit = phone(keys)
    assert kit.phone.surroundings.hot_keys.trouble == "wayland"
    assert keys.held == {}
