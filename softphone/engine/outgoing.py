"""Calls out: one call, as many INVITEs as it takes.

    MakeCall ─▸ INVITE ─┬─▸ answered
                        ├─▸ 3xx ─▸ (ask the user | follow) ─▸ INVITE to the next target
                        └─▸ 488 ─▸ INVITE with PCMU and PCMA only, once

The phone sees one call: the same key, the same Call-ID (RFC 3261 §8.1.3.4), no second CallCreated. Every
INVITE goes through our server; between two of them a call has no object in the library and waits
in ``lines``.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable

import pjsua2 as pj

from softphone.domain.call import Direction
from softphone.domain.commands import Hangup, MakeCall, RedirectPolicy
from softphone.domain.errors import FailureCause
from softphone.domain.events import RedirectOffered
from softphone.domain.identity import ANONYMOUS_URI, CallerIdentity
from softphone.domain.ports import EventSink
from softphone.domain.uri import UriInvalid, parse_party, parse_sip_uri
from softphone.engine import call_events
from softphone.engine.call import CallRecord, add_header
from softphone.engine.ending import Endings
from softphone.engine.errors import LOGGER, EngineError, pj_call
from softphone.engine.lines import Lines
from softphone.engine.rate_limit import RateLimit
from softphone.engine.redirection import Redirection, contact_targets
from softphone.engine.schedule import Schedule

SILENCE_LIMIT_S = 6.0  # no answer at all to an INVITE; the RFC's timer B says 32 s
CHOICE_LIMIT_S = 60.0  # for the user to say where a redirected call may go
AGAIN_S = 0.5  # where the next INVITE would come too fast, or the library has no room yet
MAX_TRIES = 10
OUTGOING_PER_S, OUTGOING_BURST = 4.0, 4  # rapid back-to-back calls abort the library

AccountOf = Callable[[str], pj.Account | None]


class OutgoingCalls:
    """Thread: engine, all of it."""

    def __init__(
        self,
        lines: Lines,
        endings: Endings,
        schedule: Schedule,
        emit: EventSink,
        account_of: AccountOf,
    ) -> None:
        self.policy = RedirectPolicy.ASK
        self._lines = lines
        self._endings = endings
        self._schedule = schedule
        self._emit = emit
        self._account_of = account_of
        self._rate = RateLimit(per_second=OUTGOING_PER_S, burst=OUTGOING_BURST, now_s=schedule.now_s)

    def allow(self) -> bool:
        """One more INVITE may go now."""
        return self._rate.allow()

    def make(self, command: MakeCall) -> None:
        """Send an INVITE. Errors: EngineError."""
        caller = CallerIdentity(remote=parse_party(command.uri))
        record = CallRecord(command.key, command.account_key, Direction.INITIATOR, caller)
        record.request = command
        record.redirection = Redirection(command.uri)
        record.sip_call_id = secrets.token_hex(16)
        if not self.allow() or not self._found_room(record, command.uri):
            self._lines.waiting[command.key] = record
            self._next(command.key, command.uri, AGAIN_S)
        record.announced = True
        self._emit(call_events.created(record))

    def again(self, record: CallRecord, message: str) -> bool:
        """An INVITE failed with ``message``: True where the call goes on all the same.

        Called inside the library's last callback for it: the next INVITE goes out after that.
        """
        redirection = record.redirection
        code = record.status_code
        if redirection is None or record.hanging_up or record.was_confirmed or code < 300 or code >= 600:
            return False
        if not message or record.gave_up is not FailureCause.NONE:
            return False
        if code == 488 and not record.plain_codecs:
            record.plain_codecs = True
            self._lines.waiting[record.key] = record
            self._next(record.key, redirection.current)
            return True
        return self._redirect(record, redirection, message)

    def follow(self, key: str, follow: bool) -> None:
        """The user's choice after RedirectOffered. Errors: EngineError."""
        record = self._lines.waiting.get(key)
        if record is None or record.redirection is None or not record.redirection.is_asked:
            raise EngineError(FailureCause.INTERNAL, "nothing was offered")
        record.redirection.is_asked = False
        if record.time_limit is not None:
            record.time_limit.cancel()
        self._emit(RedirectOffered(key=key, targets=()))
        if follow:
            self._hop(record)
        else:
            self._endings.hangup(Hangup(key=key))

    # -- inside ------------------------------------------------------------------------------------

    def _redirect(self, record: CallRecord, redirection: Redirection, message: str) -> bool:
        if self.policy is RedirectPolicy.REFUSE:
            return False
        if record.status_code < 400:
            targets = contact_targets(message)
            circle = bool(targets) and not redirection.add(targets) and not redirection.waiting
            if circle or (targets and redirection.is_exhausted):
                record.verdict = FailureCause.LOOP
                return False
        if not redirection.waiting or redirection.is_exhausted:
            return False
        self._lines.waiting[record.key] = record
        if self.policy is RedirectPolicy.FOLLOW:
            self._hop(record)
            return True
        key = record.key
        redirection.is_asked = True
        self._emit(RedirectOffered(key=key, targets=redirection.waiting))
        record.time_limit = self._schedule.call_later(CHOICE_LIMIT_S, lambda: self._unchosen(key))
        return True

    def _hop(self, record: CallRecord) -> None:
        assert record.redirection is not None
        self._next(record.key, record.redirection.take())

    def _next(self, key: str, uri: str, delay_s: float = 0.0, tries: int = MAX_TRIES) -> None:
        self._schedule.call_later(delay_s, lambda: self._send_next(key, uri, tries))

    def _send_next(self, key: str, uri: str, tries: int) -> None:
        record = self._lines.waiting.get(key)
        if record is None:
            return
        record.forget_answer()
        try:
            if self.allow() and self._found_room(record, uri):
                del self._lines.waiting[key]
                return
            if not tries:
                raise EngineError(FailureCause.TOO_MANY_CALLS, "every line is in use")
        except EngineError as error:
            LOGGER.info("the next INVITE: %s", error.detail)
            del self._lines.waiting[key]
            record.gave_up = error.cause
            self._endings.tell(record)
        else:
            self._next(key, uri, AGAIN_S, tries - 1)

    def _found_room(self, record: CallRecord, uri: str) -> bool:
        """Place it; False where the library still works on calls that are over. Errors: EngineError."""
        try:
            self._place(record, uri)
        except EngineError as error:
            if error.cause is not FailureCause.TOO_MANY_CALLS:
                raise
            return False
        return True

    def _unchosen(self, key: str) -> None:
        record = self._lines.waiting.pop(key, None)
        if record is not None:
            self._endings.tell(record)

    def _place(self, record: CallRecord, uri: str) -> None:
        """One INVITE. Errors: EngineError."""
        account = self._account_of(record.account_key)
        if account is None:
            raise EngineError(FailureCause.NOT_REGISTERED, "no such account")
        assert record.request is not None
        parameters = _parameters(record, record.request, str(pj_call(account.getInfo).uri))
        call = self._lines.open(account, record)
        key = record.key
        try:
            pj_call(call.makeCall, uri, parameters)
        except EngineError:
            self._lines.drop(key)
            raise
        record.time_limit = self._schedule.call_later(
            SILENCE_LIMIT_S, lambda: self._endings.give_up(key, FailureCause.SERVER_TIMEOUT)
        )


def _parameters(record: CallRecord, request: MakeCall, own_uri: str) -> pj.CallOpParam:
    """The INVITE's own headers: who we say we are, and whose call it replaces. Errors: EngineError."""
    parameters = pj.CallOpParam(True)
    parameters.opt.customCallId = record.sip_call_id
    if request.anonymous or request.identity:
        identity = _sip_uri(request.identity or own_uri)
        add_header(parameters, "P-Preferred-Identity", f"<{identity}>")
    if request.anonymous:
        parameters.txOption.localUri = f'"Anonymous" <{ANONYMOUS_URI}>'
        add_header(parameters, "Privacy", "id")
    if request.replaces:
        if any(ord(char) < 32 for char in request.replaces):
            raise EngineError(FailureCause.INTERNAL, "a control character in Replaces")
        add_header(parameters, "Replaces", request.replaces)
        # Without it, who does not know Replaces would ring instead of refusing (RFC 3891 §5).
        add_header(parameters, "Require", "replaces")
    return parameters


def _sip_uri(text: str) -> str:
    try:
        return str(parse_sip_uri(text))
    except UriInvalid as error:
        raise EngineError(FailureCause.INVALID_NUMBER, str(error)) from None
