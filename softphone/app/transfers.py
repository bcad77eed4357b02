"""Transfers: a call handed to somebody else, blind or after a consultation, and taken back where it fails.

blind    hold ─▸ REFER ─┬─▸ succeeded: the call ends
                        └─▸ failed, cancelled: the call is resumed
consult  hold, dial ─▸ complete: REFER with Replaces ─┬─▸ succeeded: both end
                                                      └─▸ failed: the consultation goes on, else resumed
"""

from __future__ import annotations

import msgspec

from softphone.app.call_table import CallTable, party_values
from softphone.app.calls import CallService
from softphone.app.changes import CallMoved, Change, Notice, Observer
from softphone.app.holding import Holding
from softphone.domain.call import Call, CallState
from softphone.domain.commands import CancelTransfer, TransferCall
from softphone.domain.errors import FailureCause
from softphone.domain.events import CommandFailed
from softphone.domain.ports import Dispatcher, Engine, Timer
from softphone.domain.transfer import TransferState

HOLD_WAIT_S = 1.0


class _Waiting(msgspec.Struct, frozen=True):
    """A blind transfer that waits until its call is held."""

    target: str
    timer: Timer


class TransferService:
    """Hands calls over. Thread: main."""

    def __init__(
        self,
        engine: Engine,
        dispatcher: Dispatcher,
        table: CallTable,
        holding: Holding,
        calls: CallService,
        tell: Observer,
    ) -> None:
        self._engine = engine
        self._dispatcher = dispatcher
        self._table = table
        self._holding = holding
        self._calls = calls
        self._tell = tell
        self._waiting: dict[str, _Waiting] = {}
        self._pairs: dict[str, str] = {}  # the call to hand over: the consultation
        self._asked: set[str] = set()  # calls whose REFER has no outcome yet
        self._talked: set[str] = set()  # calls being handed over that come back talking

    def consultation_of(self, key: str) -> str:
        """The key of the consultation call for ``key``; "" where there is none."""
        return self._pairs.get(key, "")

    def blind(self, key: str, number: str) -> None:
        """Hand ``key`` over to ``number`` unseen; they hear the music of a held call meanwhile.

        Errors: DialStringInvalid; CannotCall.
        """
        target = self._calls.callee(number).uri
        call = self._confirmed(key)
        if call is not None and not self._is_under_way(key):
            self._blind(call, target)

    def consult(self, key: str, number: str) -> str:
        """Hold ``key``, call ``number`` to ask first; returns the consultation's key.

        Errors: DialStringInvalid; CannotCall.
        """
        second = self._calls.dial(number)  # holds every talking call, ``key`` among them
        if self._confirmed(key) is not None:
            self._pairs[key] = second
        return second

    def complete(self, key: str) -> None:
        """Join the two of a consultation and leave; ``key`` is either of them.

        While the consultation still rings it is ended and the call handed over blind (RFC 5589 §7.4).
        """
        first = self._first_of(key)
        second = self._table.find(self._pairs.get(first, ""))
        call = self._confirmed(first)
        if call is None or second is None or self._is_under_way(first):
            return
        if second.state is CallState.CONFIRMED:
            self.to_call(first, second.key)
            return
        del self._pairs[first]
        self._calls.hang_up(second.key)
        self._talked.add(first)
        self._blind(call, second.remote.uri)

    def to_call(self, key: str, to_key: str) -> None:
        """Join two calls that are there and leave."""
        call, other = self._confirmed(key), self._confirmed(to_key)
        if call is None or other is None or key == to_key or self._is_under_way(key):
            return
        if self._holding.will_talk(call):
            self._talked.add(key)
        self._send(TransferCall(key=key, to_key=to_key))

    def cancel(self, key: str) -> None:
        """Take a call back: stop its transfer, or end the consultation; ``key`` is either of the two.

        It is resumed where one talked with it.
        """
        first = self._first_of(key)
        waiting = self._waiting.pop(first, None)
        second = self._pairs.get(first)
        if waiting is not None:
            waiting.timer.cancel()
            self._come_back(first)
        elif self._is_under_way(first):
            self._engine.send(CancelTransfer(key=first))
        elif second is not None:
            self._calls.hang_up(second)  # its end resumes the first

    def observe(self, change: Change) -> None:
        """Follow the calls that are being handed over."""
        if not isinstance(change, CallMoved):
            return
        call, before = change.call, change.before
        if not call.is_live:
            self._ended(call)
            return
        if call.held and call.key in self._waiting:
            self._refer(call.key)
        if before is None or call.transfer is None or call.transfer == before.transfer:
            return
        if not call.transfer.is_under_way:
            self._asked.discard(call.key)
        if call.transfer.state is TransferState.FAILED:
            self._failed(call, call.transfer.cause, call.transfer.status_code)
        elif call.transfer.state is TransferState.CANCELLED:
            self._come_back(call.key)

    def failed(self, event: CommandFailed) -> bool:
        """True where a refused command was a transfer's and is dealt with."""
        call = self._table.find(event.key)
        if event.command == "SetHold" and event.key in self._waiting:
            self._refer(event.key)  # they hear us rather than music: no reason not to hand over
            return True
        if event.command != "TransferCall" or call is None:
            return False
        self._asked.discard(call.key)
        self._failed(call, event.cause, 0)
        return True

    def _blind(self, call: Call, target: str) -> None:
        if self._holding.will_talk(call):
            self._talked.add(call.key)
            self._holding.hold_each((call.key,), True)
        timer = self._dispatcher.call_later(HOLD_WAIT_S, lambda: self._refer(call.key))
        self._waiting[call.key] = _Waiting(target, timer)
        if call.held:
            self._refer(call.key)

    def _refer(self, key: str) -> None:
        waiting = self._waiting.pop(key, None)
        if waiting is not None:
            waiting.timer.cancel()
            self._send(TransferCall(key=key, target=waiting.target))

    def _send(self, command: TransferCall) -> None:
        self._asked.add(command.key)
        self._engine.send(command)

    def _is_under_way(self, key: str) -> bool:
        call = self._table.find(key)
        told = call is not None and call.transfer is not None and call.transfer.is_under_way
        return told or key in self._waiting or key in self._asked

    def _failed(self, call: Call, cause: FailureCause, status_code: int) -> None:
        cause = cause if cause is not FailureCause.NONE else FailureCause.NO_ANSWER  # 487: given up there
        values = party_values(call) | {"cause": cause.value, "status_code": str(status_code)}
        self._tell(Notice("transfer_failed", values, "warning"))
        self._come_back(call.key)

    def _come_back(self, key: str) -> None:
        """Resume ``key`` where one talked with it before, unless one talks with somebody else now."""
        if key not in self._talked:
            return
        self._talked.discard(key)
        call = self._table.find(key)
        if call is None or self._holding.will_talk(call):
            return
        active = self._holding.active
        if active is None or active.key == key or not self._holding.will_talk(active):
            self._holding.set_hold(key, False)

    def _ended(self, call: Call) -> None:
        waiting = self._waiting.pop(call.key, None)
        if waiting is not None:
            waiting.timer.cancel()
        self._talked.discard(call.key)
        self._asked.discard(call.key)
        self._pairs.pop(call.key, None)
        first = self._first_of(call.key)
        if first == call.key:
            return
        del self._pairs[first]
        held_back = self._table.find(first)
        if held_back is None or call.cause is FailureCause.ENGINE_LOST:
            return
        self._talked.add(first)
        transfer = held_back.transfer
        joined = transfer is not None and transfer.state is TransferState.SUCCEEDED
        if not joined and not self._is_under_way(first):
            self._come_back(first)

    def _first_of(self, key: str) -> str:
        """The call that is to be handed over, given it or its consultation."""
        return next((first for first, second in self._pairs.items() if second == key), key)

    def _confirmed(self, key: str) -> Call | None:
        call = self._table.find(key)
        return call if call is not None and call.state is CallState.CONFIRMED else None
