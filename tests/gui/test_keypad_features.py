"""The keypad's banner, the keys of the PBX, and the warning before a number is called."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLineEdit, QMenu, QWidget

from softphone.domain.account import RegistrationState
from softphone.domain.commands import MakeCall
from softphone.domain.provider import FeatureCodes
from softphone.domain.settings import CallSettings, PbxSettings
from tests.gui.test_settings import choose
from tests.helpers.call_scenes import choose as choose_entry
from tests.helpers.call_scenes import menu
from tests.helpers.gallery import Stage, staged
from tests.helpers.settings_scenes import ABSENCE, messages, set_fields

KEYS = ("feature_pickup", "feature_retrieve", "feature_voicemail", "feature_dnd", "featureMore")


@pytest.fixture
def pbx(qapp: object) -> Iterator[Stage]:
    """A keypad whose provider has codes; three messages wait."""
    with staged("keypad_features") as stage:
        yield stage


def key(stage: Stage, name: str) -> QAbstractButton:
    button: QAbstractButton = stage.window.findChild(QAbstractButton, name)
    return button


def shown(stage: Stage) -> list[str]:
    return [name for name in KEYS if key(stage, name).isVisible()]


def dialled(stage: Stage) -> list[str]:
    uris = [command.uri for command in stage.kit.engine.sent_of(MakeCall)]
    return [uri.removeprefix("sip:").partition("@")[0] for uri in uris]


def problem(stage: Stage) -> str:
    return str(stage.find(QWidget, "dialProblem").text())


def test_only_what_the_provider_offers_has_a_key(ready: Stage) -> None:
    assert shown(ready) == ["feature_dnd"]
    set_fields(ready, pbx=PbxSettings(feature_codes=FeatureCodes(group_pickup="*8", voicemail="*98")))
    ready.settle()
    assert shown(ready) == ["feature_pickup", "feature_voicemail", "feature_dnd"]


def test_pickup_takes_the_typed_extension_or_the_group(pbx: Stage) -> None:
    assert shown(pbx) == list(KEYS)
    pbx.type("numberField", "203")
    pbx.click("feature_pickup")
    assert dialled(pbx) == ["*8203"]
    assert pbx.window.findChild(QLineEdit, "numberField").text() == ""


def test_group_pickup_by_the_keyboard(pbx: Stage) -> None:
    key(pbx, "feature_pickup").setFocus()
    QTest.keyClick(key(pbx, "feature_pickup"), Qt.Key.Key_Space)
    assert dialled(pbx) == ["*8"]


@pytest.mark.parametrize("name", ["feature_dnd", "liftAbsence"])
def test_enter_on_a_button_above_the_number_does_what_it_says(qapp: object, name: str) -> None:
    with staged("keypad_refusing") as stage:
        stage.type("numberField", "203")
        key(stage, name).setFocus()
        QTest.keyClick(key(stage, name), Qt.Key.Key_Return)
        assert not stage.kit.store.settings.calls.do_not_disturb
        assert dialled(stage) == []


def test_pickup_without_a_group_asks_for_the_number(ready: Stage) -> None:
    set_fields(ready, pbx=PbxSettings(feature_codes=FeatureCodes(pickup="*12{ext}")))
    ready.click("feature_pickup")
    assert problem(ready) == "代わりに出る内線番号を入力してください。"
    assert dialled(ready) == []


def test_a_parked_call_is_taken_by_its_number(pbx: Stage) -> None:
    pbx.click("feature_retrieve")
    assert problem(pbx) == "パーク番号を入力してください。"
    assert dialled(pbx) == []
    pbx.type("numberField", "71")
    pbx.click("feature_retrieve")
    assert dialled(pbx) == ["*6971"]


def test_new_messages_are_counted_and_heard(pbx: Stage) -> None:
    voicemail = key(pbx, "feature_voicemail")
    assert voicemail.accessibleName() == "留守番電話を聞く(新しい伝言 3件)"
    with_three = voicemail.grab().toImage()
    messages(pbx, 0)
    assert voicemail.accessibleName() == "留守番電話を聞く"
    assert voicemail.grab().toImage() != with_three
    voicemail.click()
    assert dialled(pbx) == ["*98"]


def test_refusing_is_switched_and_told(pbx: Stage) -> None:
    pbx.click("feature_dnd")
    assert pbx.kit.store.settings.calls.do_not_disturb
    assert key(pbx, "feature_dnd").text() == "拒否中"
    assert "着信拒否中です" in pbx.find(QWidget, "absenceWords").text()
    pbx.click("liftAbsence")
    assert not pbx.kit.store.settings.calls.do_not_disturb
    assert not pbx.window.findChild(QWidget, "absenceBanner").isVisible()


def test_the_banner_lifts_refusing_and_absence_together(ready: Stage) -> None:
    set_fields(ready, absence=ABSENCE, calls=CallSettings(do_not_disturb=True))
    words = ready.find(QWidget, "absenceWords").text()
    assert "着信拒否中です" in words
    assert "15秒間応答しない着信は 090-1234-5678, 203 を呼び出します" in words
    assert ready.find(QWidget, "absenceBanner").accessibleName() == words
    ready.click("liftAbsence")
    settings = ready.kit.store.settings
    assert (settings.absence.active, settings.calls.do_not_disturb) == (False, False)
    assert settings.absence.rules == ABSENCE.rules


def test_the_banner_is_one_line_where_the_keys_need_the_room(ready: Stage) -> None:
    set_fields(ready, absence=ABSENCE)
    ready.settle()
    full = ready.find(QWidget, "absenceWords").text()
    tall = ready.find(QWidget, "absenceBanner").height()
    ready.window.resize(380, 520)
    ready.settle()
    assert ready.find(QWidget, "absenceLine").text() == full
    assert ready.find(QWidget, "absenceBanner").height() < tall
    ready.window.resize(380, 680)
    ready.settle()
    assert ready.find(QWidget, "absenceWords").text() == full


def test_the_menu_has_the_hunt_groups(pbx: Stage) -> None:
    pbx.click("featureMore")
    entries = [action.objectName() for action in menu(pbx, "featureMenu").actions()]
    assert entries == ["hunt_login", "hunt_logout", "web_page"]
    choose_entry(menu(pbx, "featureMenu"), "hunt_logout")
    assert dialled(pbx) == ["*51"]


def test_what_has_no_room_is_in_the_menu(pbx: Stage) -> None:
    pbx.window.resize(320, 600)
    pbx.settle()
    assert shown(pbx) != list(KEYS)
    row = pbx.find(QWidget, "featureRow")
    assert all(key(pbx, name).geometry().right() < row.width() for name in shown(pbx))
    pbx.click("featureMore")
    opened: QMenu = menu(pbx, "featureMenu")
    names = [action.objectName() for action in opened.actions()]
    assert {name.removeprefix("feature_") for name in KEYS[:4]} - {
        name.removeprefix("feature_") for name in shown(pbx)
    } <= set(names)
    choose_entry(opened, "dnd")
    assert pbx.kit.store.settings.calls.do_not_disturb


def test_what_cannot_be_done_is_told_in_place(pbx: Stage) -> None:
    pbx.kit.registration(RegistrationState.UNREACHABLE)
    pbx.click("feature_voicemail")
    assert problem(pbx) == "通話不可: サーバーに接続できません"


def test_a_number_the_line_may_not_reach_is_told_first_and_called_on_the_second_press(pbx: Stage) -> None:
    pbx.type("numberField", "110")
    pbx.click("callButton")
    assert problem(pbx).startswith("この回線からは 110 につながらないことがあります。")
    assert pbx.find(QWidget, "dialHint").text() == "発信するには、もう一度「IP電話」を押してください。"
    assert dialled(pbx) == []
    pbx.click("callButton")
    assert dialled(pbx) == ["110"]


def test_another_number_is_warned_of_anew(pbx: Stage) -> None:
    pbx.type("numberField", "110")
    pbx.click("callButton")
    pbx.type("numberField", "0570-012345")
    pbx.click("callButton")
    assert "0570012345 は、この回線からつながらないことがあります" in problem(pbx)
    pbx.type("numberField", "110")
    pbx.click("callButton")
    assert dialled(pbx) == []


def test_a_number_without_warning_is_called_at_once(pbx: Stage) -> None:
    pbx.type("numberField", "119")
    pbx.click("callButton")
    assert dialled(pbx) == ["119"]


def test_the_words_follow_the_language(pbx: Stage) -> None:
    set_fields(pbx, calls=CallSettings(do_not_disturb=True))
    pbx.window.show_place("display")
    choose(pbx, "language", "English")
    pbx.click("nav_keypad")
    assert key(pbx, "feature_dnd").accessibleName() == "Turn do not disturb off"
    assert pbx.find(QWidget, "absenceWords").text() == "Do not disturb is on. Callers hear that you are busy."
