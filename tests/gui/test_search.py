"""Search everywhere: from any place, by keyboard alone; people suggested where a number is typed."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QListView, QWidget

from softphone.domain.commands import MakeCall, TransferCall
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.history import CallResult
from tests.helpers.call_scenes import hold
from tests.helpers.contacts_scenes import called, know, remember
from tests.helpers.gallery import Stage, staged


@pytest.fixture
def search(qapp: object) -> Iterator[Stage]:
    """The search, with people and calls to be found."""
    with staged("search") as stage:
        yield stage


@pytest.fixture
def keypad(ready: Stage) -> Stage:
    """The keypad, with people in the phone book."""
    know(ready)
    ready.settle()
    return ready


def field(stage: Stage, name: str = "searchField") -> QLineEdit:
    return stage.find(QLineEdit, name)


def rows(stage: Stage, name: str = "searchList") -> list[str]:
    model = stage.find(QListView, name).model()
    return [model.index(place, 0).data() for place in range(model.rowCount())]


def key_tops(stage: Stage) -> list[int]:
    stage.settle()
    return [stage.find(QAbstractButton, f"key{digit}").y() for digit in "1470"]


def dialled(stage: Stage) -> list[str]:
    return [command.uri.partition("@")[0] for command in stage.kit.engine.sent_of(MakeCall)]


@pytest.mark.parametrize("place", ["keypad", "history", "contacts", "settings", "audio"])
def test_its_keys_open_it_from_anywhere_and_escape_goes_back(ready: Stage, place: str) -> None:
    ready.window.show_place(place)
    before = ready.window.findChild(QWidget, "searchPage")
    assert before is None
    QTest.keyClick(ready.window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    assert field(ready).hasFocus()
    ready.type("searchField", "x")
    QTest.keyClick(field(ready), Qt.Key.Key_Escape)
    assert field(ready).text() == ""
    QTest.keyClick(field(ready), Qt.Key.Key_Escape)
    assert not ready.window.findChild(QWidget, "searchPage").isVisible()
    if place == "audio":
        assert ready.find(QWidget, "pageTitle").text() == "音声"


def test_it_teaches_what_can_be_typed(search: Stage) -> None:
    words = [
        label.text()
        for label in search.find(QWidget, "searchPage").findChildren(QWidget, "")
        if hasattr(label, "text")
    ]
    assert "ローマ字" in words
    assert search.text("search.keys") == field(search).accessibleDescription()


def test_contacts_and_calls_in_sections(search: Stage) -> None:
    search.type("searchField", "ヤマ")
    assert rows(search) == ["電話帳", "山田 花子", "履歴", "ヤマト運輸"]


def test_enter_calls_the_best_arrows_choose(search: Stage) -> None:
    search.type("searchField", "ヤマ")
    QTest.keyClick(field(search), Qt.Key.Key_Return)
    assert dialled(search) == ["sip:202"]


def test_the_arrows_pass_over_the_headings(search: Stage) -> None:
    search.type("searchField", "ヤマ")
    QTest.keyClick(field(search), Qt.Key.Key_Down)
    people = search.find(QListView, "searchList")
    assert people.hasFocus()
    QTest.keyClick(people, Qt.Key.Key_Down)
    assert people.currentIndex().data() == "ヤマト運輸"
    QTest.keyClick(people, Qt.Key.Key_Up)
    QTest.keyClick(people, Qt.Key.Key_Up)
    assert field(search).hasFocus()
    QTest.keyClick(field(search), Qt.Key.Key_Down)
    QTest.keyClick(people, Qt.Key.Key_Down)
    QTest.keyClick(people, Qt.Key.Key_Return)
    assert dialled(search) == ["sip:0450001111"]


def test_letters_typed_in_the_rows_go_on_in_the_field(search: Stage) -> None:
    search.type("searchField", "2")
    QTest.keyClick(field(search), Qt.Key.Key_Down)
    QTest.keyClick(search.find(QListView, "searchList"), Qt.Key.Key_0)
    assert field(search).text() == "20"
    assert field(search).hasFocus()


def test_shift_enter_opens_the_card(search: Stage) -> None:
    search.type("searchField", "山田")
    QTest.keyClick(field(search), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert search.find(QWidget, "cardName").text() == "山田 花子"


def test_who_called_and_is_not_known_can_be_added(search: Stage) -> None:
    search.type("searchField", "運輸")
    QTest.keyClick(field(search), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    assert field(search, "name").text() == "ヤマト運輸"
    assert field(search, "number_1").text() == "0450001111"


def test_a_party_stands_in_the_history_once(search: Stage) -> None:
    for ago_s in (10.0, 20.0, 30.0):
        called(search, "0450001111", "ヤマト運輸", CallResult.MISSED, ago_s)
    search.type("searchField", "運輸")
    assert rows(search) == ["履歴", "ヤマト運輸"]
    view = search.find(QListView, "searchList")
    assert "不在着信" in view.model().index(1, 0).data(Qt.ItemDataRole.AccessibleTextRole)


def test_digits_find_any_number_and_that_one_is_called(search: Stage) -> None:
    search.type("searchField", "090-1234")
    QTest.keyClick(field(search), Qt.Key.Key_Return)
    assert dialled(search) == ["sip:09012345678"]


def test_a_number_nobody_has_can_be_called(search: Stage) -> None:
    search.type("searchField", "0120 999")
    assert rows(search) == ["0120999"]
    QTest.keyClick(field(search), Qt.Key.Key_Return)
    assert dialled(search) == ["sip:0120999"]


def test_nothing_found_says_so(search: Stage) -> None:
    search.type("searchField", "竹内")
    assert search.find(QWidget, "searchNothingTitle").text() == "「竹内」は見つかりません"
    QTest.keyClick(field(search), Qt.Key.Key_Return)
    assert dialled(search) == []


def test_what_changes_while_it_is_open_is_found(search: Stage) -> None:
    search.type("searchField", "竹内")
    search.kit.phone.contacts.save(Contact(name="竹内 誠", numbers=(ContactNumber("299"),)))
    assert rows(search) == ["電話帳", "竹内 誠"]


def test_the_keypad_suggests_and_its_keys_stay_where_they_are(keypad: Stage) -> None:
    before = key_tops(keypad)
    keypad.type("numberField", "123")
    assert rows(keypad, "suggestionList")[0] == "鈴木 一郎"
    assert key_tops(keypad) == before
    keypad.type("numberField", "やまだ?")
    keypad.click("callButton")
    assert keypad.find(QWidget, "dialProblem").text()
    assert key_tops(keypad) == before


def test_a_suggestion_is_called_by_keyboard(keypad: Stage) -> None:
    keypad.type("numberField", "0901234")
    QTest.keyClick(field(keypad, "numberField"), Qt.Key.Key_Down)
    suggestions = keypad.find(QListView, "suggestionList")
    assert suggestions.hasFocus()
    spoken = suggestions.currentIndex().data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "山田 花子、青空商事株式会社、携帯、090-1234-5678"
    QTest.keyClick(suggestions, Qt.Key.Key_Return)
    assert dialled(keypad) == ["sip:09012345678"]


def test_a_name_on_the_keypad_leads_to_whom_it_means(keypad: Stage) -> None:
    keypad.type("numberField", "ヤマダ")
    assert not keypad.window.findChild(QWidget, "dialProblem").isVisible()
    QTest.keyClick(field(keypad, "numberField"), Qt.Key.Key_Return)
    assert dialled(keypad) == []
    assert not keypad.window.findChild(QWidget, "dialProblem").isVisible()
    suggestions = keypad.find(QListView, "suggestionList")
    assert suggestions.hasFocus()
    QTest.keyClick(suggestions, Qt.Key.Key_Return)
    assert dialled(keypad) == ["sip:202"]


def test_up_leads_back_and_digits_go_on_in_the_number(keypad: Stage) -> None:
    keypad.type("numberField", "12")
    QTest.keyClick(field(keypad, "numberField"), Qt.Key.Key_Down)
    suggestions = keypad.find(QListView, "suggestionList")
    QTest.keyClick(suggestions, Qt.Key.Key_3)
    assert field(keypad, "numberField").text() == "123"
    QTest.keyClick(field(keypad, "numberField"), Qt.Key.Key_Down)
    QTest.keyClick(suggestions, Qt.Key.Key_Up)
    assert field(keypad, "numberField").hasFocus()


def test_nobody_is_suggested_for_a_stranger(keypad: Stage) -> None:
    keypad.type("numberField", "0466")
    assert not keypad.window.findChild(QWidget, "suggestionList").isVisible()
    QTest.keyClick(field(keypad, "numberField"), Qt.Key.Key_Down)
    assert field(keypad, "numberField").hasFocus()


def test_the_glass_on_the_keypad_opens_the_search(ready: Stage) -> None:
    remember(ready)
    ready.click("openSearch")
    assert field(ready).hasFocus()


def test_a_name_in_the_transfer_sheet_suggests_people(keypad: Stage) -> None:
    key = keypad.talk("0612345678", "")
    keypad.click("transferButton")
    button = keypad.find(QAbstractButton, "blindButton")
    keypad.settle()
    before = button.mapToGlobal(button.rect().center())
    keypad.type("sheetNumber", "さとう")
    keypad.settle()
    assert rows(keypad, "suggestionList") == ["佐藤 由美"]
    assert button.mapToGlobal(button.rect().center()) == before
    QTest.keyClick(field(keypad, "sheetNumber"), Qt.Key.Key_Return)
    people = keypad.find(QListView, "suggestionList")
    assert people.hasFocus()
    QTest.keyClick(people, Qt.Key.Key_Return)
    assert field(keypad, "sheetNumber").text() == "201"
    keypad.click("blindButton")
    hold(keypad, key)
    assert [command.target for command in keypad.kit.engine.sent_of(TransferCall)] == [
        "sip:201@01234abc.example.jp"
    ]


def test_kana_are_searched_while_an_input_method_still_holds_them(search: Stage) -> None:
    QApplication.sendEvent(field(search), QInputMethodEvent("やまだ", []))
    search.settle()
    assert rows(search)[:2] == ["電話帳", "山田 花子"]
    assert field(search).text() == ""


def test_the_keypad_suggests_while_an_input_method_still_holds_the_kana(keypad: Stage) -> None:
    QApplication.sendEvent(field(keypad, "numberField"), QInputMethodEvent("すずき", []))
    assert rows(keypad, "suggestionList") == ["鈴木 一郎"]
