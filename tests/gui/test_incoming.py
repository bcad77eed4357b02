"""An incoming call: its own small window, never the focus; a card in the main window too."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import Answer, Hangup
from tests.helpers.gallery import Stage


def popup(stage: Stage) -> QWidget:
    stage.settle()
    return stage.incoming_window()


def press(window: QWidget, name: str) -> None:
    window.findChild(QAbstractButton, name).click()


def test_the_small_window_says_who_and_answers(ready: Stage) -> None:
    ready.away()
    key = ready.kit.incoming(number="202", name="山田 花子")
    window = popup(ready)
    assert window.findChild(QWidget, "incomingName").text() == "山田 花子"
    assert "202" in window.findChild(QWidget, "incomingNumber").text()
    press(window, "incomingAnswer")
    assert ready.kit.engine.sent_of(Answer)[-1].key == key
    ready.kit.call_state(key, CallState.CONFIRMED)
    assert not window.isVisible()


def test_the_small_window_declines(ready: Stage) -> None:
    ready.away()
    key = ready.kit.incoming()
    window = popup(ready)
    press(window, "incomingDecline")
    assert ready.kit.engine.sent_of(Hangup)[-1] == Hangup(key=key, status_code=603)


def test_it_asks_the_system_for_no_focus(ready: Stage) -> None:
    ready.away()
    ready.kit.incoming()
    window = popup(ready)
    assert window.testAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
    assert window.windowFlags() & Qt.WindowType.WindowDoesNotAcceptFocus
    assert window.windowFlags() & Qt.WindowType.WindowStaysOnTopHint


def test_hidden_by_the_user_it_stays_hidden_while_the_same_call_rings(ready: Stage) -> None:
    ready.away()
    ready.kit.incoming()
    window = popup(ready)
    press(window, "incomingHide")
    ready.wait(1)
    assert not window.isVisible()


def test_it_goes_when_the_caller_gives_up(ready: Stage) -> None:
    ready.away()
    key = ready.kit.incoming()
    window = popup(ready)
    ready.kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.CANCELLED)
    assert not window.isVisible()
    assert ready.find(QWidget, "statusTitle").text() == "通話可能"


def test_the_main_window_answers_by_button_and_by_key(ready: Stage) -> None:
    key = ready.kit.incoming()
    assert ready.find(QWidget, "callState").text() == "着信"
    ready.click("answerButton")
    QTest.keyClick(ready.window, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert [command.key for command in ready.kit.engine.sent_of(Answer)] == [key, key]


def test_the_main_window_declines_by_button_and_by_key(ready: Stage) -> None:
    key = ready.kit.incoming()
    ready.click("declineButton")
    QTest.keyClick(ready.window, Qt.Key.Key_D, Qt.KeyboardModifier.ControlModifier)
    assert [command.key for command in ready.kit.engine.sent_of(Hangup)] == [key, key]


def test_what_was_typed_is_still_there_after_the_call(ready: Stage) -> None:
    ready.type("numberField", "0312")
    key = ready.kit.incoming()
    ready.click("declineButton")
    ready.kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REJECTED)
    assert ready.find(QWidget, "numberField").text() == "0312"


def test_keys_meant_for_something_else_answer_nobody(ready: Stage) -> None:
    ready.find(QWidget, "numberField").setFocus()
    ready.kit.incoming()
    ready.settle()
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Escape, Qt.Key.Key_1):
        QTest.keyClick(ready.window.focusWidget() or ready.window, key)
    assert ready.kit.engine.sent_of(Answer) == []
    assert ready.kit.engine.sent_of(Hangup) == []


def test_a_caller_takes_no_page_from_under_ones_hands(ready: Stage) -> None:
    ready.window.show_place("account")
    line = ready.find(QWidget, "server")
    line.setFocus()
    ready.kit.incoming(name="山田 花子", number="202")
    assert line.isVisible()
    assert line.hasFocus()
    assert "山田 花子" in ready.find(QAbstractButton, "callBar").accessibleName()
    assert popup(ready).isVisible()
