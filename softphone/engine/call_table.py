"""Every call of the engine: made, taken, moved; what the library tells of it becomes events here.

    MakeCall ─▸ outgoing ─▸ trying ─▸ proceeding ─▸ early ─▸ confirmed ─▸ terminated     (told by events)
    INVITE ─▸ gate ─▸ 180, early ─▸ …
    REFER, INVITE with Replaces ─▸ handover ─▸ …

``lines`` holds the objects, ``endings`` ends calls and tells it.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pjsua2 as pj

from softphone.domain.call import CallState, Direction
from softphone.domain.commands import LIBRARY_MAX_CALLS, Answer, Configure, MakeCall
from softphone.domain.errors import FailureCause
from softphone.domain.events import DtmfReceived
from softphone.domain.identity import parse_identity
from softphone.domain.ports import EventSink
from softphone.engine import call_events
from softphone.engine.account import IncomingInvite
from softphone.engine.call import CallRecord, NewCall, PjCall, TransactionSnapshot
from softphone.engine.call_media import CallMedia
from softphone.engine.dtmf import DtmfSender
from softphone.engine.ending import Endings
from softphone.engine.errors import EngineError, command_failed, pj_call
from softphone.engine.gate import Gate, is_dtls
from softphone.engine.handover import Handover
from softphone.engine.lines import Lines
from softphone.engine.outgoing import AccountOf, OutgoingCalls
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


class CallTable:
    """Thread: engine, all of it."""

    def __init__(
        self,
        *,
        media: CallMedia,
        schedule: Schedule,
        emit: EventSink,
        account_of: AccountOf,
        on_count: Callable[[int], None],
    ) -> None:
        self._media = media
        self._schedule = schedule
        self._emit = emit
        self._account_of = account_of
        self.lines = Lines(self, on_count)
        self.endings = Endings(self.lines, media, schedule, emit, self._forget)
        self._gate = Gate(schedule, emit, self._refuse)
        self.dtmf = DtmfSender(schedule, emit, self.lines.find, media)
        self.outgoing = OutgoingCalls(self.lines, self.endings, schedule, emit, account_of)
        self.transfers = Transfers(schedule, emit, self.lines.find, self.endings.try_hangup)
        self._handover = Handover(self.lines, self._gate, self.outgoing, schedule, account_of)

    def configure(self, config: Configure) -> None:
        """Take the user's limits and choices from now on."""
        self.lines.limit(config.max_calls)
        self.outgoing.policy = config.follow_redirects
        self._handover.accepts_transfers = config.accept_transfers

    # -- commands ----------------------------------------------------------------------------------

    def make(self, command: MakeCall) -> None:
        """Send an INVITE. Errors: EngineError."""
        if self.lines.knows(command.key):
            raise EngineError(FailureCause.INTERNAL, "the key is in use")
        if not self.lines.is_free:
            raise EngineError(FailureCause.TOO_MANY_CALLS, "every line is in use")
        self.outgoing.make(command)

    def answer(self, command: Answer) -> None:
        """Answer with 200. Errors: EngineError."""
        call = self.lines.ringing(command.key)
        self._reply(call, 200)
        call.record.hold_at_answer = command.held

    # -- what comes in -----------------------------------------------------------------------------

    def incoming(self, invite: IncomingInvite) -> None:
        """An INVITE: refuse it, or ring."""
        account = self._account_of(invite.account_key)
        if account is None:
            return
        refusal = self._gate.refusal(invite.message, line_is_free=self.lines.is_free)
        caller = parse_identity(invite.message)
        record = CallRecord(secrets.token_hex(8), invite.account_key, Direction.RECIPIENT, caller)
        call = self.lines.open(account, record, invite.pj_call_id)
        if refusal is not None:
            self._gate.turn_away(record, refusal)
            return
        record.about_to_ring = True
        self._reply(call, 180)

    def library_refused(self, invite: IncomingInvite) -> None:
        """The library had no call left for an INVITE and answered 486 by itself."""
        if len(self.lines.live()) >= LIBRARY_MAX_CALLS:
            self._gate.told_by_library(invite)

    def cancelled(self, message: str) -> None:
        """A CANCEL came: where somebody else answered, the call is replaced rather than missed."""
        if answered_elsewhere(message):
            for call in self.lines.live():
                if not call.record.was_confirmed and f" {call.record.sip_call_id}\r" in message:
                    call.record.replaced = call.record.direction is Direction.RECIPIENT

    def on_state(self, call: PjCall, snapshot: CallSnapshot, message: str) -> None:
        """The INVITE session moved (port CallObserver)."""
        record = call.record
        if record.is_live and is_dtls(message):  # the library would play their SRTP as if it were sound
            mismatch = FailureCause.CODEC_MISMATCH
            self._schedule.call_later(0.0, lambda: self.endings.end_with(record.key, mismatch))
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
        for new in self.lines.taking_over(call.record.key):
            self._announce(new)

    # -- inside ------------------------------------------------------------------------------------

    def _forget(self, key: str) -> None:
        self.dtmf.forget(key)
        self.transfers.forget(key)

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
            self.endings.tell(record)
        self.lines.drop(record.key)

    def _refuse(self, key: str, status_code: int) -> None:
        call = self.lines.held(key)
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

    def _hold_at_answer(self, call: PjCall) -> None:
        record = call.record
        if not record.hold_at_answer or not record.was_confirmed or not record.media.active:
            return
        record.hold_at_answer = False
        key = record.key
        self._schedule.call_later(0.0, lambda: self._hold(key))

    def _hold(self, key: str) -> None:
        call = self.lines.find(key)
        if call is not None:
            try:
                self._media.set_hold(call, True)
            except EngineError as error:
                self._emit(command_failed("SetHold", error, key))

    def _reply(self, call: PjCall, status_code: int) -> None:
        # With call settings a 180 makes the library's own offer where the INVITE had none; until there is
        # one, an UPDATE is an assertion.
        parameters = pj.CallOpParam(status_code < 300)
        parameters.statusCode = status_code
        pj_call(call.hangup if status_code >= 300 else call.answer, parameters)

    def _announce(self, call: PjCall) -> None:
        info = call.getInfo()
        call.record.sip_call_id = str(info.callIdString)
        call.record.announced = True
        self._emit(call_events.created(call.record))

    def _tell(self, record: CallRecord, state: CallState, snapshot: CallSnapshot | None) -> None:
        record.state = state
        self._emit(call_events.moved(record, snapshot))
