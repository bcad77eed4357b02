"""A wide window: a place on the left, keypad or call on the right."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from softphone.domain.call import TerminatedReason
from softphone.ui import theme as tokens
from tests.helpers.gallery import Stage, staged

WIDE, NARROW = (1000, 680), (380, 680)


@pytest.fixture
def wide(qapp: object) -> Iterator[Stage]:
    """A wide window at 電話帳."""
    with staged("keypad_ready") as stage:
        resize(stage, WIDE)
        stage.click("nav_contacts")
        stage.settle()
        yield stage


def resize(stage: Stage, size: tuple[int, int]) -> None:
    stage.window.resize(*size)
    stage.settle()


def seen(stage: Stage, *names: str) -> list[bool]:
    """Which of these widgets are in sight."""
    return [any(w.isVisible() for w in stage.window.findChildren(QWidget, name)) for name in names]


def test_a_list_stands_left_of_the_keypad_and_one_column_is_left_when_it_narrows(ready: Stage) -> None:
    assert seen(ready, "keypadPage", "historyPage", "nav_keypad") == [True, False, True]
    resize(ready, WIDE)
    assert seen(ready, "keypadPage", "historyPage", "nav_keypad") == [True, True, False]
    history, keypad = (ready.find(QWidget, name) for name in ("historyPage", "keypadPage"))
    assert (
        history.mapTo(ready.window, history.rect().bottomRight()).x()
        < keypad.mapTo(ready.window, keypad.rect().topLeft()).x()
    )
    assert ready.find(QLineEdit, "numberField").hasFocus()
    resize(ready, NARROW)
    assert seen(ready, "keypadPage", "historyPage", "nav_keypad") == [True, False, True]
    assert ready.find(QAbstractButton, "nav_keypad").isChecked()


def test_it_is_wide_from_the_token_on(ready: Stage) -> None:
    resize(ready, (tokens.WIDE_WIDTH - 1, 680))
    assert seen(ready, "historyPage") == [False]
    resize(ready, (tokens.WIDE_WIDTH, 680))
    assert seen(ready, "historyPage") == [True]


def test_the_place_one_was_at_stays_and_is_marked(wide: Stage) -> None:
    assert seen(wide, "contactsPage", "keypadPage") == [True, True]
    assert wide.find(QAbstractButton, "nav_contacts").isChecked()
    wide.window.show_place("keypad")
    assert seen(wide, "contactsPage", "keypadPage") == [True, True]
    assert wide.find(QAbstractButton, "nav_contacts").isChecked()
    wide.click("nav_settings")
    assert seen(wide, "contactsPage", "settingsIndex", "keypadPage") == [False, True, True]


def test_a_caller_is_seen_beside_the_list_and_takes_no_keyboard_from_it(wide: Stage) -> None:
    field = next(line for line in wide.window.findChildren(QLineEdit) if line.isVisible())
    field.setFocus()
    QTest.keyClicks(field, "yama")
    key = wide.kit.incoming(number="202", name="山田 花子")
    wide.settle()
    assert seen(wide, "callPanel", "contactsPage", "callBar") == [True, True, False]
    assert QApplication.focusWidget() is field
    assert not [
        w for w in QApplication.topLevelWidgets() if w.objectName() == "incomingWindow" and w.isVisible()
    ]
    wide.kit.ended(key, TerminatedReason.CANCELLED)
    wide.settle()
    assert seen(wide, "callPanel", "keypadPage") == [False, True]
    assert QApplication.focusWidget() is field


def test_who_dials_on_the_keypad_has_the_keys_of_the_call(wide: Stage) -> None:
    field = wide.find(QLineEdit, "numberField")
    field.setFocus()
    wide.dial("0312345678")
    wide.settle()
    panel = wide.find(QWidget, "callPanel")
    assert panel.isAncestorOf(QApplication.focusWidget())


def test_the_bar_leads_back_to_the_call_only_where_it_is_not_in_sight(ready: Stage) -> None:
    ready.talk()
    ready.window.show_place("settings")
    assert seen(ready, "callBar") == [True]
    resize(ready, WIDE)
    assert seen(ready, "callBar", "callPanel") == [False, True]
    resize(ready, NARROW)
    assert seen(ready, "callBar", "callPanel") == [True, False]


def test_the_guide_has_nothing_beside_it(fresh: Stage) -> None:
    fresh.window.show_place("guide")
    resize(fresh, WIDE)
    assert seen(fresh, "keypadPage", "navigation") == [False, False]
    fresh.window.show_place("account")
    fresh.settle()
    assert seen(fresh, "keypadPage", "accountPage", "navigation") == [True, True, True]


def test_another_language_leaves_both_where_they_are(wide: Stage) -> None:
    wide.kit.phone.settings.change_fields(language="en")
    wide.settle()
    assert seen(wide, "contactsPage", "keypadPage") == [True, True]
    assert wide.find(QAbstractButton, "nav_contacts").isChecked()


@pytest.mark.parametrize("key", [Qt.Key.Key_Tab, Qt.Key.Key_Backtab])
def test_tab_goes_through_both_columns(wide: Stage, key: Qt.Key) -> None:
    columns = set()
    for _ in range(60):
        QTest.keyClick(QApplication.focusWidget(), key)
        focused = QApplication.focusWidget()
        columns |= {
            n
            for n in ("contactsPage", "keypadPage", "navigation")
            if wide.find(QWidget, n).isAncestorOf(focused)
        }
    assert columns == {"contactsPage", "keypadPage", "navigation"}
