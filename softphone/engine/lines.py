"""The phone's lines: the one strong reference to each PjCall, and whether one more call may be.

    line ─┬─▸ a call with an object in the library, one of its four slots
          ├─▸ a call out between two of its INVITEs, without an object (``waiting``)
          └─▸ free

A call that is over for the person may still have a transaction under way: it keeps its slot until
DISCONNECTED, and only then its object is dropped.
"""

from __future__ import annotations

from collections.abc import Callable

import pjsua2 as pj

from softphone.domain.call import Direction
from softphone.domain.commands import LIBRARY_MAX_CALLS
from softphone.domain.errors import FailureCause
from softphone.engine.call import CallObserver, CallRecord, PjCall
from softphone.engine.errors import EngineError


class Lines:
    """Thread: engine, all of it."""

    def __init__(self, observer: CallObserver, on_count: Callable[[int], None]) -> None:
        """``on_count`` is told how many slots are used, at every change."""
        self.waiting: dict[str, CallRecord] = {}
        self._max_calls = LIBRARY_MAX_CALLS
        self._observer = observer
        self._on_count = on_count
        self._calls: dict[str, PjCall] = {}

    def limit(self, max_calls: int) -> None:
        """Let the user have so many calls at most."""
        self._max_calls = max(1, min(max_calls, LIBRARY_MAX_CALLS))

    def open(self, account: pj.Account, record: CallRecord, pj_call_id: int = pj.PJSUA_INVALID_ID) -> PjCall:
        """Make the object of a call, and hold it."""
        call = PjCall(account, record, self._observer, pj_call_id)
        self._calls[record.key] = call
        self._on_count(self.slots_used)
        return call

    def drop(self, key: str) -> None:
        """Let the object go inside the DISCONNECTED callback, which pjsua2 allows for.

        Any later is too late: one read of the SIP socket may bring INVITEs that take the call id again, and
        Call's destructor would hang those up (pjproject #3856).
        """
        self._calls.pop(key, None)
        self._on_count(self.slots_used)

    def drop_all(self) -> None:
        """Let every object go, before libDestroy."""
        self._calls.clear()

    def held(self, key: str) -> PjCall | None:
        """The object of ``key``, shown or not."""
        return self._calls.get(key)

    def find(self, key: str) -> PjCall | None:
        """The call of ``key`` where it still lives."""
        call = self._calls.get(key)
        return call if call is not None and call.record.is_live else None

    def need(self, key: str) -> PjCall:
        """The living call of ``key``. Errors: EngineError."""
        call = self.find(key)
        if call is None:
            raise EngineError(FailureCause.INTERNAL, "no such call")
        return call

    def ringing(self, key: str) -> PjCall:
        """The call in of ``key`` that nobody answered yet. Errors: EngineError."""
        call = self.need(key)
        record = call.record
        if record.direction is not Direction.RECIPIENT or record.was_confirmed or record.hanging_up:
            raise EngineError(FailureCause.INTERNAL, "nothing to answer")
        return call

    def live(self) -> list[PjCall]:
        """Every call the phone shows that has an object in the library."""
        return [call for call in self._calls.values() if call.record.is_live]

    def taking_over(self, key: str) -> list[PjCall]:
        """The calls that were made to take the place of ``key`` and are not shown yet."""
        return [
            call
            for call in self._calls.values()
            if call.record.transferred_from == key and not call.record.announced
        ]

    def knows(self, key: str) -> bool:
        """The key is in use."""
        return key in self._calls or key in self.waiting

    @property
    def slots_used(self) -> int:
        """Calls the library still works on, shown or not."""
        return len(self._calls)

    @property
    def is_free(self) -> bool:
        """One more call may be."""
        shown = sum(call.record.takes_line for call in self._calls.values()) + len(self.waiting)
        return shown < self._max_calls and self.slots_used < LIBRARY_MAX_CALLS
