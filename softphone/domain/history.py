"""What is remembered of a call that is over."""

from __future__ import annotations

import enum

import msgspec

from softphone.domain.call import Call, Direction, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.domain.uri import Party


class CallResult(enum.Enum):
    """How a call ended, in the words of a call list."""

    ANSWERED = "answered"
    MISSED = "missed"
    DECLINED = "declined"
    CANCELLED = "cancelled"
    FAILED = "failed"
    LOST = "lost"  # cut off by our own engine


class CallRecord(msgspec.Struct, frozen=True, kw_only=True):
    """One row of the history. Times are Unix seconds, ``duration_s`` is seconds of talking."""

    key: str
    account_key: str
    direction: Direction
    remote: Party
    result: CallResult
    cause: FailureCause
    status_code: int
    started_at_s: float
    duration_s: float


def call_record(call: Call) -> CallRecord:
    """The row for a terminated call."""
    return CallRecord(
        key=call.key,
        account_key=call.account_key,
        direction=call.direction,
        remote=call.remote,
        result=_result(call),
        cause=call.cause,
        status_code=call.status_code,
        started_at_s=call.created_at_s,
        duration_s=call.duration_s,
    )


def _result(call: Call) -> CallResult:
    if call.cause is FailureCause.ENGINE_LOST:
        return CallResult.LOST
    if call.confirmed_at_s:
        return CallResult.ANSWERED
    if call.direction is Direction.RECIPIENT:
        declined = call.reason in (TerminatedReason.REJECTED, TerminatedReason.LOCAL_BYE)
        return CallResult.DECLINED if declined else CallResult.MISSED
    if call.reason in (TerminatedReason.CANCELLED, TerminatedReason.LOCAL_BYE):
        return CallResult.CANCELLED
    if call.cause is FailureCause.DECLINED:
        return CallResult.DECLINED
    return CallResult.FAILED
