"""How a call's state moves: ``apply(call, event) -> Call``, pure, and the only place that moves it.

trying ─▸ proceeding ─▸ early ─▸ confirmed
   └──────────┴───────────┴──────────┴───▸ terminated(reason)
"""

from __future__ import annotations

from msgspec.structs import replace

from softphone.domain.call import Call, CallState, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    CallCreated,
    CallEvent,
    CallStateChanged,
    MediaChanged,
    MediaSilent,
    MuteChanged,
    PartyMuteChanged,
    QualityMeasured,
    RecordingChanged,
    RedirectOffered,
    TransferChanged,
)
from softphone.domain.transfer import TransferState

_ORDER = (
    CallState.TRYING,
    CallState.PROCEEDING,
    CallState.EARLY,
    CallState.CONFIRMED,
    CallState.TERMINATED,
)


class IllegalTransition(ValueError):
    """An event that this call cannot take; a defect of the sender, never shown to a user."""

    def __init__(self, call: Call, event: CallEvent) -> None:
        super().__init__(f"{call.state.value} cannot take {event!r}")


def created_call(event: CallCreated) -> Call:
    """The call that CallCreated announces."""
    return Call(
        key=event.key,
        account_key=event.account_key,
        direction=event.direction,
        remote=event.remote,
        state=event.state,
        sip_call_id=event.sip_call_id,
        transferred_from=event.transferred_from,
        anonymity=event.anonymity,
        diverted_by=event.diverted_by,
        called=event.called,
        answer_after_s=event.answer_after_s,
        created_at_s=event.at_s,
    )


def apply(call: Call, event: CallEvent) -> Call:
    """The call after ``event``.

    Errors: IllegalTransition for an event of another call, any event after terminated, a step back, and
    terminated without a reason.
    """
    if event.key != call.key or not call.is_live:
        raise IllegalTransition(call, event)
    if isinstance(event, MediaChanged):
        return _negotiated(call, event)
    if isinstance(event, CallStateChanged):
        return _moved(call, event)
    return replace(call, **_said(event))


def _negotiated(call: Call, event: MediaChanged) -> Call:
    """A transfer that came to nothing is forgotten once its call is resumed."""
    transfer = call.transfer
    resumed = call.held and not event.local_media.holds
    if resumed and transfer is not None and transfer.state in (TransferState.FAILED, TransferState.CANCELLED):
        transfer = None
    return replace(
        call,
        local_media=event.local_media,
        remote_media=event.remote_media,
        codec=event.codec or call.codec,
        early_media=event.early_media and call.state is not CallState.CONFIRMED,
        transfer=transfer,
    )


def _said(event: CallEvent) -> dict[str, object]:
    """The fields an event sets that moves no state."""
    match event:
        case MuteChanged():
            return {"muted": event.muted}
        case QualityMeasured():
            return {"quality": event.quality}
        case TransferChanged():
            return {"transfer": event.transfer}
        case RedirectOffered():
            return {"redirect_targets": event.targets}
        case PartyMuteChanged():
            return {"party_muted": event.muted}
        case RecordingChanged():
            return {"recording_path": event.path}
        case MediaSilent():
            return {"silent": event.silent}
        case _:
            raise TypeError(type(event).__name__)


def _moved(call: Call, event: CallStateChanged) -> Call:
    if _ORDER.index(event.state) < _ORDER.index(call.state):
        raise IllegalTransition(call, event)
    ends = event.state is CallState.TERMINATED
    if ends is (event.reason is None):
        raise IllegalTransition(call, event)
    confirms = event.state is CallState.CONFIRMED and call.state is not CallState.CONFIRMED
    return replace(
        call,
        state=event.state,
        reason=event.reason,
        cause=event.cause,
        status_code=event.status_code or call.status_code,
        reason_phrase=event.reason_phrase or call.reason_phrase,
        remote=event.remote or call.remote,
        early_media=call.early_media and event.state is CallState.EARLY,
        confirmed_at_s=event.at_s if confirms else call.confirmed_at_s,
        terminated_at_s=event.at_s if ends else 0.0,
    )


def lost(call: Call, at_s: float) -> CallStateChanged:
    """The event that ends a call whose engine died."""
    return CallStateChanged(
        key=call.key,
        state=CallState.TERMINATED,
        reason=TerminatedReason.ERROR,
        cause=FailureCause.ENGINE_LOST,
        at_s=at_s,
    )
