"""キーとヘッドセット: keys are pressed, shown as caps, refused in words; the headset says how it does."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QClipboard, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from softphone.domain.commands import MakeCall
from softphone.domain.settings import HotKeySettings
from softphone.ui.desktop_desk import DesktopDesk
from softphone.ui.hot_key_hand import HotKeyHand
from tests.gui.test_settings import note
from tests.helpers import comfort_scenes
from tests.helpers.fake_surroundings import FakeHeadset, FakeHotKeys
from tests.helpers.gallery import Stage, staged

CTRL, ALT, SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)


@pytest.fixture
def page(qapp: object) -> Iterator[Stage]:
    """The page as it is at first."""
    with staged("keys_none") as stage:
        yield stage


def desk_keys() -> FakeHotKeys:
    return comfort_scenes.PHONE_OPTIONS["keys_none"]["surroundings"].hot_keys  # type: ignore[attr-defined]


def field(stage: Stage, action: str) -> QAbstractButton:
    return stage.find(QAbstractButton, action)


def choose(stage: Stage, action: str, key: Qt.Key, modifiers: Qt.KeyboardModifier) -> None:
    """Click the field of an action and press keys."""
    field(stage, action).setFocus()
    stage.click(action)
    QTest.keyClick(field(stage, action), key, modifiers)


def chosen(stage: Stage) -> HotKeySettings:
    return stage.kit.store.settings.desktop.hot_keys


def test_keys_are_chosen_by_pressing_them(page: Stage) -> None:
    choose(page, "answer", Qt.Key.Key_A, CTRL | ALT)
    assert chosen(page).answer == "Ctrl+Alt+A"
    assert field(page, "answer").accessibleName() == "応答: Ctrl+Alt+A"
    assert desk_keys().held == {"answer": "Ctrl+Alt+A"}


def test_while_it_listens_no_key_of_the_phone_acts(page: Stage) -> None:
    choose(page, "answer", Qt.Key.Key_A, CTRL | ALT)
    field(page, "mute").setFocus()
    page.click("mute")
    assert desk_keys().held == {}
    QTest.keyClick(field(page, "mute"), Qt.Key.Key_Escape)
    assert desk_keys().held == {"answer": "Ctrl+Alt+A"}
    assert field(page, "mute").accessibleName() == "ミュート: なし(押して設定)"


def test_tab_leads_out_of_a_field_that_listens(page: Stage) -> None:
    field(page, "answer").setFocus()
    page.click("answer")
    QTest.keyClick(field(page, "answer"), Qt.Key.Key_Tab)
    assert field(page, "hang_up").hasFocus()
    assert field(page, "answer").accessibleName() == "応答: なし(押して設定)"


def test_leaving_the_page_ends_the_listening(page: Stage) -> None:
    page.click("mute")
    page.window.show_place("settings")
    assert page.kit.phone.surroundings.hot_keys.troubles == {}
    page.kit.phone.surroundings.hot_keys.choose("answer", None)
    page.window.show_place("keys")
    assert field(page, "mute").accessibleName() == "ミュート: なし(押して設定)"


def test_what_typing_would_press_is_refused_and_the_field_goes_on_listening(page: Stage) -> None:
    choose(page, "answer", Qt.Key.Key_A, SHIFT)
    assert "Ctrl、Alt、Shift、Win" in note(page, "answer")
    assert chosen(page).answer == ""
    QTest.keyClick(field(page, "answer"), Qt.Key.Key_Escape, CTRL | ALT)
    assert note(page, "answer").startswith("このキーは使えません")
    QTest.keyClick(field(page, "answer"), Qt.Key.Key_F9, CTRL)
    assert chosen(page).answer == "Ctrl+F9"
    assert note(page, "answer") == ""


def test_keys_that_another_action_has_are_refused_by_its_name(page: Stage) -> None:
    choose(page, "answer", Qt.Key.Key_A, CTRL | ALT)
    choose(page, "mute", Qt.Key.Key_A, CTRL | ALT)
    assert note(page, "mute") == "このキーは「応答」で使っています。"
    assert chosen(page) == HotKeySettings(answer="Ctrl+Alt+A")


def test_keys_are_taken_away_by_the_cross_and_by_backspace(page: Stage) -> None:
    choose(page, "answer", Qt.Key.Key_A, CTRL | ALT)
    choose(page, "mute", Qt.Key.Key_M, CTRL | ALT)
    page.click("answer_clear")
    QTest.keyClick(field(page, "mute"), Qt.Key.Key_Backspace)
    assert chosen(page) == HotKeySettings()
    assert desk_keys().held == {}


def test_a_key_of_another_program_is_told_at_its_field(qapp: object) -> None:
    with staged("keys_troubles") as stage:
        assert note(stage, "hang_up") == "このキーは、ほかのアプリが使っています。別のキーを選んでください。"
        assert note(stage, "answer") == ""


def test_where_no_keys_are_handed_out_the_page_gives_the_commands(qapp: object) -> None:
    with staged("keys_wayland") as stage:
        assert "Wayland" in stage.find(QWidget, "noHotKeys").text()
        assert stage.window.findChild(QAbstractButton, "answer") is None
        stage.click("copy_mute")
        assert QGuiApplication.clipboard().text() == "softphone ctl mute toggle"


def test_the_headset_says_how_it_does(page: Stage) -> None:
    headset: FakeHeadset = comfort_scenes.NO_HEADSET
    assert "見つかりません" in page.find(QWidget, "headsetState").text()
    page.click("headset")
    assert not page.kit.store.settings.desktop.headset
    assert headset.lights is None
    with staged("keys_troubles", language="en") as stage:
        assert "Poly Voyager Focus 2" in stage.find(QWidget, "headsetState").text()


@pytest.fixture
def desktop(page: Stage) -> Iterator[DesktopDesk]:
    """The window's desktop, with hands for the keys."""
    desk = DesktopDesk(page.kit.phone, page.window, lambda: False, has_tray=lambda: False)
    HotKeyHand(page.kit.phone, desk)
    yield desk
    desk.close()


def test_a_selected_number_comes_to_the_keypad(page: Stage, desktop: DesktopDesk) -> None:
    clipboard = QGuiApplication.clipboard()
    mode = QClipboard.Mode.Selection if clipboard.supportsSelection() else QClipboard.Mode.Clipboard
    choose(page, "dial_selection", Qt.Key.Key_D, CTRL | ALT)
    clipboard.setText("代表 03-1234-5678 (平日)", mode)
    desk_keys().press("Ctrl+Alt+D")
    assert page.find(QLineEdit, "numberField").text() == "0312345678"
    clipboard.setText("佐藤さん", mode)
    desk_keys().press("Ctrl+Alt+D")
    assert "電話番号がありません" in page.find(QWidget, "noticeWords").text()


def test_a_selected_number_is_called_where_links_are(page: Stage, desktop: DesktopDesk) -> None:
    settings = page.kit.phone.settings
    settings.change_fields(desktop=replace(settings.now.desktop, dial_links=True))
    choose(page, "dial_selection", Qt.Key.Key_D, CTRL | ALT)
    QGuiApplication.clipboard().setText("03-1234-5678")
    desk_keys().press("Ctrl+Alt+D")
    assert page.kit.engine.sent_of(MakeCall)[-1].uri.startswith("sip:0312345678@")


def test_a_hidden_window_is_shown(page: Stage, desktop: DesktopDesk) -> None:
    choose(page, "show_window", Qt.Key.Key_F13, Qt.KeyboardModifier.NoModifier)
    page.window.hide()
    desk_keys().press("F13")
    assert page.window.isVisible()


def test_a_hidden_caller_is_not_named(qapp: object) -> None:
    with staged("incoming_hidden") as stage:
        assert stage.shown.findChild(QWidget, "incomingName").text() == "相手は表示しません"
        shown = [w.text() for w in stage.shown.findChildren(QWidget) if hasattr(w, "text")]
        assert not any("山田" in words or "202" in words for words in shown)
        assert "山田" not in stage.shown.accessibleName()
