"""Scenes of the gallery: history. Each function sets a stage; ``SCENES`` has them by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtCore import QItemSelectionModel, QModelIndex, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

from softphone.domain.call import Direction
from softphone.domain.contact import Contact, ContactEdit, ContactNumber
from softphone.domain.errors import FailureCause
from softphone.domain.history import CallRecord, CallResult
from softphone.domain.identity import Anonymity
from softphone.domain.uri import Party
from softphone.ui.history.call_list import CallList
from tests.helpers.call_records import record, unanswered
from tests.helpers.fake_table import FakeTable
from tests.helpers.settings_scenes import PHONE_OPTIONS

if TYPE_CHECKING:
    from tests.helpers.gallery import Stage

Scene = Callable[["Stage"], object]
SCENES: dict[str, Scene] = {}
IN, OUT = Direction.RECIPIENT, Direction.INITIATOR
HOUR_S, DAY_S = 3600.0, 86_400.0
PEOPLE = (
    ("山田 花子", "やまだ はなこ", "株式会社みどり商事", "0312345678"),
    ("田中 一郎", "たなか いちろう", "営業部", "203"),
    ("鈴木 美咲", "すずき みさき", "さくら設計事務所", "0661234567"),
    ("佐々木 健", "ささき けん", "", "09012345678"),
)


def scene(action: Scene) -> Scene:
    """Enter a scene under its function's name."""
    SCENES[action.__name__] = action
    return action


def working_days(now_s: float) -> tuple[CallRecord, ...]:
    """What an office worker's phone remembers: of every kind, over some days."""
    missed, failed = CallResult.MISSED, CallResult.FAILED
    hidden = Party("sip:anonymous@anonymous.invalid", "", "anonymous")
    return (
        unanswered("h1", "0312345678", now_s - 0.3 * HOUR_S, missed, seen=False),
        record("h2", "203", now_s - 0.8 * HOUR_S, direction=OUT, duration_s=75.0, called=""),
        unanswered(
            "h3", "", now_s - 1.2 * HOUR_S, missed, remote=hidden, anonymity=Anonymity.WITHHELD, seen=False
        ),
        record("h4", "0661234567", now_s - 2.1 * HOUR_S, recording_path="/home/sato/録音/20231114-鈴木.wav"),
        unanswered(
            "h5",
            "0312345678",
            now_s - 2.4 * HOUR_S,
            failed,
            direction=OUT,
            cause=FailureCause.BUSY,
            status_code=486,
        ),
        record(
            "h6", "09012345678", now_s - 22 * HOUR_S - 600, transferred_to="205", duration_s=48.0, mos=3.4
        ),
        unanswered("h7", "0120123456", now_s - 24 * HOUR_S, CallResult.DECLINED),
        unanswered("h8", "203", now_s - 25 * HOUR_S, CallResult.ELSEWHERE),
        unanswered("h9", "09012345678", now_s - 26 * HOUR_S, CallResult.CANCELLED, direction=OUT, called=""),
        unanswered(
            "h10", "0661234567", now_s - 49 * HOUR_S, CallResult.FORWARDED, transferred_to="09012345678"
        ),
        record(
            "h11",
            "0312345678",
            now_s - 50 * HOUR_S,
            result=CallResult.LOST,
            cause=FailureCause.ENGINE_LOST,
            mos=2.2,
        ),
        record(
            "h12",
            "0455551234",
            now_s - 53 * HOUR_S,
            duration_s=3725.0,
            remote=Party("sip:0455551234@x", "横浜支店", "0455551234"),
        ),
        unanswered("h13", "0312345678", now_s - 4 * DAY_S, missed),
        record("h14", "203", now_s - 4.1 * DAY_S, direction=OUT, called=""),
        record("h15", "0312345678", now_s - 6 * DAY_S, duration_s=610.0),
        record("h16", "0312345678", now_s - 400 * DAY_S, duration_s=61.0),
    )


def remember(stage: Stage) -> None:
    """A phone in use: people, and the calls with them."""
    stage.kit.registered()
    entries = tuple(
        Contact(name=name, reading=reading, company=company, numbers=(ContactNumber(number),))
        for name, reading, company, number in PEOPLE
    )
    stage.kit.contacts.apply(ContactEdit(saved=entries))
    stage.kit.clock.time_s = stage.kit.clock.time_s - stage.kit.clock.time_s % DAY_S + 15 * HOUR_S
    stage.kit.history.restore(working_days(stage.kit.clock.now_s()))
    stage.kit.phone.history.start()


for name in ("history_exporting", "history_exported"):
    PHONE_OPTIONS[name] = {"open_table": lambda path: FakeTable()}


def calls(stage: Stage) -> CallList:
    """The list, laid out."""
    stage.settle()
    return stage.find(CallList, "historyList")


def row_at(stage: Stage, number: int) -> QModelIndex:
    """A row of the list."""
    return calls(stage).model().index(number, 0)


def click_row(stage: Stage, number: int) -> None:
    """Click a row of the list, on its words."""
    view, index = calls(stage), row_at(stage, number)
    view.scrollTo(index)
    place = view.visualRect(index).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    stage.settle()


@scene
def history(stage: Stage) -> None:
    remember(stage)
    stage.window.show_place("history")


@scene
def history_badge(stage: Stage) -> None:
    remember(stage)


@scene
def history_missed(stage: Stage) -> None:
    history(stage)
    stage.click("historyKind_missed")


@scene
def history_search(stage: Stage) -> None:
    history(stage)
    stage.type("historySearch", "山田")


@scene
def history_not_found(stage: Stage) -> None:
    history(stage)
    stage.type("historySearch", "ふじさん")


@scene
def history_empty(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("history")


@scene
def history_no_recordings(stage: Stage) -> None:
    remember(stage)
    stage.kit.history.records = [replace(each, recording_path="") for each in stage.kit.history.records]
    stage.window.show_place("history")
    stage.click("historyKind_recorded")


@scene
def history_selected(stage: Stage) -> None:
    history(stage)
    view = calls(stage)
    stage.window.look.keyboard = True
    view.select_row(1)
    for number in (2, 3):
        view.selectionModel().setCurrentIndex(row_at(stage, number), QItemSelectionModel.SelectionFlag.Select)
    view.setFocus()


@scene
def history_deleted(stage: Stage) -> None:
    history_selected(stage)
    QTest.keyClick(calls(stage), Qt.Key.Key_Delete)


@scene
def history_scrolled(stage: Stage) -> None:
    history(stage)
    bar = calls(stage).verticalScrollBar()
    bar.setValue(bar.maximum() - 70)


@scene
def history_detail(stage: Stage) -> None:
    history(stage)
    click_row(stage, 3)


@scene
def history_detail_failed(stage: Stage) -> None:
    history(stage)
    click_row(stage, 4)


@scene
def history_detail_unknown(stage: Stage) -> None:
    history(stage)
    click_row(stage, 6)


@scene
def history_detail_withheld(stage: Stage) -> None:
    history(stage)
    click_row(stage, 2)


@scene
def history_of_one(stage: Stage) -> None:
    history_detail_failed(stage)
    stage.click("detail_all")


@scene
def history_menu(stage: Stage) -> None:
    history(stage)
    view = calls(stage)
    view.select_row(3)
    view.menu_wanted.emit(view.viewport().mapToGlobal(view.visualRect(row_at(stage, 3)).center()))
    stage.settle()
    stage.shown = next(menu for menu in stage.window.findChildren(QMenu, "historyMenu") if menu.isVisible())


@scene
def history_clear(stage: Stage) -> None:
    history(stage)
    page = stage.window.findChild(CallList, "historyList")
    stage.window.show_place("history_settings")
    assert page is not None
    stage.click("clearHistory")


@scene
def history_exporting(stage: Stage) -> None:
    history(stage)
    more = [record(f"more{number}", "203", 1e9 + number) for number in range(1_200)]
    stage.kit.history.restore(tuple(more))
    stage.find(QWidget, "historyPage").export_to("/home/sato/通話履歴.csv")
    stage.kit.dispatcher.run_next()


@scene
def history_exported(stage: Stage) -> None:
    history(stage)
    stage.find(QWidget, "historyPage").export_to("/home/sato/通話履歴.csv")
    stage.kit.dispatcher.advance(0.0)


@scene
def history_settings(stage: Stage) -> None:
    remember(stage)
    stage.window.show_place("history_settings")
