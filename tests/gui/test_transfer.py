"""転送: the sheet, asking first or at once, progress, coming back."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QWidget

from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import CancelTransfer, Hangup, MakeCall, Redirect, SetHold, TransferCall
from softphone.domain.errors import FailureCause
from softphone.domain.provider import FeatureCodes
from softphone.domain.settings import PbxSettings
from softphone.domain.transfer import TransferState
from softphone.ui import theme
from tests.helpers.call_scenes import caller, choose, hold, menu, talks, transfer
from tests.helpers.gallery import Stage, staged


def text(stage: Stage, name: str) -> str:
    return str(stage.find(QWidget, name).text())


def open_sheets(stage: Stage) -> list[str]:
    """The sheets one sees."""
    stage.settle()
    return [
        widget.objectName()
        for widget in stage.window.findChildren(QWidget)
        if widget.objectName() in ("transferSheet", "elsewhereSheet") and widget.isVisible()
    ]


def test_a_call_is_handed_over_at_once(ready: Stage) -> None:
    key = ready.talk()
    ready.click("transferButton")
    assert text(ready, "sheetWords") == "山田 花子 を転送します"
    ready.type("sheetNumber", "203")
    ready.click("blindButton")
    assert open_sheets(ready) == []
    hold(ready, key)
    assert ready.kit.engine.sent_of(TransferCall) == [
        TransferCall(key=key, target="sip:203@01234abc.example.jp")
    ]


def test_enter_asks_first_and_the_card_completes(ready: Stage) -> None:
    first = ready.talk()
    ready.click("transferButton")
    ready.commit("sheetNumber", "２０３")
    assert text(ready, "sheetNumber") == "203"
    QTest.keyClick(ready.find(QWidget, "sheetNumber"), Qt.Key.Key_Return)
    second = ready.kit.engine.sent_of(MakeCall)[-1].key
    ready.kit.outgoing(second, "203")
    hold(ready, first)
    assert text(ready, "noteWords") == "山田 花子 の転送先を呼び出しています"
    ready.kit.call_state(second, CallState.CONFIRMED)
    assert text(ready, "noteWords") == "山田 花子 の転送先と通話しています"
    ready.click("completeButton")
    assert ready.kit.engine.sent_of(TransferCall) == [TransferCall(key=first, to_key=second)]


def test_back_ends_the_consultation_alone(qapp: object) -> None:
    with staged("transfer_consulting") as stage:
        consultation = stage.kit.engine.sent_of(MakeCall)[-1].key
        stage.click("cancel_consultationButton")
        assert [c.key for c in stage.kit.engine.sent_of(Hangup)] == [consultation]


def test_a_consultation_that_fails_says_why_and_the_call_is_back(ready: Stage) -> None:
    first = ready.talk()
    second = ready.kit.phone.transfers.consult(first, "203")
    ready.kit.outgoing(second, "203")
    hold(ready, first)
    ready.kit.call_state(
        second, CallState.TERMINATED, reason=TerminatedReason.REJECTED, cause=FailureCause.BUSY
    )
    assert text(ready, "noticeWords") == "203: 話し中です"
    assert ready.kit.engine.sent_of(SetHold)[-1] == SetHold(key=first, held=False)
    ready.media(first)
    assert (text(ready, "callName"), text(ready, "callState")) == ("山田 花子", "通話中")


def test_shift_enter_hands_over_at_once(ready: Stage) -> None:
    key = ready.talk()
    ready.click("transferButton")
    ready.type("sheetNumber", "203")
    QTest.keyClick(ready.find(QWidget, "sheetNumber"), Qt.Key.Key_Return, Qt.KeyboardModifier.ShiftModifier)
    hold(ready, key)
    assert ready.kit.engine.sent_of(TransferCall)[-1].target == "sip:203@01234abc.example.jp"


def test_two_calls_are_connected_by_name(ready: Stage) -> None:
    first, second = talks(ready, 2)
    ready.click("transferButton")
    assert text(ready, f"joinTo_{first}") == "山田 花子 とつなぐ"
    ready.click(f"joinTo_{first}")
    assert ready.kit.engine.sent_of(TransferCall) == [TransferCall(key=second, to_key=first)]
    assert open_sheets(ready) == []


def test_a_number_that_cannot_be_called_keeps_the_sheet(ready: Stage) -> None:
    ready.talk()
    ready.click("transferButton")
    ready.click("consultButton")
    assert text(ready, "sheetProblem") == "電話番号を入力してください。"
    assert open_sheets(ready) == ["transferSheet"]
    ready.type("sheetNumber", "2")
    assert not ready.window.findChild(QWidget, "sheetProblem").isVisible()


def test_escape_the_cross_and_a_click_beside_close_it(ready: Stage) -> None:
    ready.talk()
    ready.click("transferButton")
    QTest.keyClick(ready.find(QWidget, "sheetNumber"), Qt.Key.Key_Escape)
    assert open_sheets(ready) == []
    ready.click("transferButton")
    ready.click("sheetClose")
    assert open_sheets(ready) == []
    ready.click("transferButton")
    QTest.mouseClick(ready.find(QWidget, "transferSheet"), Qt.MouseButton.LeftButton, pos=QPoint(20, 20))
    assert open_sheets(ready) == []
    assert ready.kit.engine.sent_of(TransferCall) == []


def test_the_keyboard_stays_in_the_sheet(ready: Stage) -> None:
    ready.talk()
    ready.click("transferButton")
    sheet = ready.find(QWidget, "transferSheet")
    seen = []
    for _ in range(4):
        QTest.keyClick(ready.window.focusWidget(), Qt.Key.Key_Tab)
        seen.append(ready.window.focusWidget().objectName())
    assert seen == ["consultButton", "blindButton", "sheetClose", "sheetNumber"]
    assert sheet.isAncestorOf(ready.window.focusWidget())


def test_in_a_wide_window_the_sheet_stands_in_the_middle(ready: Stage) -> None:
    ready.window.resize(780, 680)
    ready.talk()
    ready.click("transferButton")
    ready.settle()
    frame = ready.find(QWidget, "sheet")
    middle = frame.mapTo(ready.window, frame.rect().center()).x()
    assert abs(middle - ready.window.width() / 2) < 3
    assert frame.width() == theme.COLUMN_WIDTH


def test_the_sheet_goes_with_its_call(ready: Stage) -> None:
    key = ready.talk()
    ready.click("transferButton")
    ready.kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.REMOTE_BYE)
    assert open_sheets(ready) == []


def test_a_caller_takes_nothing_from_who_types_in_the_sheet(ready: Stage) -> None:
    ready.talk()
    ready.click("transferButton")
    ready.type("sheetNumber", "20")
    second = caller(ready, "0312345678")
    ready.settle()
    assert ready.find(QWidget, "sheetNumber").hasFocus()
    ready.kit.call_state(second, CallState.TERMINATED, reason=TerminatedReason.CANCELLED)
    QTest.keyClicks(ready.window.focusWidget(), "3")
    assert text(ready, "sheetNumber") == "203"


def test_progress_is_told_and_can_be_stopped(ready: Stage) -> None:
    key = ready.talk()
    hold(ready, key)
    transfer(ready, key, TransferState.TRYING, status_code=100)
    assert (text(ready, "noteWords"), text(ready, "noteDetail")) == ("205 に転送しています", "依頼しています")
    transfer(ready, key, TransferState.RINGING, status_code=180)
    assert text(ready, "noteDetail") == "呼び出し中"
    assert not ready.find(QAbstractButton, "transferButton").isEnabled()
    ready.click("cancel_transferButton")
    assert ready.kit.engine.sent_of(CancelTransfer) == [CancelTransfer(key=key)]


def test_an_attended_transfer_is_stopped_at_the_call_that_is_handed_over(qapp: object) -> None:
    with staged("transfer_completing") as stage:
        first = next(call.key for call in stage.kit.phone.calls.live if call.held)
        assert text(stage, "noteWords") == "山田 花子 を転送しています"
        stage.click("cancel_transferButton")
        assert stage.kit.engine.sent_of(CancelTransfer) == [CancelTransfer(key=first)]


def test_a_failure_says_why_and_the_call_is_back(qapp: object) -> None:
    with staged("transfer_failed") as stage:
        assert "山田 花子" in text(stage, "noticeWords")
        assert "話し中" in text(stage, "noticeWords")
        assert text(stage, "callState") == "通話中"
        assert stage.find(QAbstractButton, "transferButton").isEnabled()


def test_a_caller_is_sent_to_another_number(ready: Stage) -> None:
    key = caller(ready, "202", "山田 花子")
    ready.click("moreButton")
    choose(menu(ready, "moreMenu"), "to_number")
    assert text(ready, "sheetWords") == "山田 花子 からの着信"
    ready.type("sheetNumber", "203")
    ready.click("elsewhereButton")
    assert ready.kit.engine.sent_of(Redirect) == [Redirect(key=key, targets=("sip:203@01234abc.example.jp",))]
    assert open_sheets(ready) == []


def test_a_call_is_parked_on_the_slot_one_names_or_on_any(qapp: object) -> None:
    with staged("park_sheet") as stage:
        key = stage.kit.phone.calls.live[0].key
        stage.type("sheetNumber", "71")
        stage.click("parkButton")
        hold(stage, key)
        assert stage.kit.engine.sent_of(TransferCall)[-1].target == "sip:*6871@01234abc.example.jp"
    with staged("park_sheet") as stage:
        key = stage.kit.phone.calls.live[0].key
        QTest.keyClick(stage.find(QWidget, "sheetNumber"), Qt.Key.Key_Return)
        hold(stage, key)
        assert stage.kit.engine.sent_of(TransferCall)[-1].target == "sip:*68@01234abc.example.jp"


def test_a_park_code_without_a_slot_asks_nothing(ready: Stage) -> None:
    codes = FeatureCodes(park="*68")
    ready.kit.phone.settings.change_fields(pbx=PbxSettings(feature_codes=codes))
    key = ready.talk()
    ready.click("moreButton")
    choose(menu(ready, "moreMenu"), "park")
    hold(ready, key)
    assert ready.kit.engine.sent_of(TransferCall)[-1].target == "sip:*68@01234abc.example.jp"


def test_a_caller_is_sent_to_voicemail(ready: Stage) -> None:
    ready.kit.phone.settings.change_fields(pbx=PbxSettings(feature_codes=FeatureCodes(voicemail_box="*99")))
    key = caller(ready, "202")
    ready.click("moreButton")
    choose(menu(ready, "moreMenu"), "to_voicemail")
    assert ready.kit.engine.sent_of(Redirect) == [Redirect(key=key, targets=("sip:*99@01234abc.example.jp",))]
