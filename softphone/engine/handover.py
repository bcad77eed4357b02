"""Calls the far side asks for: transferee (REFER) and target (INVITE with Replaces) of a transfer.

    REFER in a call of ours ─▸ 202, NOTIFY by the library ─▸ a call out of its own; the old one still stands
    INVITE with Replaces    ─▸ 200 at once; the old call ends as replaced

The new object is held before the callback returns, and let go where the library made no call of it.

One thing the library asserts on cannot be kept from it, and costs the process: a REFER in a dialog whose
call is over, at most 32 s ago, while its slot of the four serves another call. It answers in that call's
dialog, whatever the callback says.

Source: RFC 5589, RFC 3891.
"""

from __future__ import annotations

import secrets

from softphone.domain.call import CallState, Direction
from softphone.domain.identity import CallerIdentity, parse_identity
from softphone.domain.uri import UriInvalid, parse_party, parse_sip_uri
from softphone.engine.call import CallRecord, NewCall, PjCall
from softphone.engine.errors import LOGGER
from softphone.engine.gate import Gate, is_dtls
from softphone.engine.lines import Lines
from softphone.engine.outgoing import AccountOf, OutgoingCalls
from softphone.engine.schedule import Schedule


class Handover:
    """Thread: engine, all of it."""

    def __init__(
        self,
        lines: Lines,
        gate: Gate,
        outgoing: OutgoingCalls,
        schedule: Schedule,
        account_of: AccountOf,
    ) -> None:
        self.accepts_transfers = True
        self._lines = lines
        self._gate = gate
        self._outgoing = outgoing
        self._schedule = schedule
        self._account_of = account_of

    def transferee(self, call: PjCall, refer_to: str) -> NewCall:
        """The far side of ``call`` asks us to call ``refer_to``."""
        try:
            target = parse_sip_uri(refer_to)
        except UriInvalid as error:
            LOGGER.info("a transfer to nobody: %s", error)
            return NewCall(status_code=400)
        if not self.accepts_transfers:
            return NewCall(status_code=603)
        if not self._lines.is_free or not self._outgoing.allow():
            return NewCall(status_code=486)
        caller = CallerIdentity(remote=parse_party(f"<{target}>"))
        return self._new(202, call, Direction.INITIATOR, CallState.TRYING, caller)

    def target(self, call: PjCall, message: str) -> NewCall:
        """An INVITE, whose tags the library found right, asks for the place of ``call``."""
        if is_dtls(message):
            return NewCall(status_code=488)
        if not self._gate.allow() or not call.record.is_live:
            return NewCall(status_code=486)
        return self._new(200, call, Direction.RECIPIENT, CallState.TRYING, parse_identity(message))

    def _new(
        self, status_code: int, old: PjCall, direction: Direction, state: CallState, caller: CallerIdentity
    ) -> NewCall:
        account_key = old.record.account_key
        account = self._account_of(account_key)
        if account is None:
            return NewCall(status_code=480)
        record = CallRecord(secrets.token_hex(8), account_key, direction, caller)
        record.state = state
        record.transferred_from = old.record.key
        call = self._lines.open(account, record)
        self._schedule.call_later(0.0, lambda: self._drop_unused(record))
        return NewCall(status_code=status_code, call=call)

    def _drop_unused(self, record: CallRecord) -> None:
        if not record.announced:
            self._lines.drop(record.key)
