"""Importing and exporting contacts, as somebody with a mouse or a keyboard does."""

from __future__ import annotations

import base64
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QBuffer, QIODevice, QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtWidgets import QAbstractButton, QLabel, QMenu, QWidget
from pytestqt.qtbot import QtBot

from softphone.app.steps import PAUSE_S
from softphone.domain.contact import Contact, ContactNumber
from softphone.ui.contacts import exchange, export_sheet, import_sheet
from softphone.ui.contacts.exchange_lists import MappingList, TroubleList
from softphone.ui.contacts.pictures import MAX_SIDE_PX, QtPictures, scaled
from tests.helpers.contact_files import people
from tests.helpers.exchange_scenes import DATA, imported, known, work
from tests.helpers.gallery import Stage, staged


@pytest.fixture
def stage(qapp: object) -> Iterator[Stage]:
    with staged("keypad_ready") as made:
        yield made


def words(stage: Stage, name: str) -> str:
    """What a label says."""
    return str(stage.find(QLabel, name).text())


def names(stage: Stage) -> set[str]:
    return {each.shown_name for each in stage.kit.contacts.entries.values()}


def picture(side: int, kind: str = "PNG") -> bytes:
    """A picture of so many px a side."""
    image = QImage(side, side, QImage.Format.Format_RGB32)
    image.fill(0x3366CC)
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind)  # type: ignore[call-overload]
    return bytes(buffer.data().data())


def test_a_file_says_what_it_is_and_what_will_happen(stage: Stage) -> None:
    known(stage)
    imported(stage, "excel_shift_jis.csv")
    assert words(stage, "importFacts") == "CSV  ·  Shift_JIS  ·  コンマ区切り  ·  4人"
    assert words(stage, "import_added") == "3人"
    assert words(stage, "import_merged") == "1人"
    assert words(stage, "importPerson") == "例: 山田 太郎  ·  株式会社青空商事  ·  03-1234-5678"
    assert names(stage) == {"山田 太郎"}


def test_it_is_read_in_and_taken_back(stage: Stage) -> None:
    known(stage)
    before = dict(stage.kit.contacts.entries)
    imported(stage, "excel_shift_jis.csv")
    stage.click("importRun")
    work(stage)
    assert words(stage, "importEndWords") == "3人を追加し、1人の情報をまとめました"
    assert names(stage) == {"山田 太郎", "佐藤 花子", "髙橋 一郎", "丸山運輸株式会社"}
    stage.click("importUndo")
    work(stage)
    assert words(stage, "importEndWords") == "読み込む前の電話帳に戻しました"
    assert stage.kit.contacts.entries == before


def test_by_keyboard_alone(stage: Stage, qtbot: QtBot) -> None:
    sheet = imported(stage, "excel_utf8.csv")
    mapping = stage.find(MappingList, "mappingList")
    assert mapping.hasFocus()
    qtbot.keyClick(mapping, Qt.Key.Key_Down)
    qtbot.keyClick(mapping, Qt.Key.Key_Return)
    menu = stage.window.findChild(QMenu, "fieldMenu")
    assert menu is not None
    assert menu.isVisible()
    action = next(each for each in menu.actions() if each.text() == "メモ")
    menu.setActiveAction(action)
    qtbot.keyClick(menu, Qt.Key.Key_Return)
    work(stage)
    assert mapping.model().index(1, 0).data().startswith("フリガナ  メモ")
    for _ in range(20):
        focused = sheet.focusWidget()
        if focused is not None and focused.objectName() == "importRun":
            break
        qtbot.keyClick(focused, Qt.Key.Key_Tab)
    qtbot.keyClick(sheet.focusWidget(), Qt.Key.Key_Space)
    work(stage)
    assert "佐藤 花子" in names(stage)
    sato = next(each for each in stage.kit.contacts.entries.values() if each.name == "佐藤 花子")
    assert (sato.reading, sato.note) == ("", "サトウ ハナコ")
    qtbot.keyClick(sheet.focusWidget(), Qt.Key.Key_Escape)
    stage.settle()
    assert not [each for each in stage.window.findChildren(QWidget, "importSheet") if each.isVisible()]


def test_what_becomes_of_those_who_are_there_is_chosen(stage: Stage) -> None:
    known(stage)
    sheet = imported(stage, "excel_shift_jis.csv")
    combo = sheet.findChild(QWidget, "importDuplicates")
    combo.setCurrentIndex(1)
    combo.activated.emit(1)
    work(stage)
    assert words(stage, "import_skipped") == "1人"
    assert stage.find(QAbstractButton, "importRun").text() == "3人を読み込む"


def test_nothing_new_is_said_and_cannot_be_run(stage: Stage) -> None:
    imported(stage, "thunderbird_ja.csv")
    stage.click("importRun")
    work(stage)
    stage.click("importClose")
    imported(stage, "thunderbird_ja.csv")
    run = stage.find(QAbstractButton, "importRun")
    assert (run.text(), run.isEnabled()) == ("新しい連絡先はありません", False)


def test_bad_lines_are_shown_copied_and_saved(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    imported(stage, "broken_mixed.csv")
    assert words(stage, "import_bad") == "3行"
    stage.click("importTroubles")
    shown = stage.find(TroubleList, "troubleList")
    assert shown.model().rowCount() == 4
    assert "4行目" in shown.model().index(0, 0).data()
    stage.click("troubleCopy")
    copied = QGuiApplication.clipboard().text()
    assert '"佐藤 花子,サトウ,みどり銀行,06-6666-7777' in copied
    path = tmp_path / "bad.txt"
    monkeypatch.setattr(import_sheet, "choose_list_file", lambda parent, look: str(path))
    stage.click("troubleSave")
    assert path.read_text(encoding="utf-8-sig") == copied
    stage.click("troubleBack")
    assert stage.find(QAbstractButton, "importRun").isEnabled()


def test_a_list_that_cannot_be_saved_is_said(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    imported(stage, "broken_mixed.csv")
    stage.click("importTroubles")
    monkeypatch.setattr(import_sheet, "choose_list_file", lambda parent, look: "/nowhere/at/all.txt")
    stage.click("troubleSave")
    assert "保存できませんでした" in words(stage, "troubleTold")


def test_a_stop_takes_back_what_was_written(stage: Stage, tmp_path: Path) -> None:
    path = tmp_path / "people.csv"
    lines = ["氏名,会社電話", *(f"山田 {n},03-{n:05d}-0000" for n in range(20_000))]
    path.write_text("\n".join(lines), encoding="utf-8")
    exchange.open_import(stage.window.look, stage.kit.phone, stage.window, str(path))
    work(stage)
    stage.click("importRun")
    while not stage.kit.contacts.entries:  # a slice at a time: however fast the machine, most is to come
        stage.kit.dispatcher.advance(PAUSE_S)
    stage.click("importCancel")
    work(stage)
    assert stage.kit.contacts.entries == {}
    assert stage.find(QAbstractButton, "importRun").isEnabled()


def test_a_file_that_is_not_there_is_said(stage: Stage) -> None:
    imported(stage, "nowhere.csv")
    assert "ファイルが見つかりません" in words(stage, "importEndWords")
    stage.click("importClose")
    stage.settle()
    assert not [each for each in stage.window.findChildren(QWidget, "importSheet") if each.isVisible()]


def test_the_file_is_asked_for(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "choose_file", lambda parent, look: "")
    assert exchange.open_import(stage.window.look, stage.kit.phone, stage.window) is None
    monkeypatch.setattr(exchange, "choose_file", lambda parent, look: str(DATA / "google.vcf"))
    assert exchange.open_import(stage.window.look, stage.kit.phone, stage.window) is not None
    work(stage)
    assert words(stage, "importFacts").startswith("vCard")


def dropped(page: QWidget, path: str) -> bool:
    """Drop a file on a page; whether it was taken."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(path)])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(1, 1), Qt.DropAction.CopyAction, data, buttons, keys)
    QGuiApplication.sendEvent(page, enter)
    drop = QDropEvent(QPointF(1, 1), Qt.DropAction.CopyAction, data, buttons, keys)
    QGuiApplication.sendEvent(page, drop)
    return enter.isAccepted()


def test_a_file_dropped_on_the_page_is_looked_at_and_others_are_left(stage: Stage) -> None:
    stage.window.show_place("contacts")
    page = stage.find(QWidget, "contactsPage")
    assert not dropped(page, "/home/sato/a.pdf")
    assert dropped(page, str(DATA / "google.vcf"))
    work(stage)
    assert words(stage, "importFacts").startswith("vCard")


def test_the_page_offers_both_in_its_menu(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exchange, "choose_file", lambda parent, look: str(DATA / "google.vcf"))
    stage.window.show_place("contacts")
    stage.click("contactsMore")
    (menu,) = stage.window.findChildren(QMenu, "exchangeMenu")
    taken, given = menu.actions()
    assert (taken.text(), given.text(), given.isEnabled()) == ("読み込み…", "書き出し…", False)
    menu.close()
    stage.click("importFirst")
    work(stage)
    stage.click("importRun")
    work(stage)
    stage.click("importClose")
    assert stage.find(QWidget, "contactUndo").accessibleName() == "1人を電話帳に追加しました"
    stage.click("contactsMore")
    (menu,) = (each for each in stage.window.findChildren(QMenu, "exchangeMenu") if each.isVisible())
    menu.actions()[1].trigger()
    menu.close()
    assert stage.find(QAbstractButton, "exportRun").isEnabled()


def test_an_import_is_taken_back_at_the_foot_of_the_page(stage: Stage) -> None:
    stage.window.show_place("contacts")
    dropped(stage.find(QWidget, "contactsPage"), str(DATA / "google.vcf"))
    work(stage)
    stage.click("importRun")
    work(stage)
    stage.click("importClose")
    assert names(stage) == {"山田 太郎"}
    stage.click("contactUndoUndo")
    work(stage)
    assert names(stage) == set()
    assert not stage.kit.phone.contacts.can_undo


def test_another_language_in_the_middle_harms_nothing(stage: Stage) -> None:
    imported(stage, "excel_utf8.csv")
    stage.kit.phone.settings.change_fields(language="en")
    work(stage)
    imported(stage, "excel_utf8.csv")
    assert stage.find(QAbstractButton, "importRun").text() == "Import 4 people"


def test_everybody_is_written_into_the_file_that_was_chosen(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known(stage)
    exchange.open_export(stage.window.look, stage.kit.phone, stage.window)
    monkeypatch.setattr(export_sheet, "choose_place", lambda parent, look, kind: str(tmp_path / "people"))
    stage.click("exportRun")
    work(stage)
    assert words(stage, "exportTold") == "1人を「people.csv」に書き出しました"
    assert [each.name for each in people((tmp_path / "people.csv").read_bytes())] == ["山田 太郎"]


def test_letters_lost_in_an_export_are_said(
    stage: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage.kit.phone.contacts.save(Contact(name="김", numbers=(ContactNumber("1"),)))
    sheet = exchange.open_export(stage.window.look, stage.kit.phone, stage.window)
    combo = sheet.findChild(QWidget, "exportFormat")
    combo.setCurrentIndex(1)
    monkeypatch.setattr(export_sheet, "choose_place", lambda parent, look, kind: str(tmp_path / "a.csv"))
    stage.click("exportRun")
    work(stage)
    assert "김" in words(stage, "exportMore")


def test_photos_become_small_and_what_is_none_is_left(qtbot: QtBot) -> None:
    assert scaled(picture(32)) == picture(32)
    large = QImage.fromData(scaled(picture(2000)))
    assert (large.width(), large.height()) == (MAX_SIDE_PX, MAX_SIDE_PX)
    assert scaled(b"GIF8 no picture") == b""
    assert scaled(b"") == b""
    done: list[bytes] = []
    QtPictures().scale(picture(300), done.append)
    qtbot.waitUntil(lambda: bool(done))
    assert QImage.fromData(done[0]).width() == MAX_SIDE_PX


def test_a_large_photo_of_a_vcard_is_stored_small(stage: Stage, tmp_path: Path, qtbot: QtBot) -> None:
    path = tmp_path / "people.vcf"
    photo = base64.b64encode(picture(1500, "BMP")).decode()
    path.write_text(
        f"BEGIN:VCARD\nVERSION:3.0\nFN:山田\nPHOTO;ENCODING=b:{photo}\nEND:VCARD\n", encoding="utf-8"
    )
    exchange.open_import(stage.window.look, stage.kit.phone, stage.window, str(path))

    def ready() -> bool:
        work(stage)
        run = stage.window.findChild(QAbstractButton, "importRun")
        return run is not None and run.isEnabled()

    qtbot.waitUntil(ready)
    stage.click("importRun")
    work(stage)
    (yamada,) = stage.kit.contacts.entries.values()
    assert QImage.fromData(stage.kit.contacts.photos[yamada.photo_id]).width() == MAX_SIDE_PX
