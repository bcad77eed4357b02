"""What a watched extension does: dialog-info (RFC 4235), reduced to what a key or a list shows."""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.call import CallState, Direction
from softphone.domain.uri import Party


class LineState(enum.Enum):
    """``unknown`` is not ``idle``: nobody told us."""

    UNKNOWN = "unknown"
    IDLE = "idle"
    RINGING = "ringing"
    TALKING = "talking"
    HELD = "held"


class Dialog(msgspec.Struct, frozen=True, kw_only=True):
    """One dialog of the watched extension. The three ids are what Replaces needs (RFC 3891)."""

    id: str
    state: CallState
    direction: Direction | None = None
    sip_call_id: str = ""
    local_tag: str = ""
    remote_tag: str = ""
    remote: Party | None = None
    held: bool = False


class DialogInfo(msgspec.Struct, frozen=True, kw_only=True):
    """All dialogs of one ``entity`` (its AOR)."""

    entity: str
    version: int = 0
    dialogs: tuple[Dialog, ...] = ()


def line_state(info: DialogInfo | None) -> LineState:
    """What a key shows for ``info``; None is unknown. Ringing wins over talking, talking over held.

    A dialog the extension began itself is talking from its first moment: the line is in use.
    """
    if info is None:
        return LineState.UNKNOWN
    shown = {_dialog_state(dialog) for dialog in info.dialogs}
    for state in (LineState.RINGING, LineState.TALKING, LineState.HELD):
        if state in shown:
            return state
    return LineState.IDLE


def _dialog_state(dialog: Dialog) -> LineState:
    if dialog.state is CallState.TERMINATED:
        return LineState.IDLE
    if dialog.state is CallState.CONFIRMED:
        return LineState.HELD if dialog.held else LineState.TALKING
    return LineState.TALKING if dialog.direction is Direction.INITIATOR else LineState.RINGING
