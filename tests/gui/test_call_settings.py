"""発信, 録音, 連携, 機能番号: what is stored, what follows at once, what cannot be used."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, Qt, QUrl, Slot
from PySide6.QtGui import QDesktopServices
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QComboBox, QLineEdit, QWidget

from softphone.domain.commands import Configure, MakeCall, RecordingFormat, RedirectPolicy
from softphone.domain.dial_plan import CallerId
from softphone.domain.dtmf import DtmfMethod
from softphone.domain.settings import HookSettings, RecordingSettings
from softphone.ui.settings.recording_page import RecordingPage
from tests.gui.test_settings import choose, note
from tests.helpers.gallery import Stage, staged, words
from tests.helpers.settings_scenes import enter, set_fields

ROOT = Path(__file__).parents[2]


def examples(stage: Stage) -> list[str]:
    return [stage.find(QWidget, f"dialExample_{place}").accessibleName() for place in range(3)]


def dial(stage: Stage, number: str) -> str:
    """What is called where ``number`` is dialled now."""
    stage.kit.phone.calls.dial(number)
    return stage.kit.engine.sent_of(MakeCall)[-1].uri.removeprefix("sip:").partition("@")[0]


def test_the_examples_follow_and_hold(ready: Stage) -> None:
    ready.window.show_place("outgoing")
    assert examples(ready) == ["201: → 201", "03-1234-5678: → 03-1234-5678", "110: → 110"]
    choose(ready, "outside_prefix", "0+外線番号で発信")
    choose(ready, "extension_digits", "3桁")
    QTest.keyClicks(ready.find(QLineEdit, "site_number"), "20")
    assert examples(ready) == ["201: → 20201", "03-1234-5678: → 0 03-1234-5678", "110: → 110"]
    choose(ready, "caller_id", "通知しない(184)")
    assert examples(ready)[1] == "03-1234-5678: → 0 184 03-1234-5678"
    QTest.keyClick(ready.find(QLineEdit, "site_number"), Qt.Key.Key_Escape)
    plan = ready.kit.store.settings.dialling
    assert (plan.outside_prefix, plan.site_number, plan.extension_digits) == ("0", "20", 3)
    assert plan.caller_id is CallerId.WITHHOLD
    assert [dial(ready, number) for number in ("201", "03-1234-5678")] == ["20201", "01840312345678"]


def test_an_example_says_what_may_not_be_reached(qapp: object) -> None:
    with staged("outgoing_set") as stage:
        assert examples(stage)[2] == "110: → 110(つながらないことがあります)"


def test_a_site_number_is_digits(ready: Stage) -> None:
    ready.window.show_place("outgoing")
    enter(ready, "site_number", "20a")
    assert note(ready, "site_number") == "拠点番号は数字で入力してください。"
    assert ready.kit.store.settings.dialling.site_number == ""
    enter(ready, "site_number", "20")
    assert note(ready, "site_number") == ""
    assert ready.kit.store.settings.dialling.site_number == "20"
    enter(ready, "site_number", "x")
    choose(ready, "extension_digits", "4桁")
    assert ready.kit.store.settings.dialling.site_number == "20"


def test_a_prefix_of_another_kind_stays_in_the_list(ready: Stage) -> None:
    plan = ready.kit.phone.settings.now.dialling
    set_fields(ready, dialling=type(plan)(outside_prefix="9"))
    ready.window.show_place("outgoing")
    assert ready.find(QComboBox, "outside_prefix").currentText() == "9+外線番号で発信"


def test_the_number_one_calls_from(ready: Stage) -> None:
    ready.window.show_place("outgoing")
    assert not ready.window.findChild(QWidget, "identity").isVisible()
    enter(ready, "own_numbers", "03-1234-5678, 0501234567")
    choose(ready, "identity", "0501234567")
    plan = ready.kit.store.settings.dialling
    assert (plan.own_numbers, plan.identity) == (("0312345678", "0501234567"), "0501234567")
    dial(ready, "203")
    assert ready.kit.engine.sent_of(MakeCall)[-1].identity.startswith("sip:0501234567@")
    enter(ready, "own_numbers", "0312345678")
    assert ready.kit.store.settings.dialling.identity == ""
    enter(ready, "own_numbers", "総務")
    assert "使えない文字" in note(ready, "own_numbers")
    assert ready.kit.store.settings.dialling.own_numbers == ("0312345678",)


def test_digits_and_redirections(ready: Stage) -> None:
    ready.window.show_place("outgoing")
    choose(ready, "dtmf", "SIP INFO")
    choose(ready, "redirects", "かけない")
    calls = ready.kit.store.settings.calls
    assert (calls.dtmf, calls.redirects) == (DtmfMethod.INFO, RedirectPolicy.REFUSE)
    assert ready.kit.engine.sent_of(Configure)[-1].follow_redirects is RedirectPolicy.REFUSE


def test_recording_is_taken_at_once(ready: Stage) -> None:
    ready.window.show_place("recording")
    ready.click("automatic")
    ready.click("notice")
    choose(ready, "format", "Opus(小さいファイル)")
    enter(ready, "never", "03-1234-5678, 201")
    assert ready.kit.store.settings.recording == RecordingSettings(
        automatic=True, notice=True, format=RecordingFormat.OPUS, never=("0312345678", "201")
    )
    enter(ready, "never", "山田")
    assert "番号で入力" in note(ready, "never")
    assert ready.kit.store.settings.recording.never == ("0312345678", "201")


def test_a_notice_leads_to_the_page(ready: Stage) -> None:
    set_fields(ready, recording=RecordingSettings(never=("202",)))
    ready.kit.phone.recording.start(ready.talk("202"))
    ready.click("noticeAction")
    assert ready.find(QWidget, "pageTitle").text() == "録音"


class Files(QObject):
    """Takes what would go to the file manager."""

    def __init__(self) -> None:
        super().__init__()
        self.opened: list[str] = []

    @Slot(QUrl)
    def open(self, url: QUrl) -> None:
        self.opened.append(url.toLocalFile())


@pytest.fixture
def files() -> Iterator[Files]:
    files = Files()
    QDesktopServices.setUrlHandler("file", files, "open")
    yield files
    QDesktopServices.unsetUrlHandler("file")


def test_the_folder_is_chosen_opened_and_given_back(ready: Stage, files: Files, tmp_path: Path) -> None:
    asked: list[str] = []
    answers = [str(tmp_path), ""]

    def ask(parent: QWidget, title: str, folder: str) -> str:
        asked.append(folder)
        return answers.pop(0)

    page = RecordingPage(ready.window.look, ready.kit.phone, ask)
    page.opened()
    press = {b.objectName(): b for b in page.findChildren(QAbstractButton)}
    press["openFolder"].click()
    assert page.findChild(QWidget, "folder_note").text() == "まだ録音がありません。"
    assert files.opened == []
    press["chooseFolder"].click()
    assert ready.kit.store.settings.recording.folder == str(tmp_path)
    assert page.findChild(QWidget, "recordingFolder").accessibleName() == str(tmp_path)
    press["openFolder"].click()
    assert files.opened == [str(tmp_path)]
    press["chooseFolder"].click()  # and nothing was chosen
    assert asked == ["/home/sato/録音", str(tmp_path)]
    assert ready.kit.store.settings.recording.folder == str(tmp_path)
    press["defaultFolder"].click()
    assert ready.kit.store.settings.recording.folder == ""
    page.deleteLater()


def test_where_recording_is_not_allowed_nothing_can_be_used(qapp: object) -> None:
    with staged("recording_not_allowed") as stage:
        assert stage.find(QWidget, "pageBanner").text() == "録音は管理者の設定により使えません。"
        names = ("automatic", "notice", "chooseFolder", "openFolder", "format", "never")
        assert [name for name in names if stage.find(QWidget, name).isEnabled()] == []


def test_hooks_are_stored_as_typed(qapp: object) -> None:
    with staged("hooks") as stage:
        enter(stage, "on_missed", '"C:/Program Files/crm.exe" --missed')
        assert stage.kit.store.settings.hooks == HookSettings(
            on_ring="/home/sato/bin/着信.sh --log", on_missed='"C:/Program Files/crm.exe" --missed'
        )
        shown = [stage.find(QWidget, f"variable_{place}").accessibleName() for place in range(6)]
        assert shown[1] == "SOFTPHONE_NUMBER: 相手の番号(非通知は空)"


def test_an_open_quote_is_marked_and_stays_to_be_mended(qapp: object) -> None:
    with staged("hooks_problem") as stage:
        assert note(stage, "on_missed") == "不在着信になったときの引用符が閉じられていません。"
        assert stage.kit.store.settings.hooks == HookSettings()
        stage.click("nav_keypad")
        stage.window.show_place("hooks")
        assert stage.find(QLineEdit, "on_missed").text().endswith("--missed")


def test_a_notice_leads_to_the_hooks(qapp: object) -> None:
    with staged("hooks") as stage:
        set_fields(stage, hooks=HookSettings(on_ring='"open'))
        stage.click("nav_keypad")
        stage.kit.incoming()
        stage.click("noticeAction")
        assert stage.find(QWidget, "pageTitle").text() == "連携"


def test_where_hooks_are_not_allowed_nothing_can_be_typed(qapp: object) -> None:
    with staged("hooks_not_allowed") as stage:
        assert stage.find(QWidget, "pageBanner").text() == "連携は管理者の設定により使えません。"
        names = HookSettings.__struct_fields__
        assert [name for name in names if stage.find(QWidget, name).isEnabled()] == []


def test_a_code_of_ones_own_is_dialled_in_the_providers_place(qapp: object) -> None:
    with staged("codes") as stage:
        assert stage.find(QLineEdit, "group_pickup").placeholderText() == "サービスの番号 *8"
        enter(stage, "group_pickup", "＊７０")
        assert stage.kit.store.settings.pbx.feature_codes.group_pickup == "*70"
        stage.kit.phone.features.group_pickup()
        assert stage.kit.engine.sent_of(MakeCall)[-1].uri.startswith("sip:*70@")


def test_a_code_without_its_place_is_told(qapp: object) -> None:
    with staged("codes") as stage:
        enter(stage, "pickup", "*12")
        assert note(stage, "pickup") == "番号の入る場所に{ext}と入力してください。"
        enter(stage, "pickup", "*12代")
        assert "使えない文字" in note(stage, "pickup")
        assert stage.kit.store.settings.pbx.feature_codes.pickup == ""
        enter(stage, "pickup", "*12{ext}")
        assert stage.kit.store.settings.pbx.feature_codes.pickup == "*12{ext}"


def test_every_notice_with_a_button_has_a_page(ready: Stage) -> None:
    used = {
        action
        for source in (ROOT / "softphone" / "app").glob("*.py")
        for action in re.findall(
            r'Notice\([^\n]*"(?:warning|error)", "([a-z]+)"\)', source.read_text("utf-8")
        )
    }
    assert {"account", "audio", "absence", "recording", "hooks"} <= used
    for action in sorted(used):
        assert words("ja").has(f"notice_bar.{action}")
        ready.window.show_place(action)
        assert ready.find(QWidget, "pageTitle").text() != "設定一覧"
