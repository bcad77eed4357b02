"""発信の決まり: what a typed number becomes before it is called, and what a person must know about it."""

from __future__ import annotations

import enum

import msgspec


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
