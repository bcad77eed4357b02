"""番号計画: what a dialled number means at the local registrar.

| dialled | meaning |
|---|---|
| an extension | its phones, after its forwarding and 不在時動作 |
| a hunt group's number | its members, one after another (順次着信) or all at once (一斉着信) |
| 8000 … 9199, ``*68``, ``*69``, ``*98``, ``*99`` | numbers that answer by themselves (`numbers`) |
| ``*8``, ``*8<ext>`` | pick up the oldest call ringing in one's group, the call ringing at an extension |
| ``*50``, ``*51`` | log in to one's hunt groups, log out |
| ``*72<number>``, ``*73`` | forward always, no longer |
| ``*90<number>``, ``*91`` | forward when busy |
| ``*92<number>``, ``*93`` | forward when nobody answers |
| ``*94<number>``, ``*95`` | forward when no phone is registered |
| ``*78``, ``*79`` | do not disturb, on and off |
| ``*670<ext>`` … ``*673<ext>`` | call as 非通知, 公衆電話, 通知不可, 表示圏外: for tests |
| ``0`` + outside number, or the outside number alone | 外線, by the rule in ``PbxPlan.outside_prefix`` |
| 184, 186 before an outside number | withhold or show one's number, before or after the prefix |

Only reading here; who serves a number is decided in `routing`.
"""

from __future__ import annotations

import enum
import re
from dataclasses import dataclass

from softphone.domain.dial_plan import CallerId
from softphone.domain.forwarding import Absence
from softphone.domain.identity import Anonymity

_PUNCTUATION = re.compile(r"[-.() ]")
_OUTSIDE = re.compile(
    r"0[1-9][0-9]{8}"  # 0AB-J, 0120, 0570
    r"|0[5789]0[0-9]{8}|0800[0-9]{7}"
    r"|(?:00[1-9][0-9]{0,2})?010[0-9]{6,15}"  # international, also by a carrier's code
    r"|1(?:0[0-9]|1[0-9]|7[0-9]|89)"  # 104, 110, 117, 118, 119, 171, 177, 189
    r"|\+[1-9][0-9]{6,14}"
)
_CALLER_ID = {"184": CallerId.WITHHOLD, "186": CallerId.SHOW}
_FORWARD_CODES = {
    "*72": (Absence.UNCONDITIONAL, True),
    "*73": (Absence.UNCONDITIONAL, False),
    "*90": (Absence.BUSY, True),
    "*91": (Absence.BUSY, False),
    "*92": (Absence.NO_ANSWER, True),
    "*93": (Absence.NO_ANSWER, False),
    "*94": (Absence.UNREACHABLE, True),
    "*95": (Absence.UNREACHABLE, False),
}
_ANONYMITIES = {
    "*670": Anonymity.WITHHELD,
    "*671": Anonymity.PAYPHONE,
    "*672": Anonymity.NOT_AVAILABLE,
    "*673": Anonymity.OUT_OF_AREA,
}


@dataclass(frozen=True)
class OutsideNumber:
    """外線: a number of the public network, and what its caller wants shown."""

    number: str
    caller_id: CallerId = CallerId.DEFAULT


class Feature(enum.Enum):
    """What a feature code asks for."""

    FORWARD = "forward"
    DO_NOT_DISTURB = "dnd"
    HUNT_LOGIN = "hunt_login"
    PICKUP = "pickup"
    ANONYMOUS_CALL = "anonymous_call"


@dataclass(frozen=True)
class FeatureCode:
    """A dialled feature code. ``argument`` is what stood behind it; ``is_on`` False where it switches off."""

    feature: Feature
    argument: str = ""
    is_on: bool = True
    absence: Absence = Absence.UNCONDITIONAL
    anonymity: Anonymity = Anonymity.NONE


def read_outside(dialled: str, prefix: str) -> OutsideNumber | None:
    """The outside number a dialled one means under the rule; None where it is none."""
    digits = _PUNCTUATION.sub("", dialled)
    if not prefix or digits in ("110", "118", "119"):  # never rewritten, never refused
        return _read_bare(digits)
    head = digits[:3]
    if head in _CALLER_ID and digits[3:].startswith(prefix):
        return _read_bare(head + digits[3 + len(prefix) :])
    return _read_bare(digits.removeprefix(prefix)) if digits.startswith(prefix) else None


def national(number: str) -> str:
    """A number as it is written in ``dids``: punctuation gone, +81 as 0."""
    digits = _PUNCTUATION.sub("", number)
    return "0" + digits[3:] if digits.startswith("+81") else digits


def read_feature_code(dialled: str) -> FeatureCode | None:
    """The feature a dialled code asks for; None where it is no code at all."""
    code, argument = dialled[:3], dialled[3:]
    if code in _FORWARD_CODES:
        absence, is_on = _FORWARD_CODES[code]
        return FeatureCode(Feature.FORWARD, argument, is_on, absence) if is_on == bool(argument) else None
    if dialled in ("*78", "*79"):
        return FeatureCode(Feature.DO_NOT_DISTURB, is_on=dialled == "*78")
    if dialled in ("*50", "*51"):
        return FeatureCode(Feature.HUNT_LOGIN, is_on=dialled == "*50")
    if dialled[:4] in _ANONYMITIES:
        return FeatureCode(Feature.ANONYMOUS_CALL, dialled[4:], anonymity=_ANONYMITIES[dialled[:4]])
    if dialled.startswith("*8"):
        return FeatureCode(Feature.PICKUP, dialled[2:])
    return None


def _read_bare(digits: str) -> OutsideNumber | None:
    caller_id = _CALLER_ID.get(digits[:3], CallerId.DEFAULT)
    number = digits[3:] if caller_id is not CallerId.DEFAULT else digits
    return OutsideNumber(national(number), caller_id) if _OUTSIDE.fullmatch(number) else None
