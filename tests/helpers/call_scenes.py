"""Scenes of the gallery with several calls, transfers, conferences, and callers of every kind."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import QMenu

from softphone.domain.account import MAIN_ACCOUNT
from softphone.domain.call import CallState, Direction
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    CallCreated,
    ConferenceChanged,
    MediaSilent,
    PartyMuteChanged,
    RecordingChanged,
    RedirectOffered,
    TransferChanged,
)
from softphone.domain.identity import Anonymity
from softphone.domain.media import MediaDirection
from softphone.domain.provider import FeatureCodes
from softphone.domain.settings import PbxSettings
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import Party

if TYPE_CHECKING:
    from tests.helpers.gallery import Stage

PEOPLE = (
    ("202", "山田 花子"),
    ("203", "鈴木 一郎"),
    ("0312345678", ""),
    ("204", "高橋 美咲"),
)


def hold(stage: Stage, key: str) -> None:
    """The engine says that a call is held."""
    stage.media(key, local=MediaDirection.SENDONLY)


def transfer(stage: Stage, key: str, state: TransferState, **fields: object) -> None:
    """The transfer of a call to 205 has come so far."""
    told = Transfer(target="sip:205@pbx.example.jp", state=state, **fields)  # type: ignore[arg-type]
    stage.kit.engine.emit(TransferChanged(key=key, transfer=told))


def caller(stage: Stage, number: str, name: str = "", **fields: object) -> str:
    """Somebody calls; ``fields`` are those of CallCreated."""
    key = f"in-{number}"
    remote = Party(f"sip:{number}@pbx.example.jp", name, number)
    stage.kit.engine.emit(
        CallCreated(
            key=key,
            account_key=MAIN_ACCOUNT,
            direction=Direction.RECIPIENT,
            remote=remote,
            state=CallState.EARLY,
            at_s=stage.kit.clock.now_s(),
            **fields,  # type: ignore[arg-type]
        )
    )
    return key


def talks(stage: Stage, count: int) -> list[str]:
    """So many calls, all but the last on hold."""
    keys = []
    for number, name in PEOPLE[:count]:
        for key in keys:
            hold(stage, key)
        keys.append(stage.talk(number, name))
    return keys


def conference(stage: Stage, count: int) -> list[str]:
    """A conference with so many others."""
    keys = talks(stage, count)
    for key in keys:
        stage.media(key)
    stage.kit.engine.emit(ConferenceChanged(keys=tuple(keys)))
    return keys


def calls_two(stage: Stage) -> None:
    talks(stage, 2)


def calls_four(stage: Stage) -> None:
    talks(stage, 3)
    caller(stage, "205", "伊藤 健")


def calls_all_held(stage: Stage) -> None:
    for key in talks(stage, 2):
        hold(stage, key)


def calls_second_rings_out(stage: Stage) -> None:
    first = stage.talk()
    hold(stage, first)
    key = stage.dial("203", "鈴木 一郎")
    stage.kit.call_state(key, CallState.EARLY)


def calls_menu(stage: Stage) -> None:
    talks(stage, 2)
    stage.settle()
    stage.click("moreButton")
    stage.shown = menu(stage, "moreMenu")


def calls_add(stage: Stage) -> None:
    stage.talk()
    stage.settle()
    stage.click("moreButton")
    choose(menu(stage, "moreMenu"), "add_call")


def calls_bar(stage: Stage) -> None:
    talks(stage, 2)
    stage.window.show_place("settings")


def transfer_sheet(stage: Stage) -> None:
    stage.talk()
    stage.click("transferButton")
    stage.type("sheetNumber", "203")


def transfer_sheet_calls(stage: Stage) -> None:
    talks(stage, 3)
    stage.click("transferButton")


def transfer_sheet_problem(stage: Stage) -> None:
    stage.talk()
    stage.click("transferButton")
    stage.click("blindButton")


def transfer_consulting(stage: Stage) -> str:
    first = stage.talk()
    second = stage.kit.phone.transfers.consult(first, "203")
    stage.kit.outgoing(second, "203")
    hold(stage, first)
    stage.kit.call_state(second, CallState.EARLY, remote=Party("sip:203@x", "鈴木 一郎", "203"))
    stage.kit.call_state(second, CallState.CONFIRMED)
    stage.media(second)
    stage.wait(18)
    return first


def transfer_under_way(stage: Stage) -> None:
    key = stage.talk()
    hold(stage, key)
    transfer(stage, key, TransferState.RINGING, status_code=180)


def transfer_completing(stage: Stage) -> None:
    transfer(stage, transfer_consulting(stage), TransferState.TRYING, status_code=100)


def transfer_failed(stage: Stage) -> None:
    key = stage.talk()
    transfer(stage, key, TransferState.RINGING, status_code=180)
    transfer(stage, key, TransferState.FAILED, status_code=486, cause=FailureCause.BUSY)


def park_sheet(stage: Stage) -> None:
    stage.kit.phone.settings.change_fields(pbx=PbxSettings(feature_codes=FeatureCodes(park="*68{slot}")))
    stage.talk()
    stage.settle()
    stage.click("moreButton")
    choose(menu(stage, "moreMenu"), "park")


def conference_three(stage: Stage) -> None:
    conference(stage, 2)


def conference_four(stage: Stage) -> None:
    keys = conference(stage, 3)
    stage.kit.engine.emit(PartyMuteChanged(key=keys[1], muted=True))


def conference_five(stage: Stage) -> None:
    keys = conference(stage, 4)
    stage.kit.engine.emit(RecordingChanged(key=keys[0], path="/tmp/a.wav"))
    stage.wait(75)


def conference_and_call(stage: Stage) -> None:
    keys = conference(stage, 2)
    for key in keys:
        hold(stage, key)
    stage.talk("204", "高橋 美咲")


def call_recorded(stage: Stage) -> None:
    key = stage.talk()
    stage.kit.engine.emit(RecordingChanged(key=key, path="/tmp/a.wav"))
    stage.wait(32)


def call_silent(stage: Stage) -> None:
    stage.kit.engine.emit(MediaSilent(key=stage.talk(), silent=True))


def call_redirected(stage: Stage) -> None:
    key = stage.dial("202", "山田 花子")
    stage.kit.engine.emit(RedirectOffered(key=key, targets=("sip:0312345678@pbx.example.jp",)))


def caller_anonymous(stage: Stage) -> None:
    stage.kit.registered()
    caller(stage, "anonymous", anonymity=Anonymity.WITHHELD)


def caller_diverted(stage: Stage) -> None:
    stage.kit.registered()
    by = Party("sip:201@pbx.example.jp", "", "201")
    caller(stage, "0312345678", diverted_by=by, called="0398765432")


def caller_menu(stage: Stage) -> None:
    stage.kit.registered()
    caller(stage, "202", "山田 花子")
    stage.settle()
    stage.click("moreButton")
    stage.shown = menu(stage, "moreMenu")


def caller_elsewhere(stage: Stage) -> None:
    stage.kit.registered()
    caller(stage, "202", "山田 花子")
    stage.settle()
    stage.click("moreButton")
    choose(menu(stage, "moreMenu"), "to_number")
    stage.settle()
    stage.window.activateWindow()  # this platform takes a closed menu for another window
    stage.settle()


def incoming_second(stage: Stage) -> None:
    stage.talk()
    stage.away()
    caller(stage, "0312345678", diverted_by=Party("sip:201@x", "", "201"))
    stage.settle()
    stage.shown = stage.incoming_window()


def menu(stage: Stage, name: str) -> QMenu:
    """The open menu of this name."""
    return next(found for found in stage.window.findChildren(QMenu, name) if found.isVisible())


def choose(shown: QMenu, name: str) -> None:
    """Choose an entry by its name. As after a click the menu has gone, and the platform said so, before."""
    entry = next(action for action in shown.actions() if action.objectName() == name)
    shown.aboutToHide.disconnect(shown.deleteLater)
    shown.close()
    QCoreApplication.processEvents()
    entry.trigger()
    shown.deleteLater()


CALL_SCENES = {
    action.__name__: action
    for action in (
        calls_two,
        calls_four,
        calls_all_held,
        calls_second_rings_out,
        calls_menu,
        calls_add,
        calls_bar,
        transfer_sheet,
        transfer_sheet_calls,
        transfer_sheet_problem,
        transfer_consulting,
        transfer_under_way,
        transfer_completing,
        transfer_failed,
        park_sheet,
        conference_three,
        conference_four,
        conference_five,
        conference_and_call,
        call_recorded,
        call_silent,
        call_redirected,
        caller_anonymous,
        caller_diverted,
        caller_menu,
        caller_elsewhere,
        incoming_second,
    )
}
