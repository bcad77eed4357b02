"""履歴: what is shown, found, called back, deleted and brought back."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt, QTimer
from PySide6.QtGui import QAccessible, QContextMenuEvent, QDesktopServices, QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QWidget

from softphone.app.history import HistoryService
from softphone.domain.call import TerminatedReason
from softphone.domain.commands import MakeCall
from softphone.domain.contact import Contact, ContactEdit
from softphone.domain.history import CallRecord, CallResult, HistoryQuery
from softphone.domain.ports import StoreTrouble
from softphone.storage.contacts import SqliteContacts
from softphone.storage.database import Database
from softphone.storage.history import SqliteHistory
from softphone.storage.history_csv import CsvTable
from softphone.storage.numbers import LibphonenumberNumbers
from softphone.ui.history.model import PAGE
from tests.helpers.call_records import record, unanswered
from tests.helpers.call_scenes import choose, menu
from tests.helpers.fake_people import FakeHistory, fake_people
from tests.helpers.gallery import Stage, staged
from tests.helpers.history_scenes import DAY_S, calls, click_row, row_at
from tests.helpers.many_people import many_calls, many_contacts


@pytest.fixture
def office(qapp: QApplication) -> Iterator[Stage]:
    """The history of an office worker, in front."""
    with staged("history") as stage:
        yield stage


def names(stage: Stage) -> list[str]:
    model = calls(stage).model()
    return [str(model.index(row, 0).data()) for row in range(model.rowCount())]


def said(stage: Stage, row: int) -> str:
    return str(row_at(stage, row).data(Qt.ItemDataRole.AccessibleTextRole))


def label(stage: Stage, name: str) -> str:
    return str(stage.find(QWidget, name).text())


def banner(stage: Stage) -> str:
    return label(stage, "historyBannerWords")


def key_of_row(stage: Stage, row: int) -> QPoint:
    """The middle of the key at the end of a row."""
    view = calls(stage)
    rect = view.visualRect(row_at(stage, row))
    return view.itemDelegate().key_rect(rect).center().toPoint()  # type: ignore[attr-defined]


def mouse(stage: Stage, place: QPoint, action: str = "mouseClick") -> None:
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    getattr(QTest, action)(calls(stage).viewport(), left, none, place)
    stage.settle()


def in_sight(stage: Stage) -> list[tuple[str, int]]:
    """(name, top) of the rows one sees."""
    view = calls(stage)
    indexes = [row_at(stage, row) for row in view.rows_in_sight]
    return [(str(index.data()), view.visualRect(index).top()) for index in indexes]


def seen_timer(stage: Stage) -> QTimer:
    """Runs while missed calls are in sight that were not."""
    return stage.find(QWidget, "historyPage").findChild(QTimer, "seenTimer")


def dialled(stage: Stage) -> list[str]:
    return [command.uri for command in stage.kit.engine.sent_of(MakeCall)]


def test_the_newest_call_stands_first_with_the_name_of_the_phone_book(office: Stage) -> None:
    assert names(office)[:3] == ["山田 花子", "田中 一郎", "非通知"]
    assert said(office, 0) == "山田 花子、株式会社みどり商事、0312345678、新着、着信、不在着信、今日 14:42"


def test_a_click_shows_the_details_of_that_call(office: Stage) -> None:
    click_row(office, 4)
    assert label(office, "detailName") == "山田 花子"
    assert label(office, "detailResult") == "話し中です"
    assert label(office, "detailHint") == "しばらくしてからおかけ直しください。"
    assert office.find(QAbstractButton, "detail_call").hasFocus()
    QTest.keyClick(office.window.focusWidget(), Qt.Key.Key_Escape)
    office.settle()
    assert calls(office).hasFocus()
    assert calls(office).currentIndex().row() == 4


def test_the_second_click_of_a_double_click_calls(office: Stage) -> None:
    """The first one has opened the details: the second reaches them, and whatever lies there."""
    interval_ms = QApplication.doubleClickInterval()
    QApplication.setDoubleClickInterval(30_000)
    try:
        click_row(office, 1)
        QTest.mouseDClick(office.find(QAbstractButton, "detail_delete"), Qt.MouseButton.LeftButton)
    finally:
        QApplication.setDoubleClickInterval(interval_ms)
    office.settle()
    assert dialled(office) == ["sip:203@01234abc.example.jp"]
    assert len(office.kit.history.records) == 15


def test_the_key_of_a_row_calls_back_without_opening_it(office: Stage) -> None:
    mouse(office, key_of_row(office, 0))
    assert dialled(office) == ["sip:0312345678@01234abc.example.jp"]
    assert office.window.findChild(QWidget, "historyDetail") is None


def test_enter_calls_back(office: Stage) -> None:
    QTest.keyClick(calls(office), Qt.Key.Key_Down)
    QTest.keyClick(calls(office), Qt.Key.Key_Return)
    assert dialled(office) == ["sip:203@01234abc.example.jp"]


def test_a_hidden_number_cannot_be_called_and_that_is_said(office: Stage) -> None:
    calls(office).select_row(2)
    QTest.keyClick(calls(office), Qt.Key.Key_Return)
    assert dialled(office) == []
    assert banner(office) == "相手の番号がわからないため、できません。"
    mouse(office, key_of_row(office, 2))  # there is no key: it opens the details as the rest of the row does
    assert label(office, "detailName") == "非通知"
    assert not office.window.findChild(QWidget, "detail_call").isVisible()
    assert dialled(office) == []


def test_shift_selects_to_the_end_out_of_sight(office: Stage) -> None:
    view = calls(office)
    view.select_row(1)
    QTest.keyClick(view, Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_rows(100) == list(range(1, 15))
    QTest.keyClick(view, Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_rows(100) == [0, 1]


def test_kinds_of_calls(office: Stage) -> None:
    office.click("historyKind_missed")
    assert names(office) == ["山田 花子", "非通知", "山田 花子"]
    office.click("historyKind_outgoing")
    assert names(office) == ["田中 一郎", "山田 花子", "佐々木 健", "田中 一郎"]
    office.click("historyKind_recorded")
    assert names(office) == ["鈴木 美咲"]
    office.click("historyKind_all")
    assert len(names(office)) == 15


def test_what_is_typed_is_found_while_it_is_typed(office: Stage) -> None:
    line = office.find(QLineEdit, "historySearch")
    QTest.keyClicks(line, "0455")
    office.settle()
    assert names(office) == ["横浜支店"]
    QTest.keyClick(line, Qt.Key.Key_Escape)
    office.settle()
    assert len(names(office)) == 15


def test_what_the_input_method_holds_is_searched_too(office: Stage) -> None:
    line = office.find(QLineEdit, "historySearch")
    QCoreApplication.sendEvent(line, QInputMethodEvent("横浜", []))
    office.settle()
    assert names(office) == ["横浜支店"]


def test_from_the_search_down_to_the_list_and_up_again(office: Stage) -> None:
    QTest.keyClick(calls(office), Qt.Key.Key_F, Qt.KeyboardModifier.ControlModifier)
    line = office.find(QLineEdit, "historySearch")
    assert line.hasFocus()
    QTest.keyClick(line, Qt.Key.Key_Down)
    assert calls(office).hasFocus()
    assert calls(office).currentIndex().row() == 0
    QTest.keyClick(calls(office), Qt.Key.Key_Up)
    assert line.hasFocus()


def test_a_span_of_time(office: Stage) -> None:
    office.click("historySpan")
    choose(menu(office, "historySpanMenu"), "days_1")
    office.settle()
    assert names(office) == ["山田 花子", "田中 一郎", "非通知", "鈴木 美咲", "山田 花子"]
    assert office.find(QAbstractButton, "historySpan").accessibleName() == "期間:今日"


def test_what_is_searched_stays_when_the_language_changes(office: Stage) -> None:
    office.click("historyKind_missed")
    office.type("historySearch", "山田")
    office.settle()
    assert len(names(office)) == 2
    office.kit.phone.settings.change_fields(language="en")
    office.settle()
    assert office.find(QLineEdit, "historySearch").text() == "山田"
    assert office.find(QAbstractButton, "historyKind_missed").isChecked()
    assert names(office) == ["山田 花子", "山田 花子"]
    assert ", Missed, " in said(office, 0)


def test_nothing_found_says_so_and_leads_back(office: Stage) -> None:
    office.type("historySearch", "ふじさん")
    office.settle()
    assert label(office, "historyEmptyTitle") == "見つかりません"
    office.click("historyEmptyAction")
    assert len(names(office)) == 15


def test_a_fresh_phone_says_what_will_be_here(ready: Stage) -> None:
    ready.window.show_place("history")
    ready.settle()
    assert label(ready, "historyEmptyTitle") == "まだ通話がありません"
    ready.click("historyEmptyAction")
    assert ready.find(QWidget, "keypadPage").isVisible()


def test_missed_calls_are_counted_on_the_tab_until_they_were_in_sight(qapp: object) -> None:
    with staged("history_badge") as stage:
        tab = stage.find(QAbstractButton, "nav_history")
        assert tab.accessibleName() == "履歴(新しい不在着信 2件)"
        stage.click("nav_history")
        assert "新着" in said(stage, 0)
        assert stage.kit.phone.history.unseen_missed == 2  # a glance is not a look
        assert seen_timer(stage).isActive()
        seen_timer(stage).timeout.emit()
        assert stage.kit.phone.history.unseen_missed == 0
        assert tab.accessibleName() == "履歴"
        assert "新着" in said(stage, 0)  # as long as one looks
        stage.window.show_place("keypad")
        stage.window.show_place("history")
        assert "新着" not in said(stage, 0)


def test_a_window_behind_others_has_not_been_looked_at(office: Stage) -> None:
    office.away()
    seen_timer(office).timeout.emit()
    assert office.kit.phone.history.unseen_missed == 2


def test_a_missed_call_comes_in_without_moving_what_one_reads(office: Stage) -> None:
    view = calls(office)
    view.select_row(9)
    bar = view.verticalScrollBar()
    bar.setValue(400)
    office.settle()
    before = in_sight(office)
    office.kit.ended(office.kit.incoming("new", number="0801112222"), TerminatedReason.CANCELLED)
    office.settle()
    assert in_sight(office) == before
    assert view.currentIndex().row() == 10
    assert view.selected_rows(10) == [10]
    assert names(office)[0] == "0801112222"


def test_a_call_comes_in_at_the_top_where_one_looks(office: Stage) -> None:
    office.kit.ended(office.kit.incoming("new", number="0801112222"), TerminatedReason.CANCELLED)
    office.settle()
    assert calls(office).rows_in_sight[0] == 0
    assert names(office)[0] == "0801112222"


def test_delete_and_bring_back(office: Stage) -> None:
    view = calls(office)
    view.select_row(1)
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.selected_rows(10) == [1, 2]
    QTest.keyClick(view, Qt.Key.Key_Delete)
    assert names(office)[:2] == ["山田 花子", "鈴木 美咲"]
    assert view.currentIndex().row() == 1
    assert label(office, "historyUndoWords") == "2件を削除しました。"
    office.click("historyUndoUndo")
    assert names(office)[:3] == ["山田 花子", "田中 一郎", "非通知"]
    assert not office.window.findChild(QWidget, "historyUndo").isVisible()


def test_ctrl_z_brings_back_too(office: Stage) -> None:
    view = calls(office)
    view.select_row(0)
    QTest.keyClick(view, Qt.Key.Key_Delete)
    QTest.keyClick(view, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert len(names(office)) == 15


def test_what_cannot_be_deleted_is_told_and_stays(office: Stage) -> None:
    office.kit.history.trouble = StoreTrouble(code="full")
    calls(office).select_row(0)
    QTest.keyClick(calls(office), Qt.Key.Key_Delete)
    assert len(names(office)) == 15
    assert "ディスクの空きがない" in label(office, "noticeWords")


def test_the_menu_offers_what_can_be_done(office: Stage) -> None:
    view = calls(office)
    place = view.visualRect(row_at(office, 3)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.RightButton, Qt.KeyboardModifier.NoModifier, place)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Mouse, place, view.viewport().mapToGlobal(place))
    QCoreApplication.sendEvent(view.viewport(), event)
    found = menu(office, "historyMenu")
    offered = [action.objectName() for action in found.actions() if not action.isSeparator()]
    assert offered == ["call", "details", "contact", "copy", "play", "folder", "delete"]
    choose(found, "copy")
    assert QGuiApplication.clipboard().text() == "0661234567"
    assert banner(office) == "0661234567 をコピーしました。"


def test_the_menu_key_opens_it_at_the_row(office: Stage) -> None:
    view = calls(office)
    view.select_row(1)
    event = QContextMenuEvent(QContextMenuEvent.Reason.Keyboard, QPoint(), QPoint())
    QCoreApplication.sendEvent(view.viewport(), event)
    assert menu(office, "historyMenu").isVisible()
    choose(menu(office, "historyMenu"), "delete")
    assert len(names(office)) == 14


def test_a_stranger_is_handed_to_the_phone_book(office: Stage) -> None:
    page = office.find(QWidget, "historyPage")
    wanted: list[Contact] = []
    page.contact_wanted.disconnect()
    page.contact_wanted.connect(wanted.append)
    click_row(office, 11)
    office.click("detail_add")
    assert [(each.key, each.name, each.numbers[0].number) for each in wanted] == [
        ("", "横浜支店", "0455551234")
    ]
    office.click("historyBack")
    click_row(office, 0)
    office.click("detail_contact")
    assert wanted[-1].key == office.kit.history.page(HistoryQuery(), 0, 1)[0].person.contact_key  # type: ignore[union-attr]


def test_the_calls_with_one_person(office: Stage) -> None:
    click_row(office, 4)
    assert label(office, "othersTitle") == "山田 花子 とのほかの通話(4件)"
    office.click("otherCall_0")
    assert label(office, "detailResult") == "不在着信"
    office.click("detail_all")
    office.settle()
    assert names(office) == ["山田 花子"] * 5
    office.click("historyParty")
    assert len(names(office)) == 15


def test_a_recording_is_played_by_the_systems_program(
    office: Stage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened: list[str] = []

    def open_url(url: object) -> bool:
        opened.append(url.toLocalFile())  # type: ignore[attr-defined]
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    click_row(office, 3)
    office.click("detail_play")
    assert "見つかりません" in banner(office)
    assert opened == []
    file = tmp_path / "a.wav"
    file.touch()
    office.click("historyBack")
    office.kit.history.restore((record("new", "202", office.kit.clock.now_s(), recording_path=str(file)),))
    office.kit.phone.history.start()
    click_row(office, 0)
    office.click("detail_play")
    office.click("detail_folder")
    assert opened == [str(file), str(file.parent)]


def test_a_call_that_is_gone_closes_its_details(office: Stage) -> None:
    click_row(office, 1)
    office.kit.phone.history.delete(("h2",))
    office.settle()
    assert not office.window.findChild(QWidget, "historyDetail").isVisible()


def test_names_follow_the_phone_book(office: Stage) -> None:
    entry = office.kit.contacts.find("203")
    assert entry is not None
    office.kit.phone.contacts.delete((entry.contact_key,))
    office.settle()
    assert names(office)[1] == "203"


def test_clearing_asks_first(office: Stage) -> None:
    office.click("historyMore")
    choose(menu(office, "historyMoreMenu"), "clear")
    office.settle()
    assert label(office, "sheetWords") == "15件の通話を削除します"
    assert office.window.focusWidget().objectName() == "clearKeep"
    office.click("clearKeep")
    assert len(names(office)) == 15
    office.click("historyMore")
    choose(menu(office, "historyMoreMenu"), "clear")
    office.click("clearConfirm")
    assert label(office, "historyEmptyTitle") == "まだ通話がありません"


def test_how_long_calls_are_kept(office: Stage) -> None:
    office.click("historyMore")
    choose(menu(office, "historyMoreMenu"), "settings")
    combo = office.find(QWidget, "keepDays")
    assert combo.currentText() == "1年"
    combo.setCurrentText("無期限")
    combo.activated.emit(combo.currentIndex())
    assert office.kit.store.settings.history.keep_days == 0
    assert label(office, "historyStored_0") == "15件"


def test_an_export_says_how_far_it_is_and_can_be_stopped(qapp: object) -> None:
    with staged("history_exporting") as stage:
        assert banner(stage) == "書き出しています(500 / 1,215)"
        stage.click("historyBannerAction")
        assert banner(stage) == "書き出しをやめました。ファイルは残していません。"
        stage.kit.dispatcher.advance(1.0)
        assert banner(stage) == "書き出しをやめました。ファイルは残していません。"


def test_an_export_says_where_it_went(qapp: object) -> None:
    with staged("history_exported") as stage:
        assert banner(stage) == "15件を「通話履歴.csv」に書き出しました。"


def test_an_export_that_fails_says_why(qapp: object, tmp_path: Path) -> None:
    with staged("history_exported") as stage:
        stage.kit.phone.history = HistoryService(
            fake_people(stage.kit.contacts, stage.kit.history, open_table=CsvTable),
            stage.kit.dispatcher,
            stage.kit.clock,
            stage.kit.phone.settings,
            stage.kit.changes.append,
        )
        stage.find(QWidget, "historyPage").export_to(str(tmp_path / "gone" / "a.csv"))
        assert banner(stage).startswith("「a.csv」に書き出せませんでした(No such file or directory)。")
        stage.click("historyMore")
        entries = menu(stage, "historyMoreMenu").actions()
        assert next(each for each in entries if each.objectName() == "export").isEnabled()  # to try again


def test_a_screen_reader_reads_every_row(office: Stage) -> None:
    view = calls(office)
    interface = QAccessible.queryAccessibleInterface(view)
    assert interface is not None
    assert interface.text(QAccessible.Text.Name) == "履歴"
    row = interface.child(1)
    assert row.text(QAccessible.Text.Name) == said(office, 1)


class CountingHistory(FakeHistory):
    """Counts what is asked of it."""

    def __init__(self, *records: CallRecord) -> None:
        super().__init__(*records)
        self.pages = 0
        self.rows_given = 0

    def page(self, query: HistoryQuery, offset: int, limit: int) -> tuple[CallRecord, ...]:
        self.pages += 1
        found = tuple(self.records[offset : offset + limit])
        self.rows_given += len(found)
        return found

    def count(self, query: HistoryQuery = HistoryQuery()) -> int:
        return len(self.records)


@pytest.fixture
def long_list(ready: Stage) -> tuple[Stage, CountingHistory]:
    """100,000 calls, forty a day."""
    now_s = ready.kit.clock.now_s()
    rows = [
        unanswered(f"k{number}", "202", now_s - number * DAY_S / 40, CallResult.MISSED)
        for number in range(100_000)
    ]
    history = CountingHistory(*rows)
    ready.kit.phone.history.rows = history
    ready.window.show_place("history")
    ready.settle()
    return ready, history


def test_only_what_is_seen_of_100000_calls_is_fetched(long_list: tuple[Stage, CountingHistory]) -> None:
    stage, history = long_list
    view = calls(stage)
    view.grab()
    assert view.model().rowCount() == 100_000
    assert history.pages <= 2
    QTest.keyClick(view, Qt.Key.Key_End)
    stage.settle()
    view.grab()
    assert view.currentIndex().row() == 99_999
    assert view.rows_in_sight[-1] == 99_999
    last = view.visualRect(row_at(stage, 99_999))
    assert abs(last.bottom() + 1 - view.viewport().height()) <= 1
    assert history.pages <= 5
    assert history.rows_given <= 5 * PAGE


def test_too_many_calls_are_not_deleted_by_one_key(long_list: tuple[Stage, CountingHistory]) -> None:
    stage, history = long_list
    QTest.keyClick(calls(stage), Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert calls(stage).selected_count == 100_000
    QTest.keyClick(calls(stage), Qt.Key.Key_Delete)
    assert "1,000件まで" in banner(stage)
    assert len(history.records) == 100_000
    assert history.rows_given <= 5 * PAGE


def test_scrolling_through_100000_calls_loses_no_row(long_list: tuple[Stage, CountingHistory]) -> None:
    """Rows follow each other without a gap, wherever the scroll bar stands."""
    stage, _ = long_list
    view = calls(stage)
    bar = view.verticalScrollBar()
    seen: set[int] = set()
    for value in (*range(0, 3000, 37), *range(2_000_000, 2_001_500, 41), bar.maximum()):
        bar.setValue(value)
        rows = view.rows_in_sight
        assert rows == list(range(rows[0], rows[-1] + 1))
        rects = [view.visualRect(row_at(stage, row)) for row in rows]
        gaps = {after.top() - before.bottom() - 1 for before, after in pairwise(rects)}
        assert gaps <= {0, view.heading_height}
        assert rects[0].top() <= view.heading_height
        assert rects[-1].bottom() >= view.viewport().height() - 2
        seen.update(rows)
    assert seen >= set(range(30))
    top = view.rows_in_sight[0]
    place = view.visualRect(row_at(stage, top + 2)).center()
    assert view.indexAt(place).row() == top + 2


class CountingDatabase(SqliteHistory):
    """Counts the pages asked of a real database."""

    pages = 0

    def page(self, query: HistoryQuery, offset: int, limit: int) -> tuple[CallRecord, ...]:
        self.pages += 1
        assert limit <= PAGE
        return super().page(query, offset, limit)


def test_the_database_is_asked_for_what_is_seen(ready: Stage, tmp_path: Path) -> None:
    database, numbers = Database(tmp_path / "phone.db"), LibphonenumberNumbers()
    contacts = SqliteContacts(database, numbers)
    history = CountingDatabase(database, numbers, contacts)
    assert history.open() is None
    book = many_contacts(200)
    contacts.apply(ContactEdit(saved=book))
    history.restore(tuple(many_calls(book, 4_000)))
    ready.kit.phone.history.rows = history
    ready.kit.phone.numbers = numbers
    ready.window.show_place("history")
    ready.settle()
    view = calls(ready)
    assert view.model().rowCount() == 4_000
    first = history.page(HistoryQuery(), 0, 1)[0]
    assert str(row_at(ready, 0).data()) in (
        first.person.name if first.person else "",
        numbers.shown(first.remote.number),
    )
    history.pages = 0
    QTest.keyClick(view, Qt.Key.Key_End)
    view.grab()
    assert view.rows_in_sight[-1] == 3_999
    assert history.pages <= 2
    ready.type("historySearch", "営業")
    ready.settle()
    view.grab()
    assert view.model().rowCount() == history.count(HistoryQuery(text="営業"))
    assert history.pages <= 4
    database.close()
