"""不在時動作: what happens to callers while one is away, decided in the phone (RFC 3261 §21.3.3, 302).

Values only; ``decide`` (in ``screening``) reads them.
"""

from __future__ import annotations

import enum

import msgspec


class Absence(enum.Enum):
    """The kinds of absence. ``unreachable`` only a server can see: it is switched by feature code."""

    UNCONDITIONAL = "unconditional"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    UNREACHABLE = "unreachable"


class AbsenceAction(enum.Enum):
    """What is done then: nothing, forward to a number, voicemail, or シングルナンバーリーチ."""

    NONE = "none"
    FORWARD = "forward"
    VOICEMAIL = "voicemail"
    REACH = "reach"


class AbsenceRule(msgspec.Struct, frozen=True, kw_only=True):
    """One kind of absence. ``number`` as typed, for FORWARD; ``after_s`` of ringing, for NO_ANSWER."""

    kind: Absence
    action: AbsenceAction = AbsenceAction.NONE
    number: str = ""
    after_s: int = 20


class ReachNumber(msgspec.Struct, frozen=True, kw_only=True):
    """接続先番号 with 呼出開始時間 and 呼出終了時間, seconds after the call came."""

    number: str = ""
    start_s: int = 0
    end_s: int = 30


class Schedule(msgspec.Struct, frozen=True, kw_only=True):
    """When the rules hold. ``weekdays`` 0 = Monday; minutes after midnight, local time.

    ``until_min`` at or before ``from_min`` is of the next day. No weekday: always.
    """

    weekdays: tuple[int, ...] = ()
    from_min: int = 0
    until_min: int = 24 * 60


class AbsenceSettings(msgspec.Struct, frozen=True, kw_only=True):
    """The page 着信と不在時動作. ``callers``: patterns of numbers it holds for (``*``, ``03*``); none: all.

    ``on_server``: the server does it; switching dials the provider's feature codes instead.
    """

    active: bool = False
    on_server: bool = False
    rules: tuple[AbsenceRule, ...] = ()
    reach: tuple[ReachNumber, ...] = (ReachNumber(), ReachNumber(start_s=20))
    schedule: Schedule = Schedule()
    callers: tuple[str, ...] = ()
    anonymous_callers: bool = True
