"""An incoming call: its own small window, never the focus; a card in the main window too."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget
from shiboken6 import isValid

from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import Answer, Hangup, SetHold
from tests.helpers.call_scenes import choose
from tests.helpers.gallery import Stage, staged


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


def test_a_second_caller_is_answered_by_holding_or_by_ending(ready: Stage) -> None:
    first = ready.talk()
    ready.away()
    second = ready.kit.incoming("in-2", "0312345678")
    window = popup(ready)
    assert not window.findChild(QWidget, "incomingAnswer").isVisible()
    press(window, "incomingHoldAnswer")
    assert ready.kit.engine.sent_of(SetHold) == [SetHold(key=first, held=True)]
    assert ready.kit.engine.sent_of(Answer) == [Answer(key=second)]
    press(window, "incomingEndAnswer")
    assert [c.key for c in ready.kit.engine.sent_of(Hangup)] == [first]


def test_a_caller_without_a_talk_is_asked_no_such_thing(ready: Stage) -> None:
    ready.away()
    ready.kit.incoming()
    window = popup(ready)
    assert not window.findChild(QWidget, "incomingHoldAnswer").isVisible()
    assert not window.findChild(QWidget, "incomingEndAnswer").isVisible()


def test_other_ways_to_answer_and_decline(ready: Stage) -> None:
    ready.away()
    key = ready.kit.incoming()
    window = popup(ready)
    press(window, "incomingMore")
    opened = window.findChild(QMenu, "moreMenu")
    words = {a.objectName(): a.text() for a in opened.actions() if not a.isSeparator()}
    assert words == {
        "answer_held": "保留で応答",
        "decline_busy": "話し中として断る",
        "to_number": "別の番号へ送る…",
    }
    choose(opened, "answer_held")
    assert ready.kit.engine.sent_of(Answer) == [Answer(key=key, held=True)]
    press(window, "incomingMore")
    choose(next(m for m in window.findChildren(QMenu, "moreMenu") if m.isVisible()), "decline_busy")
    assert ready.kit.engine.sent_of(Hangup) == [Hangup(key=key, status_code=486)]


def test_the_menu_goes_when_the_caller_gives_up(ready: Stage) -> None:
    ready.away()
    key = ready.kit.incoming()
    window = popup(ready)
    press(window, "incomingMore")
    opened = window.findChild(QMenu, "moreMenu")
    ready.kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.CANCELLED)
    assert not isValid(opened) or not opened.isVisible()


def test_from_the_small_window_to_another_number(ready: Stage) -> None:
    ready.away()
    ready.kit.incoming()
    window = popup(ready)
    press(window, "incomingMore")
    choose(window.findChild(QMenu, "moreMenu"), "to_number")
    ready.settle()
    assert ready.find(QWidget, "elsewhereSheet").isVisible()
    assert ready.find(QWidget, "sheetNumber").hasFocus()


def test_a_diverted_caller_is_told_as_such(qapp: object) -> None:
    with staged("incoming_second") as stage:
        assert stage.shown.findChild(QWidget, "incomingTitle").text() == "着信  ·  201 から転送"


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
