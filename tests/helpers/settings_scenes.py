"""Scenes of the gallery with the settings of calls: absence, outgoing calls, recording, hooks, codes."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from msgspec.structs import replace
from PySide6.QtWidgets import QLineEdit

from softphone.domain.account import MAIN_ACCOUNT
from softphone.domain.dial_plan import DialPlan
from softphone.domain.events import MessageSummaryChanged
from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceRule,
    AbsenceSettings,
    ReachNumber,
    Schedule,
)
from softphone.domain.message_summary import MessageSummary
from softphone.domain.policy import MOST_RESTRICTED
from softphone.domain.provider import FeatureCodes, ProviderProfile
from softphone.domain.settings import AutoAnswer, CallSettings, HookSettings, RecordingSettings
from tests.helpers.call_scenes import menu
from tests.helpers.fakes import FakePrograms

if TYPE_CHECKING:
    from tests.helpers.gallery import Stage

PBX = ProviderProfile(
    key="pbx",
    name_ja="会社のPBX",
    name_en="The office's PBX",
    server_patterns=("*.example.jp",),
    web_page="https://pbx.example.jp/settings",
    blocked_numbers=("110", "0570*"),
    feature_codes=FeatureCodes(
        pickup="*8{ext}",
        group_pickup="*8",
        park="*68{slot}",
        retrieve="*69{slot}",
        voicemail="*98",
        voicemail_box="*99{ext}",
        hunt_login="*50",
        hunt_logout="*51",
        forward_unconditional_on="*72{number}",
        forward_unconditional_off="*73",
        forward_busy_on="*90{number}",
        forward_busy_off="*91",
        forward_unreachable_on="*94{number}",
        forward_unreachable_off="*95",
    ),
)
FORWARDED = AbsenceRule(kind=Absence.UNCONDITIONAL, action=AbsenceAction.FORWARD, number="090-1234-5678")
REACHED = AbsenceRule(kind=Absence.NO_ANSWER, action=AbsenceAction.REACH, after_s=15)
TO_VOICEMAIL = AbsenceRule(kind=Absence.BUSY, action=AbsenceAction.VOICEMAIL)
NIGHTS = Schedule(weekdays=(0, 1, 2, 3, 4), from_min=18 * 60, until_min=9 * 60)
ABSENCE = AbsenceSettings(
    active=True,
    rules=(TO_VOICEMAIL, REACHED),
    reach=(ReachNumber(number="090-1234-5678", start_s=0, end_s=30), ReachNumber(number="203", start_s=15)),
)
Scene = Callable[["Stage"], object]
SETTINGS_SCENES: dict[str, Scene] = {}
PHONE_OPTIONS: dict[str, dict[str, object]] = {}  # what the phone behind a scene is built with


def scene(**phone_options: object) -> Callable[[Scene], Scene]:
    """Enter a scene under its function's name."""

    def enter(action: Scene) -> Scene:
        SETTINGS_SCENES[action.__name__] = action
        PHONE_OPTIONS[action.__name__] = phone_options
        return action

    return enter


def set_fields(stage: Stage, **fields: object) -> None:
    """These settings are stored."""
    stage.kit.phone.settings.change_fields(**fields)


def enter(stage: Stage, name: str, text: str) -> None:
    """Type ``text`` into a field and leave it."""
    stage.type(name, text)
    stage.find(QLineEdit, name).editingFinished.emit()


@scene()
def incoming(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("incoming")


@scene(profiles=(PBX,))
def incoming_all_on(stage: Stage) -> None:
    answer = AutoAnswer(active=True, callers=("201", "03*"), after_s=3, on_request=True)
    calls = CallSettings(do_not_disturb=True, auto_answer=answer, max_calls=2)
    set_fields(stage, absence=replace(ABSENCE, schedule=NIGHTS), calls=calls)
    stage.kit.registered()
    stage.window.show_place("incoming")
    stage.click("detailsButton")


@scene()
def absence_new(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("absence")


@scene(profiles=(PBX,))
def absence_set(stage: Stage) -> None:
    set_fields(stage, absence=ABSENCE)
    stage.kit.registered()
    stage.window.show_place("absence")


@scene(profiles=(PBX,))
def absence_on_server(stage: Stage) -> None:
    unreachable = replace(TO_VOICEMAIL, kind=Absence.UNREACHABLE)
    set_fields(stage, absence=AbsenceSettings(active=True, on_server=True, rules=(FORWARDED, unreachable)))
    stage.kit.registered()
    stage.window.show_place("absence")


@scene()
def absence_problems(stage: Stage) -> None:
    rules = (replace(FORWARDED, number="110"), TO_VOICEMAIL, replace(REACHED, after_s=9000))
    numbers = (ReachNumber(number="090-1234-5678", start_s=20, end_s=10), ReachNumber())
    set_fields(stage, absence=AbsenceSettings(rules=rules, reach=numbers))
    stage.kit.registered()
    stage.window.show_place("absence")


@scene()
def absence_details(stage: Stage) -> None:
    absence = AbsenceSettings(active=True, rules=(FORWARDED,), schedule=NIGHTS, callers=("03*", "201"))
    set_fields(stage, absence=absence)
    stage.kit.registered()
    stage.window.show_place("absence")
    stage.click("detailsButton")


@scene()
def outgoing(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("outgoing")


@scene(profiles=(PBX,))
def outgoing_set(stage: Stage) -> None:
    plan = DialPlan(
        outside_prefix="0",
        site_number="20",
        extension_digits=3,
        own_numbers=("0312345678", "0501234567"),
        identity="0312345678",
    )
    set_fields(stage, dialling=plan)
    stage.kit.registered()
    stage.window.show_place("outgoing")


@scene()
def recording(stage: Stage) -> None:
    set_fields(stage, recording=RecordingSettings(automatic=True, folder="/home/sato/総務/通話の録音/2026年"))
    stage.kit.registered()
    stage.window.show_place("recording")


@scene(policy=MOST_RESTRICTED)
def recording_not_allowed(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("recording")


@scene(programs=FakePrograms())
def hooks(stage: Stage) -> None:
    set_fields(stage, hooks=HookSettings(on_ring="/home/sato/bin/着信.sh --log"))
    stage.kit.registered()
    stage.window.show_place("hooks")


@scene()
def hooks_problem(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("hooks")
    enter(stage, "on_missed", '"C:/Program Files/crm.exe --missed')


@scene(policy=MOST_RESTRICTED)
def hooks_not_allowed(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("hooks")


@scene(profiles=(PBX,))
def codes(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("codes")


def messages(stage: Stage, new: int) -> None:
    """The server tells of voice messages."""
    summary = MessageSummary(waiting=new > 0, new=new)
    stage.kit.engine.emit(MessageSummaryChanged(account_key=MAIN_ACCOUNT, summary=summary))


@scene(profiles=(PBX,))
def keypad_features(stage: Stage) -> None:
    stage.kit.registered()
    messages(stage, 3)


@scene(profiles=(PBX,))
def keypad_refusing(stage: Stage) -> None:
    set_fields(stage, calls=CallSettings(do_not_disturb=True))
    stage.kit.registered()


@scene()
def keypad_absent(stage: Stage) -> None:
    set_fields(stage, absence=replace(ABSENCE, schedule=NIGHTS))
    stage.kit.registered()


@scene(profiles=(PBX,))
def keypad_warned(stage: Stage) -> None:
    stage.kit.registered()
    stage.type("numberField", "110")
    stage.click("callButton")


@scene(profiles=(PBX,))
def keypad_more(stage: Stage) -> None:
    stage.kit.registered()
    stage.settle()
    stage.click("featureMore")
    stage.shown = menu(stage, "featureMenu")
