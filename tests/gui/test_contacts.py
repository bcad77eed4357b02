"""電話帳: the list and its index, favourites, a card, the editor that loses nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragMoveEvent,
    QDropEvent,
    QImage,
    QInputMethodEvent,
)
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QListView, QWidget

from softphone.app.changes import ContactsMoved
from softphone.domain.commands import MakeCall, TransferCall
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.ports import StoreTrouble
from softphone.ui.call_drag import call_data
from tests.helpers.call_scenes import choose, hold
from tests.helpers.contacts_scenes import know, person
from tests.helpers.gallery import Stage, staged
from tests.helpers.waiting import wait_for


@pytest.fixture
def book(qapp: object) -> Iterator[Stage]:
    """電話帳 with people in it."""
    with staged("contacts") as stage:
        yield stage


@pytest.fixture
def card(qapp: object) -> Iterator[Stage]:
    """The card of 山田 花子."""
    with staged("contact_card") as stage:
        yield stage


@pytest.fixture
def editor(qapp: object) -> Iterator[Stage]:
    """山田 花子 being edited."""
    with staged("contact_editor") as stage:
        yield stage


def people(stage: Stage) -> QListView:
    return stage.find(QListView, "contactList")


def names(stage: Stage, name: str = "contactList") -> list[str]:
    model = stage.find(QListView, name).model()
    return [model.index(place, 0).data() for place in range(model.rowCount())]


def row(stage: Stage, name: str) -> QPoint:
    """The middle of somebody's row, scrolled into sight."""
    view = people(stage)
    index = view.model().index(names(stage).index(name), 0)
    view.scrollTo(index)
    return view.visualRect(index).center()


def text(stage: Stage, name: str) -> str:
    return str(stage.find(QWidget, name).text())


def dialled(stage: Stage) -> list[str]:
    return [command.uri.partition("@")[0] for command in stage.kit.engine.sent_of(MakeCall)]


def yamada(stage: Stage) -> Contact:
    contact = stage.kit.contacts.get("ヤマダハナコ")
    assert contact is not None
    return contact


def test_a_click_opens_the_card_and_back_leads_to_the_row(book: Stage) -> None:
    QTest.mouseClick(people(book).viewport(), Qt.MouseButton.LeftButton, pos=row(book, "山田 花子"))
    assert text(book, "cardName") == "山田 花子"
    assert [label.text() for label in book.window.findChildren(QWidget, "cardWork")] == [
        "青空商事株式会社",
        "営業部 第二営業課  ·  課長",
    ]
    book.find(QWidget, "contactCard").findChild(QAbstractButton, "backButton").click()
    assert people(book).currentIndex().data() == "山田 花子"


def test_the_key_in_a_row_calls(book: Stage) -> None:
    at = row(book, "鈴木 一郎")
    at.setX(people(book).viewport().width() - 12)
    QTest.mouseClick(people(book).viewport(), Qt.MouseButton.LeftButton, pos=at)
    assert dialled(book) == ["sip:0612345678"]


def test_by_keyboard_alone(book: Stage) -> None:
    field = book.find(QLineEdit, "contactSearch")
    book.commit("contactSearch", "鈴木")
    QTest.keyClick(field, Qt.Key.Key_Down)
    assert people(book).hasFocus()
    QTest.keyClick(people(book), Qt.Key.Key_Space)
    assert text(book, "cardName") == "鈴木 一郎"
    first = book.find(QAbstractButton, "call_0")
    assert first.hasFocus()
    assert first.accessibleName() == "会社 06-1234-5678 に発信"
    QTest.keyClick(first, Qt.Key.Key_Space)
    assert dialled(book) == ["sip:0612345678"]


def test_enter_in_a_row_calls(book: Stage) -> None:
    book.commit("contactSearch", "鈴木")
    QTest.keyClick(book.find(QLineEdit, "contactSearch"), Qt.Key.Key_Return)
    QTest.keyClick(people(book), Qt.Key.Key_Return)
    assert dialled(book) == ["sip:0612345678"]


def test_rows_are_read_to_screen_readers_whole(book: Stage) -> None:
    index = people(book).model().index(names(book).index("佐藤 由美"), 0)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "佐藤 由美、青空商事株式会社、内線、201、お気に入り"


def test_the_search_narrows_and_says_when_nobody_is_found(book: Stage) -> None:
    book.type("contactSearch", "青空")
    assert "山田 花子" in names(book)
    assert "鈴木 一郎" not in names(book)
    book.type("contactSearch", "竹内")
    assert text(book, "contactsEmptyTitle") == "「竹内」は見つかりません"
    QTest.keyClick(book.find(QLineEdit, "contactSearch"), Qt.Key.Key_Escape)
    assert "鈴木 一郎" in names(book)


def test_the_index_jumps_by_keyboard_and_mouse(qapp: object) -> None:
    with staged("contacts") as stage:
        many = [person(f"山本 {n:02}", f"ヤマモト {n:02}", "", ("mobile", f"0901{n:07}")) for n in range(40)]
        know(stage, *many)
        stage.settle()
        index = stage.find(QListView, "contactIndex")
        letters = names(stage, "contactIndex")
        place = index.model().index(letters.index("や"), 0)
        assert place.data(Qt.ItemDataRole.AccessibleTextRole) == "や へ移動"
        QTest.mouseClick(index.viewport(), Qt.MouseButton.LeftButton, pos=index.visualRect(place).center())
        top = people(stage).indexAt(QPoint(100, 5))
        assert top.data() == "山田 花子"
        QTest.keyClick(index, Qt.Key.Key_Home)
        assert people(stage).indexAt(QPoint(100, 5)).row() == 0


def test_groups_and_directories_narrow_the_list(book: Stage) -> None:
    book.click("filterMore")
    menu = QApplication.activePopupWidget()
    assert menu is not None
    entries = {action.text(): action for action in menu.actions()}
    assert {"営業", "取引先", "青空商事 社内電話帳", "自分の電話帳"} <= set(entries)
    entries["営業"].trigger()
    menu.close()
    assert names(book) == ["山田 花子"]
    assert text(book, "filterMore") == "営業"
    book.click("filterAll")
    assert len(names(book)) > 10


def test_an_empty_book_teaches_and_begins(qapp: object) -> None:
    with staged("contacts_empty") as stage:
        assert text(stage, "contactsEmptyTitle") == "電話帳はまだ空です"
        stage.click("addFirst")
        assert stage.find(QLineEdit, "name").hasFocus()


def test_a_tile_calls_and_is_moved_by_keyboard(qapp: object) -> None:
    with staged("contacts_favourites") as stage:
        tiles = stage.find(QListView, "favouriteTiles")
        assert names(stage, "favouriteTiles")[:2] == ["山田 花子", "佐藤 由美"]
        first = tiles.model().index(0, 0)
        QTest.mouseClick(tiles.viewport(), Qt.MouseButton.LeftButton, pos=tiles.visualRect(first).center())
        assert dialled(stage) == ["sip:202"]
        stage.window.show_place("contacts")
        tiles.setCurrentIndex(first)
        QTest.keyClick(tiles, Qt.Key.Key_Right, Qt.KeyboardModifier.AltModifier)
        assert names(stage, "favouriteTiles")[:2] == ["佐藤 由美", "山田 花子"]
        assert yamada(stage).favourite == 2
        assert tiles.currentIndex().data() == "山田 花子"
        QTest.keyClick(tiles, Qt.Key.Key_Delete)
        assert "山田 花子" not in names(stage, "favouriteTiles")


def test_a_tile_is_moved_by_dragging(qapp: object) -> None:
    with staged("contacts_favourites") as stage:
        tiles = stage.find(QListView, "favouriteTiles")
        stage.settle()
        spots = [tiles.visualRect(tiles.model().index(place, 0)).center() for place in range(3)]
        QTest.mousePress(tiles.viewport(), Qt.MouseButton.LeftButton, pos=spots[0])
        QTest.mouseMove(tiles.viewport(), spots[0] + QPoint(30, 0))
        QTest.mouseMove(tiles.viewport(), spots[2])
        QTest.mouseRelease(tiles.viewport(), Qt.MouseButton.LeftButton, pos=spots[2])
        assert names(stage, "favouriteTiles")[:3] == ["佐藤 由美", "伊藤 さくら", "山田 花子"]
        assert yamada(stage).favourite == 3
        assert dialled(stage) == []


def test_the_star_makes_a_favourite(card: Stage) -> None:
    star = card.find(QAbstractButton, "cardStar")
    assert star.accessibleName() == "お気に入りから外す"
    star.click()
    assert yamada(card).favourite == 0
    assert star.accessibleName() == "お気に入りに追加"
    star.click()
    assert yamada(card).favourite == 6


def test_the_card_shows_the_last_calls_with_this_person(card: Stage) -> None:
    recent = [w.accessibleName() for w in card.find(QWidget, "contactCard").findChildren(QWidget)]
    told = [words for words in recent if words.startswith(("着信", "発信"))]
    assert [words.split("  ")[0] for words in told] == ["着信", "着信", "発信"]
    assert "4:32" in told[0]
    assert "不在着信" in told[1]


def test_an_entry_of_a_directory_is_taken_over_not_changed(qapp: object) -> None:
    with staged("contact_of_directory") as stage:
        assert "青空商事 社内電話帳" in text(stage, "cardSource")
        assert not stage.window.findChild(QWidget, "cardEdit").isVisible()
        stage.click("cardCopy")
        stage.click("saveContact")
        own = [each for each in stage.kit.contacts.all() if each.name == "小林 直樹"]
        assert [each.numbers[1].number for each in own] == ["080-9999-0000"]
        assert text(stage, "cardName") == "小林 直樹"
        assert stage.find(QAbstractButton, "cardEdit")


def test_somebody_new_is_saved_as_typed(book: Stage) -> None:
    book.click("addContact")
    book.type("name", "木村 拓也")
    book.type("reading", "キムラ タクヤ")
    book.commit("number_1", "０９０ー５５５５ー６６６６")
    book.click("addNumber")
    book.commit("number_2", "内線")
    assert text(book, "number_2") == "内線"
    book.find(QLineEdit, "number_2").clear()
    QTest.keyClicks(book.find(QLineEdit, "number_2"), "245")
    book.find(QComboBox, "label_2").setCurrentText("倉庫")
    book.type("groups", "物流、倉庫")
    book.click("saveContact")
    saved = next(each for each in book.kit.contacts.all() if each.name == "木村 拓也")
    assert saved.numbers == (ContactNumber("090-5555-6666", "mobile"), ContactNumber("245", "倉庫"))
    assert saved.groups == ("物流", "倉庫")
    assert text(book, "cardName") == "木村 拓也"


def test_what_is_wrong_is_said_in_its_place_and_nothing_is_saved(qapp: object) -> None:
    with staged("contact_editor_problems") as stage:
        count = len(stage.kit.contacts.all())
        number = stage.find(QLineEdit, "number_1")
        assert "使えない文字" in number.accessibleDescription()
        assert "「yamada」" in stage.find(QLineEdit, "email").accessibleDescription()
        assert number.hasFocus()
        number.clear()
        QTest.keyClicks(number, "03-1234-5678")
        stage.type("email", "")
        stage.click("saveContact")
        assert len(stage.kit.contacts.all()) == count + 1


def test_nobody_without_any_name_or_number(book: Stage) -> None:
    book.click("addContact")
    book.click("saveContact")
    line = book.find(QLineEdit, "name")
    assert line.accessibleDescription() == "名前、会社、電話番号のどれかを入力してください。"
    assert line.hasFocus()


def test_back_with_changes_asks_and_loses_nothing(editor: Stage) -> None:
    name = editor.find(QLineEdit, "name")
    editor.commit("name", "さん")
    back = editor.find(QWidget, "contactEditor").findChild(QAbstractButton, "backButton")
    back.click()
    editor.click("sheetClose")
    assert name.text() == "山田 花子さん"
    back.click()
    editor.click("unsavedSave")
    assert yamada(editor).name == "山田 花子さん"
    assert text(editor, "cardName") == "山田 花子さん"


def test_changes_may_be_thrown_away(editor: Stage) -> None:
    editor.commit("name", "さん")
    editor.find(QWidget, "contactEditor").findChild(QAbstractButton, "backButton").click()
    editor.click("unsavedDiscard")
    assert text(editor, "cardName") == "山田 花子"
    assert editor.window.close()


def test_what_is_typed_survives_other_places_and_another_language(editor: Stage) -> None:
    editor.commit("name", "さん")
    editor.window.show_place("settings")
    editor.window.show_place("contacts")
    assert text(editor, "name") == "山田 花子さん"
    editor.kit.phone.settings.change_fields(language="en")
    editor.settle()
    assert text(editor, "name") == "山田 花子さん"
    assert editor.find(QLineEdit, "name").accessibleName() == "Name"


def test_the_window_asks_before_it_closes_on_changes(editor: Stage) -> None:
    editor.commit("name", "さん")
    editor.window.show_place("settings")
    assert not editor.window.close()
    assert editor.window.isVisible()
    editor.click("unsavedSave")
    assert yamada(editor).name == "山田 花子さん"
    assert not editor.window.isVisible()


def test_a_book_that_cannot_be_written_says_so_and_keeps_what_is_typed(editor: Stage) -> None:
    editor.kit.contacts.trouble = StoreTrouble(code="full")
    editor.commit("name", "さん")
    editor.click("saveContact")
    assert "ディスクの空き" in text(editor, "noticeWords")
    assert text(editor, "name") == "山田 花子さん"
    editor.kit.contacts.trouble = None
    editor.click("saveContact")
    assert yamada(editor).name == "山田 花子さん"


def test_deleting_can_be_taken_back(card: Stage) -> None:
    card.click("cardMore")
    menu = QApplication.activePopupWidget()
    assert menu is not None
    next(action for action in menu.actions() if action.objectName() == "delete").trigger()
    menu.close()
    assert "山田 花子" not in names(card)
    assert text(card, "contactUndoWords") == "「山田 花子」を削除しました"
    card.click("contactUndoUndo")
    assert "山田 花子" in names(card)
    assert yamada(card).note.startswith("火曜日")


def test_a_photo_from_a_file_is_made_small(editor: Stage, tmp_path: Path) -> None:
    picture = QImage(3000, 2000, QImage.Format.Format_RGB32)
    picture.fill(Qt.GlobalColor.darkCyan)
    file = tmp_path / "写真.jpg"
    picture.save(str(file))
    before = yamada(editor).photo_id
    editor.find(QWidget, "contactEditor").take_photo(str(file))
    button = editor.find(QAbstractButton, "choosePhoto")
    wait_for(lambda: (editor.settle(), button.isEnabled())[1], 10.0)
    editor.click("saveContact")
    stored = yamada(editor).photo_id
    assert stored not in ("", before)
    image = QImage.fromData(editor.kit.contacts.photo(stored))
    assert (image.width(), image.height()) == (256, 170)


def test_a_file_that_is_no_picture_is_told(editor: Stage, tmp_path: Path) -> None:
    file = tmp_path / "x.jpg"
    file.write_bytes(b"no picture at all" * 1000)
    editor.find(QWidget, "contactEditor").take_photo(str(file))
    button = editor.find(QAbstractButton, "choosePhoto")
    wait_for(lambda: (editor.settle(), button.isEnabled())[1], 10.0)
    assert "画像として読めません" in text(editor, "photoProblem")


def test_the_reading_is_written_while_kanji_are_composed(book: Stage) -> None:
    book.click("addContact")
    line = book.find(QLineEdit, "name")
    for kana, kanji in (("やまもと", "山本"), ("みどり", "緑")):
        composing = QInputMethodEvent(kana, [])
        QApplication.sendEvent(line, composing)
        done = QInputMethodEvent()
        done.setCommitString(kanji)
        QApplication.sendEvent(line, done)
    assert text(book, "name") == "山本緑"
    assert text(book, "reading") == "ヤマモト ミドリ"
    book.type("reading", "ヤマモト ミリ")
    done = QInputMethodEvent()
    done.setCommitString("子")
    QApplication.sendEvent(line, done)
    assert text(book, "reading") == "ヤマモト ミリ"


def carry(target: QWidget, key: str, at: QPoint, *, drop: bool = True) -> None:
    """A call is dragged over ``target``, and dropped there."""
    data = call_data(key)
    how = (Qt.DropAction.MoveAction, data, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier)
    QApplication.sendEvent(target, QDragEnterEvent(at, *how))
    if drop:
        QApplication.sendEvent(target, QDragMoveEvent(at, *how))
        QApplication.sendEvent(target, QDropEvent(QPointF(at), *how))


def test_a_call_dropped_on_a_person_is_handed_to_them(book: Stage) -> None:
    book.window.show_place("keypad")
    key = book.talk("0612345678", "")
    book.window.show_place("contacts")
    book.settle()
    carry(people(book).viewport(), key, row(book, "佐藤 由美"))
    menu = QApplication.activePopupWidget()
    assert menu is not None
    assert menu.actions()[0].text() == "鈴木 一郎 を 佐藤 由美 に転送する"
    choose(menu, "blind")
    hold(book, key)
    assert [command.target for command in book.kit.engine.sent_of(TransferCall)] == [
        "sip:201@01234abc.example.jp"
    ]


def test_a_call_held_over_a_tab_opens_its_place(book: Stage) -> None:
    book.window.show_place("keypad")
    key = book.talk("0612345678", "")
    book.window.show_place("keypad")
    carry(book.find(QWidget, "nav_contacts"), key, QPoint(5, 5), drop=False)
    wait_for(lambda: (book.settle(), people_shown(book))[1], 3.0)


def people_shown(stage: Stage) -> bool:
    return bool(stage.window.findChild(QWidget, "contactList").isVisible())


def test_what_no_call_is_dropped_on_a_person_does_nothing(book: Stage) -> None:
    carry(people(book).viewport(), "gone", row(book, "佐藤 由美"))
    assert QApplication.activePopupWidget() is None


def test_the_menu_of_a_row_does_everything_by_keyboard(book: Stage) -> None:
    view = people(book)
    at = row(book, "山田 花子")
    view.setFocus()
    view.setCurrentIndex(view.indexAt(at))
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, at, view.viewport().mapToGlobal(at))
    QApplication.sendEvent(view.viewport(), event)
    menu = QApplication.activePopupWidget()
    assert menu is not None
    words = [action.text() for action in menu.actions() if action.text()]
    assert words[1] == "携帯 090-1234-5678 に発信"
    assert words[-4:] == ["詳細を開く", "編集", "お気に入りから外す", "連絡先を削除"]
    choose(menu, "delete")
    assert "山田 花子" not in names(book)
    book.click("contactUndoUndo")
    assert "山田 花子" in names(book)


def test_a_number_somebody_has_already_is_said_and_not_refused(book: Stage) -> None:
    book.click("addContact")
    book.type("number_1", "090 1234 5678")
    QTest.keyClick(book.find(QLineEdit, "number_1"), Qt.Key.Key_Return)
    said = book.find(QLineEdit, "number_1").accessibleDescription()
    assert said == "「山田 花子」にも登録されている番号です。"
    book.click("saveContact")
    assert text(book, "cardName") == "090 1234 5678"


def test_a_directory_read_anew_does_not_take_the_way_back(qapp: object) -> None:
    with staged("contact_deleted") as stage:
        stage.kit.phone._tell(ContactsMoved())
        stage.settle()
        assert text(stage, "contactUndoWords") == "「山田 花子」を削除しました"
        stage.kit.phone.contacts.save(Contact(name="木村"))
        stage.settle()
        assert not stage.window.findChild(QWidget, "contactUndo").isVisible()
