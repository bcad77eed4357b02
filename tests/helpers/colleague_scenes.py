"""Scenes of the gallery: 内線, in every state, with a call, while editing, empty and full."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QListView

from softphone.domain.account import MAIN_ACCOUNT
from softphone.domain.call import CallState, Direction
from softphone.domain.colleague import Colleague, ColleagueOrder
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.dialog_info import Dialog, DialogInfo
from softphone.domain.events import DialogInfoChanged, MessageSummaryChanged, PresenceChanged
from softphone.domain.message_summary import MessageSummary
from softphone.domain.presence import DO_NOT_DISTURB, Presence
from softphone.domain.uri import Party
from softphone.ui.colleagues.tile_list import TileList
from softphone.ui.colleagues.tile_view import TileView
from tests.helpers.settings_scenes import PBX, PHONE_OPTIONS

if TYPE_CHECKING:
    from tests.helpers.gallery import Stage

PEOPLE = (
    Contact(
        name="佐藤 健一", reading="サトウ ケンイチ", department="営業部", numbers=(ContactNumber("202"),)
    ),
    Contact(name="鈴木 美咲", reading="スズキ ミサキ", department="営業部", numbers=(ContactNumber("203"),)),
    Contact(
        name="高橋 大輔", reading="タカハシ ダイスケ", department="総務部", numbers=(ContactNumber("210"),)
    ),
    Contact(
        name="田中 由美子", reading="タナカ ユミコ", department="総務部", numbers=(ContactNumber("211"),)
    ),
    Contact(name="渡辺 誠", reading="ワタナベ マコト", company="大阪支店", numbers=(ContactNumber("301"),)),
)
TEAM = (
    Colleague(extension="202", group="営業部"),
    Colleague(extension="203", group="営業部"),
    Colleague(extension="204", name="伊藤 翔", group="営業部"),
    Colleague(extension="205", name="山本 彩", group="営業部"),
    Colleague(extension="210", group="総務部"),
    Colleague(extension="211", group="総務部"),
    Colleague(extension="212", name="中村 さくら", group="総務部"),
    Colleague(extension="213", name="小林 浩", group="総務部"),
    Colleague(extension="290", name="受付", group=""),
    Colleague(extension="291"),
)
CUSTOMER = Party("sip:0312345678@x", "", "03-1234-5678")


def uri(extension: str) -> str:
    """What is watched for an extension."""
    return f"sip:{extension}@01234abc.example.jp"


def dialogs(
    stage: Stage, extension: str, *states: CallState, held: bool = False, status_code: int = -1
) -> None:
    """The server tells what an extension does; ``status_code`` that it tells nothing."""
    found = tuple(
        Dialog(
            id=state.value,
            state=state,
            direction=Direction.RECIPIENT,
            sip_call_id="c",
            local_tag="l",
            remote_tag="r",
            remote=CUSTOMER,
            held=held,
        )
        for state in states
    )
    info = DialogInfo(entity=uri(extension), dialogs=found) if status_code < 0 else None
    stage.kit.engine.emit(
        DialogInfoChanged(
            account_key=MAIN_ACCOUNT, uri=uri(extension), info=info, status_code=max(status_code, 0)
        )
    )


def presence(stage: Stage, extension: str, said: Presence) -> None:
    """The server tells what somebody says of themselves."""
    stage.kit.engine.emit(PresenceChanged(account_key=MAIN_ACCOUNT, uri=uri(extension), presence=said))


def tiles(stage: Stage) -> TileList:
    """The list of 内線."""
    found: TileList = stage.find(QListView, "colleagueList")
    return found


def tile(stage: Stage, extension: str) -> TileView:
    """What a tile shows."""
    rows = tiles(stage).rows
    found = rows.tile(rows.place_of(extension))
    assert found is not None, extension
    return found


def click(stage: Stage, extension: str) -> None:
    """Click a tile."""
    shown = tiles(stage)
    rect = shown.visualRect(shown.rows.place_of(extension))
    QTest.mouseClick(shown.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())


def press(stage: Stage, extension: str, key: Qt.Key, modifier: Qt.KeyboardModifier | None = None) -> None:
    """Go to a tile and press a key."""
    shown = tiles(stage)
    shown.go_to(extension)
    QTest.keyClick(shown, key, modifier or Qt.KeyboardModifier.NoModifier)


def open_team(stage: Stage, *team: Colleague) -> None:
    """The place, with a phone book and these on the list."""
    for person in PEOPLE:
        stage.kit.phone.contacts.save(person)
    stage.kit.phone.settings.change_fields(colleagues=team or TEAM)
    stage.kit.registered()
    stage.window.show_place("colleagues")
    stage.settle()


def every_state(stage: Stage) -> None:
    """Each state once."""
    dialogs(stage, "202")
    dialogs(stage, "203", CallState.CONFIRMED)
    dialogs(stage, "204", CallState.EARLY)
    dialogs(stage, "205", CallState.CONFIRMED, held=True)
    for extension, said in (
        ("210", DO_NOT_DISTURB),
        ("211", Presence(is_open=True, activities=("meal",), note="13時まで外出")),
        ("212", Presence(is_open=True, activities=("meeting",), note="定例会議")),
    ):
        dialogs(stage, extension)
        presence(stage, extension, said)
    dialogs(stage, "213", status_code=403)
    dialogs(stage, "290", status_code=404)


def colleagues_empty(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("colleagues")


def colleagues_states(stage: Stage) -> None:
    open_team(stage)
    settings = stage.kit.phone.settings
    settings.change_fields(presence=replace(settings.now.presence, show_remote=True))
    every_state(stage)
    summary = MessageSummary(waiting=True, new=3, new_urgent=1, old=5)
    stage.kit.engine.emit(MessageSummaryChanged(account_key=MAIN_ACCOUNT, summary=summary))


def colleagues_wide(stage: Stage) -> None:
    colleagues_states(stage)
    stage.window.resize(stage.window.width() * 2, stage.window.height())


def colleagues_ringing_menu(stage: Stage) -> None:
    open_team(stage)
    every_state(stage)
    click(stage, "204")


def colleagues_250(stage: Stage) -> None:
    open_team(stage, *(Colleague(extension=str(1000 + number)) for number in range(250)))
    for number in range(0, 250, 2):
        dialogs(stage, str(1000 + number), *([CallState.CONFIRMED] if number % 6 == 0 else []))


def colleagues_by_state(stage: Stage) -> None:
    open_team(stage)
    settings = stage.kit.phone.settings
    settings.change_fields(presence=replace(settings.now.presence, order=ColleagueOrder.STATE))
    every_state(stage)
    stage.click("colleagueSort")


def colleagues_in_call(stage: Stage) -> None:
    open_team(stage)
    every_state(stage)
    stage.window.show_place("keypad")
    stage.talk("0312345678", "青山商事 木村")
    stage.window.show_place("colleagues")
    stage.settle()
    click(stage, "202")


def colleagues_edit(stage: Stage) -> None:
    open_team(stage)
    every_state(stage)
    stage.click("colleagueEdit")
    tiles(stage).go_to("204")


def colleagues_removed(stage: Stage) -> None:
    colleagues_edit(stage)
    stage.click("colleague_remove")


def colleague_change(stage: Stage) -> None:
    colleagues_edit(stage)
    stage.click("colleague_change")


def colleague_add(stage: Stage) -> None:
    open_team(stage, *TEAM[:2])
    stage.click("colleagueAddButton")


def colleague_add_known(stage: Stage) -> None:
    open_team(stage)
    stage.click("colleagueAddButton")
    stage.type("colleagueFind", "203")
    stage.click("colleagueSave")


def colleagues_nobody(stage: Stage) -> None:
    open_team(stage)
    stage.type("colleagueSearch", "ヤマモト ハナコ")


def colleagues_settings(stage: Stage) -> None:
    stage.kit.registered()
    stage.window.show_place("colleagues_page")


SCENES: dict[str, Callable[[Any], object]] = {
    action.__name__: action
    for action in (
        colleagues_empty,
        colleagues_states,
        colleagues_wide,
        colleagues_ringing_menu,
        colleagues_250,
        colleagues_by_state,
        colleagues_in_call,
        colleagues_edit,
        colleagues_removed,
        colleague_change,
        colleague_add,
        colleague_add_known,
        colleagues_nobody,
        colleagues_settings,
    )
}
PHONE_OPTIONS.update({name: {"profiles": (PBX,)} for name in SCENES})
