"""What cannot be done: nothing raises, the reason stands there in words, and the call stays."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QWidget

from softphone.domain.account import RegistrationState
from softphone.domain.call import CallState
from softphone.domain.provider import FeatureCodes
from softphone.domain.settings import PbxSettings
from softphone.ui.call_actions import CallActions
from tests.helpers.call_scenes import caller, choose, menu
from tests.helpers.gallery import Stage

NOT_OFFERED = "このアカウントのサービスでは、この機能を使えません。"
CHARACTERS = "電話番号に使えない文字があります。数字、*、#、+で入力してください。"
NO_LINE = "通話不可: サーバーに接続できません"
SHEETS = {"transfer": "blindButton", "to_number": "elsewhereButton", "park": "parkButton"}


def actions_of(stage: Stage) -> CallActions:
    found: CallActions = stage.window.findChild(CallActions)
    return found


def features(stage: Stage, codes: FeatureCodes) -> None:
    stage.kit.phone.settings.change_fields(pbx=PbxSettings(feature_codes=codes))


def text(stage: Stage, name: str) -> str:
    return str(stage.find(QWidget, name).text())


@pytest.mark.parametrize("registered", [True, False])
@pytest.mark.parametrize("state", ["ringing", "talking", "gone"])
def test_no_action_raises_whatever_the_call_does(ready: Stage, state: str, registered: bool) -> None:
    """Every name of the table, where the line is there or not and the call rings, is answered or over."""
    actions = actions_of(ready)
    names = tuple(actions._table)
    assert {"answer", "to_voicemail", "park", "transfer", "swap", "leave", "follow"} <= set(names)
    for name in names:
        key = ready.kit.incoming(f"in-{name}", number="202")
        if state == "talking":
            ready.kit.call_state(key, CallState.CONFIRMED)
        if not registered:
            ready.kit.registration(RegistrationState.UNREACHABLE, status_code=503)
        actions.run(name, key if state != "gone" else "nobody")
        assert ready.kit.phone.calls.find(key) is not None  # until the engine says otherwise
        ready.kit.ended(key)
        ready.kit.registered()


@pytest.mark.parametrize("action", ["park", "to_voicemail"])
def test_a_feature_that_went_away_is_told_and_the_call_stays(ready: Stage, action: str) -> None:
    features(ready, FeatureCodes(park="*68", voicemail_box="*99{ext}"))
    key = ready.talk() if action == "park" else caller(ready, "202", "山田 花子")
    ready.settle()
    ready.click("moreButton")
    shown = menu(ready, "moreMenu")
    features(ready, FeatureCodes())  # while the menu is open
    choose(shown, action)
    assert text(ready, "noticeWords") == NOT_OFFERED
    assert ready.kit.phone.calls.find(key) is not None


def test_a_voicemail_code_that_cannot_be_dialled_is_told(ready: Stage) -> None:
    features(ready, FeatureCodes(voicemail_box="留守番"))
    key = caller(ready, "202", "山田 花子")
    actions_of(ready).run("to_voicemail", key)
    assert text(ready, "noticeWords") == CHARACTERS
    call = ready.kit.phone.calls.find(key)
    assert call is not None
    assert call.is_ringing_here


@pytest.mark.parametrize("action", ["transfer", "to_number"])
@pytest.mark.parametrize(
    ("typed", "registered", "why"), [("やまだ", True, CHARACTERS), ("0312345678", False, NO_LINE)]
)
def test_a_number_that_cannot_be_dialled_stays_in_the_sheet(
    ready: Stage, action: str, typed: str, registered: bool, why: str
) -> None:
    key = ready.talk() if action == "transfer" else caller(ready, "202", "山田 花子")
    actions_of(ready).run(action, key)
    if not registered:
        ready.kit.registration(RegistrationState.UNREACHABLE, status_code=503)
    ready.type("sheetNumber", typed)
    ready.click(SHEETS[action])
    assert text(ready, "sheetProblem") == why
    assert text(ready, "sheetNumber") == typed
    assert ready.kit.phone.calls.find(key) is not None


def test_parking_where_it_is_not_offered_any_more_is_told_in_the_sheet(ready: Stage) -> None:
    features(ready, FeatureCodes(park="*68{slot}"))
    key = ready.talk()
    actions_of(ready).run("park", key)
    features(ready, FeatureCodes())
    ready.type("sheetNumber", "1")
    ready.click(SHEETS["park"])
    assert text(ready, "sheetProblem") == NOT_OFFERED
    assert ready.kit.phone.calls.find(key) is not None
