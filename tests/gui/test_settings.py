"""The settings pages: what they mark, what they send, what they show."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QComboBox, QLineEdit, QSlider, QWidget

from softphone.domain.account import RegistrationCause, RegistrationState, Transport
from softphone.domain.commands import ConfigureAudio, ListDevices, MeterLevels, PlayTone, SetAccount
from softphone.domain.events import AudioMeasured, LevelsMeasured
from softphone.domain.settings import Appearance
from softphone.ui.settings.index_page import RowButton
from softphone.ui.theme import DARK
from tests.helpers.gallery import Stage, staged


def note(stage: Stage, field: str) -> str:
    return str(stage.window.findChild(QWidget, f"{field}_note").text())


def choose(stage: Stage, name: str, words: str) -> None:
    """Pick an entry of a combo box as a user does."""
    combo: QComboBox = stage.find(QComboBox, name)
    combo.setCurrentText(words)
    combo.activated.emit(combo.currentIndex())
    stage.settle()


def test_every_problem_is_told_at_its_field_and_nothing_is_lost(fresh: Stage) -> None:
    fresh.window.show_place("account")
    fresh.type("user_id", "abcdeあい201")
    fresh.type("server", "sip.example.jp:99999")
    fresh.click("saveButton")
    assert "半角英数字でない文字" in note(fresh, "user_id")
    assert "あい" in note(fresh, "user_id")
    assert note(fresh, "password") == "パスワードを入力してください。"
    assert "1〜65535" in note(fresh, "server")
    assert fresh.find(QLineEdit, "user_id").text() == "abcdeあい201"
    assert fresh.find(QLineEdit, "user_id").hasFocus()
    assert not fresh.kit.engine.sent_of(SetAccount)


def test_a_corrected_field_is_no_longer_marked(fresh: Stage) -> None:
    fresh.window.show_place("account")
    fresh.click("saveButton")
    line = fresh.find(QLineEdit, "user_id")
    assert line.property("problem")
    QTest.keyClicks(line, "a")
    assert not line.property("problem")
    assert note(fresh, "user_id") == ""


def test_full_width_typing_is_turned_and_said(fresh: Stage) -> None:
    fresh.window.show_place("account")
    line = fresh.find(QLineEdit, "user_id")
    fresh.commit("user_id", "ａｂｃ２０１")
    assert line.text() == "abc201"
    assert note(fresh, "user_id") == "半角に直しました"


def test_the_eye_shows_and_hides_the_password(fresh: Stage) -> None:
    fresh.window.show_place("account")
    fresh.type("password", "secret")
    line, eye = fresh.find(QLineEdit, "password"), fresh.find(QAbstractButton, "password_eye")
    assert line.echoMode() is QLineEdit.EchoMode.Password
    eye.click()
    assert line.echoMode() is QLineEdit.EchoMode.Normal
    assert eye.accessibleName() == "パスワードを隠す"
    eye.click()
    assert line.echoMode() is QLineEdit.EchoMode.Password


def test_details_are_folded_and_saved(fresh: Stage) -> None:
    fresh.window.show_place("account")
    assert not fresh.window.findChild(QWidget, "expires_s").isVisible()
    fresh.click("detailsButton")
    for name, text in (("user_id", "u"), ("password", "p"), ("server", "h.example"), ("auth_id", "auth")):
        fresh.type(name, text)
    fresh.type("expires_s", "120")
    choose(fresh, "transport", "TCP")
    fresh.click("saveButton")
    account = fresh.kit.engine.sent_of(SetAccount)[-1].account
    assert (account.transport, account.expires_s, account.auth_id) == (Transport.TCP, 120, "auth")
    assert fresh.find(QWidget, "keypadPage").isVisible()


def test_a_problem_in_the_details_opens_them(fresh: Stage) -> None:
    fresh.window.show_place("account")
    fresh.click("detailsButton")
    fresh.type("expires_s", "5")
    fresh.click("detailsButton")
    for name, text in (("user_id", "u"), ("password", "p"), ("server", "h.example")):
        fresh.type(name, text)
    fresh.click("saveButton")
    assert "30〜86400" in note(fresh, "expires_s")
    assert fresh.find(QLineEdit, "expires_s").isVisible()


def test_a_stored_password_is_kept_and_never_shown(ready: Stage) -> None:
    ready.window.show_place("account")
    line = ready.find(QLineEdit, "password")
    assert line.text() == ""
    assert line.placeholderText() == "保存済み(変更するときだけ入力)"
    ready.click("saveButton")
    assert ready.kit.engine.sent_of(SetAccount)[-1].password == "secret"


def test_after_a_failure_the_likely_field_is_marked(ready: Stage) -> None:
    ready.kit.registration(RegistrationState.UNREACHABLE, RegistrationCause.DNS)
    ready.click("statusButton")
    assert ready.find(QLineEdit, "server").hasFocus()
    assert "SIPサーバの名前が見つかりません" in note(ready, "server")


def test_unsaved_typing_survives_another_tab(ready: Stage) -> None:
    ready.window.show_place("account")
    line = ready.find(QLineEdit, "server")
    line.clear()
    QTest.keyClicks(line, "new.example")
    ready.click("nav_keypad")
    ready.window.show_place("account")
    assert ready.find(QLineEdit, "server").text() == "new.example"


def test_audio_page_meters_while_open(ready: Stage) -> None:
    ready.devices()
    ready.window.show_place("audio")
    assert ready.kit.engine.sent_of(ListDevices)
    assert ready.kit.engine.sent_of(MeterLevels)[-1].on
    ready.kit.engine.emit(LevelsMeasured(input_dbfs=-30.0, output_dbfs=-90.0))
    assert ready.find(QWidget, "levelMeter").part == 0.5
    ready.click("nav_keypad")
    assert not ready.kit.engine.sent_of(MeterLevels)[-1].on


def test_audio_choices_are_taken_at_once(ready: Stage) -> None:
    ready.devices()
    ready.window.show_place("audio")
    choose(ready, "input_device", "Jabra Evolve2 65")
    ready.click("noise_suppression")
    ready.find(QSlider, "input_gain").setValue(6)
    sent = ready.kit.engine.sent_of(ConfigureAudio)[-1].audio
    assert (sent.input_device, sent.noise_suppression, sent.input_gain_db) == ("Jabra Evolve2 65", False, 6.0)
    ready.click("testRing")
    assert ready.kit.engine.sent_of(PlayTone)


def test_a_chosen_device_that_is_gone_stays_in_the_list(qapp: object) -> None:
    with staged("audio") as stage:
        combo: QComboBox = stage.find(QComboBox, "output_device")
        assert combo.currentText() == "Plantronics DA80(接続されていません)"


def test_language_changes_at_once_and_stays_on_the_page(ready: Stage) -> None:
    ready.type("numberField", "0312")
    ready.window.show_place("display")
    choose(ready, "language", "English")
    assert ready.find(QWidget, "pageTitle").text() == "Display and language"
    ready.click("nav_keypad")
    assert ready.find(QWidget, "statusTitle").text() == "Ready to call"
    assert ready.find(QLineEdit, "numberField").text() == "0312"
    assert ready.kit.store.settings.language == "en"


def test_size_changes_at_once_during_a_call(ready: Stage) -> None:
    ready.talk("202", "山田 花子")
    ready.window.show_place("display")
    choose(ready, "ui_scale", "125 %")
    assert ready.find(QAbstractButton, "callBar").isVisible()
    ready.click("nav_keypad")
    assert ready.find(QWidget, "callName").text() == "山田 花子"


def test_dark_changes_the_colours_and_keeps_what_is_typed(ready: Stage) -> None:
    ready.window.show_place("account")
    QTest.keyClicks(ready.find(QLineEdit, "service_code"), "kept")
    ready.kit.phone.settings.change_fields(appearance=Appearance.DARK)
    assert ready.find(QLineEdit, "service_code").text() == "kept"
    assert ready.window.look.theme.colors == DARK
    corner = ready.picture().toImage().pixelColor(2, 2)
    assert corner.name().upper() == DARK.ground


def test_diagnostics_show_figures_and_copy_the_path(ready: Stage) -> None:
    ready.devices()
    ready.window.show_place("diagnostics")
    ready.kit.engine.emit(AudioMeasured(capture_fill_ms=22, playout_fill_ms=31, lateness_p99_ms=0.8))
    assert ready.find(QWidget, "connection_3").text() == "200 OK"
    assert ready.find(QWidget, "audio_0").text() == "内蔵マイク"
    assert ready.find(QWidget, "audio_3").text() == "22 ms / 31 ms"
    ready.click("copyLogFolder")
    assert QGuiApplication.clipboard().text() == "/home/sato/.local/state/softphone/log"


def test_the_keyboard_alone_opens_and_leaves_a_page(ready: Stage) -> None:
    ready.click("nav_settings")
    QTest.keyClick(ready.find(QAbstractButton, "open_about"), Qt.Key.Key_Space)
    assert "GNU General Public License" in " ".join(
        label.text()
        for label in ready.find(QWidget, "aboutPage").findChildren(QWidget)
        if hasattr(label, "text")
    )
    QTest.keyClick(ready.find(QWidget, "aboutPage"), Qt.Key.Key_Escape)
    assert ready.find(QWidget, "pageTitle").text() == "設定一覧"


@pytest.mark.parametrize("language", ["ja", "en"])
def test_every_row_of_the_index_ends_within_the_window(qapp: QApplication, language: str) -> None:
    with staged("settings_index", language=language) as stage:
        stage.settle()
        for row in stage.window.findChildren(RowButton):
            right = row.mapTo(stage.window, row.rect().topRight()).x()
            assert right < stage.window.width(), row.text()
            row.repaint()
            assert row.toolTip() == "", "what is behind a page is said whole"
