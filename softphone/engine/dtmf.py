"""Sending digits one after the other, so that none is lost.

telephone-event: the stream takes a digit at a time, each 120 ms and 80 ms of pause (RFC 4733 §2.5.1.2).
INFO: a burst lost two of five digits, so the next goes out when the last one was answered.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

import pjsua2 as pj

from softphone.domain.dtmf import DtmfMethod
from softphone.domain.errors import FailureCause
from softphone.domain.events import CommandFailed, DtmfSent
from softphone.domain.ports import EventSink
from softphone.engine.call import PjCall, TransactionSnapshot
from softphone.engine.errors import EngineError, pj_call
from softphone.engine.schedule import Schedule

DIGIT_MS = 120
PAUSE_MS = 80


class DtmfSender:
    """One queue per call. Thread: engine."""

    def __init__(self, schedule: Schedule, emit: EventSink, find: Callable[[str], PjCall | None]) -> None:
        self._schedule = schedule
        self._emit = emit
        self._find = find
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
        if not queue or call is None:
            self.forget(key)
            return
        digit, method = queue.popleft()
        parameters = pj.CallSendDtmfParam()
        parameters.digits = digit
        parameters.duration = DIGIT_MS
        by_info = method is DtmfMethod.INFO
        parameters.method = pj.PJSUA_DTMF_METHOD_SIP_INFO if by_info else pj.PJSUA_DTMF_METHOD_RFC2833
        if by_info:
            self._awaiting_info[key] = digit
        try:
            pj_call(call.sendDtmf, parameters)
        except EngineError as error:
            self._fail(key, error.cause, error.detail)
            return
        if not by_info:
            self._emit(DtmfSent(key=key, digits=digit))
            self._schedule.call_later((DIGIT_MS + PAUSE_MS) / 1000, lambda: self._next(key))

    def _fail(self, key: str, cause: FailureCause, detail: str) -> None:
        self.forget(key)
        self._emit(CommandFailed(command="SendDtmf", cause=cause, key=key, detail=detail))
