"""What is told of a call, from what is known of it: record in, event out."""

from __future__ import annotations

import time

from softphone.domain.call import CallState
from softphone.domain.events import CallCreated, CallStateChanged
from softphone.engine.call import CallRecord
from softphone.engine.translate import CallSnapshot, EndingFacts, ending


def created(record: CallRecord) -> CallCreated:
    """A call exists."""
    caller = record.caller
    return CallCreated(
        key=record.key,
        account_key=record.account_key,
        direction=record.direction,
        remote=caller.remote,
        state=record.state,
        sip_call_id=record.sip_call_id,
        transferred_from=record.transferred_from,
        anonymity=caller.anonymity,
        diverted_by=caller.diverted_by,
        called=caller.called,
        answer_after_s=caller.answer_after_s,
        at_s=time.time(),
    )


def moved(record: CallRecord, snapshot: CallSnapshot | None) -> CallStateChanged:
    """A call came to ``record.state``; without a snapshot by a 100."""
    return CallStateChanged(
        key=record.key,
        state=record.state,
        status_code=snapshot.status_code if snapshot else 100,
        reason_phrase=snapshot.reason_phrase if snapshot else "",
        at_s=time.time(),
    )


def ended(record: CallRecord) -> CallStateChanged:
    """A call is over, and why."""
    outcome = ending(
        EndingFacts(
            direction=record.direction,
            was_confirmed=record.was_confirmed,
            local_hangup=record.hanging_up,
            replaced=record.replaced,
            gave_up=record.gave_up,
            verdict=record.verdict,
            answered=record.answered,
            from_peer=record.from_peer,
            status_code=record.status_code,
            reason_phrase=record.reason_phrase,
            q850_cause=record.q850_cause,
            warning=record.warning,
        )
    )
    return CallStateChanged(
        key=record.key,
        state=CallState.TERMINATED,
        reason=outcome.reason,
        cause=outcome.cause,
        status_code=outcome.status_code,
        reason_phrase=outcome.reason_phrase,
        q850_cause=outcome.q850_cause,
        at_s=time.time(),
    )
