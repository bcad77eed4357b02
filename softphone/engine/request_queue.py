"""Requests in line: so many a second, so many unanswered at once, so that a small server is not drowned.

send ─▸ │ line │ ─▸ every 20 ms, while fewer than 20 are unanswered ─▸ Exchange ─▸ on_final
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from softphone.sip.authorization import Credentials
from softphone.sip.client import Exchange, Hop, OnFinal
from softphone.sip.message import SipRequest, SipResponse
from softphone.sip.transaction import TimerHandle, TransactionLayer

PER_SECOND = 50
HURRY_PER_SECOND = 250  # when the phone is about to end
UNANSWERED_AT_ONCE = 20


class QueuedRequest:
    """One request, in line or under way; ``cancel`` ends it silently. Made by ``RequestQueue.send``."""

    def __init__(self, queue: RequestQueue, exchange: Exchange) -> None:
        self._queue = queue
        self.exchange = exchange

    def cancel(self) -> None:
        """Send it no more, tell nothing."""
        self.exchange.cancel()
        self._queue.remove(self)


class RequestQueue:
    """Thread: subscriptions, all of it."""

    def __init__(self, layer: TransactionLayer) -> None:
        self._layer = layer
        self._interval_s = 1.0 / PER_SECOND
        self._line: deque[QueuedRequest] = deque()
        self._unanswered: set[QueuedRequest] = set()
        self._timer: TimerHandle | None = None

    @property
    def is_empty(self) -> bool:
        """Nothing is in line and nothing is under way."""
        return not self._line and not self._unanswered

    def send(
        self, hop: Hop, credentials: Credentials, build: Callable[[], SipRequest], on_final: OnFinal
    ) -> QueuedRequest:
        """Put a request in line; ``build`` is called when its turn comes, and for every challenge again."""

        def over(status_code: int, response: SipResponse | None) -> None:
            self.remove(queued)
            on_final(status_code, response)

        queued = QueuedRequest(self, Exchange(self._layer, hop, credentials, build, over))
        self._line.append(queued)
        self._look()
        return queued

    def hurry(self) -> None:
        """From now on send faster: there is not much time left."""
        self._interval_s = 1.0 / HURRY_PER_SECOND

    def remove(self, queued: QueuedRequest) -> None:
        """It is over, or no longer wanted. Idempotent."""
        self._unanswered.discard(queued)
        if queued in self._line:
            self._line.remove(queued)
        self._look()

    def _look(self) -> None:
        if self._timer is None and self._line and len(self._unanswered) < UNANSWERED_AT_ONCE:
            self._timer = self._layer.scheduler.call_later(self._interval_s, self._next)
            queued = self._line.popleft()
            self._unanswered.add(queued)
            queued.exchange.start()

    def _next(self) -> None:
        self._timer = None
        self._look()
