"""Every call of the engine: made, taken, ended. The one strong reference to each PjCall lives here.

    MakeCall ─▸ trying ─▸ proceeding ─▸ early ─▸ confirmed ─▸ terminated     (told by events)
    INVITE ─▸ (guards: DTLS, flood, limit) ─▸ 180, early ─▸ …

A call that is over for the person may still have a transaction under way: it keeps its slot of the
library's four until DISCONNECTED, and only then its object is dropped.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable

import pjsua2 as pj

from softphone.domain.call import CallState, Direction
from softphone.domain.commands import LIBRARY_MAX_CALLS, MakeCall
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, CallStateChanged, CommandFailed, DtmfReceived
from softphone.domain.ports import EventSink
from softphone.domain.uri import parse_party
from softphone.engine.account import IncomingInvite
from softphone.engine.call import CallRecord, PjCall, TransactionSnapshot
from softphone.engine.call_media import CallMedia
from softphone.engine.dtmf import DtmfSender
from softphone.engine.errors import LOGGER, EngineError, pj_call
from softphone.engine.rate_limit import RateLimit
from softphone.engine.schedule import Schedule
from softphone.engine.translate import (
    CallSnapshot,
    EndingFacts,
    MediaSnapshot,
    ending,
    q850_cause,
    response_code,
)

SILENCE_LIMIT_S = 6.0  # no answer at all to an INVITE; the RFC's timer B says 32 s
HANGUP_LIMIT_S = 0.5  # a hang-up is told by then, even where nobody answers it
# Every INVITE takes two of the 64 sockets the library can watch, and gives them back 0.5 s later; the 65th
# is an assertion. Over the limit a call is refused late: it keeps its slot, and with all four taken the
# library refuses by itself, before it opens sockets.
INCOMING_PER_S, INCOMING_BURST = 15.0, 8
FLOOD_HOLD_S = 0.6
OUTGOING_PER_S, OUTGOING_BURST = 4.0, 4


class CallTable:
    """Thread: engine, all of it."""

    def __init__(
        self,
        *,
        media: CallMedia,
        schedule: Schedule,
        emit: EventSink,
        on_count: Callable[[int], None] = lambda _count: None,
    ) -> None:
        self.max_calls = 1
        self._media = media
        self._schedule = schedule
        self._emit = emit
        self._on_count = on_count
        self._calls: dict[str, PjCall] = {}
        self._refused: dict[str, PjCall] = {}
        self._incoming_rate = RateLimit(per_second=INCOMING_PER_S, burst=INCOMING_BURST)
        self._outgoing_rate = RateLimit(per_second=OUTGOING_PER_S, burst=OUTGOING_BURST)
        self.dtmf = DtmfSender(schedule, emit, self.find)

    def find(self, key: str) -> PjCall | None:
        """The call of ``key`` where it still lives."""
        call = self._calls.get(key)
        return call if call is not None and call.record.is_live else None

    def live(self) -> list[PjCall]:
        """Every call the phone shows."""
        return [call for call in self._calls.values() if call.record.is_live]

    @property
    def slots_used(self) -> int:
        """Calls the library still works on, shown or not."""
        return len(self._calls) + len(self._refused)

    # -- commands ----------------------------------------------------------------------------------

    def make(self, command: MakeCall, account: pj.Account) -> None:
        """Send an INVITE. Errors: EngineError."""
        if command.key in self._calls:
            raise EngineError(FailureCause.INTERNAL, "the key is in use")
        if len(self.live()) >= self.max_calls or self.slots_used >= LIBRARY_MAX_CALLS:
            raise EngineError(FailureCause.TOO_MANY_CALLS, "every line is in use")
        if not self._outgoing_rate.allow():
            raise EngineError(FailureCause.TOO_MANY_CALLS, "too many calls a second")
        remote = parse_party(command.uri)
        record = CallRecord(command.key, command.account_key, Direction.INITIATOR, remote)
        call = PjCall(account, record, self)
        self._calls[command.key] = call
        self._on_count(self.slots_used)
        try:
            pj_call(call.makeCall, command.uri, pj.CallOpParam(True))
        except EngineError:
            self._drop(command.key)
            raise
        record.announced = True
        self._announce(record, str(call.getInfo().callIdString))
        record.time_limit = self._schedule.call_later(
            SILENCE_LIMIT_S, lambda: self._give_up(command.key, FailureCause.SERVER_TIMEOUT)
        )

    def answer(self, key: str) -> None:
        """Answer with 200. Errors: EngineError."""
        call = self._need(key)
        if call.record.direction is not Direction.RECIPIENT or call.record.was_confirmed:
            raise EngineError(FailureCause.INTERNAL, "nothing to answer")
        self._reply(call, 200)

    def hangup(self, key: str, status_code: int = 603) -> None:
        """End a call in any state. Errors: EngineError."""
        call = self._need(key)
        record = call.record
        if record.hanging_up:
            return
        record.hanging_up = True
        self._media.measure_last(call)
        self._media.leave(call)
        self._schedule.call_later(HANGUP_LIMIT_S, lambda: self._tell_end(key))
        parameters = pj.CallOpParam()
        if record.direction is Direction.RECIPIENT and not record.was_confirmed:
            parameters.statusCode = status_code
        pj_call(call.hangup, parameters)

    def hangup_all(self) -> None:
        """End every call, shown or not; errors are logged."""
        for key in [call.record.key for call in self.live()]:
            try:
                self.hangup(key, 480)
            except EngineError as error:
                LOGGER.warning("hanging up: %s", error.detail)

    def server_refused(self) -> None:
        """The server's port is closed: calls it has not answered cannot come about."""
        for call in self.live():
            if call.record.state is CallState.TRYING and call.record.direction is Direction.INITIATOR:
                self._give_up(call.record.key, FailureCause.SERVER_UNREACHABLE)

    def drop_all(self) -> None:
        """Let every object go, before libDestroy."""
        self._calls.clear()
        self._refused.clear()

    # -- what comes in -----------------------------------------------------------------------------

    def incoming(self, invite: IncomingInvite, account: pj.Account) -> None:
        """An INVITE: refuse it, or ring."""
        key = secrets.token_hex(8)
        record = CallRecord(key, invite.account_key, Direction.RECIPIENT, parse_party(""))
        call = PjCall(account, record, self, invite.pj_call_id)
        refusal = self._refusal(invite)
        if refusal:
            self._refused[key] = call
            if refusal == 488 or self._incoming_rate.allow():
                self._reply(call, refusal)
            else:
                self._schedule.call_later(FLOOD_HOLD_S, lambda: self._refuse_late(key, refusal))
            return
        self._calls[key] = call
        self._reply(call, 180)
        info = call.getInfo()
        record.remote = parse_party(str(info.remoteUri))
        record.announced = True
        self._announce(record, str(info.callIdString))
        self._on_count(self.slots_used)

    def on_state(self, call: PjCall, snapshot: CallSnapshot, message: str) -> None:
        """The INVITE session moved (port CallObserver)."""
        record = call.record
        if snapshot.state is None:
            return
        if snapshot.state is CallState.TERMINATED:
            record.status_code, record.reason_phrase = snapshot.status_code, snapshot.reason_phrase
            record.from_peer = record.from_peer or bool(message)
            record.q850_cause = q850_cause(message) or record.q850_cause
            self._media.leave(call)
            self._tell_end(record.key)
            self._drop(record.key)
            return
        if not record.is_live:
            return
        if snapshot.state is CallState.EARLY and record.direction is Direction.INITIATOR:
            self._answered(record)
            self._tell(record, CallState.EARLY, snapshot)
        elif snapshot.state is CallState.CONFIRMED and not record.was_confirmed:
            self._answered(record)
            record.was_confirmed = True
            self._tell(record, CallState.CONFIRMED, snapshot)
            self._media.confirmed(call)

    def on_media(self, call: PjCall, media: MediaSnapshot) -> None:
        """The media were negotiated (port CallObserver)."""
        if call.record.is_live and not call.record.hanging_up:
            self._media.changed(call, media)

    def on_stream_end(self, call: PjCall) -> None:
        """A stream is about to go (port CallObserver)."""
        if call.record.is_live:
            self._media.measure_last(call)

    def on_transaction(self, call: PjCall, transaction: TransactionSnapshot) -> None:
        """A transaction moved (port CallObserver)."""
        record = call.record
        if transaction.message and transaction.method in ("BYE", "CANCEL") and not transaction.is_ours:
            record.from_peer = True
            record.q850_cause = q850_cause(transaction.message) or record.q850_cause
        if not record.is_live or not transaction.is_ours:
            return
        final = transaction.state in (pj.PJSIP_TSX_STATE_COMPLETED, pj.PJSIP_TSX_STATE_TERMINATED)
        if transaction.method == "INVITE" and not record.was_confirmed:
            self._invite_moved(record, transaction)
        elif transaction.method == "INVITE" and final:
            self._media.reinvite_answered(call, transaction)
        elif transaction.method == "INFO" and final:
            self.dtmf.info_answered(record.key, transaction)

    def on_digit(self, call: PjCall, digit: str) -> None:
        """The far side pressed a key (port CallObserver)."""
        if call.record.is_live:
            self._emit(DtmfReceived(key=call.record.key, digit=digit))

    # -- inside ------------------------------------------------------------------------------------

    def _refusal(self, invite: IncomingInvite) -> int:
        """The status code to refuse with; 0 to ring."""
        if "udp/tls/" in invite.message.lower():
            return 488  # DTLS-SRTP is not compiled in and answering it is a segfault
        if len(self.live()) >= self.max_calls or not self._incoming_rate.allow():
            return 486
        return 0

    def _refuse_late(self, key: str, status_code: int) -> None:
        call = self._refused.get(key)
        if call is not None:
            self._reply(call, status_code)

    def _invite_moved(self, record: CallRecord, transaction: TransactionSnapshot) -> None:
        if transaction.state != pj.PJSIP_TSX_STATE_PROCEEDING:
            return
        self._answered(record)
        if response_code(transaction.message) == 100 and record.state is CallState.TRYING:
            self._tell(record, CallState.PROCEEDING, None)

    def _answered(self, record: CallRecord) -> None:
        record.answered = True
        if record.time_limit is not None:
            record.time_limit.cancel()

    def _reply(self, call: PjCall, status_code: int) -> None:
        parameters = pj.CallOpParam(status_code == 200)
        parameters.statusCode = status_code
        pj_call(call.hangup if status_code >= 300 else call.answer, parameters)

    def _give_up(self, key: str, cause: FailureCause) -> None:
        call = self.find(key)
        if call is None or call.record.answered:
            return
        call.record.gave_up = cause
        try:
            self.hangup(key)
        except EngineError as error:
            LOGGER.info("giving up: %s", error.detail)
        self._tell_end(key)

    def _need(self, key: str) -> PjCall:
        call = self.find(key)
        if call is None:
            raise EngineError(FailureCause.INTERNAL, "no such call")
        return call

    def _announce(self, record: CallRecord, sip_call_id: str) -> None:
        self._emit(
            CallCreated(
                key=record.key,
                account_key=record.account_key,
                direction=record.direction,
                remote=record.remote,
                state=record.state,
                sip_call_id=sip_call_id,
                at_s=time.time(),
            )
        )

    def _tell(self, record: CallRecord, state: CallState, snapshot: CallSnapshot | None) -> None:
        record.state = state
        self._emit(
            CallStateChanged(
                key=record.key,
                state=state,
                status_code=snapshot.status_code if snapshot else 100,
                reason_phrase=snapshot.reason_phrase if snapshot else "",
                at_s=time.time(),
            )
        )

    def _tell_end(self, key: str) -> None:
        call = self._calls.get(key)
        if call is None or not call.record.is_live:
            return
        record = call.record
        if record.time_limit is not None:
            record.time_limit.cancel()
        facts = EndingFacts(
            direction=record.direction,
            was_confirmed=record.was_confirmed,
            local_hangup=record.hanging_up,
            gave_up=record.gave_up,
            answered=record.answered,
            from_peer=record.from_peer,
            status_code=record.status_code,
            reason_phrase=record.reason_phrase,
            q850_cause=record.q850_cause,
        )
        outcome = ending(facts)
        self.dtmf.forget(key)
        self._media.ended(call)
        record.ended = True
        record.state = CallState.TERMINATED
        self._emit(
            CallStateChanged(
                key=key,
                state=CallState.TERMINATED,
                reason=outcome.reason,
                cause=outcome.cause,
                status_code=outcome.status_code,
                reason_phrase=outcome.reason_phrase,
                q850_cause=outcome.q850_cause,
                at_s=time.time(),
            )
        )

    def _drop(self, key: str) -> None:
        """Let the object go inside the DISCONNECTED callback, which pjsua2 allows for.

        Any later is too late: one read of the SIP socket may bring INVITEs that take the call id again, and
        Call's destructor would hang those up (pjproject #3856).
        """
        self._calls.pop(key, None)
        self._refused.pop(key, None)
        self._on_count(self.slots_used)


def command_failed(command: str, error: EngineError, key: str = "") -> CommandFailed:
    """The event for a command that could not be carried out."""
    return CommandFailed(command=command, cause=error.cause, key=key, detail=error.detail)
