"""The guide of the first start: from the sheet of paper to the first call, and every way it can go wrong."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, Qt, QTimer, QUrl
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLineEdit, QWidget

from softphone.domain.account import RegistrationCause, RegistrationState
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import (
    ConfigureAudio,
    Hangup,
    MakeCall,
    MeterLevels,
    OutputRole,
    PlayTone,
    SetAccount,
)
from softphone.domain.errors import FailureCause
from softphone.domain.events import AudioFailed
from softphone.domain.provisioning import MAX_FILE_BYTES
from softphone.ui.guide.sheet_edit import SheetEdit
from tests.gui.test_settings import choose, note
from tests.helpers.gallery import Stage, staged
from tests.helpers.guide_scenes import ECHO, SHEET, go_to, levels, paste, talk_to_oneself
from tests.helpers.waiting import wait_for


@pytest.fixture
def guide(fresh: Stage) -> Stage:
    """A first start, the guide in front."""
    fresh.window.show_place("guide")
    return fresh


@pytest.fixture
def echo(qapp: QApplication) -> Iterator[Stage]:
    """A registered phone of a provider with an echo number, at the third step."""
    with staged("guide_call") as stage:
        yield stage


def words(stage: Stage, name: str) -> str:
    return str(stage.find(QWidget, name).text())


def shown(stage: Stage, name: str) -> bool:
    return any(w.isVisible() for w in stage.window.findChildren(QWidget, name))


def test_the_sheet_of_paper_becomes_an_account(guide: Stage) -> None:
    assert words(guide, "guidePrimary") == "自分で入力する"
    paste(guide, SHEET["ja"])
    assert words(guide, "found_user_id") == "端末ID が見つかりました"
    guide.click("guidePrimary")
    fields = [guide.find(QLineEdit, name) for name in ("user_id", "password", "server")]
    assert [field.text() for field in fields] == ["abcde20201", "Xy12-34Zq", "01234abc.example.jp"]
    assert fields[1].echoMode() is QLineEdit.EchoMode.Password

    guide.click("guidePrimary")
    sent = guide.kit.engine.sent_of(SetAccount)[-1]
    assert (sent.account.aor, sent.password) == ("sip:abcde20201@01234abc.example.jp", "Xy12-34Zq")
    assert words(guide, "statusTitle") == "接続中"
    guide.kit.registered()
    assert words(guide, "statusTitle") == "通話可能"
    guide.click("guidePrimary")
    assert words(guide, "guideTitle") == "音を確かめましょう"


def test_what_is_wrong_is_told_here_and_leads_to_its_field(guide: Stage) -> None:
    paste(guide, SHEET["ja"])
    guide.click("guidePrimary")
    guide.click("guidePrimary")
    guide.kit.registration(RegistrationState.AUTH_FAILED, RegistrationCause.CREDENTIALS, status_code=403)
    assert words(guide, "statusTitle") == "認証に失敗しました"
    assert "半角英数字" in words(guide, "statusHint")
    line = guide.find(QLineEdit, "password")
    assert line.hasFocus()
    assert line.property("problem")
    assert line.text() == "Xy12-34Zq"
    guide.type("password", "right")
    QTest.keyClicks(line, "!")
    assert not shown(guide, "statusCard")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert guide.kit.engine.sent_of(SetAccount)[-1].password == "right!"


def test_letters_that_are_not_half_width_are_marked(guide: Stage) -> None:
    paste(guide, SHEET["ja"].replace("ａｂｃｄｅ", "あbcde"))
    guide.click("guidePrimary")
    guide.click("guidePrimary")
    assert "半角英数字でない文字" in note(guide, "user_id")
    assert "あ" in note(guide, "user_id")
    assert not guide.kit.engine.sent_of(SetAccount)


def test_missing_values_are_asked_for(guide: Stage) -> None:
    paste(guide, "端末ID: abc1")
    assert words(guide, "found_password") == "パスワード はまだありません"
    guide.click("guidePrimary")
    assert guide.find(QLineEdit, "password").hasFocus()
    guide.click("guidePrimary")
    assert note(guide, "password") == "パスワードを入力してください。"


def test_going_back_loses_nothing(guide: Stage) -> None:
    paste(guide, SHEET["ja"])
    guide.click("guidePrimary")
    guide.type("service_code", "AB1")
    guide.click("guideBack")
    assert guide.find(SheetEdit, "sheetEdit").toPlainText() == SHEET["ja"]
    guide.window.show_place("settings")
    guide.window.show_place("guide")
    guide.click("guidePrimary")
    assert guide.find(QLineEdit, "service_code").text() == "AB1"


def test_another_language_loses_nothing(guide: Stage) -> None:
    paste(guide, SHEET["ja"])
    guide.click("guidePrimary")
    guide.type("password", "typed")
    guide.click("guideLanguage")
    guide.settle()
    assert words(guide, "guideTitle") == "Check the values"
    assert guide.find(QLineEdit, "password").text() == "typed"
    assert guide.find(QLineEdit, "user_id").text() == "abcde20201"


@pytest.mark.parametrize("button", ["guideSkip", "escape"])
def test_the_guide_can_be_left_and_found_again(guide: Stage, button: str) -> None:
    if button == "escape":
        QTest.keyClick(guide.find(SheetEdit, "sheetEdit"), Qt.Key.Key_Escape)
    else:
        guide.click(button)
    assert words(guide, "statusTitle") == "未設定"
    assert guide.find(QWidget, "navigation").isVisible()
    guide.click("nav_settings")
    guide.click("open_guide")
    assert guide.find(SheetEdit, "sheetEdit").isVisible()
    assert not shown(guide, "navigation")


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "何も書かれていません"),
        (b"\x89PNG\x00\x01", "文字として読めない"),
        (b"[account]\nuser_id = \n", "書き方に誤り"),
        (b"a" * (MAX_FILE_BYTES + 1), "長すぎます"),
        ("こんにちは".encode(), "見つかりませんでした"),
    ],
)
def test_a_file_of_nonsense_is_told_in_words(guide: Stage, tmp_path: Path, content: bytes, told: str) -> None:
    file = tmp_path / "account.toml"
    file.write_bytes(content)
    drop(guide, file)
    wait_for(lambda: guide.settle() or shown(guide, "sheetTrouble"))
    assert told in words(guide, "sheetTroubleWords")


@pytest.mark.parametrize("kind", ["missing", "folder", "pipe"])
def test_what_cannot_be_opened_is_told(guide: Stage, tmp_path: Path, kind: str) -> None:
    path = tmp_path / kind
    if kind == "folder":
        path.mkdir()
    elif kind == "pipe":
        os.mkfifo(path)
    drop(guide, path)
    wait_for(lambda: guide.settle() or shown(guide, "sheetTrouble"))
    assert "開けませんでした" in words(guide, "sheetTroubleWords")


def test_a_provisioning_file_is_chosen(guide: Stage, tmp_path: Path) -> None:
    file = tmp_path / "account.toml"
    file.write_text(
        '[account]\nuser_id = "u1"\nserver = "h.example.jp"\ntransport = "tcp"\n', encoding="utf-8"
    )
    guide.click("openFile")
    dialog = guide.window.findChild(QFileDialog, "fileDialog")
    dialog.fileSelected.emit(str(file))
    dialog.close()
    wait_for(lambda: guide.settle() or words(guide, "found_server") == "内線サーバアドレス が見つかりました")
    guide.click("guidePrimary")
    guide.type("password", "p")
    guide.click("guidePrimary")
    account = guide.kit.engine.sent_of(SetAccount)[-1].account
    assert (account.user_id, account.transport.value) == ("u1", "tcp")


def test_the_text_of_a_qr_code_is_pasted(guide: Stage) -> None:
    paste(guide, "sip:u1:p%21@h.example.jp;transport=tcp")
    guide.click("guidePrimary")
    guide.click("guidePrimary")
    sent = guide.kit.engine.sent_of(SetAccount)[-1]
    assert (sent.account.user_id, sent.password, str(sent.account.server)) == ("u1", "p!", "h.example.jp")


def test_a_book_is_not_pasted(guide: Stage) -> None:
    data = QMimeData()
    data.setText("x" * (MAX_FILE_BYTES + 1))
    guide.find(SheetEdit, "sheetEdit").insertFromMimeData(data)
    assert "長すぎます" in words(guide, "sheetTroubleWords")
    assert guide.find(SheetEdit, "sheetEdit").toPlainText() == ""


def test_the_microphone_is_open_only_at_the_sound_check(ready: Stage) -> None:
    go_to(ready, "sound")
    assert [command.on for command in ready.kit.engine.sent_of(MeterLevels)] == [True]
    ready.click("guidePrimary")
    assert [command.on for command in ready.kit.engine.sent_of(MeterLevels)] == [True, False]
    ready.click("guideBack")
    ready.window.show_place("keypad")
    assert [command.on for command in ready.kit.engine.sent_of(MeterLevels)][-2:] == [True, False]


def test_a_voice_is_heard(ready: Stage) -> None:
    go_to(ready, "sound")
    assert words(ready, "hearingTitle") == "マイクに向かって話してみてください"
    levels(ready, -20.0, 1)
    assert words(ready, "hearingTitle") == "声が届いています"


def test_silence_is_told_with_the_next_step(ready: Stage) -> None:
    go_to(ready, "sound")
    levels(ready, -90.0, 60)
    assert words(ready, "hearingTitle") == "マイクの音が届いていません"
    assert "ミュート" in words(ready, "hearingWords")
    choose(ready, "input_device", "システムの既定")
    assert words(ready, "hearingTitle") == "マイクに向かって話してみてください"


def test_a_microphone_that_is_not_there_is_told_at_once(ready: Stage) -> None:
    go_to(ready, "sound")
    ready.kit.engine.emit(AudioFailed(code="no_input"))
    assert words(ready, "hearingTitle") == "マイクの音が届いていません"


def test_a_meter_that_says_nothing_is_told(ready: Stage) -> None:
    go_to(ready, "sound")
    ready.window.findChild(QTimer, "unheardTimer").setInterval(0)
    wait_for(lambda: ready.settle() or words(ready, "hearingTitle") == "マイクの音が届いていません")


def test_speaker_and_bell_are_tried_where_they_are_chosen(ready: Stage) -> None:
    go_to(ready, "sound")
    ready.devices()
    choose(ready, "output_device", "Jabra Evolve2 65")
    assert ready.kit.engine.sent_of(ConfigureAudio)[-1].audio.output_device == "Jabra Evolve2 65"
    ready.click("test_output")
    ready.click("test_ring")
    assert [tone.role for tone in ready.kit.engine.sent_of(PlayTone)] == [OutputRole.SPEAKER, OutputRole.RING]


def test_the_test_call_is_shown_in_the_guide(echo: Stage) -> None:
    key = talk_to_oneself(echo)
    assert words(echo, "testCallTitle") == "通話中"
    assert "自分の声" in words(echo, "testCallWords")
    assert "良好" in words(echo, "callQuality")
    assert echo.kit.engine.sent_of(MakeCall)[-1].uri == "sip:9196@01234abc.example.jp"
    assert not shown(echo, "callBar")
    echo.click("guidePrimary")
    assert echo.kit.engine.sent_of(Hangup)[-1].key == key
    echo.kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.LOCAL_BYE)
    assert words(echo, "testCallTitle") == "通話できました"
    echo.click("guidePrimary")
    assert words(echo, "guideTitle") == "準備ができました"
    echo.click("guidePrimary")
    assert words(echo, "statusTitle") == "通話可能"
    assert echo.find(QLineEdit, "numberField").hasFocus()


def test_a_finished_guide_keeps_no_password(guide: Stage) -> None:
    paste(guide, SHEET["ja"])
    for _ in range(2):
        guide.click("guidePrimary")
    guide.kit.registered()
    for _ in range(4):
        guide.click("guidePrimary")
    assert words(guide, "statusTitle") == "通話可能"
    guide.window.show_place("guide")
    assert guide.find(SheetEdit, "sheetEdit").toPlainText() == ""
    guide.click("guidePrimary")
    assert guide.find(QLineEdit, "user_id").text() == "abcde20201"
    assert guide.find(QLineEdit, "password").text() == ""
    assert guide.find(QLineEdit, "password").placeholderText() == "保存済み(変更するときだけ入力)"
    assert words(guide, "guidePrimary") == "次へ"


def test_another_failed_try_moves_nothing(guide: Stage) -> None:
    paste(guide, SHEET["ja"])
    for _ in range(2):
        guide.click("guidePrimary")
    guide.kit.registration(RegistrationState.UNREACHABLE, RegistrationCause.DNS)
    assert guide.find(QLineEdit, "server").hasFocus()
    guide.find(QLineEdit, "user_id").setFocus()
    guide.kit.registration(RegistrationState.UNREACHABLE, RegistrationCause.DNS)
    assert guide.find(QLineEdit, "user_id").hasFocus()


def test_a_call_that_fails_says_why_and_may_be_tried_again(echo: Stage) -> None:
    echo.click("guidePrimary")
    key = echo.kit.engine.sent_of(MakeCall)[-1].key
    echo.kit.outgoing(key)
    echo.kit.call_state(
        key, CallState.TERMINATED, reason=TerminatedReason.REJECTED, cause=FailureCause.BUSY, status_code=486
    )
    assert "話し中" in words(echo, "testCallTitle")
    assert words(echo, "guidePrimary") == "もう一度発信"
    echo.click("guidePrimary")
    assert len(echo.kit.engine.sent_of(MakeCall)) == 2


def test_without_a_registration_the_test_call_says_so(echo: Stage) -> None:
    echo.kit.registration(RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT)
    echo.click("guidePrimary")
    assert "通話不可" in words(echo, "testCallTitle")
    assert not echo.kit.engine.sent_of(MakeCall)


def test_leaving_the_guide_ends_the_test_call(echo: Stage) -> None:
    key = talk_to_oneself(echo)
    echo.window.show_place("settings")
    assert echo.kit.engine.sent_of(Hangup)[-1].key == key


def test_where_there_is_no_number_voicemail_is_offered(qapp: QApplication) -> None:
    with staged("guide_call_voicemail") as stage:
        assert words(stage, "callPlanTitle") == "試験用の番号がありません"
        stage.click("guidePrimary")
        assert stage.kit.engine.sent_of(MakeCall)[-1].uri.startswith("sip:*98@")


def test_a_caller_during_the_guide_takes_no_page_away(echo: Stage) -> None:
    echo.kit.incoming()
    assert words(echo, "guideTitle") == "電話をかけてみましょう"
    assert echo.incoming_window().isVisible()


def test_readers_hear_how_far_one_is(echo: Stage) -> None:
    assert echo.find(QWidget, "guideProgress").accessibleName() == "手順 3/3 テスト通話"


def test_the_guide_is_done_by_keyboard_alone(guide: Stage) -> None:
    def press(key: Qt.Key, times: int = 1) -> None:
        for _ in range(times):
            QTest.keyClick(QApplication.focusWidget(), key)
            guide.settle()

    edit = guide.find(SheetEdit, "sheetEdit")
    assert edit.hasFocus()
    QTest.keyClicks(edit, "sip:u1:p@h.example.jp")
    for _ in range(9):
        if QApplication.focusWidget().objectName() == "guidePrimary":
            break
        press(Qt.Key.Key_Tab)
    press(Qt.Key.Key_Return)
    assert guide.find(QLineEdit, "user_id").hasFocus()
    press(Qt.Key.Key_Return)
    guide.kit.registered()
    assert guide.find(QWidget, "guidePrimary").hasFocus()
    press(Qt.Key.Key_Space)
    assert words(guide, "guideTitle") == "音を確かめましょう"
    press(Qt.Key.Key_Return, 2)
    assert words(guide, "guideTitle") == "準備ができました"
    press(Qt.Key.Key_Return)
    assert words(guide, "statusTitle") == "通話可能"


def test_the_echo_number_of_the_local_registrar_is_known() -> None:
    from softphone.storage.catalogue import load_providers
    from tests.helpers.gallery import RESOURCES

    numbers = {profile.key: profile.test_number for profile in load_providers(RESOURCES)}
    assert numbers["local"] == "9196"
    assert ECHO.test_number == "9196"


def drop(stage: Stage, path: Path) -> None:
    """Let a file fall on the sheet."""
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    stage.find(SheetEdit, "sheetEdit").insertFromMimeData(data)
