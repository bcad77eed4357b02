"""Who calls, on which line, by which way: what an INVITE's headers say of it.

Sources: RFC 3261 §20.20 (From), RFC 3325 (P-Asserted-Identity), RFC 3323 (Privacy), RFC 5806 (Diversion),
RFC 7044 (History-Info), RFC 7315 §4.2 (P-Called-Party-ID), and the Japanese reasons for a missing number.
"""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.uri import Party


class Anonymity(enum.Enum):
    """Why there is no number: 非通知, 公衆電話, 通知不可, 表示圏外."""

    NONE = ""
    WITHHELD = "withheld"
    PAYPHONE = "payphone"
    NOT_AVAILABLE = "not_available"
    OUT_OF_AREA = "out_of_area"


class CallerIdentity(msgspec.Struct, frozen=True, kw_only=True):
    """What is known of a caller. ``answer_after_s`` −1 where the caller asks for no automatic answer."""

    remote: Party
    anonymity: Anonymity = Anonymity.NONE
    diverted_by: Party | None = None
    called: str = ""
    answer_after_s: float = -1.0
