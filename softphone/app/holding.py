"""Who has one's voice: at most one call talks (or one conference), the others wait on hold.

What was asked of the engine and not yet confirmed counts already, so that quick keys cannot let two callers
hear one at once. The calls themselves still show only what the engine confirmed. One re-INVITE at a time and
call: a wish that comes while another is under way is sent after it.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterable

import msgspec

from softphone.app.call_table import CallTable
from softphone.app.changes import CallMoved, Change
from softphone.domain.call import Call, CallState, Direction
from softphone.domain.commands import SetHold
from softphone.domain.events import CommandFailed
from softphone.domain.ports import Engine


class _Waiting(msgspec.Struct, frozen=True):
    """Something to do once these calls are still."""

    keys: frozenset[str]
    action: Callable[[], None]


class Holding:
    """Holds and resumes calls for the services. Thread: main."""

    def __init__(self, engine: Engine, table: CallTable) -> None:
        self._engine = engine
        self._table = table
        self._wanted: dict[str, bool] = {}  # until it is so
        self._under_way: dict[str, bool] = {}  # a re-INVITE is on its way
        self._expected: set[str] = set()  # … by another command than SetHold
        self._waiting: _Waiting | None = None
        self._joining: frozenset[str] | None = None  # the conference asked for, until it is so
        self._turn = itertools.count(1)
        self._talked: dict[str, int] = {}  # when a call last got the voice; more is later

    @property
    def active(self) -> Call | None:
        """The call in front: the talking one, else one that rings out, else the held one that talked last."""
        calls = self._table.live
        talking = [call for call in calls if self.will_talk(call)]
        if talking:
            return max(talking, key=self._last_talked)
        for call in reversed(calls):
            if call.state is not CallState.CONFIRMED and call.direction is Direction.INITIATOR:
                return call
        return self.latest_held() or next(iter(calls), None)

    def latest_held(self) -> Call | None:
        """The held call that talked last."""
        held = [c for c in self._table.live if c.state is CallState.CONFIRMED and not self.will_talk(c)]
        return max(held, key=self._last_talked, default=None)

    @property
    def conference(self) -> frozenset[str]:
        """Who is in the conference once everything asked for is done."""
        if self._joining is not None:
            return self._joining
        return frozenset(call.key for call in self._table.live if call.in_conference)

    def will_talk(self, call: Call) -> bool:
        """True where one talks with them once everything asked for is done."""
        return call.state is CallState.CONFIRMED and not self._wanted.get(call.key, call.held)

    def set_hold(self, key: str, held: bool) -> None:
        """Hold or resume a call, with its whole conference; resuming holds the others first."""
        call = self._table.find(key)
        if call is None or call.state is not CallState.CONFIRMED:
            return
        if not held:
            self.make_room(key)
        others = (each for each in self._together(call) if self.will_talk(each) is held)
        self.hold_each(dict.fromkeys((key, *(each.key for each in others))), held)

    def make_room(self, *staying: str) -> None:
        """Hold every talking call but ``staying`` and those in a conference with one of them."""
        kept = set(staying)
        for key in staying:
            call = self._table.find(key)
            if call is not None:
                kept.update(each.key for each in self._together(call))
        talking = [call.key for call in self._table.live if self.will_talk(call)]
        self.hold_each((key for key in talking if key not in kept), True)

    def hold_each(self, keys: Iterable[str], held: bool) -> None:
        """Hold or resume just these, whatever conference they are in."""
        for key in keys:
            self._wanted[key] = held
            if key not in self._under_way:
                self._send(key, held)

    def expect(self, key: str, held: bool) -> None:
        """Another command (Answer, SetConference) has the engine do this by itself."""
        call = self._table.find(key)
        if call is not None and call.held is not held:
            self._wanted[key] = self._under_way[key] = held
            self._expected.add(key)

    def confer(self, keys: Iterable[str]) -> None:
        """The engine was asked to let exactly these hear each other; it resumes the held ones."""
        self._joining = frozenset(keys)
        for key in self._joining:
            self.expect(key, False)
        self._settle_conference()

    def when_still(self, keys: Iterable[str], action: Callable[[], None]) -> None:
        """Do ``action`` once no re-INVITE is under way for ``keys``; a later one takes its place."""
        self._waiting = _Waiting(frozenset(keys), action)
        self._go_on()

    def observe(self, change: Change) -> None:
        """Follow the calls: what was asked came true; who talks now; a late answer waits its turn."""
        if not isinstance(change, CallMoved):
            return
        call, before = change.call, change.before
        if not call.is_live:
            self._forget(call.key)
            self._talked.pop(call.key, None)
        else:
            self._settle(call)
            self._note_talk(call, before)
        self._settle_conference()
        self._go_on()

    def failed(self, event: CommandFailed) -> None:
        """A hold was refused, or a command that was to bring one: the calls are as they were."""
        if event.command == "SetHold":
            self._forget(event.key)
        elif event.command in ("Answer", "SetConference"):
            if event.command == "SetConference":
                self._joining = None
            for key in tuple(self._expected):
                if event.key in ("", key):
                    self._forget(key)
        self._go_on()

    def _go_on(self) -> None:
        waiting = self._waiting
        if waiting is not None and not waiting.keys & self._under_way.keys():
            self._waiting = None
            waiting.action()

    def _settle(self, call: Call) -> None:
        """Forget what is so now; send what was wished meanwhile."""
        if self._under_way.get(call.key) is call.held:
            del self._under_way[call.key]
            self._expected.discard(call.key)
            if self._wanted.get(call.key, call.held) is not call.held:
                self._send(call.key, self._wanted[call.key])
        settled = call.state is CallState.CONFIRMED and call.key not in self._under_way
        if settled and self._wanted.get(call.key) is call.held:
            del self._wanted[call.key]

    def _settle_conference(self) -> None:
        """Forget the conference that was asked for once it is so; who hung up is none of it."""
        if self._joining is None:
            return
        still_there = self._joining & {call.key for call in self._table.live}
        self._joining = still_there if len(still_there) > 1 else frozenset()
        if self._joining == {call.key for call in self._table.live if call.in_conference}:
            self._joining = None

    def _forget(self, key: str) -> None:
        self._wanted.pop(key, None)
        self._under_way.pop(key, None)
        self._expected.discard(key)

    def _note_talk(self, call: Call, before: Call | None) -> None:
        """Remember who got the voice; an answer that comes while one talks with another again waits."""
        if not self.will_talk(call):
            return
        answered = before is None or before.state is not CallState.CONFIRMED
        if answered or (before is not None and before.held):
            self._talked[call.key] = next(self._turn)
        apart = (call.key, call.transferred_from)
        if answered and any(self.will_talk(other) for other in self._table.live if other.key not in apart):
            self.hold_each((call.key,), True)

    def _send(self, key: str, held: bool) -> None:
        self._under_way[key] = held
        self._engine.send(SetHold(key=key, held=held))

    def _together(self, call: Call) -> tuple[Call, ...]:
        members = self.conference
        if call.key not in members:
            return (call,)
        return tuple(each for each in self._table.live if each.key in members)

    def _last_talked(self, call: Call) -> int:
        return self._talked.get(call.key, 0)
