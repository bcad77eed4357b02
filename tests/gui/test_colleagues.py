"""内線 as it is used: seen, called, picked up, handed a call, put in order; by mouse and by keyboard."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from msgspec.structs import replace
from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QLineEdit, QWidget

from softphone.app.changes import ColleagueMoved
from softphone.domain.account import RegistrationState
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.colleague import Colleague, ColleagueOrder, ColleagueState
from softphone.domain.commands import MakeCall, TransferCall
from softphone.domain.events import MediaChanged
from softphone.domain.media import MediaDirection
from softphone.ui.call_drag import call_data
from softphone.ui.colleagues.tile_model import COLLEAGUE_FORMAT
from softphone.ui.labels import ElidedLabel
from tests.helpers.call_scenes import choose, menu
from tests.helpers.colleague_scenes import click, dialogs, press, tile, tiles
from tests.helpers.gallery import Stage, staged, words

Staged = Callable[[str], Stage]


@pytest.fixture
def stage_of(qapp: object) -> Iterator[Staged]:
    """Set a scene: ``stage_of("colleagues_states")``."""
    running = []

    def start(name: str) -> Stage:
        context = staged(name)
        running.append(context)
        return context.__enter__()

    yield start
    for context in running:
        context.__exit__(None, None, None)


def called(stage: Stage) -> list[str]:
    return [
        command.uri.partition("@")[0].removeprefix("sip:") for command in stage.kit.engine.sent_of(MakeCall)
    ]


def shown(stage: Stage, name: str) -> bool:
    return any(widget.isVisible() for widget in stage.window.findChildren(QWidget, name))


def order(stage: Stage) -> list[str]:
    return [each.extension for each in stage.kit.phone.colleagues.listed]


def entries(stage: Stage) -> list[str]:
    return [action.objectName() for action in menu(stage, "colleagueMenu").actions() if action.objectName()]


def drop(stage: Stage, extension: str, data: QMimeData) -> None:
    """Let go of what is dragged over a tile."""
    shown_list = tiles(stage)
    at = shown_list.visualRect(shown_list.rows.place_of(extension)).center()
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    enter = QDragEnterEvent(QPoint(at), Qt.DropAction.MoveAction, data, left, none)
    shown_list.dragEnterEvent(enter)
    assert enter.isAccepted()
    shown_list.dropEvent(
        QDropEvent(QPointF(at), Qt.DropAction.MoveAction, data, left, none, QEvent.Type.Drop)
    )
    stage.settle()


def test_every_state_is_told_apart_in_words(stage_of: Staged) -> None:
    stage = stage_of("colleagues_states")
    told = {
        extension: (tile(stage, extension).words, tile(stage, extension).detail) for extension in order(stage)
    }
    assert told == {
        "202": ("待受中", "202"),
        "203": ("通話中", "03-1234-5678"),
        "204": ("呼出中", "03-1234-5678"),
        "205": ("保留中", "03-1234-5678"),
        "210": ("着信拒否中", "210"),
        "211": ("不在", "13時まで外出"),
        "212": ("取り込み中", "定例会議"),
        "213": ("不明", "許可なし"),
        "290": ("不明", "番号なし"),
        "291": ("不明", "確認中"),
    }
    assert tile(stage, "203").spoken == "鈴木 美咲、内線 203、通話中、相手 03-1234-5678"


def test_a_tile_follows_what_the_colleague_does(stage_of: Staged) -> None:
    stage = stage_of("colleagues_states")
    for states, seen in (
        ((CallState.EARLY,), ColleagueState.RINGING),
        ((CallState.CONFIRMED,), ColleagueState.TALKING),
        ((), ColleagueState.IDLE),
    ):
        dialogs(stage, "202", *states)
        assert tile(stage, "202").state is seen


def test_a_click_calls_and_a_second_one_does_not_call_twice(stage_of: Staged) -> None:
    stage = stage_of("colleagues_states")
    click(stage, "202")
    assert called(stage) == ["202"]


def test_a_double_click_calls_once(stage_of: Staged) -> None:
    stage = stage_of("colleagues_states")
    shown_list = tiles(stage)
    at = shown_list.visualRect(shown_list.rows.place_of("202")).center()
    for act in (QTest.mousePress, QTest.mouseRelease, QTest.mouseDClick):
        act(shown_list.viewport(), Qt.MouseButton.LeftButton, pos=at)  # type: ignore[operator]
    assert called(stage) == ["202"]


def test_enter_calls_whom_the_arrow_keys_lead_to(stage_of: Staged) -> None:
    stage = stage_of("colleagues_states")
    press(stage, "202", Qt.Key.Key_Right)
    assert tiles(stage).current == "203"
    QTest.keyClick(tiles(stage), Qt.Key.Key_Down)
    QTest.keyClick(tiles(stage), Qt.Key.Key_Down)
    assert tiles(stage).current == "211", "a heading is passed over"
    QTest.keyClick(tiles(stage), Qt.Key.Key_Return)
    assert called(stage) == ["211"]


def test_a_ringing_colleague_s_call_is_picked_up(stage_of: Staged) -> None:
    stage = stage_of("colleagues_ringing_menu")
    assert entries(stage) == ["pickup", "call"]
    choose(menu(stage, "colleagueMenu"), "pickup")
    assert called(stage) == ["*8204"]


def test_a_call_of_ours_is_handed_over_by_a_click(stage_of: Staged) -> None:
    stage = stage_of("colleagues_in_call")
    assert entries(stage) == ["consult", "blind", "call"]
    choose(menu(stage, "colleagueMenu"), "consult")
    assert called(stage) == ["0312345678", "202"]
    assert shown(stage, "callPanel"), "one sees what becomes of it"


def test_a_call_dropped_on_a_tile_is_handed_over(stage_of: Staged) -> None:
    stage = stage_of("colleagues_in_call")
    menu(stage, "colleagueMenu").close()
    key = stage.kit.phone.calls.live[0].key
    drop(stage, "210", call_data(key))
    assert entries(stage) == ["consult", "blind"]
    choose(menu(stage, "colleagueMenu"), "blind")
    held, free = MediaDirection.SENDONLY, MediaDirection.SENDRECV
    stage.kit.engine.emit(MediaChanged(key=key, local_media=held, remote_media=free, codec="G722"))
    sent = stage.kit.engine.sent_of(TransferCall)
    assert [(command.key, command.target.partition("@")[0]) for command in sent] == [(key, "sip:210")]


def test_the_call_that_can_be_handed_over_stands_over_the_tiles(stage_of: Staged) -> None:
    stage = stage_of("colleagues_in_call")
    assert stage.find(QWidget, "colleagueCall").accessibleName() == "青山商事 木村 と通話中"
    key = stage.kit.phone.calls.live[0].key
    stage.kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)
    assert not shown(stage, "colleagueCall")
    assert not shown(stage, "colleagueMenu"), "it was about a call that is not there any more"


def test_the_menu_key_shows_everything(stage_of: Staged) -> None:
    stage = stage_of("colleagues_states")
    tiles(stage).menu_wanted.emit("213")
    assert entries(stage) == ["call", "retry", "add_contact", "change", "remove"]
    menu(stage, "colleagueMenu").close()
    tiles(stage).menu_wanted.emit("202")
    assert entries(stage) == ["call", "contact", "change", "remove"]


def test_search_narrows_and_nobody_is_said(stage_of: Staged) -> None:
    stage = stage_of("colleagues_states")
    stage.type("colleagueSearch", "すずき")
    assert tiles(stage).rows.rowCount() == 2, "a heading and she"
    QTest.keyClick(stage.find(QLineEdit, "colleagueSearch"), Qt.Key.Key_Down)
    QTest.keyClick(tiles(stage), Qt.Key.Key_Return)
    assert called(stage) == ["203"]


def test_what_is_searched_for_stays_in_another_language(stage_of: Staged) -> None:
    stage = stage_of("colleagues_states")
    stage.type("colleagueSearch", "さとう")
    stage.kit.phone.settings.change_fields(language="en")
    stage.settle()
    assert stage.find(QLineEdit, "colleagueSearch").text() == "さとう"
    assert tile(stage, "202").words == "Available"


def test_nobody_found_is_said(stage_of: Staged) -> None:
    stage = stage_of("colleagues_nobody")
    said = [label.text() for label in stage.find(QWidget, "colleaguesNobody").findChildren(QLabel)]
    assert "「ヤマモト ハナコ」に当てはまる内線はありません。" in said


def test_the_order_is_chosen_and_kept(stage_of: Staged) -> None:
    stage = stage_of("colleagues_by_state")
    assert menu(stage, "colleagueSortMenu").actions()[2].isChecked()
    shown_list = tiles(stage)
    views = [
        shown_list.rows.tile(shown_list.rows.index(place)) for place in range(shown_list.rows.rowCount())
    ]
    states = [view.state for view in views if view is not None]
    assert states == sorted(states, key=list(ColleagueState).index)
    choose(menu(stage, "colleagueSortMenu"), "name")
    assert stage.kit.store.settings.presence.order is ColleagueOrder.NAME


def test_the_empty_place_teaches_and_leads_to_the_first_one(stage_of: Staged) -> None:
    stage = stage_of("colleagues_empty")
    stage.click("colleagueFirst")
    field = stage.find(QLineEdit, "colleagueFind")
    assert field.hasFocus()
    QTest.keyClicks(field, "204")
    stage.type("colleagueName", "伊藤 翔")
    QTest.keyClick(field, Qt.Key.Key_Return)
    assert stage.kit.phone.colleagues.listed == (Colleague(extension="204", name="伊藤 翔"),)
    assert not shown(stage, "colleagueAdd")
    assert tile(stage, "204").title == "伊藤 翔"


def test_several_are_added_from_the_phone_book(stage_of: Staged) -> None:
    stage = stage_of("colleague_add")
    field = stage.find(QLineEdit, "colleagueFind")
    QTest.keyClick(field, Qt.Key.Key_Down)
    candidates = stage.find(QWidget, "candidateList")
    for row in (2, 4):
        candidates.setCurrentIndex(candidates.rows.index(row))
        QTest.keyClick(candidates, Qt.Key.Key_Space)
    stage.type("colleagueGroup", "ほか")
    stage.click("colleagueSave")
    added = stage.kit.phone.colleagues.listed[2:]
    assert [(each.extension, each.group) for each in added] == [("210", "ほか"), ("301", "ほか")]
    assert tile(stage, "301").title == "渡辺 誠"


@pytest.mark.parametrize(
    ("typed", "said"),
    [("203", "203 は「鈴木 美咲」としてすでに一覧にあります。"), ("総務", words("ja")("dial.characters"))],
)
def test_what_cannot_be_added_is_said_at_the_field(stage_of: Staged, typed: str, said: str) -> None:
    stage = stage_of("colleague_add")
    stage.type("colleagueFind", typed)
    stage.click("colleagueSave")
    assert shown(stage, "colleagueAdd")
    assert stage.find(QLabel, "colleagueProblem").text() == said
    stage.type("colleagueFind", "299")
    assert not shown(stage, "colleagueProblem")


def test_editing_by_keyboard_moves_renames_and_removes(stage_of: Staged) -> None:
    stage = stage_of("colleagues_edit")
    press(stage, "204", Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier)
    assert order(stage)[:3] == ["202", "204", "203"]
    assert tiles(stage).current == "204"
    QTest.keyClick(tiles(stage), Qt.Key.Key_Return)
    stage.type("colleagueGroup", "総務部")
    stage.click("colleagueSave")
    stage.settle()
    moved = stage.kit.phone.colleagues.line("204")
    assert moved is not None
    assert moved.colleague.group == "総務部"
    assert order(stage).index("204") > order(stage).index("205"), "a group stands together"
    press(stage, "204", Qt.Key.Key_Delete)
    assert "204" not in order(stage)
    assert tiles(stage).current == "205", "the keyboard goes on beside it"
    stage.click("colleagueUndoUndo")
    assert "204" in order(stage)
    QTest.keyClick(tiles(stage), Qt.Key.Key_Escape)
    assert not shown(stage, "colleagueDone")
    assert called(stage) == [], "nobody is called while editing"


def test_a_tile_is_dragged_to_another_place(stage_of: Staged) -> None:
    stage = stage_of("colleagues_edit")
    data = QMimeData()
    data.setData(COLLEAGUE_FORMAT, b"205")
    drop(stage, "202", data)
    assert order(stage)[:2] == ["205", "202"]


def test_leaving_the_place_ends_editing(stage_of: Staged) -> None:
    stage = stage_of("colleagues_edit")
    stage.window.show_place("keypad")
    stage.window.show_place("colleagues")
    assert not shown(stage, "colleagueDone")


def test_without_a_server_nobody_looks_free(stage_of: Staged) -> None:
    stage = stage_of("colleagues_states")
    stage.kit.registration(RegistrationState.UNREACHABLE)
    for extension in order(stage):
        dialogs(stage, extension, status_code=0)
    assert {tile(stage, extension).words for extension in ("202", "203", "290")} == {"不明"}
    assert shown(stage, "colleaguesOffline")


def test_messages_are_counted_and_one_key_plays_them(stage_of: Staged) -> None:
    stage = stage_of("colleagues_states")
    assert stage.find(ElidedLabel, "voicemailWords").text() == "新しいメッセージ 3件"
    assert stage.find(ElidedLabel, "voicemailRest").text() == "至急 1件  ·  保存 5件"
    stage.click("voicemailListen")
    assert called(stage) == ["*98"]


def test_250_tiles_are_one_list_and_move_alone(stage_of: Staged) -> None:
    stage = stage_of("colleagues_250")
    shown_list = tiles(stage)
    widgets = len(stage.window.findChildren(QWidget))
    resets: list[str] = []
    shown_list.rows.modelReset.connect(lambda: resets.append("reset"))
    before = len(stage.kit.changes_of(ColleagueMoved))
    dialogs(stage, "1249", CallState.EARLY)
    assert tile(stage, "1249").state is ColleagueState.RINGING
    assert len(stage.kit.changes_of(ColleagueMoved)) == before + 1
    assert resets == []
    assert len(stage.window.findChildren(QWidget)) == widgets < 400


def test_the_switches_of_presence_are_kept(stage_of: Staged) -> None:
    stage = stage_of("colleagues_settings")
    for name in ("publish_presence", "show_remote"):
        stage.click(name)
    presence = stage.kit.store.settings.presence
    assert presence == replace(presence, publish=False, show_remote=True)


def test_more_columns_where_there_is_room(stage_of: Staged) -> None:
    stage = stage_of("colleagues_wide")
    stage.settle()
    shown_list = tiles(stage)
    tops = {shown_list.visualRect(shown_list.rows.place_of(each)).top() for each in ("202", "203", "204")}
    assert len(tops) == 1
