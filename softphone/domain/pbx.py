"""What a small PBX is told beside its extensions: values only, read by the local registrar.

Numbers are as dialled inside: extensions, hunt groups, or outside numbers without their prefix.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping

import msgspec

from softphone.domain.forwarding import Absence, ReachNumber


class HuntStrategy(enum.Enum):
    """順次着信 rings one member after another, 一斉着信 all of them."""

    SEQUENTIAL = "sequential"
    SIMULTANEOUS = "simultaneous"


class HuntGroup(msgspec.Struct, frozen=True, kw_only=True):
    """着信グループ. ``ring_s``: how long each member rings, or all of them together."""

    number: str
    strategy: HuntStrategy
    members: tuple[str, ...]
    ring_s: float = 15.0


class PickupGroup(msgspec.Struct, frozen=True, kw_only=True):
    """Extensions that may take each other's ringing calls (コールピックアップ)."""

    name: str
    members: tuple[str, ...]


class ForwardRule(msgspec.Struct, frozen=True, kw_only=True):
    """不在時動作 of one extension on the server; ``after_s`` of ringing, for NO_ANSWER."""

    extension: str
    kind: Absence
    number: str
    after_s: float = 20.0


class PbxPlan(msgspec.Struct, frozen=True, kw_only=True):
    """Everything beyond plain extensions.

    ``reach``: extension → further numbers (シングルナンバーリーチ). ``outside_prefix``: "" (外線番号のみ) or
    "0" (0+外線番号). ``trunk``: ``host:port`` outside calls go to over UDP and come from; "": a built-in line
    answers. ``dids``: outside number → extension or hunt group. ``outside_numbers``: extension → the numbers
    it may show outside, the usual one first. ``no_answer_s``: how long an extension rings before its box.
    ``voicemail``: the extensions whose unanswered calls go to their box.
    """

    hunt_groups: tuple[HuntGroup, ...] = ()
    pickup_groups: tuple[PickupGroup, ...] = ()
    forwards: tuple[ForwardRule, ...] = ()
    reach: Mapping[str, tuple[ReachNumber, ...]] = msgspec.field(default_factory=dict)
    outside_prefix: str = ""
    trunk: str = ""
    dids: Mapping[str, str] = msgspec.field(default_factory=dict)
    outside_numbers: Mapping[str, tuple[str, ...]] = msgspec.field(default_factory=dict)
    no_answer_s: float = 20.0
    voicemail: tuple[str, ...] = ()


EXTENSIONS_ONLY = PbxPlan()
