"""The flow that must never break: sheet of paper → account → 通話可能 → number → IP電話 → talk."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel, QWidget

from softphone.domain.account import RegistrationCause, RegistrationState
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import Hangup, MakeCall, SetAccount
from tests.helpers.gallery import Stage


def label(stage: Stage, name: str) -> str:
    found = stage.find(QWidget, name)
    return str(found.text()) if isinstance(found, QLabel) or hasattr(found, "text") else ""


def test_from_the_sheet_of_paper_to_two_people_talking(fresh: Stage) -> None:
    stage = fresh
    assert label(stage, "statusTitle") == "未設定"

    stage.click("nav_settings")
    assert label(stage, "pageTitle") == "設定一覧"
    stage.click("open_account")
    assert label(stage, "pageTitle") == "アカウント設定"
    stage.type("user_id", "abcde20201")
    stage.type("password", "wrong")
    stage.type("server", "01234abc.example.jp")
    stage.click("saveButton")

    sent = stage.kit.engine.sent_of(SetAccount)[-1]
    assert (sent.account.user_id, sent.password, str(sent.account.server)) == (
        "abcde20201",
        "wrong",
        "01234abc.example.jp",
    )
    assert label(stage, "statusTitle") == "接続中"

    stage.kit.registration(RegistrationState.AUTH_FAILED, RegistrationCause.CREDENTIALS, status_code=403)
    assert label(stage, "statusTitle") == "認証に失敗しました"
    assert "キーボードの入力形式が半角英数字になっているかご確認ください" in label(stage, "statusHint")

    stage.click("statusButton")
    assert label(stage, "pageTitle") == "アカウント設定"
    assert "半角英数字" in label(stage, "password_note")
    stage.type("password", "secret")
    stage.click("saveButton")
    assert stage.kit.engine.sent_of(SetAccount)[-1].password == "secret"

    stage.kit.registered()
    assert label(stage, "statusTitle") == "通話可能"
    for key in "9196":
        stage.click(f"key{key}")
    stage.click("callButton")
    call = stage.kit.engine.sent_of(MakeCall)[-1]
    assert call.uri == "sip:9196@01234abc.example.jp"

    stage.kit.outgoing(call.key)
    assert label(stage, "callState") == "発信しています"
    stage.kit.call_state(call.key, CallState.EARLY)
    assert label(stage, "callState") == "呼び出しています"
    stage.kit.call_state(call.key, CallState.CONFIRMED)
    stage.wait(65)
    assert label(stage, "callState") == "通話中"
    assert label(stage, "callTimer") == "1:05"

    stage.click("hangUpButton")
    assert stage.kit.engine.sent_of(Hangup)[-1].key == call.key
    stage.kit.call_state(call.key, CallState.TERMINATED, reason=TerminatedReason.LOCAL_BYE)
    assert label(stage, "callState") == "通話を終了しました"
    stage.click("closeCallButton")
    assert label(stage, "statusTitle") == "通話可能"
    assert label(stage, "numberField") == ""
