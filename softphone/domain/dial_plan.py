"""発信の決まり: what a typed number becomes before it is called, and what a person must know about it.

A number is one of these, looked at in this order:

    special    110, 119, 104, every 1XY; with the outside prefix too   dialled as typed, always
    code       with ``*`` or ``#``, a SIP URI, a user name             dialled as typed
    extension  exactly ``extension_digits`` digits                     拠点番号 + digits
    outside    leading 0, nine digits or more; +81… becomes 0…         prefix, 184 or 186, number
    other                                                              dialled as typed

The outside prefix comes first and 184/186 behind it: the prefix is the PBX's and takes a line, 184 is the
carrier's and belongs to the number (0 184 03…).
"""

from __future__ import annotations

import enum
import re
from fnmatch import fnmatchcase

import msgspec

from softphone.domain.halfwidth import to_halfwidth
from softphone.domain.provider import ProviderProfile

EMERGENCY_NUMBERS = ("110", "118", "119")  # police, coast guard, fire and ambulance
WITHHOLD_PREFIX = "184"
SHOW_PREFIX = "186"
INTERNATIONAL_PREFIX = "010"
BLOCKED_EMERGENCY = "number_blocked_emergency"
BLOCKED = "number_blocked"

_SPECIAL = re.compile(r"1[0-9][0-9]\Z")
_NUMBER = re.compile(r"\+?[0-9]+\Z")
_OUTSIDE = re.compile(r"(?:0[0-9]{8,}|\+[0-9]{6,})\Z")  # no number of the national plan is shorter
_COMPLETE = re.compile(  # 0AB…, 090…; 010 and a country; 00XY and a number
    r"0(?:[1-9][0-9]{8,9}|10(?:[2-9]|1[2-9])[0-9]{6,}|0[1-9][0-9]{9,})\Z"
)
_CALLER_ID = re.compile(r"(18[46])(.+)\Z")
_POST_DIAL = re.compile(r"([+0-9*#()\[\]\s\-./]*[0-9*#)])\s*([,;pPwW][0-9*#A-Da-d,;pPwW\s\-]*)\Z")
_PAUSES = re.compile(r"[;pPwW]")


class CallerId(enum.Enum):
    """番号通知: as the line is set, always withheld (184), always shown (186)."""

    DEFAULT = "default"
    WITHHOLD = "withhold"
    SHOW = "show"


class DialPlan(msgspec.Struct, frozen=True, kw_only=True):
    """What stands before a number: ``outside_prefix`` ("" or "0"), or ``site_number`` (拠点番号).

    An extension is ``extension_digits`` long (0: no completion). ``own_numbers`` are those one may call from;
    ``identity`` the one in use, "" for the account's own.
    """

    outside_prefix: str = ""
    site_number: str = ""
    extension_digits: int = 0
    caller_id: CallerId = CallerId.DEFAULT
    own_numbers: tuple[str, ...] = ()
    identity: str = ""


class PlannedNumber(msgspec.Struct, frozen=True, kw_only=True):
    """What to call: a number, user name or SIP URI, from ``identity`` ("" the account's own).

    ``anonymous`` asks for RFC 3323 privacy where no 184 can. ``warning`` is the code of a notice, or "".
    """

    number: str
    identity: str = ""
    anonymous: bool = False
    warning: str = ""


def plan_number(typed_clean: str, plan: DialPlan, profile: ProviderProfile | None) -> PlannedNumber:
    """What ``typed_clean`` (as ``clean_dial_string`` gives it) is called as. Never raises."""
    number = _rewritten(typed_clean, plan)
    is_uri = typed_clean.lower().startswith(("sip:", "sips:"))
    return PlannedNumber(
        number=number,
        identity=plan.identity if plan.identity in plan.own_numbers else "",
        anonymous=is_uri and plan.caller_id is CallerId.WITHHOLD,
        warning=_warning(typed_clean, plan, profile),
    )


def is_special(number: str) -> bool:
    """110, 119, 104 …: a three-digit number of the network that nothing may be put before."""
    return _SPECIAL.match(number) is not None


def national_number(number: str) -> str:
    """``+81…`` as one dials it in Japan, 0…; everything else unchanged."""
    return f"0{number[3:].removeprefix('0')}" if re.match(r"\+81[0-9]", number) else number


def matches_number(number: str, patterns: tuple[str, ...]) -> bool:
    """Whether one of ``patterns`` (``*``, ``03*``, ``2??``) holds for a caller's number, +81 or 0 alike."""
    return any(fnmatchcase(national_number(number), national_number(pattern)) for pattern in patterns)


def split_post_dial(text: str) -> tuple[str, str]:
    """The number of ``03-1234-5678,,200#`` as written, and ``,,200#`` to be sent after the answer.

    ``,`` ``p`` ``;`` and ``w`` all pause two seconds and come back as ``,``. What is no number stays whole.
    """
    match = _POST_DIAL.match(to_halfwidth(text))
    if match is None:
        return text, ""
    digits = re.sub(r"[\s\-]", "", _PAUSES.sub(",", match.group(2))).upper()
    return text[: match.end(1)].strip(), digits.rstrip(",")


def _rewritten(typed: str, plan: DialPlan) -> str:
    site, digits = plan.site_number, plan.extension_digits
    if not _NUMBER.match(typed) or is_special(typed) or is_special(_without_prefix(typed, plan)):
        return typed
    if site and digits and typed.startswith(site) and len(typed) == len(site) + digits:
        return typed
    if len(typed) == digits and not typed.startswith("+"):
        return site + typed
    shown, outside = _outside_part(typed, plan)
    if not outside:
        return typed
    if not shown:
        shown = {CallerId.WITHHOLD: WITHHOLD_PREFIX, CallerId.SHOW: SHOW_PREFIX}.get(plan.caller_id, "")
    if outside.startswith("+") and (shown or plan.outside_prefix):
        outside = f"{INTERNATIONAL_PREFIX}{outside[1:]}"
    return f"{plan.outside_prefix}{shown}{outside}"


def _outside_part(typed: str, plan: DialPlan) -> tuple[str, str]:
    """184 or 186 where it was typed, and the outside number behind it; both "" where it is none."""
    rest = typed
    behind = _without_prefix(typed, plan)
    if behind != typed and _COMPLETE.match(_caller_id_apart(behind)[1]):
        rest = behind
    shown, number = _caller_id_apart(rest)
    number = national_number(number)
    return (shown, number) if _OUTSIDE.match(number) else ("", "")


def _caller_id_apart(number: str) -> tuple[str, str]:
    match = _CALLER_ID.match(number)
    return (match.group(1), match.group(2)) if match else ("", number)


def _without_prefix(typed: str, plan: DialPlan) -> str:
    return typed.removeprefix(plan.outside_prefix)


def _warning(typed: str, plan: DialPlan, profile: ProviderProfile | None) -> str:
    if profile is None or not profile.blocked_numbers:
        return ""
    number = typed if is_special(typed) else _outside_part(typed, plan)[1] or _without_prefix(typed, plan)
    if not matches_number(number, profile.blocked_numbers):
        return ""
    return BLOCKED_EMERGENCY if number in EMERGENCY_NUMBERS else BLOCKED
