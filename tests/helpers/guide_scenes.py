"""Scenes of the gallery: the guide of the first start, and the help."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QApplication, QLineEdit, QPlainTextEdit

from softphone.domain.account import RegistrationCause, RegistrationState
from softphone.domain.call import CallState, TerminatedReason
from softphone.domain.commands import MakeCall
from softphone.domain.events import LevelsMeasured, QualityMeasured
from softphone.domain.media import Quality
from softphone.domain.provider import FeatureCodes, ProviderProfile
from tests.helpers.settings_scenes import PHONE_OPTIONS

if TYPE_CHECKING:
    from tests.helpers.gallery import Stage

SHEET = {
    "ja": """ご利用内容のご案内
拠点番号:20  端末番号:201
端末ID:ａｂｃｄｅ２０２０１
パスワード:Xy12-34Zq
内線サーバアドレス:01234abc.example.jp
""",
    "en": """Your telephone account
Extension: 201
Device ID: abcde20201
Password: Xy12-34Zq
SIP server: 01234abc.example.jp
""",
}
ECHO = ProviderProfile(
    key="echo", name_ja="試験", name_en="Test", server_patterns=("*.example.jp",), test_number="9196"
)
VOICEMAIL = ProviderProfile(
    key="voicemail",
    name_ja="会社のPBX",
    name_en="The office's PBX",
    server_patterns=("*.example.jp",),
    feature_codes=FeatureCodes(voicemail="*98"),
)
FRESH = (
    "guide_account",
    "guide_account_found",
    "guide_account_nonsense",
    "guide_account_check",
    "guide_account_wrong",
    "guide_account_registered",
)
SCENES: dict[str, Callable[[Any], object]] = {}


def scene(**phone_options: object) -> Callable[[Callable[[Stage], object]], Callable[[Stage], object]]:
    """Enter a scene under its function's name."""

    def enter(action: Callable[[Stage], object]) -> Callable[[Stage], object]:
        SCENES[action.__name__] = action
        PHONE_OPTIONS[action.__name__] = phone_options
        return action

    return enter


def paste(stage: Stage, text: str) -> None:
    """Put the sheet of paper in."""
    edit: QPlainTextEdit = stage.find(QPlainTextEdit, "sheetEdit")
    edit.setPlainText(text)


def go_to(stage: Stage, step: str) -> None:
    """The guide of a registered phone, at a step."""
    stage.kit.registered()
    stage.window.show_place("guide")
    clicks = ("guidePrimary", "guidePrimary", "guideSkip", "guideSkip")
    for button in clicks[: {"account": 0, "check": 1, "sound": 2, "call": 3, "done": 4}[step]]:
        stage.click(button)


def levels(stage: Stage, dbfs: float, count: int) -> None:
    """The microphone is at this level ``count`` tenths of a second."""
    stage.kit.engine.emit(*[LevelsMeasured(input_dbfs=dbfs, output_dbfs=-90.0)] * count)


def open_help(stage: Stage) -> None:
    """F1."""
    stage.window.findChild(QAction, "helpAction").trigger()
    stage.shown = next(w for w in QApplication.topLevelWidgets() if w.objectName() == "helpWindow")


def talk_to_oneself(stage: Stage) -> str:
    """The test call was answered; its key."""
    stage.click("guidePrimary")
    key = stage.kit.engine.sent_of(MakeCall)[-1].key
    stage.kit.outgoing(key)
    stage.kit.call_state(key, CallState.CONFIRMED)
    stage.media(key)
    quality = Quality(codec="G722", fraction_lost=0.0, jitter_ms=4, rtt_ms=20, mos=4.3)
    stage.kit.engine.emit(QualityMeasured(key=key, quality=quality))
    return key


@scene()
def guide_account(stage: Stage) -> None:
    stage.window.show_place("guide")


@scene()
def guide_account_found(stage: Stage) -> None:
    stage.window.show_place("guide")
    paste(stage, SHEET[stage.text.language])


@scene()
def guide_account_nonsense(stage: Stage) -> None:
    stage.window.show_place("guide")
    paste(stage, '{"username": ')


@scene()
def guide_account_check(stage: Stage) -> None:
    guide_account_found(stage)
    stage.click("guidePrimary")
    stage.click("password_eye")


@scene()
def guide_account_wrong(stage: Stage) -> None:
    guide_account_found(stage)
    stage.click("guidePrimary")
    stage.click("guidePrimary")
    stage.kit.registration(RegistrationState.AUTH_FAILED, RegistrationCause.CREDENTIALS, status_code=403)


@scene()
def guide_account_registered(stage: Stage) -> None:
    guide_account_found(stage)
    stage.click("guidePrimary")
    stage.click("guidePrimary")
    stage.kit.registered()


@scene()
def guide_sound(stage: Stage) -> None:
    go_to(stage, "sound")
    stage.devices()
    levels(stage, -18.0, 3)


@scene()
def guide_sound_silent(stage: Stage) -> None:
    go_to(stage, "sound")
    stage.devices()
    levels(stage, -90.0, 60)


@scene(profiles=(ECHO,))
def guide_call(stage: Stage) -> None:
    go_to(stage, "call")


@scene(profiles=(ECHO,))
def guide_call_talking(stage: Stage) -> None:
    go_to(stage, "call")
    talk_to_oneself(stage)


@scene(profiles=(ECHO,))
def guide_call_passed(stage: Stage) -> None:
    go_to(stage, "call")
    key = talk_to_oneself(stage)
    stage.kit.call_state(key, CallState.TERMINATED, reason=TerminatedReason.LOCAL_BYE)


@scene(profiles=(VOICEMAIL,))
def guide_call_voicemail(stage: Stage) -> None:
    go_to(stage, "call")


@scene()
def guide_call_none(stage: Stage) -> None:
    go_to(stage, "call")


@scene()
def guide_done(stage: Stage) -> None:
    go_to(stage, "call")
    stage.click("guidePrimary")


@scene()
def help_page(stage: Stage) -> None:
    stage.kit.registered()
    open_help(stage)


@scene()
def help_search(stage: Stage) -> None:
    stage.kit.registered()
    open_help(stage)
    field: QLineEdit = stage.shown.findChild(QLineEdit, "helpSearch")
    field.setText({"ja": "転送", "en": "transfer"}[stage.text.language])


@scene()
def help_nothing(stage: Stage) -> None:
    stage.kit.registered()
    open_help(stage)
    field: QLineEdit = stage.shown.findChild(QLineEdit, "helpSearch")
    field.setText("xyzzy")


@scene(profiles=(ECHO,))
def guide_undone(stage: Stage) -> None:
    go_to(stage, "done")
    stage.kit.registration(RegistrationState.UNREACHABLE, RegistrationCause.TIMEOUT)
