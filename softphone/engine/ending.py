"""Calls ended by us: hung up, refused, sent elsewhere, given up; and the end of any call, told once.

Hangup, Redirect, a limit ─▸ CANCEL, BYE or a final response ─▸ DISCONNECTED, or 0.5 s ─▸ told
"""

from __future__ import annotations

from collections.abc import Callable

import pjsua2 as pj

from softphone.domain.call import CallState, Direction
from softphone.domain.commands import Hangup, Redirect
from softphone.domain.errors import FailureCause
from softphone.domain.ports import EventSink
from softphone.domain.uri import UriInvalid
from softphone.engine import call_events
from softphone.engine.call import CallRecord, PjCall, add_header
from softphone.engine.call_media import CallMedia
from softphone.engine.errors import LOGGER, EngineError, pj_call
from softphone.engine.lines import Lines
from softphone.engine.redirection import contact_values
from softphone.engine.schedule import Schedule

HANGUP_LIMIT_S = 0.5  # a hang-up is told by then, even where nobody answers it


class Endings:
    """Thread: engine, all of it."""

    def __init__(
        self,
        lines: Lines,
        media: CallMedia,
        schedule: Schedule,
        emit: EventSink,
        on_end: Callable[[str], None],
    ) -> None:
        """``on_end`` is told the key of a call just before its end is told."""
        self._lines = lines
        self._media = media
        self._schedule = schedule
        self._emit = emit
        self._on_end = on_end

    def hangup(self, command: Hangup) -> None:
        """End a call in any state. Errors: EngineError."""
        waiting = self._lines.waiting.pop(command.key, None)
        if waiting is not None:
            waiting.hanging_up = True
            self.tell(waiting)
            return
        call = self._lines.need(command.key)
        parameters = pj.CallOpParam()
        if call.record.direction is Direction.RECIPIENT and not call.record.was_confirmed:
            parameters.statusCode = command.status_code
        self._hang_up(call, parameters)

    def redirect(self, command: Redirect) -> None:
        """Send a caller elsewhere by 302. Errors: EngineError, and the call goes on ringing."""
        call = self._lines.ringing(command.key)
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

    def try_hangup(self, key: str, status_code: int = 603) -> None:
        """End a call where it is still there; errors are logged."""
        try:
            self.hangup(Hangup(key=key, status_code=status_code))
        except EngineError as error:
            LOGGER.warning("hanging up: %s", error.detail)

    def hangup_all(self) -> None:
        """End every call the phone shows; errors are logged."""
        for key in [*self._lines.waiting, *(call.record.key for call in self._lines.live())]:
            self.try_hangup(key, 480)

    def end_with(self, key: str, cause: FailureCause) -> None:
        """End a call for a reason of ours, which is told; one that is over is left alone."""
        call = self._lines.find(key)
        if call is None or call.record.hanging_up:
            return
        call.record.gave_up = cause
        self.try_hangup(key)
        self.tell(call.record)

    def give_up(self, key: str, cause: FailureCause) -> None:
        """End a call out that nobody answered in time."""
        call = self._lines.find(key)
        if call is not None and not call.record.answered:
            self.end_with(key, cause)

    def server_refused(self) -> None:
        """The server's port is closed: calls it has not answered cannot come about."""
        for call in self._lines.live():
            if call.record.state is CallState.TRYING and call.record.direction is Direction.INITIATOR:
                self.give_up(call.record.key, FailureCause.SERVER_UNREACHABLE)

    def tell(self, record: CallRecord) -> None:
        """The call is over; told once."""
        if not record.is_live:
            return
        if record.time_limit is not None:
            record.time_limit.cancel()
        call = self._lines.held(record.key)
        if call is not None:
            self._media.leave(call)
        self._on_end(record.key)
        event = call_events.ended(record)
        record.ended = True
        record.state = CallState.TERMINATED
        self._emit(event)

    def _hang_up(self, call: PjCall, parameters: pj.CallOpParam) -> None:
        record = call.record
        if record.hanging_up:
            return
        record.hanging_up = True
        self._media.measure_last(call)
        self._media.leave(call)
        self._schedule.call_later(HANGUP_LIMIT_S, lambda: self.tell(record))
        pj_call(call.hangup, parameters)
