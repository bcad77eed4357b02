"""Several calls: rows and their keys, one large card, conference, recording, dragging one onto another."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QMenu, QWidget
from shiboken6 import isValid

from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import (
    Answer,
    FollowRedirect,
    Hangup,
    MakeCall,
    SetConference,
    SetHold,
    SetMute,
    SetPartyMute,
    StartRecording,
    StopRecording,
    TransferCall,
)
from softphone.domain.errors import FailureCause
from softphone.domain.events import ConferenceChanged, MediaSilent, PartyMuteChanged, RecordingChanged
from softphone.ui.call_drag import CALL_FORMAT, call_data
from tests.helpers.call_scenes import caller, choose, conference, hold, menu, talks
from tests.helpers.gallery import Stage, staged


def text(stage: Stage, name: str) -> str:
    return str(stage.find(QWidget, name).text())


def row(stage: Stage, key: str) -> QWidget:
    found: QWidget = stage.find(QWidget, f"callRow_{key}")
    return found


def press(widget: QWidget, name: str) -> None:
    widget.findChild(QAbstractButton, name).click()


def keys_of(stage: Stage, kind: type) -> list[tuple[str, object]]:
    """(key, held or muted) of the commands of a kind."""
    return [(c.key, c.held if kind is SetHold else c.muted) for c in stage.kit.engine.sent_of(kind)]


def test_the_row_of_a_held_call_says_how_long_it_waits(ready: Stage) -> None:
    first, _ = talks(ready, 2)
    ready.wait(20)
    assert text(ready, "callName") == "鈴木 一郎"
    assert row(ready, first).findChild(QWidget, "rowName").text() == "山田 花子"
    assert row(ready, first).findChild(QWidget, "rowState").text() == "保留中  4:32"


def test_switching_takes_the_held_call_and_holds_the_other(ready: Stage) -> None:
    first, second = talks(ready, 2)
    press(row(ready, first), "row_switch")
    assert keys_of(ready, SetHold)[-2:] == [(second, True), (first, False)]
    hold(ready, second)
    ready.media(first)
    assert text(ready, "callName") == "山田 花子"


def test_a_held_call_is_resumed_where_nobody_talks(ready: Stage) -> None:
    first, second = talks(ready, 2)
    hold(ready, second)
    assert text(ready, "callState") == "保留中"
    press(row(ready, first), "row_resume")
    assert keys_of(ready, SetHold)[-1] == (first, False)


def test_a_row_ends_its_own_call(ready: Stage) -> None:
    first, second = talks(ready, 2)
    press(row(ready, first), "row_hang_up")
    assert [c.key for c in ready.kit.engine.sent_of(Hangup)] == [first]
    ready.click("hangUpButton")
    assert ready.kit.engine.sent_of(Hangup)[-1].key == second


def test_the_menu_swaps_and_ends_all(ready: Stage) -> None:
    keys = talks(ready, 2)
    ready.click("moreButton")
    choose(menu(ready, "moreMenu"), "swap")
    assert keys_of(ready, SetHold)[-1] == (keys[0], False)
    ready.click("moreButton")
    choose(menu(ready, "moreMenu"), "hang_up_all")
    assert sorted(c.key for c in ready.kit.engine.sent_of(Hangup)) == sorted(keys)


def test_a_menu_goes_with_the_call_it_was_about(ready: Stage) -> None:
    first, second = talks(ready, 2)
    ready.click("moreButton")
    shown = menu(ready, "moreMenu")
    ready.kit.call_state(second, CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)
    assert not isValid(shown) or not shown.isVisible()
    assert text(ready, "callName") == "山田 花子"
    assert ready.kit.phone.calls.find(first) is not None


def test_another_call_is_added_from_the_keypad(ready: Stage) -> None:
    ready.talk()
    ready.click("moreButton")
    choose(menu(ready, "moreMenu"), "add_call")
    assert ready.find(QWidget, "numberField").isVisible()
    assert "山田 花子" in ready.find(QAbstractButton, "callBar").accessibleName()
    ready.type("numberField", "203")
    ready.click("callButton")
    assert ready.kit.engine.sent_of(MakeCall)[-1].uri == "sip:203@01234abc.example.jp"


def test_the_bar_counts_the_calls(ready: Stage) -> None:
    talks(ready, 2)
    ready.window.show_place("settings")
    assert "2件の通話" in ready.find(QAbstractButton, "callBar").accessibleName()


def test_the_second_caller_may_be_answered_by_ending_the_talk(ready: Stage) -> None:
    first = ready.talk()
    second = caller(ready, "0312345678")
    press(row(ready, second), "row_more")
    choose(menu(ready, "moreMenu"), "end_and_answer")
    assert ready.kit.engine.sent_of(Hangup)[-1].key == first
    assert ready.kit.engine.sent_of(Answer)[-1].key == second


def test_a_second_caller_is_answered_and_the_first_call_held(ready: Stage) -> None:
    first = ready.talk()
    second = caller(ready, "0312345678")
    press(row(ready, second), "row_answer")
    assert keys_of(ready, SetHold) == [(first, True)]
    assert ready.kit.engine.sent_of(Answer)[-1] == Answer(key=second)


def test_a_second_caller_one_declines_is_no_failure(ready: Stage) -> None:
    ready.talk()
    second = caller(ready, "0312345678")
    press(row(ready, second), "row_decline")
    ready.kit.call_state(
        second, CallState.TERMINATED, reason=TerminatedReason.REJECTED, cause=FailureCause.DECLINED
    )
    assert not ready.window.findChild(QWidget, "noticeBar").isVisible()
    assert text(ready, "callName") == "山田 花子"


def test_two_calls_become_a_conference(ready: Stage) -> None:
    keys = talks(ready, 2)
    ready.click("joinButton")
    assert ready.kit.engine.sent_of(SetConference)[-1].keys == tuple(keys)
    ready.kit.engine.emit(ConferenceChanged(keys=tuple(keys)))
    assert text(ready, "callName") == "会議(3人)"
    assert text(ready, "callState") == "会議中"
    assert text(ready, "hangUpButton") == "会議を終了"
    names = [w.text() for w in ready.window.findChildren(QWidget, "partyName") if w.isVisible()]
    assert names == ["山田 花子", "鈴木 一郎"]


def test_of_several_one_chooses_whom_to_join(ready: Stage) -> None:
    first, _, third = talks(ready, 3)
    ready.click("joinButton")
    shown = menu(ready, "joinMenu")
    assert [a.text() for a in shown.actions()] == ["山田 花子 と会議", "鈴木 一郎 と会議", "通話を追加"]
    shown.actions()[0].trigger()
    assert ready.kit.engine.sent_of(SetConference)[-1].keys == (first, third)


def test_the_conference_is_muted_and_held_as_one(ready: Stage) -> None:
    keys = conference(ready, 2)
    ready.click("muteButton")
    assert keys_of(ready, SetMute) == [(key, True) for key in keys]
    before = len(ready.kit.engine.sent_of(SetHold))
    ready.click("holdButton")
    assert keys_of(ready, SetHold)[before:] == [(key, True) for key in keys]


def test_one_party_is_silenced_or_dropped(ready: Stage) -> None:
    first, second = conference(ready, 2)
    party = ready.find(QWidget, f"party_{second}")
    press(party, "partyMute")
    assert ready.kit.engine.sent_of(SetPartyMute)[-1] == SetPartyMute(key=second, muted=True)
    ready.kit.engine.emit(PartyMuteChanged(key=second, muted=True))
    assert party.findChild(QWidget, "partyWords").text() == "203  ·  ミュート中"
    press(party, "partyMute")
    assert ready.kit.engine.sent_of(SetPartyMute)[-1].muted is False
    press(ready.find(QWidget, f"party_{first}"), "partyDrop")
    assert [c.key for c in ready.kit.engine.sent_of(Hangup)] == [first]


def test_the_conference_is_split_left_and_ended(ready: Stage) -> None:
    first, second = conference(ready, 2)
    ready.click("splitButton")
    assert ready.kit.engine.sent_of(SetConference)[-1].keys == ()
    ready.click("leaveButton")
    assert ready.kit.engine.sent_of(TransferCall)[-1] == TransferCall(key=first, to_key=second)
    ready.click("hangUpButton")
    assert [c.key for c in ready.kit.engine.sent_of(Hangup)] == [first, second]


def test_nobody_can_leave_three_alone(ready: Stage) -> None:
    conference(ready, 3)
    assert not ready.find(QAbstractButton, "leaveButton").isEnabled()


def test_a_third_is_added_to_the_conference(qapp: object) -> None:
    with staged("conference_and_call") as stage:
        stage.click("joinButton")
        assert len(stage.kit.engine.sent_of(SetConference)[-1].keys) == 3


def test_a_party_that_hangs_up_leaves_a_plain_call(ready: Stage) -> None:
    first, second = conference(ready, 2)
    ready.kit.call_state(first, CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)
    ready.kit.engine.emit(ConferenceChanged(keys=()))
    assert text(ready, "callName") == "鈴木 一郎"
    assert text(ready, "callState") == "通話中"
    ready.click("hangUpButton")
    assert ready.kit.engine.sent_of(Hangup)[-1].key == second


def test_recording_is_told_in_words_and_time(ready: Stage) -> None:
    key = ready.talk()
    ready.click("recordButton")
    started = ready.kit.engine.sent_of(StartRecording)[-1]
    assert started.key == key
    assert not ready.find(QAbstractButton, "recordButton").isChecked()
    ready.kit.engine.emit(RecordingChanged(key=key, path=started.path))
    ready.wait(65)
    assert text(ready, "callRecording") == "録音中 1:05"
    assert text(ready, "recordButton") == "録音停止"
    ready.click("recordButton")
    assert ready.kit.engine.sent_of(StopRecording)[-1].key == key


def test_silence_is_told_and_goes_again(ready: Stage) -> None:
    key = ready.talk()
    ready.kit.engine.emit(MediaSilent(key=key, silent=True))
    assert text(ready, "noteWords") == "相手の音声が届いていません"
    ready.kit.engine.emit(MediaSilent(key=key, silent=False))
    assert not [w for w in ready.window.findChildren(QWidget, "callNote") if w.isVisible()]


@pytest.mark.parametrize(("button", "follow"), [("followButton", True), ("refuseButton", False)])
def test_a_redirect_is_the_users_choice(qapp: object, button: str, follow: bool) -> None:
    with staged("call_redirected") as stage:
        assert text(stage, "noteWords") == "転送先 0312345678 に発信しますか?"
        stage.click(button)
        assert stage.kit.engine.sent_of(FollowRedirect)[-1].follow is follow


def test_a_withheld_number_is_said_and_not_called_back(qapp: object) -> None:
    with staged("caller_anonymous") as stage:
        assert text(stage, "callName") == "非通知"
        stage.kit.call_state("in-anonymous", CallState.CONFIRMED)
        stage.kit.call_state("in-anonymous", CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)
        assert not [w for w in stage.window.findChildren(QWidget, "redialButton") if w.isVisible()]


def test_by_which_way_and_on_which_line_they_come(qapp: object) -> None:
    with staged("caller_diverted") as stage:
        assert text(stage, "callDetail") == "201 から転送  ·  着信先 0398765432"


def drop(target: QWidget, key: str) -> QDropEvent:
    """What Qt sends when a call is dropped on ``target``."""
    data = call_data(key)
    enter = QDragEnterEvent(
        QPoint(5, 5),
        Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(target, enter)
    event = QDropEvent(
        QPointF(5, 5),
        Qt.DropAction.MoveAction,
        data,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(target, event)
    return event


def test_a_call_dropped_on_another_is_transferred_or_joined(ready: Stage) -> None:
    first, second = talks(ready, 2)
    assert drop(row(ready, first), second).isAccepted()
    shown = menu(ready, "dropMenu")
    assert [a.text() for a in shown.actions()] == [
        "鈴木 一郎 を 山田 花子 に転送する",
        "鈴木 一郎、山田 花子 と3人で話す",
    ]
    choose(shown, "transfer_to")
    assert ready.kit.engine.sent_of(TransferCall)[-1] == TransferCall(key=second, to_key=first)
    drop(row(ready, first), second)
    choose(menu(ready, "dropMenu"), "join")
    assert ready.kit.engine.sent_of(SetConference)[-1].keys == (first, second)


def test_a_row_is_taken_by_dragging_it(ready: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    first, _ = talks(ready, 2)
    ready.settle()
    dragged = []

    class FakeDrag(QDrag):
        """Nobody moves a mouse here: what would travel with it is kept."""

        def exec(self, actions: Qt.DropAction) -> Qt.DropAction:
            dragged.append(bytes(self.mimeData().data(CALL_FORMAT).data()).decode())
            return actions

    monkeypatch.setattr("softphone.ui.call_drag.QDrag", FakeDrag)
    taken = row(ready, first)
    QTest.mousePress(taken, Qt.MouseButton.LeftButton, pos=QPoint(80, 20))
    QTest.mouseMove(taken, QPoint(82, 20))
    assert dragged == []
    QTest.mouseMove(taken, QPoint(140, 60))
    QTest.mouseRelease(taken, Qt.MouseButton.LeftButton, pos=QPoint(140, 60))
    assert dragged == [first]


def test_a_call_is_not_dropped_on_itself_nor_a_text_on_a_call(ready: Stage) -> None:
    first, _ = talks(ready, 2)
    assert not drop(row(ready, first), first).isAccepted()
    words = QMimeData()
    words.setText("203")
    assert not words.hasFormat(CALL_FORMAT)
    assert not [m for m in ready.window.findChildren(QMenu, "dropMenu") if m.isVisible()]


def test_in_a_low_window_the_rest_is_in_the_menu(ready: Stage) -> None:
    ready.talk()
    ready.window.resize(380, 480)
    ready.settle()
    shown = [w.objectName() for w in ready.window.findChildren(QAbstractButton) if w.isVisible()]
    assert "transferButton" in shown
    assert "recordButton" not in shown
    ready.click("moreButton")
    opened = menu(ready, "moreMenu")
    assert [a.objectName() for a in opened.actions() if not a.isSeparator()] == [
        "keypad",
        "audio",
        "join",
        "record",
        "add_call",
    ]
    choose(opened, "keypad")
    assert ready.find(QWidget, "dialpad").isVisible()
