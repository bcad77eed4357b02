"""Transfers of ours: REFER sent, its NOTIFYs told, the transferred calls ended (RFC 3515, RFC 5589).

REFER ─▸ asked ─▸ (202, NOTIFY 100) trying ─▸ (NOTIFY 18x) ringing ─┬─▸ succeeded ─▸ BYE, theirs or ours
                                                                   ├─▸ failed: the call is still there
                                                                   └─▸ cancelled: what comes is ignored
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import pjsua2 as pj
from msgspec.structs import replace

from softphone.domain.commands import TransferCall
from softphone.domain.errors import FailureCause, failure_cause
from softphone.domain.events import TransferChanged
from softphone.domain.ports import EventSink
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import UriInvalid, parse_sip_uri
from softphone.engine.call import PjCall
from softphone.engine.errors import EngineError, pj_call
from softphone.engine.schedule import Schedule, ScheduledCall

PROGRESS_LIMIT_S = 30.0  # no NOTIFY for so long, and the outcome is unknown
RINGING_LIMIT_S = 120.0  # between 180 and the answer nothing need be said
BYE_LIMIT_S = 2.0  # for the far side to end what was transferred


class _Underway(msgspec.Struct):
    """A transfer without an outcome, and when it will be given up."""

    transfer: Transfer
    limit: ScheduledCall


class Transfers:
    """One transfer a call at most. Thread: engine, all of it."""

    def __init__(
        self,
        schedule: Schedule,
        emit: EventSink,
        find: Callable[[str], PjCall | None],
        hangup: Callable[[str], None],
    ) -> None:
        self._schedule = schedule
        self._emit = emit
        self._find = find
        self._hangup = hangup
        self._underway: dict[str, _Underway] = {}

    def start(self, command: TransferCall) -> None:
        """Send REFER; told by TransferChanged. Errors: EngineError, and nothing was changed."""
        call = self._confirmed(command.key)
        other = self._confirmed(command.to_key) if command.to_key else None
        if command.to_key == command.key:
            raise EngineError(FailureCause.INTERNAL, "a call cannot be transferred to itself")
        if command.key in self._underway or any(
            command.key == underway.transfer.to_key or command.to_key == key
            for key, underway in self._underway.items()
        ):
            raise EngineError(FailureCause.INTERNAL, "a transfer is under way")
        if other is not None:
            target = other.record.caller.remote.uri
            pj_call(call.xferReplaces, other, pj.CallOpParam())
        else:
            target = _refer_to(command.target)
            pj_call(call.xfer, f"<{target}>", pj.CallOpParam())
        transfer = Transfer(target=target, state=TransferState.ASKED, to_key=command.to_key)
        self._underway[command.key] = _Underway(transfer, self._limit(command.key, PROGRESS_LIMIT_S))
        self._emit(TransferChanged(key=command.key, transfer=transfer))

    def cancel(self, key: str) -> None:
        """Take the call back: what the far side still says of it is ignored. Errors: EngineError."""
        if key not in self._underway:
            raise EngineError(FailureCause.INTERNAL, "no transfer is under way")
        self._end(key, TransferState.CANCELLED, 0, FailureCause.NONE)

    def status(self, key: str, status_code: int, final: bool) -> bool:
        """The REFER was answered or a NOTIFY came; True while more is wanted."""
        underway = self._underway.get(key)
        if underway is None:
            return False
        if 200 <= status_code < 300:
            to_key = underway.transfer.to_key
            self._end(key, TransferState.SUCCEEDED, status_code, FailureCause.NONE)
            self._schedule.call_later(BYE_LIMIT_S, lambda: self._end_legs(key, to_key))
        elif status_code >= 300:
            self._end(key, TransferState.FAILED, status_code, failure_cause(status_code))
        elif final:
            self._end(key, TransferState.FAILED, status_code, FailureCause.NO_ANSWER)
        else:
            self._progress(key, underway, status_code)
        return key in self._underway

    def forget(self, key: str) -> None:
        """The call is over."""
        underway = self._underway.pop(key, None)
        if underway is not None:
            underway.limit.cancel()

    # -- inside ------------------------------------------------------------------------------------

    def _confirmed(self, key: str) -> PjCall:
        call = self._find(key)
        if call is None:
            raise EngineError(FailureCause.INTERNAL, "no such call")
        if not call.record.was_confirmed or call.record.hanging_up:
            raise EngineError(FailureCause.NOT_SUPPORTED, "only an answered call can be transferred")
        return call

    def _progress(self, key: str, underway: _Underway, status_code: int) -> None:
        rings = status_code > 100 or underway.transfer.state is TransferState.RINGING
        state = TransferState.RINGING if rings else TransferState.TRYING
        underway.limit.cancel()
        underway.limit = self._limit(key, RINGING_LIMIT_S if rings else PROGRESS_LIMIT_S)
        if state is underway.transfer.state:
            return
        underway.transfer = replace(underway.transfer, state=state, status_code=status_code)
        self._emit(TransferChanged(key=key, transfer=underway.transfer))

    def _limit(self, key: str, delay_s: float) -> ScheduledCall:
        return self._schedule.call_later(delay_s, lambda: self._give_up(key))

    def _give_up(self, key: str) -> None:
        underway = self._underway.get(key)
        if underway is not None:
            asked = underway.transfer.state is TransferState.ASKED
            cause = FailureCause.SERVER_TIMEOUT if asked else FailureCause.NO_ANSWER
            self._end(key, TransferState.FAILED, 0, cause)

    def _end(self, key: str, state: TransferState, status_code: int, cause: FailureCause) -> None:
        underway = self._underway.pop(key)
        underway.limit.cancel()
        transfer = replace(underway.transfer, state=state, status_code=status_code, cause=cause)
        self._emit(TransferChanged(key=key, transfer=transfer))

    def _end_legs(self, *keys: str) -> None:
        for key in keys:
            if self._find(key) is not None:
                self._hangup(key)


def _refer_to(text: str) -> str:
    """The SIP URI of a target. Errors: EngineError for anything that names nobody."""
    try:
        uri = parse_sip_uri(text)
    except UriInvalid as error:
        raise EngineError(FailureCause.INVALID_NUMBER, str(error)) from None
    if not uri.user:
        raise EngineError(FailureCause.INVALID_NUMBER, f"nobody: {text!r}")
    return str(uri)
