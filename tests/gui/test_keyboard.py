"""By keyboard alone: from the start to every place and settings page, and their first control used there."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QSlider,
    QWidget,
)
from shiboken6 import isValid

from softphone.domain.commands import MakeCall
from softphone.ui.navigation import TABS
from softphone.ui.settings.index_page import PAGES
from softphone.ui.settings.page import Page
from tests.helpers.fake_releases import follow_updates
from tests.helpers.gallery import Stage

TAB_LIMIT = 80
PLACES = tuple(place for place, _ in TABS)
ELSEWHERE = ("guide", "help")  # rows of the index that lead out of the settings
SETTINGS = tuple(page for page, _ in PAGES if page not in ELSEWHERE)


def press(stage: Stage, key: Qt.Key) -> None:
    """Press a key where the keyboard is."""
    QTest.keyClick(QApplication.focusWidget() or stage.window, key)
    stage.settle()


def focused(stage: Stage) -> QWidget:
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def tab_to(stage: Stage, name: str) -> None:
    """Press Tab until the control ``name`` has the keyboard."""
    for _ in range(TAB_LIMIT):
        if focused(stage).objectName() == name:
            return
        press(stage, Qt.Key.Key_Tab)
    raise AssertionError(f"{name} is not reached")


def go_to(stage: Stage, place: str) -> None:
    """The keypad's tab by Tab, the others from there by the arrow keys."""
    tab_to(stage, "nav_keypad")
    for _ in PLACES:
        if focused(stage).objectName() == f"nav_{place}":
            break
        press(stage, Qt.Key.Key_Right)
    assert focused(stage).objectName() == f"nav_{place}"


def open_settings(stage: Stage, page: str) -> Page:
    go_to(stage, "settings")
    tab_to(stage, f"open_{page}")
    press(stage, Qt.Key.Key_Return)
    inside = focused(stage)
    while inside is not None and not isinstance(inside, Page):
        inside = inside.parentWidget()
    assert inside is not None, f"the keyboard is not on the page {page}"
    return inside


def is_used(stage: Stage, control: QWidget) -> bool:
    """Whether the keyboard does with a control what it is for."""
    if isinstance(control, QLineEdit | QPlainTextEdit):
        before = control.text() if isinstance(control, QLineEdit) else control.toPlainText()
        press(stage, Qt.Key.Key_7)
        return before != (control.text() if isinstance(control, QLineEdit) else control.toPlainText())
    if isinstance(control, QComboBox):
        index = control.currentIndex()
        press(stage, Qt.Key.Key_Down)
        return not isValid(control) or control.currentIndex() != index  # another language builds all anew
    if isinstance(control, QSlider):
        value = control.value()
        press(stage, Qt.Key.Key_Right)
        return control.value() != value
    if isinstance(control, QAbstractItemView):
        press(stage, Qt.Key.Key_Down)
        return control.currentIndex().isValid()
    assert isinstance(control, QAbstractButton), control
    clicks: list[bool] = []
    control.clicked.connect(lambda on=False: clicks.append(on))
    press(stage, Qt.Key.Key_Space)
    return bool(clicks)


def first_control(stage: Stage, page: QWidget) -> QWidget:
    """The first of a page by Tab, past the way back."""
    for _ in range(TAB_LIMIT):
        control = focused(stage)
        if page.isAncestorOf(control) and control.objectName() != "backButton":
            return control
        press(stage, Qt.Key.Key_Tab)
        if focused(stage).objectName().startswith("nav_"):
            break
    raise AssertionError(f"nothing to be used on {page.objectName()}")


def test_a_number_is_typed_and_called(ready: Stage) -> None:
    for key in (Qt.Key.Key_1, Qt.Key.Key_1, Qt.Key.Key_7, Qt.Key.Key_Return):
        press(ready, key)
    assert ready.kit.engine.sent_of(MakeCall)[-1].uri.startswith("sip:117@")


@pytest.mark.parametrize("place", PLACES)
def test_every_place_is_reached_and_used(ready: Stage, place: str) -> None:
    go_to(ready, place)
    tab = ready.find(QAbstractButton, f"nav_{place}")
    assert tab.isChecked()
    press(ready, Qt.Key.Key_Tab)
    control = focused(ready)
    assert not control.objectName().startswith("nav_")
    assert is_used(ready, control), control


@pytest.mark.parametrize("name", SETTINGS)
def test_every_settings_page_is_reached_used_and_left(ready: Stage, name: str) -> None:
    ready.devices()
    follow_updates(ready.kit)
    page = open_settings(ready, name)
    control = first_control(ready, page)
    assert is_used(ready, control), control
    for _ in range(2):  # the control may have led one page further
        if not ready.window.findChild(QWidget, "settingsIndex").isVisible():
            press(ready, Qt.Key.Key_Escape)
    assert ready.find(QWidget, "settingsIndex").isVisible()


def test_the_guide_and_the_help_are_reached(ready: Stage) -> None:
    go_to(ready, "settings")
    tab_to(ready, "open_help")
    press(ready, Qt.Key.Key_Return)
    window = QApplication.activeWindow()
    assert window is not None
    assert window.objectName() == "helpWindow"
    press(ready, Qt.Key.Key_Escape)
    ready.window.activateWindow()
    ready.settle()
    tab_to(ready, "open_guide")
    press(ready, Qt.Key.Key_Return)
    assert ready.find(QPlainTextEdit, "sheetEdit").hasFocus()
    press(ready, Qt.Key.Key_Escape)
    assert ready.find(QLineEdit, "numberField").hasFocus()
