"""What is remembered of a call that is over."""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.call import Call, Direction, TerminatedReason
from softphone.domain.contact import Person
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallRefused
from softphone.domain.identity import Anonymity
from softphone.domain.transfer import TransferState
from softphone.domain.uri import Party, parse_party


class CallResult(enum.Enum):
    """How a call ended, in the words of a call list."""

    ANSWERED = "answered"
    MISSED = "missed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LOST = "lost"  # cut off by our own engine
    ELSEWHERE = "elsewhere"  # another phone took it
    FORWARDED = "forwarded"  # sent on to another number before it was answered


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the history. Times are Unix seconds, ``duration_s`` is seconds of talking.

    ``transferred_to`` is the number we handed the call over to, ``recording_path`` the last file of it; ""
    where there is none. ``mos`` is the last quality measured (ITU-T G.107), 0.0 where none was. ``seen``: the
    user has looked at it. ``person`` is who the number belongs to now, looked up when it is read, not stored.
    """

    key: str
    account_key: str
    direction: Direction
    remote: Party
    result: CallResult
    cause: FailureCause
    status_code: int
    started_at_s: float
    duration_s: float
    anonymity: Anonymity = Anonymity.NONE
    diverted_by: Party | None = None
    called: str = ""
    transferred_to: str = ""
    recording_path: str = ""
    codec: str = ""
    mos: float = 0.0
    seen: bool = False
    person: Person | None = None


class HistoryKind(enum.Enum):
    """The filters over the history."""

    ALL = "all"
    MISSED = "missed"
    INCOMING = "incoming"
    OUTGOING = "outgoing"
    RECORDED = "recorded"


class HistoryQuery(msgspec.Struct, frozen=True, kw_only=True):
    """Which rows: of ``kind``, found by ``text`` (name, company, kana, digits anywhere), in a span of time.

    ``number`` names one party whatever way their number is written. Unix seconds; ``until_s`` 0.0 is now.
    """

    kind: HistoryKind = HistoryKind.ALL
    text: str = ""
    number: str = ""
    since_s: float = 0.0
    until_s: float = 0.0


def call_record(call: Call, recording_path: str = "") -> CallRecord:
    """The row for a terminated call; the name the phone book had stays with it."""
    remote = call.remote
    if call.person is not None and not remote.display_name:
        remote = Party(remote.uri, call.person.name, remote.number)
    return CallRecord(
        key=call.key,
        account_key=call.account_key,
        direction=call.direction,
        remote=remote,
        result=_result(call),
        cause=call.cause,
        status_code=call.status_code,
        started_at_s=call.created_at_s,
        duration_s=call.duration_s,
        anonymity=call.anonymity,
        diverted_by=call.diverted_by,
        called=call.called,
        transferred_to=transferred_to(call),
        recording_path=recording_path or call.recording_path,
        codec=call.codec,
        mos=call.quality.mos if call.quality is not None else 0.0,
        person=call.person,
    )


def refused_record(event: CallRefused, key: str) -> CallRecord:
    """The row for a caller who found every line in use."""
    caller = event.caller
    return CallRecord(
        key=key,
        account_key=event.account_key,
        direction=Direction.RECIPIENT,
        remote=caller.remote,
        result=CallResult.MISSED,
        cause=FailureCause.TOO_MANY_CALLS,
        status_code=event.status_code,
        started_at_s=event.at_s,
        duration_s=0.0,
        anonymity=caller.anonymity,
        diverted_by=caller.diverted_by,
        called=caller.called,
    )


def transferred_to(call: Call) -> str:
    """The number a call was handed over or sent on to; "" where it was not."""
    transfer = call.transfer
    if transfer is None or transfer.state is not TransferState.SUCCEEDED:
        return call.forwarded_to
    return parse_party(transfer.target).number


def answered_elsewhere(call: Call) -> bool:
    """Another phone took the caller: replaced, or cancelled with cause 200 (RFC 3326 §3.1)."""
    if call.direction is not Direction.RECIPIENT or call.confirmed_at_s:
        return False
    completed = call.reason is TerminatedReason.CANCELLED and 200 <= call.status_code < 300
    return completed or call.reason is TerminatedReason.REPLACED


def _result(call: Call) -> CallResult:
    if call.cause is FailureCause.ENGINE_LOST:
        return CallResult.LOST
    if call.confirmed_at_s:
        return CallResult.ANSWERED
    if call.direction is Direction.RECIPIENT:
        if answered_elsewhere(call):
            return CallResult.ELSEWHERE
        if call.forwarded_to and call.reason is TerminatedReason.REJECTED:
            return CallResult.FORWARDED
        if call.quiet:
            return CallResult.MISSED
        declined = call.reason in (TerminatedReason.REJECTED, TerminatedReason.LOCAL_BYE)
        return CallResult.DECLINED if declined else CallResult.MISSED
    if call.reason in (TerminatedReason.CANCELLED, TerminatedReason.LOCAL_BYE):
        return CallResult.CANCELLED
    if call.cause is FailureCause.DECLINED:
        return CallResult.DECLINED
    return CallResult.FAILED
