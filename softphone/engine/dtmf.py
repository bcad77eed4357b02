"""Sending digits one after the other, so that none is lost.

telephone-event: the stream takes a digit at a time, each 120 ms and 80 ms of pause (RFC 4733 §2.5.1.2).
INFO: a burst lost two of five digits, so the next goes out when the last one was answered.
In-band: the tones of ITU-T Q.23, as long, in the microphone's place. A comma waits 2 s.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Protocol

import pjsua2 as pj

from softphone.domain.dtmf import PAUSE, PAUSE_S, DtmfMethod
from softphone.domain.errors import FailureCause
from softphone.domain.events import CommandFailed, DtmfSent
from softphone.domain.ports import EventSink
from softphone.engine.call import PjCall, TransactionSnapshot
from softphone.engine.call_tones import DIGIT_MS, PAUSE_MS
from softphone.engine.errors import EngineError, pj_call
from softphone.engine.schedule import Schedule


class Sound(Protocol):
    """Who makes digits audible (``engine.call_media.CallMedia``)."""

    def sound_digit(self, call: PjCall, digit: str) -> None:
        """Send a digit as sound. Errors: EngineError."""

    def sound_over(self, call: PjCall) -> None:
        """No digit follows for now. Idempotent."""


class DtmfSender:
    """One queue per call. Thread: engine."""

    def __init__(
        self, schedule: Schedule, emit: EventSink, find: Callable[[str], PjCall | None], sound: Sound
    ) -> None:
        self._schedule = schedule
        self._emit = emit
        self._find = find
        self._sound = sound
        self._queues: dict[str, deque[tuple[str, DtmfMethod]]] = {}
        self._awaiting_info: dict[str, str] = {}

    def send(self, key: str, digits: str, method: DtmfMethod) -> None:
        """Queue ``digits`` behind those that wait."""
        idle = key not in self._queues
        queue = self._queues.setdefault(key, deque())
        queue.extend((digit, method) for digit in digits)
        if idle:
            self._next(key)

    def forget(self, key: str) -> None:
        """The call is over."""
        self._queues.pop(key, None)
        self._awaiting_info.pop(key, None)

    def info_answered(self, key: str, transaction: TransactionSnapshot) -> None:
        """An INFO of ours got its final answer."""
        digit = self._awaiting_info.pop(key, "")
        if not digit:
            return
        if 200 <= transaction.status_code < 300:
            self._emit(DtmfSent(key=key, digits=digit))
            self._schedule.call_later(0.0, lambda: self._next(key))
            return
        self._fail(key, FailureCause.NOT_SUPPORTED, f"INFO {transaction.status_code}")

    def _next(self, key: str) -> None:
        queue, call = self._queues.get(key), self._find(key)
        if call is not None and (not queue or queue[0][0] == PAUSE):
            self._sound.sound_over(call)
        if not queue or call is None:
            self.forget(key)
            return
        digit, method = queue.popleft()
        if digit == PAUSE:
            self._sent(key, digit, PAUSE_S)
            return
        try:
            self._send(call, digit, method)
        except EngineError as error:
            self._fail(key, error.cause, error.detail)
            return
        if method is not DtmfMethod.INFO:
            self._sent(key, digit, (DIGIT_MS + PAUSE_MS) / 1000)

    def _send(self, call: PjCall, digit: str, method: DtmfMethod) -> None:
        """Errors: EngineError."""
        if method is not DtmfMethod.INFO and call.record.media.index < 0:
            raise EngineError(FailureCause.NOT_SUPPORTED, "there are no media to send digits in")
        if method is DtmfMethod.AUTO:
            method = DtmfMethod.TELEPHONE_EVENT if _takes_events(call) else DtmfMethod.IN_BAND
        if method is DtmfMethod.IN_BAND:
            self._sound.sound_digit(call, digit)
            return
        parameters = pj.CallSendDtmfParam()
        parameters.digits = digit
        parameters.duration = DIGIT_MS
        parameters.method = pj.PJSUA_DTMF_METHOD_RFC2833
        if method is DtmfMethod.INFO:
            parameters.method = pj.PJSUA_DTMF_METHOD_SIP_INFO
            self._awaiting_info[call.record.key] = digit
        pj_call(call.sendDtmf, parameters)

    def _sent(self, key: str, digit: str, next_in_s: float) -> None:
        self._emit(DtmfSent(key=key, digits=digit))
        self._schedule.call_later(next_in_s, lambda: self._next(key))

    def _fail(self, key: str, cause: FailureCause, detail: str) -> None:
        call = self._find(key)
        if call is not None:
            self._sound.sound_over(call)
        self.forget(key)
        self._emit(CommandFailed(command="SendDtmf", cause=cause, key=key, detail=detail))


def _takes_events(call: PjCall) -> bool:
    """The far side agreed to telephone-event (RFC 4733 §2.5.1.1): the stream has a payload type for it."""
    return int(pj_call(call.getStreamInfo, call.record.media.index).audTxEventPt) >= 0
