"""The keypad: mouse, keyboard, numpad, paste, the last number, errors in place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QWidget

from softphone.domain.account import RegistrationState
from softphone.domain.commands import MakeCall, Register
from tests.helpers.gallery import Stage, staged
from tests.helpers.waiting import wait_for


def field(stage: Stage) -> QLineEdit:
    return stage.find(QLineEdit, "numberField")


def dialled(stage: Stage) -> list[str]:
    return [command.uri.partition("@")[0] for command in stage.kit.engine.sent_of(MakeCall)]


def press(stage: Stage, name: str) -> None:
    """Hold a button down until its long press has come."""
    button = stage.find(QAbstractButton, name)
    before = field(stage).text()
    QTest.mousePress(button, Qt.MouseButton.LeftButton)
    wait_for(lambda: (stage.settle(), field(stage).text() != before)[1], 2.0)
    QTest.mouseRelease(button, Qt.MouseButton.LeftButton)


def test_typed_and_dialled_by_enter(ready: Stage) -> None:
    QTest.keyClicks(field(ready), "03-1234 5678")
    QTest.keyClick(field(ready), Qt.Key.Key_Return)
    assert dialled(ready) == ["sip:0312345678"]


def test_numpad_digits_and_its_enter(ready: Stage) -> None:
    for key in (Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_7):
        QTest.keyClick(field(ready), key, Qt.KeyboardModifier.KeypadModifier)
    QTest.keyClick(field(ready), Qt.Key.Key_Enter, Qt.KeyboardModifier.KeypadModifier)
    assert dialled(ready) == ["sip:117"]


def test_digits_typed_with_the_focus_elsewhere_reach_the_number(ready: Stage) -> None:
    button = ready.find(QAbstractButton, "callButton")
    button.setFocus()
    QTest.keyClicks(button, "110")
    assert field(ready).text() == "110"


@pytest.mark.parametrize(
    ("pasted", "shown"),
    [
        ("03-1234-5678", "0312345678"),
        ("０９０－１２３４－５６７８", "09012345678"),
        ("tel:+81-3-1234-5678", "+81312345678"),
        (" (03) 1234.5678\n", "0312345678"),
        ("sip:taro@example.jp", "sip:taro@example.jp"),
    ],
)
def test_paste_is_understood(ready: Stage, pasted: str, shown: str) -> None:
    QGuiApplication.clipboard().setText(pasted)
    QTest.keyClick(field(ready), Qt.Key.Key_V, Qt.KeyboardModifier.ControlModifier)
    assert field(ready).text() == shown


def test_full_width_typing_is_turned(ready: Stage) -> None:
    ready.commit("numberField", "１２３")
    assert field(ready).text() == "123"


def test_caret_takes_the_key_in_the_middle(ready: Stage) -> None:
    ready.type("numberField", "0312")
    field(ready).setCursorPosition(2)
    ready.click("key9")
    assert field(ready).text() == "03912"


def test_long_press_of_zero_is_plus(ready: Stage) -> None:
    press(ready, "key0")
    assert field(ready).text() == "+"
    ready.click("key0")
    assert field(ready).text() == "+0"


def test_backspace_and_its_long_press(ready: Stage) -> None:
    ready.type("numberField", "0312")
    ready.click("backspace")
    assert field(ready).text() == "031"
    press(ready, "backspace")
    assert field(ready).text() == ""


def test_empty_field_brings_the_last_number(ready: Stage) -> None:
    ready.type("numberField", "0312345678")
    ready.click("callButton")
    assert ready.kit.store.settings.last_dialled == "0312345678"
    field(ready).clear()
    ready.click("callButton")
    assert field(ready).text() == "0312345678"
    assert len(dialled(ready)) == 1
    ready.click("callButton")
    assert len(dialled(ready)) == 2


def test_characters_that_cannot_be_dialled_are_told_in_place(ready: Stage) -> None:
    ready.type("numberField", "やまだ")
    ready.click("callButton")
    assert "使えない文字" in ready.find(QWidget, "dialProblem").text()
    assert field(ready).text() == "やまだ"
    assert dialled(ready) == []
    QTest.keyClicks(field(ready), "1")
    assert not ready.window.findChild(QWidget, "dialProblem").isVisible()


def test_without_registration_cannot_call_says_why(ready: Stage) -> None:
    ready.kit.registration(RegistrationState.UNREACHABLE)
    ready.type("numberField", "117")
    ready.click("callButton")
    assert ready.find(QWidget, "dialProblem").text() == "通話不可: サーバーに接続できません"
    assert field(ready).text() == "117"
    assert dialled(ready) == []


def test_reconnect_registers_now(ready: Stage) -> None:
    ready.kit.registration(RegistrationState.UNREACHABLE)
    button = ready.find(QAbstractButton, "statusButton")
    assert button.text() == "再接続"
    button.click()
    assert ready.kit.engine.sent_of(Register)


def test_demo_hint_stands_only_in_the_demo(ready: Stage) -> None:
    assert not ready.window.findChild(QWidget, "demoHint").isVisible()
    with staged("keypad_demo") as demo:
        assert demo.find(QWidget, "demoHint").text() == "9196 に発信すると自分の声が返ります"


@pytest.mark.parametrize(
    ("scene", "title"),
    [
        ("status_unconfigured", "未設定"),
        ("status_registering", "接続中"),
        ("status_auth_failed", "認証に失敗しました"),
        ("status_unreachable", "サーバーに接続できません"),
        ("status_no_network", "ネットワークに接続されていません"),
        ("keypad_ready", "通話可能"),
    ],
)
def test_status_in_words(qapp: object, scene: str, title: str) -> None:
    with staged(scene) as stage:
        assert stage.find(QWidget, "statusTitle").text() == title
        assert title in stage.find(QWidget, "statusCard").accessibleName()
