"""Keys of the keyboard: each does what its button does, and nothing where the button could not."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from softphone.domain.commands import SetConference, SetHold, SetMute, StartRecording
from softphone.ui.shortcuts import KEYS, keys_of, with_keys
from tests.helpers.call_scenes import menu, talks
from tests.helpers.gallery import RESOURCES, Stage

_CONTROL = Qt.KeyboardModifier.ControlModifier


def press(stage: Stage, key: Qt.Key) -> None:
    QTest.keyClick(stage.window.focusWidget() or stage.window, key, _CONTROL)


@pytest.mark.parametrize(
    ("key", "kind"),
    [(Qt.Key.Key_H, SetHold), (Qt.Key.Key_M, SetMute), (Qt.Key.Key_R, StartRecording)],
)
def test_hold_mute_and_record(ready: Stage, key: Qt.Key, kind: type) -> None:
    talk = ready.talk()
    press(ready, key)
    assert [command.key for command in ready.kit.engine.sent_of(kind)] == [talk]


@pytest.mark.parametrize(("letter", "kind"), [("H", SetHold), ("M", SetMute)])
def test_they_work_while_one_types_a_number(ready: Stage, letter: str, kind: type) -> None:
    talk = ready.talk()
    press(ready, Qt.Key.Key_N)
    ready.type("numberField", "20")
    press(ready, Qt.Key[f"Key_{letter}"])
    assert [command.key for command in ready.kit.engine.sent_of(kind)] == [talk]
    assert ready.find(QWidget, "numberField").text() == "20"


def test_swap(ready: Stage) -> None:
    first, _ = talks(ready, 2)
    press(ready, Qt.Key.Key_S)
    assert ready.kit.engine.sent_of(SetHold)[-1] == SetHold(key=first, held=False)


def test_join(ready: Stage) -> None:
    first, second = talks(ready, 2)
    press(ready, Qt.Key.Key_J)
    assert ready.kit.engine.sent_of(SetConference)[-1].keys == (first, second)


def test_transfer_opens_the_sheet_with_the_keyboard_in_it(ready: Stage) -> None:
    ready.talk()
    press(ready, Qt.Key.Key_T)
    assert ready.find(QWidget, "sheetNumber").hasFocus()


def test_transfer_pressed_twice_keeps_what_was_typed(ready: Stage) -> None:
    ready.talk()
    press(ready, Qt.Key.Key_T)
    ready.type("sheetNumber", "203")
    press(ready, Qt.Key.Key_T)
    ready.settle()
    assert ready.find(QWidget, "sheetNumber").text() == "203"


def test_add_a_call_goes_to_the_number(ready: Stage) -> None:
    ready.talk()
    press(ready, Qt.Key.Key_N)
    assert ready.find(QWidget, "numberField").hasFocus()


def test_without_a_call_they_do_nothing(ready: Stage) -> None:
    sent = len(ready.kit.engine.sent)
    for key in (
        Qt.Key.Key_H,
        Qt.Key.Key_M,
        Qt.Key.Key_T,
        Qt.Key.Key_S,
        Qt.Key.Key_J,
        Qt.Key.Key_R,
        Qt.Key.Key_D,
    ):
        press(ready, key)
    assert len(ready.kit.engine.sent) == sent
    assert ready.find(QWidget, "numberField").text() == ""


def test_every_key_is_a_named_action_of_the_window_and_none_is_there_twice(ready: Stage) -> None:
    actions = {action.objectName(): action for action in ready.window.actions()}
    assert set(actions) == {f"{name}Action" for name in (*KEYS, "help")}
    keys = [key.toString() for action in actions.values() for key in action.shortcuts()]
    assert len(keys) == len(set(keys))
    assert all(isinstance(action, QAction) and action.shortcuts() for action in actions.values())


def test_tool_tips_say_the_keys(ready: Stage) -> None:
    ready.talk()
    assert ready.find(QAbstractButton, "muteButton").toolTip() == f"ミュート({keys_of('mute')})"
    assert with_keys("Mute", "mute") == f"Mute ({keys_of('mute')})"
    assert ready.find(QAbstractButton, "audioButton").toolTip() == "音声"


def test_the_menu_says_the_keys_of_what_has_no_button(ready: Stage) -> None:
    talks(ready, 2)
    ready.click("moreButton")
    said = {action.objectName(): action.text() for action in menu(ready, "moreMenu").actions()}
    for name in ("swap", "add_call"):
        assert said[name] == f"{ready.text(f'call_action.{name}')}\t{keys_of(name)}"
    assert "\t" not in said["hang_up_all"]


def test_the_readme_names_every_key() -> None:
    table = (RESOURCES.parent / "README.md").read_text(encoding="utf-8")
    assert [key for key in KEYS.values() if f"| {key} |" not in table] == []
