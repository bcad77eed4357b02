"""The window as a whole: notices, closing."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QWidget

from softphone.domain.events import AudioFailed, AudioRouteChanged, EngineRestarted
from softphone.ui.main_window import MainWindow
from tests.helpers.fakes import ACCOUNT, fake_phone
from tests.helpers.gallery import RESOURCES, Stage, words


def answer_quit_dialog(name: str) -> None:
    """Press a button of the dialog as soon as it is there."""

    def press() -> None:
        dialog = QApplication.activeModalWidget()
        assert dialog is not None
        dialog.findChild(QAbstractButton, name).click()

    QTimer.singleShot(0, press)


def test_notices_wait_in_line(ready: Stage) -> None:
    ready.kit.engine.emit(
        AudioRouteChanged(role="output", wanted="A", used="B", fallback=True),
        AudioFailed(code="no_input"),
        AudioFailed(code="no_input"),
    )
    assert ready.find(QWidget, "noticeWords").text() == "スピーカー「A」が見つからないため、「B」を使います。"
    assert ready.find(QWidget, "noticeMore").text() == "ほか 1 件"
    ready.click("noticeDismiss")
    assert "マイクが見つかりません" in ready.find(QWidget, "noticeWords").text()
    ready.click("noticeAction")
    assert ready.find(QWidget, "pageTitle").text() == "音声"
    assert not ready.window.findChild(QWidget, "noticeBar").isVisible()


def test_a_notice_without_a_page_has_no_button(ready: Stage) -> None:
    ready.kit.engine.emit(EngineRestarted(pid=1, after_s=0.8))
    assert ready.find(QWidget, "noticeWords").text() == "電話の処理が復旧しました。"
    assert not ready.window.findChild(QWidget, "noticeAction").isVisible()


def test_notices_stay_when_the_language_changes(ready: Stage) -> None:
    ready.kit.engine.emit(EngineRestarted(pid=1, after_s=0.8))
    ready.kit.phone.settings.change_fields(language="en")
    ready.settle()
    assert ready.find(QWidget, "noticeWords").text() == "The phone's engine is back."


def test_the_language_of_this_run_holds_against_the_stored_one(qapp: object) -> None:
    kit = fake_phone(account=ACCOUNT, password="secret")
    window = MainWindow(kit.phone, words, "en", RESOURCES)
    kit.phone.start()
    kit.phone.settings.change_fields(last_dialled="117")
    assert window.findChild(QLabel, "statusTitle").text() == "Connecting"
    window.close()


def test_closing_asks_while_one_talks(ready: Stage) -> None:
    ready.talk()
    answer_quit_dialog("quitStay")
    assert not ready.window.close()
    assert ready.window.isVisible()
    answer_quit_dialog("quitLeave")
    assert ready.window.close()


def test_closing_without_a_call_asks_nothing(ready: Stage) -> None:
    assert ready.window.close()
    ready.kit.registered()  # nobody listens any more, nothing breaks
    assert not ready.window.isVisible()
