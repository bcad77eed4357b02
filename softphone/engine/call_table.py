"""Every call of the engine: taken, moved, ended. The one strong reference to each PjCall lives here.

    MakeCall ─▸ outgoing ─▸ trying ─▸ proceeding ─▸ early ─▸ confirmed ─▸ terminated     (told by events)
    INVITE ─▸ gate ─▸ 180, early ─▸ …
    REFER, INVITE with Replaces ─▸ handover ─▸ …

A call that is over for the person may still have a transaction under way: it keeps its slot of the
library's four until DISCONNECTED, and only then its object is dropped.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pjsua2 as pj

from softphone.domain.call import CallState, Direction
from softphone.domain.commands import LIBRARY_MAX_CALLS, Answer, Configure, Hangup, MakeCall, Redirect
from softphone.domain.errors import FailureCause
from softphone.domain.events import DtmfReceived
from softphone.domain.identity import parse_identity
from softphone.domain.ports import EventSink
from softphone.domain.uri import UriInvalid
from softphone.engine import call_events
from softphone.engine.account import IncomingInvite
from softphone.engine.call import CallRecord, NewCall, PjCall, TransactionSnapshot
from softphone.engine.call_media import CallMedia
from softphone.engine.dtmf import DtmfSender
from softphone.engine.errors import LOGGER, EngineError, command_failed, pj_call
from softphone.engine.gate import Gate, is_dtls
from softphone.engine.handover import Handover
from softphone.engine.outgoing import AccountOf, OutgoingCalls, add_header
from softphone.engine.redirection import contact_values
from softphone.engine.schedule import Schedule
from softphone.engine.transfer import Transfers
from softphone.engine.translate import (
    CallSnapshot,
    MediaSnapshot,
    answered_elsewhere,
    q850_cause,
    response_code,
    warning_code,
)

HANGUP_LIMIT_S = 0.5  # a hang-up is told by then, even where nobody answers it


class CallTable:
    """Thread: engine, all of it."""

    def __init__(
        self,
        *,
        media: CallMedia,
        schedule: Schedule,
        emit: EventSink,
        account_of: AccountOf,
        on_count: Callable[[int], None] = lambda _count: None,
    ) -> None:
        self._max_calls = LIBRARY_MAX_CALLS
        self._media = media
        self._schedule = schedule
        self._emit = emit
        self._account_of = account_of
        self._on_count = on_count
        self._calls: dict[str, PjCall] = {}
        self._gate = Gate(schedule, emit, self._refuse)
        self.dtmf = DtmfSender(schedule, emit, self.find, media)
        self.outgoing = OutgoingCalls(self, schedule, emit, account_of)
        self.transfers = Transfers(schedule, emit, self.find, lambda key: self._try_hangup(Hangup(key=key)))
        self._handover = Handover(self, self._gate, self.outgoing, schedule, account_of)

    def configure(self, config: Configure) -> None:
        """Take the user's limits and choices from now on."""
        self._max_calls = max(1, min(config.max_calls, LIBRARY_MAX_CALLS))
        self.outgoing.policy = config.follow_redirects
        self._handover.accepts_transfers = config.accept_transfers

    def find(self, key: str) -> PjCall | None:
        """The call of ``key`` where it still lives."""
        call = self._calls.get(key)
        return call if call is not None and call.record.is_live else None

    def live(self) -> list[PjCall]:
        """Every call the phone shows that has an object in the library."""
        return [call for call in self._calls.values() if call.record.is_live]

    @property
    def slots_used(self) -> int:
        """Calls the library still works on, shown or not."""
        return len(self._calls)

    @property
    def line_is_free(self) -> bool:
        """One more call may be."""
        shown = sum(call.record.takes_line for call in self._calls.values()) + self.outgoing.count_between
        return shown < self._max_calls and self.slots_used < LIBRARY_MAX_CALLS

    # -- commands ----------------------------------------------------------------------------------

    def make(self, command: MakeCall) -> None:
        """Send an INVITE. Errors: EngineError."""
        if command.key in self._calls or self.outgoing.is_between(command.key):
            raise EngineError(FailureCause.INTERNAL, "the key is in use")
        if not self.line_is_free:
            raise EngineError(FailureCause.TOO_MANY_CALLS, "every line is in use")
        self.outgoing.make(command)

    def answer(self, command: Answer) -> None:
        """Answer with 200. Errors: EngineError."""
        call = self._ringing(command.key)
        self._reply(call, 200)
        call.record.hold_at_answer = command.held

    def redirect(self, command: Redirect) -> None:
        """Send a caller elsewhere by 302. Errors: EngineError, and the call goes on ringing."""
        call = self._ringing(command.key)
        try:
            contacts = contact_values(command.targets)
        except UriInvalid as error:
            raise EngineError(FailureCause.INVALID_NUMBER, str(error)) from None
        if not contacts:
            raise EngineError(FailureCause.INVALID_NUMBER, "nobody")
        parameters = pj.CallOpParam()
        parameters.statusCode = 302
        for contact in contacts:
            add_header(parameters, "Contact", contact)
        self._hang_up(call, parameters)

    def hangup(self, command: Hangup) -> None:
        """End a call in any state. Errors: EngineError."""
        if self.outgoing.end_between(command.key):
            return
        call = self._need(command.key)
        parameters = pj.CallOpParam()
        if call.record.direction is Direction.RECIPIENT and not call.record.was_confirmed:
            parameters.statusCode = command.status_code
        self._hang_up(call, parameters)

    def hangup_all(self) -> None:
        """End every call, shown or not; errors are logged."""
        self.outgoing.end_all_between()
        for key in [call.record.key for call in self.live()]:
            self._try_hangup(Hangup(key=key, status_code=480))

    def end_with(self, key: str, cause: FailureCause) -> None:
        """End a call for a reason of ours, which is told; one that is over is left alone."""
        call = self.find(key)
        if call is None or call.record.hanging_up:
            return
        call.record.gave_up = cause
        self._try_hangup(Hangup(key=key))
        self.tell_end(call.record)

    def server_refused(self) -> None:
        """The server's port is closed: calls it has not answered cannot come about."""
        for call in self.live():
            if call.record.state is CallState.TRYING and call.record.direction is Direction.INITIATOR:
                self.give_up(call.record.key, FailureCause.SERVER_UNREACHABLE)

    def drop_all(self) -> None:
        """Let every object go, before libDestroy."""
        self._calls.clear()

    # -- for those who make calls (port outgoing.Lines, handover.Lines) --------------------------------

    def hold_object(self, call: PjCall) -> None:
        """Keep the one strong reference to it."""
        self._calls[call.record.key] = call
        self._on_count(self.slots_used)

    def drop_object(self, key: str) -> None:
        """Let the object go inside the DISCONNECTED callback, which pjsua2 allows for.

        Any later is too late: one read of the SIP socket may bring INVITEs that take the call id again, and
        Call's destructor would hang those up (pjproject #3856).
        """
        self._calls.pop(key, None)
        self._on_count(self.slots_used)

    def give_up(self, key: str, cause: FailureCause) -> None:
        """End a call out that nobody answered in time."""
        call = self.find(key)
        if call is not None and not call.record.answered:
            self.end_with(key, cause)

    def tell_end(self, record: CallRecord) -> None:
        """The call is over; told once."""
        if not record.is_live:
            return
        if record.time_limit is not None:
            record.time_limit.cancel()
        call = self._calls.get(record.key)
        if call is not None:
            self._media.leave(call)
        self.dtmf.forget(record.key)
        self.transfers.forget(record.key)
        event = call_events.ended(record)
        record.ended = True
        record.state = CallState.TERMINATED
        self._emit(event)

    # -- what comes in -----------------------------------------------------------------------------

    def incoming(self, invite: IncomingInvite) -> None:
        """An INVITE: refuse it, or ring."""
        account = self._account_of(invite.account_key)
        if account is None:
            return
        refusal = self._gate.refusal(invite.message, line_is_free=self.line_is_free)
        caller = parse_identity(invite.message)
        record = CallRecord(secrets.token_hex(8), invite.account_key, Direction.RECIPIENT, caller)
        call = PjCall(account, record, self, invite.pj_call_id)
        self.hold_object(call)
        if refusal is not None:
            self._gate.turn_away(record, refusal)
            return
        record.about_to_ring = True
        self._reply(call, 180)

    def library_refused(self, invite: IncomingInvite) -> None:
        """The library had no call left for an INVITE and answered 486 by itself."""
        if len(self.live()) >= LIBRARY_MAX_CALLS:
            self._gate.told_by_library(invite)

    def cancelled(self, message: str) -> None:
        """A CANCEL came: where somebody else answered, the call is replaced rather than missed."""
        if answered_elsewhere(message):
            for call in self.live():
                if not call.record.was_confirmed and f" {call.record.sip_call_id}\r" in message:
                    call.record.replaced = call.record.direction is Direction.RECIPIENT

    def on_state(self, call: PjCall, snapshot: CallSnapshot, message: str) -> None:
        """The INVITE session moved (port CallObserver)."""
        record = call.record
        if record.is_live and is_dtls(message):  # the library would play their SRTP as if it were sound
            self._schedule.call_later(0.0, lambda: self.end_with(record.key, FailureCause.CODEC_MISMATCH))
        if snapshot.state is None:
            return
        if snapshot.state is CallState.TERMINATED:
            self._disconnected(call, snapshot, message)
            return
        if (record.about_to_ring or record.transferred_from) and not record.announced:
            self._announce(call)
        if not record.is_live:
            return
        if snapshot.state is CallState.EARLY and record.direction is Direction.INITIATOR:
            self._answered(record)
            if snapshot.status_code not in record.early_codes:  # every branch of a fork rings anew
                record.early_codes.add(snapshot.status_code)
                self._tell(record, CallState.EARLY, snapshot)
        elif snapshot.state is CallState.CONFIRMED and not record.was_confirmed:
            self._answered(record)
            record.was_confirmed = True
            self._tell(record, CallState.CONFIRMED, snapshot)
            self._media.confirmed(call)
            self._hold_at_answer(call)

    def on_media(self, call: PjCall, media: MediaSnapshot) -> None:
        """The media were negotiated (port CallObserver)."""
        if call.record.is_live and not call.record.hanging_up:
            self._media.changed(call, media)
            self._hold_at_answer(call)

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

    def on_transfer_request(self, call: PjCall, refer_to: str) -> NewCall:
        """The far side asks us to call somebody else (port CallObserver)."""
        return self._handover.transferee(call, refer_to)

    def on_transfer_status(self, call: PjCall, status_code: int, final: bool) -> bool:
        """A transfer of ours came further (port CallObserver)."""
        return self.transfers.status(call.record.key, status_code, final)

    def on_replace_request(self, call: PjCall, message: str) -> NewCall:
        """An INVITE asks for the place of a call (port CallObserver)."""
        return self._handover.target(call, message)

    def on_replaced(self, call: PjCall) -> None:
        """Another call took its place (port CallObserver); its media come before its first state."""
        call.record.replaced = True
        for new in list(self._calls.values()):
            if new.record.transferred_from == call.record.key and not new.record.announced:
                self._announce(new)

    # -- inside ------------------------------------------------------------------------------------

    def _disconnected(self, call: PjCall, snapshot: CallSnapshot, message: str) -> None:
        record = call.record
        record.status_code, record.reason_phrase = snapshot.status_code, snapshot.reason_phrase
        record.from_peer = record.from_peer or bool(message)
        record.q850_cause = q850_cause(message) or record.q850_cause
        record.warning = warning_code(message) or record.warning
        self._media.leave(call)
        if record.time_limit is not None:
            record.time_limit.cancel()
        if not (record.is_live and self.outgoing.again(record, message)):
            self.tell_end(record)
        self.drop_object(record.key)

    def _refuse(self, key: str, status_code: int) -> None:
        if key in self._calls:
            self._reply(self._calls[key], status_code)

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

    def _hold_at_answer(self, call: PjCall) -> None:
        record = call.record
        if not record.hold_at_answer or not record.was_confirmed or not record.media.active:
            return
        record.hold_at_answer = False
        key = record.key
        self._schedule.call_later(0.0, lambda: self._hold(key))

    def _hold(self, key: str) -> None:
        call = self.find(key)
        if call is not None:
            try:
                self._media.set_hold(call, True)
            except EngineError as error:
                self._emit(command_failed("SetHold", error, key))

    def _reply(self, call: PjCall, status_code: int) -> None:
        parameters = pj.CallOpParam(status_code == 200)
        parameters.statusCode = status_code
        pj_call(call.hangup if status_code >= 300 else call.answer, parameters)

    def _try_hangup(self, command: Hangup) -> None:
        try:
            self.hangup(command)
        except EngineError as error:
            LOGGER.warning("hanging up: %s", error.detail)

    def _hang_up(self, call: PjCall, parameters: pj.CallOpParam) -> None:
        record = call.record
        if record.hanging_up:
            return
        record.hanging_up = True
        self._media.measure_last(call)
        self._media.leave(call)
        self._schedule.call_later(HANGUP_LIMIT_S, lambda: self.tell_end(record))
        pj_call(call.hangup, parameters)

    def _need(self, key: str) -> PjCall:
        call = self.find(key)
        if call is None:
            raise EngineError(FailureCause.INTERNAL, "no such call")
        return call

    def _ringing(self, key: str) -> PjCall:
        call = self._need(key)
        record = call.record
        if record.direction is not Direction.RECIPIENT or record.was_confirmed or record.hanging_up:
            raise EngineError(FailureCause.INTERNAL, "nothing to answer")
        return call

    def _announce(self, call: PjCall) -> None:
        info = call.getInfo()
        call.record.sip_call_id = str(info.callIdString)
        call.record.announced = True
        self._emit(call_events.created(call.record))

    def _tell(self, record: CallRecord, state: CallState, snapshot: CallSnapshot | None) -> None:
        record.state = state
        self._emit(call_events.moved(record, snapshot))
