"""A colleague one watches: an extension, and the one state made of its dialogs and its presence."""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.dialog_info import DialogInfo, LineState, line_state
from softphone.domain.presence import Presence, PresenceState, presence_state


class Colleague(msgspec.Struct, frozen=True, kw_only=True):
    """One watched extension as a person listed it. ``name`` "" is looked up in the phone book."""

    extension: str
    name: str = ""
    group: str = ""


class ColleagueState(enum.Enum):
    """``unknown`` is not ``idle``: nobody told us. In the order a list sorted by state has them."""

    RINGING = "ringing"
    IDLE = "idle"
    TALKING = "talking"
    HELD = "held"
    BUSY = "busy"
    DND = "dnd"
    AWAY = "away"
    UNKNOWN = "unknown"


class ColleagueOrder(enum.Enum):
    """How the list stands: one's own order in its groups, by name, by what they do."""

    OWN = "own"
    NAME = "name"
    STATE = "state"


_LINES = {
    LineState.RINGING: ColleagueState.RINGING,
    LineState.TALKING: ColleagueState.TALKING,
    LineState.HELD: ColleagueState.HELD,
}
_PERSONS = {
    PresenceState.DND: ColleagueState.DND,
    PresenceState.BUSY: ColleagueState.BUSY,
    PresenceState.AWAY: ColleagueState.AWAY,
}
_WITHOUT_DIALOGS = {
    PresenceState.AVAILABLE: ColleagueState.IDLE,
    PresenceState.ON_THE_PHONE: ColleagueState.TALKING,
}


def colleague_state(info: DialogInfo | None, presence: Presence | None) -> ColleagueState:
    """What a tile shows. A call wins over what the person says; where no dialogs are known, presence counts.

    ``info`` None: the dialogs are not known; ``presence`` None likewise.
    """
    line, person = line_state(info), presence_state(presence)
    if line in _LINES:
        return _LINES[line]
    if person in _PERSONS:
        return _PERSONS[person]
    if line is LineState.UNKNOWN:
        return _WITHOUT_DIALOGS.get(person, ColleagueState.UNKNOWN)
    return ColleagueState.IDLE
