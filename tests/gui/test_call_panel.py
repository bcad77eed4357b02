"""The call screen: clicks become commands, what is shown comes from the engine alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QMenu, QWidget

from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import Answer, ConfigureAudio, Hangup, MakeCall, SendDtmf, SetHold, SetMute
from softphone.domain.errors import FailureCause
from softphone.domain.events import DtmfSent, EngineLost, MuteChanged
from softphone.domain.media import MediaDirection
from softphone.ui import theme
from tests.helpers.gallery import Stage, staged
from tests.helpers.waiting import wait_for


def text(stage: Stage, name: str) -> str:
    return str(stage.find(QWidget, name).text())


def hidden(stage: Stage, name: str) -> bool:
    return not any(w.isVisibleTo(stage.window) for w in stage.window.findChildren(QWidget, name))


def test_who_how_long_and_how_well(ready: Stage) -> None:
    ready.talk("202", "山田 花子")
    assert text(ready, "callName") == "山田 花子"
    assert text(ready, "callNumber") == "202"
    assert text(ready, "callTimer") == "4:12"
    assert text(ready, "callQuality") == "G.722 · 良好 · MOS 4.2"


def test_mute_shows_only_what_the_engine_confirmed(ready: Stage) -> None:
    key = ready.talk()
    button = ready.find(QAbstractButton, "muteButton")
    button.click()
    assert ready.kit.engine.sent_of(SetMute)[-1] == SetMute(key=key, muted=True)
    assert not button.isChecked()
    ready.kit.engine.emit(MuteChanged(key=key, muted=True))
    assert button.isChecked()
    assert button.text() == "ミュート中"
    button.click()
    assert ready.kit.engine.sent_of(SetMute)[-1] == SetMute(key=key, muted=False)


def test_hold_and_resume(ready: Stage) -> None:
    key = ready.talk()
    ready.click("holdButton")
    assert ready.kit.engine.sent_of(SetHold)[-1] == SetHold(key=key, held=True)
    ready.media(key, local=MediaDirection.SENDONLY)
    assert text(ready, "callState") == "保留中"
    assert text(ready, "holdButton") == "保留解除"
    ready.click("holdButton")
    assert ready.kit.engine.sent_of(SetHold)[-1] == SetHold(key=key, held=False)


def test_held_by_the_other_side(ready: Stage) -> None:
    key = ready.talk()
    ready.media(key, remote=MediaDirection.SENDONLY)
    assert text(ready, "callState") == "相手が保留しています"


def test_digits_go_out_and_are_echoed(ready: Stage) -> None:
    key = ready.talk()
    ready.click("dtmfButton")
    for digit in ("1", "*", "#"):
        ready.click(f"key{digit}")
        ready.kit.engine.emit(DtmfSent(key=key, digits=digit))
    assert [command.digits for command in ready.kit.engine.sent_of(SendDtmf)] == ["1", "*", "#"]
    assert text(ready, "callDigits") == "1*#"


def test_digits_from_the_keyboard_too(ready: Stage) -> None:
    ready.talk()
    QTest.keyClicks(ready.find(QWidget, "callPanel"), "5#")
    assert [command.digits for command in ready.kit.engine.sent_of(SendDtmf)] == ["5", "#"]


def test_the_second_click_of_a_double_click_on_dial_does_not_hang_up(ready: Stage) -> None:
    ready.dial("9196")
    button = ready.find(QAbstractButton, "hangUpButton")
    QTest.mouseDClick(button, Qt.MouseButton.LeftButton, pos=QPoint(40, 20))
    assert len(ready.kit.engine.sent_of(Hangup)) <= 1
    sent = len(ready.kit.engine.sent_of(Hangup))
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    assert len(ready.kit.engine.sent_of(Hangup)) == sent + 1


def test_a_failure_in_plain_words_with_the_next_step(ready: Stage) -> None:
    key = ready.dial("9000")
    ready.kit.call_state(
        key,
        CallState.TERMINATED,
        reason=TerminatedReason.REJECTED,
        cause=FailureCause.BUSY,
        status_code=486,
    )
    assert text(ready, "callState") == "話し中です"
    assert text(ready, "callHint") == "しばらくしてからおかけ直しください。"
    ready.click("redialButton")
    assert [c.uri for c in ready.kit.engine.sent_of(MakeCall)] == ["sip:9000@01234abc.example.jp"] * 2


def test_the_number_is_kept_when_the_call_fails_and_gone_when_it_is_answered(ready: Stage) -> None:
    key = ready.dial("9001")
    ready.kit.call_state(
        key, CallState.TERMINATED, reason=TerminatedReason.TIMEOUT, cause=FailureCause.NO_ANSWER
    )
    ready.click("closeCallButton")
    assert text(ready, "numberField") == "9001"


def test_the_farewell_goes_by_itself(qapp: object, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(theme, "ENDED_S", 0.05)
    with staged("call_ended") as stage:
        wait_for(lambda: (stage.settle(), not hidden(stage, "statusTitle"))[1], 3)
        assert hidden(stage, "callState")


def test_a_call_taken_by_the_engine_is_told(ready: Stage) -> None:
    ready.talk("202", "山田 花子")
    ready.kit.engine.emit(EngineLost(exit_code=-9))
    assert text(ready, "callState") == "電話の処理が停止したため、通話が切れました"
    assert "山田 花子" in text(ready, "noticeWords")


def test_a_second_caller_is_a_row_with_its_own_buttons(ready: Stage) -> None:
    first = ready.talk("202", "山田 花子")
    second = ready.kit.incoming("in-2", "0312345678")
    assert text(ready, "callName") == "山田 花子"
    assert text(ready, "rowName") == "0312345678"
    ready.click("row_answer")
    assert ready.kit.engine.sent_of(Answer)[-1].key == second
    ready.click("row_decline")
    assert ready.kit.engine.sent_of(Hangup)[-1].key == second
    ready.click("hangUpButton")
    assert ready.kit.engine.sent_of(Hangup)[-1].key == first


def test_the_bar_leads_back_from_the_settings(ready: Stage) -> None:
    ready.talk("202", "山田 花子")
    assert hidden(ready, "callBar")
    ready.click("nav_settings")
    bar = ready.find(QAbstractButton, "callBar")
    assert "山田 花子" in bar.accessibleName()
    bar.click()
    assert text(ready, "callName") == "山田 花子"


def test_devices_change_in_the_call(qapp: object) -> None:
    with staged("call_devices") as stage:
        menu = stage.window.findChild(QMenu, "deviceMenu")
        action = [a for a in menu.actions() if a.text() == "Jabra Evolve2 65"][-1]
        action.trigger()
        assert stage.kit.engine.sent_of(ConfigureAudio)[-1].audio.output_device == "Jabra Evolve2 65"
