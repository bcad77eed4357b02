"""着信と不在時動作: what is stored, what the server is told, what is marked and where."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLabel, QLineEdit, QWidget

from softphone.domain.account import RegistrationState
from softphone.domain.commands import Configure, MakeCall
from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceRule,
    AbsenceSettings,
    ReachNumber,
    Schedule,
)
from softphone.domain.settings import AutoAnswer
from tests.gui.test_every_screen import clipped
from tests.gui.test_settings import choose, note
from tests.helpers.gallery import Stage, staged
from tests.helpers.settings_scenes import ABSENCE, FORWARDED, enter, set_fields


def stored(stage: Stage) -> AbsenceSettings:
    return stage.kit.store.settings.absence


def shown(stage: Stage, name: str) -> bool:
    return bool(stage.window.findChild(QWidget, name).isVisible())


def dialled(stage: Stage) -> list[str]:
    uris = [command.uri for command in stage.kit.engine.sent_of(MakeCall)]
    return [uri.removeprefix("sip:").partition("@")[0] for uri in uris]


@pytest.fixture
def pbx(qapp: object) -> Iterator[Stage]:
    """A window whose provider has codes, at the page 着信と不在時動作."""
    with staged("incoming_all_on") as stage:
        yield stage


def test_a_forward_is_typed_and_saved(ready: Stage) -> None:
    ready.window.show_place("absence")
    assert not shown(ready, "unconditional_number")
    choose(ready, "unconditional_action", "転送")
    ready.type("unconditional_number", "０９０-1234-5678")
    ready.click("saveButton")
    assert stored(ready).active
    assert stored(ready).rules == (FORWARDED,)
    assert ready.find(QWidget, "pageTitle").text() == "着信と不在時動作"
    assert "090-1234-5678 に転送します" in ready.find(QWidget, "absenceSummary").text()
    assert dialled(ready) == []


def test_single_number_reach_with_its_seconds(ready: Stage) -> None:
    ready.window.show_place("absence")
    assert not shown(ready, "reach_1")
    choose(ready, "no_answer_action", "シングルナンバーリーチ")
    for name, text in (
        ("no_answer_seconds", "15"),
        ("reach_1", "090-1234-5678"),
        ("reach_1_end", "25"),
        ("reach_2", "203"),
        ("reach_2_start", "10"),
    ):
        ready.type(name, text)
    ready.click("saveButton")
    assert stored(ready).rules == (
        AbsenceRule(kind=Absence.NO_ANSWER, action=AbsenceAction.REACH, after_s=15),
    )
    assert stored(ready).reach == (
        ReachNumber(number="090-1234-5678", start_s=0, end_s=25),
        ReachNumber(number="203", start_s=10, end_s=30),
    )


def test_days_hours_and_callers(ready: Stage) -> None:
    set_fields(ready, absence=AbsenceSettings(rules=(FORWARDED,)))
    ready.window.show_place("absence")
    ready.click("detailsButton")
    assert not shown(ready, "from_time")
    ready.click("day_0")
    ready.click("day_4")
    ready.type("from_time", "18:00")
    ready.type("until_time", "9：00")
    ready.type("callers", "03*, 201")
    ready.click("anonymous_callers")
    ready.click("saveButton")
    assert stored(ready).schedule == Schedule(weekdays=(0, 4), from_min=18 * 60, until_min=9 * 60)
    assert stored(ready).callers == ("03*", "201")
    assert not stored(ready).anonymous_callers


def test_every_problem_is_marked_and_nothing_is_stored(ready: Stage) -> None:
    ready.window.show_place("absence")
    choose(ready, "unconditional_action", "転送")
    choose(ready, "busy_action", "留守番電話")
    choose(ready, "no_answer_action", "シングルナンバーリーチ")
    ready.type("no_answer_seconds", "ten")
    ready.click("detailsButton")
    ready.click("day_6")
    ready.type("from_time", "25:00")
    ready.type("callers", "山田")
    ready.click("saveButton")
    assert note(ready, "unconditional_number") == "転送先電話番号を入力してください。"
    assert "留守番電話の番号が分かりません" in note(ready, "busy_box")
    assert "0〜3600" in note(ready, "no_answer_seconds")
    assert note(ready, "reach_1") == "接続先番号1を入力してください。"
    assert "曜日と時刻" in note(ready, "schedule")
    assert "番号で入力" in note(ready, "callers")
    assert ready.find(QLineEdit, "unconditional_number").hasFocus()
    assert stored(ready) == AbsenceSettings()
    QTest.keyClicks(ready.find(QLineEdit, "unconditional_number"), "2")
    assert note(ready, "unconditional_number") == ""


def test_a_forwards_number_is_not_the_voicemails(ready: Stage) -> None:
    ready.window.show_place("absence")
    choose(ready, "busy_action", "転送")
    ready.type("busy_number", "203")
    choose(ready, "busy_action", "留守番電話")
    assert ready.find(QLineEdit, "busy_box").text() == ""
    ready.type("busy_box", "*98")
    ready.click("saveButton")
    assert stored(ready).rules == (
        AbsenceRule(kind=Absence.BUSY, action=AbsenceAction.VOICEMAIL, number="*98"),
    )


def test_a_fold_opens_for_a_problem_in_it(ready: Stage) -> None:
    ready.window.show_place("absence")
    ready.click("detailsButton")
    ready.type("callers", "山田")
    ready.click("detailsButton")
    ready.click("saveButton")
    assert ready.find(QLineEdit, "callers").isVisible()


def test_what_is_typed_survives_another_page(ready: Stage) -> None:
    ready.window.show_place("absence")
    choose(ready, "unconditional_action", "転送")
    QTest.keyClicks(ready.find(QLineEdit, "unconditional_number"), "203")
    ready.click("nav_keypad")
    ready.window.show_place("absence")
    assert ready.find(QLineEdit, "unconditional_number").text() == "203"
    assert stored(ready) == AbsenceSettings()


def test_what_is_set_elsewhere_is_shown_where_nothing_is_typed(ready: Stage) -> None:
    ready.window.show_place("absence")
    ready.kit.phone.forwarding.save(AbsenceSettings(active=True, rules=(FORWARDED,)))
    assert ready.find(QLineEdit, "unconditional_number").text() == "090-1234-5678"
    QTest.keyClicks(ready.find(QLineEdit, "unconditional_number"), "9")
    ready.kit.phone.forwarding.set_active(False)
    assert ready.find(QLineEdit, "unconditional_number").text() == "090-1234-56789"


def test_a_stored_number_that_cannot_be_called_is_marked_when_the_page_opens(ready: Stage) -> None:
    rule = AbsenceRule(kind=Absence.BUSY, action=AbsenceAction.FORWARD, number="110")
    set_fields(ready, absence=AbsenceSettings(active=True, rules=(rule,)))
    ready.window.show_place("absence")
    assert "110番" in note(ready, "busy_number")


def test_the_server_is_told_by_its_codes(pbx: Stage) -> None:
    set_fields(pbx, absence=AbsenceSettings())
    pbx.window.show_place("absence")
    assert not shown(pbx, "unreachable_action")
    pbx.click("absence_on_server")
    combo: QComboBox = pbx.find(QComboBox, "busy_action")
    assert [combo.itemText(place) for place in range(combo.count())] == ["何もしない", "転送", "留守番電話"]
    choose(pbx, "unreachable_action", "転送")
    pbx.type("unreachable_number", "203")
    pbx.click("saveButton")
    assert dialled(pbx) == ["*94203"]
    assert stored(pbx).on_server


def test_without_codes_the_server_is_not_offered(ready: Stage) -> None:
    ready.window.show_place("absence")
    assert not shown(ready, "absence_on_server")
    assert not shown(ready, "unreachable_action")


def test_a_kind_the_server_cannot_be_told_of_says_so(pbx: Stage) -> None:
    set_fields(pbx, absence=AbsenceSettings())
    pbx.window.show_place("absence")
    pbx.click("absence_on_server")
    choose(pbx, "no_answer_action", "留守番電話")
    pbx.click("saveButton")
    assert "番号が分かりません" in note(pbx, "no_answer")
    assert not stored(pbx).on_server


def test_the_switch_on_the_page_before_it(ready: Stage) -> None:
    set_fields(ready, absence=ABSENCE)
    ready.window.show_place("incoming")
    ready.click("absence")
    assert not stored(ready).active
    assert stored(ready).rules == ABSENCE.rules


def test_the_switch_leads_on_where_nothing_is_set(ready: Stage) -> None:
    ready.window.show_place("incoming")
    ready.click("absence")
    assert ready.find(QWidget, "pageTitle").text() == "不在時動作"
    assert ready.find(QAbstractButton, "absence_active").isChecked()
    assert not stored(ready).active


def test_the_switch_leads_to_what_is_wrong(ready: Stage) -> None:
    rule = AbsenceRule(kind=Absence.BUSY, action=AbsenceAction.FORWARD, number="110")
    set_fields(ready, absence=AbsenceSettings(rules=(rule,)))
    ready.window.show_place("incoming")
    ready.click("absence")
    assert "110番" in note(ready, "busy_number")
    assert not stored(ready).active


def test_a_longer_summary_is_given_its_room(ready: Stage) -> None:
    ready.window.show_place("incoming")
    ready.settle()
    set_fields(ready, absence=ABSENCE)
    ready.settle()
    summary = ready.find(QLabel, "absenceSummary")
    assert summary.heightForWidth(summary.width()) <= summary.height()
    assert clipped(ready.find(QWidget, "incomingPage")) == []


def test_refusing_and_how_many_calls(ready: Stage) -> None:
    ready.window.show_place("incoming")
    ready.click("do_not_disturb")
    choose(ready, "max_calls", "2件")
    ready.click("accept_transfers")
    calls = ready.kit.store.settings.calls
    assert (calls.do_not_disturb, calls.max_calls, calls.accept_transfers) == (True, 2, False)
    sent = ready.kit.engine.sent_of(Configure)[-1]
    assert (sent.max_calls, sent.accept_transfers) == (2, False)
    ready.kit.phone.forwarding.set_do_not_disturb(False)
    assert not ready.find(QAbstractButton, "do_not_disturb").isChecked()


def test_automatic_answer(ready: Stage) -> None:
    ready.window.show_place("incoming")
    assert not shown(ready, "answer_after")
    ready.click("auto_answer")
    ready.click("on_request")
    enter(ready, "answer_after", "5")
    enter(ready, "answer_callers", "03-1234*、201")
    wanted = AutoAnswer(active=True, after_s=5, on_request=True, callers=("031234*", "201"))
    assert ready.kit.store.settings.calls.auto_answer == wanted
    enter(ready, "answer_after", "soon")
    assert "0〜3600" in note(ready, "answer_after")
    assert ready.kit.store.settings.calls.auto_answer == wanted


def test_leaving_the_page_takes_what_is_typed(ready: Stage) -> None:
    ready.window.show_place("incoming")
    ready.click("auto_answer")
    line = ready.find(QLineEdit, "answer_after")
    line.clear()
    QTest.keyClicks(line, "7")
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert ready.find(QWidget, "pageTitle").text() == "設定一覧"
    assert ready.kit.store.settings.calls.auto_answer.after_s == 7


class Browser(QObject):
    """Takes what would go to a browser."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toString())


@pytest.fixture
def browser() -> Iterator[Browser]:
    browser = Browser()
    QDesktopServices.setUrlHandler("https", browser, "open")
    yield browser
    QDesktopServices.unsetUrlHandler("https")


def test_the_web_page_of_the_provider_and_of_ones_own(pbx: Stage, browser: Browser) -> None:
    pbx.click("openWebPage")
    assert browser.opened == ["https://pbx.example.jp/settings"]
    enter(pbx, "web_page", "file:///etc/passwd")
    assert "https://" in note(pbx, "web_page")
    enter(pbx, "web_page", "https://01234abc.example.jp/user")
    pbx.click("openWebPage")
    assert browser.opened[1:] == ["https://01234abc.example.jp/user"]


def test_without_an_address_the_entry_says_why_it_cannot_be_used(ready: Stage) -> None:
    ready.window.show_place("incoming")
    assert not ready.find(QAbstractButton, "openWebPage").isEnabled()
    assert "アドレスが登録されていません" in ready.find(QWidget, "noWebPage").text()


def test_escape_goes_back_one_page(ready: Stage) -> None:
    ready.window.show_place("incoming")
    ready.click("openAbsence")
    QTest.keyClick(ready.find(QWidget, "absencePage"), Qt.Key.Key_Escape)
    assert ready.find(QWidget, "pageTitle").text() == "着信と不在時動作"
    ready.find(QWidget, "incomingPage").findChild(QAbstractButton, "backButton").click()
    assert ready.find(QWidget, "pageTitle").text() == "設定一覧"


def test_a_notice_of_the_server_leads_to_the_absence_page(qapp: object) -> None:
    with staged("absence_on_server") as stage:
        stage.click("nav_keypad")
        stage.kit.registration(RegistrationState.UNREACHABLE)
        stage.kit.phone.forwarding.set_active(False)
        assert "サーバーに設定できませんでした" in stage.find(QWidget, "noticeWords").text()
        stage.click("noticeAction")
        assert stage.find(QWidget, "pageTitle").text() == "不在時動作"
