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
