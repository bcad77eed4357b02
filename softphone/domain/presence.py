"""What a person says of themselves: presence (RFC 3856), reduced to what a list of colleagues shows."""

from __future__ import annotations

import enum

import msgspec

DND_NOTE = "Do not disturb"  # RPID knows only "busy": the note says the rest, as most telephones write it


class Presence(msgspec.Struct, frozen=True, kw_only=True):
    """One person. ``is_open`` None: nothing is said of that. ``activities`` are names of RFC 4480 §3.2."""

    is_open: bool | None = None
    activities: tuple[str, ...] = ()
    note: str = ""


class PresenceState(enum.Enum):
    """``unknown`` is not ``available``: nobody told us."""

    UNKNOWN = "unknown"
    AVAILABLE = "available"
    ON_THE_PHONE = "on_the_phone"
    BUSY = "busy"
    DND = "dnd"
    AWAY = "away"


AVAILABLE = Presence(is_open=True)
DO_NOT_DISTURB = Presence(is_open=True, activities=("busy",), note=DND_NOTE)

_DND = frozenset(("dnd", "do-not-disturb", "donotdisturb", "do not disturb", "do_not_disturb"))
_BUSY = frozenset(
    ("busy", "meeting", "appointment", "presentation", "performance", "worship", "steering", "interview")
)
_AWAY = frozenset(
    (
        "away",
        "breakfast",
        "dinner",
        "holiday",
        "in-transit",
        "meal",
        "permanent-absence",
        "playing",
        "shopping",
        "sleeping",
        "spectator",
        "travel",
        "tv",
        "vacation",
    )
)


def presence_state(presence: Presence | None) -> PresenceState:
    """The one thing a list shows of ``presence``; what keeps callers away most comes first.

    A closed person has no telephone that is reachable: away.
    """
    if presence is None:
        return PresenceState.UNKNOWN
    activities = frozenset(presence.activities)
    if activities & _DND or presence.note.strip().rstrip(".!").casefold() in _DND:
        return PresenceState.DND
    for state, names in (
        (PresenceState.ON_THE_PHONE, frozenset(("on-the-phone",))),
        (PresenceState.BUSY, _BUSY),
        (PresenceState.AWAY, _AWAY),
    ):
        if activities & names:
            return state
    if presence.is_open is None:
        return PresenceState.UNKNOWN
    return PresenceState.AVAILABLE if presence.is_open else PresenceState.AWAY
