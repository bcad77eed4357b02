"""A local conference: the calls of a set hear each other and us, mixed by the library's bridge.

            ┌─▸ call 1 ◂─┐
    phone ◂─┤     ▴      ├─▸ every pair both ways, nobody itself
            └─▸ call 2 ◂─┘

A member on hold, ours or theirs, hears nothing and is not heard, stays a member and is back when resumed.
"""

from __future__ import annotations

from collections.abc import Callable

from softphone.domain.errors import FailureCause
from softphone.domain.events import ConferenceChanged, PartyMuteChanged
from softphone.domain.ports import EventSink
from softphone.engine.bridge import Bridge
from softphone.engine.call import PjCall
from softphone.engine.errors import EngineError, command_failed
from softphone.engine.schedule import Schedule

RESUME_AFTER_S = 0.1  # the re-INVITE that put the call on hold has to be over


class Conference:
    """At most one. ``find`` gives the calls that have media, ``join`` connects one anew. Thread: engine."""

    def __init__(
        self,
        *,
        bridge: Bridge,
        schedule: Schedule,
        emit: EventSink,
        find: Callable[[str], PjCall | None],
        set_hold: Callable[[PjCall, bool], None],
        join: Callable[[PjCall], None],
    ) -> None:
        self._bridge = bridge
        self._schedule = schedule
        self._emit = emit
        self._find = find
        self._set_hold = set_hold
        self._join = join
        self._keys: tuple[str, ...] = ()
        self._resuming: set[str] = set()

    # -- commands ----------------------------------------------------------------------------------

    def set_members(self, keys: tuple[str, ...]) -> None:
        """Let exactly these calls confer; told by ConferenceChanged. Errors: EngineError, nothing changed."""
        wanted = tuple(dict.fromkeys(keys))
        calls = [self._need(key) for key in wanted]
        if len(wanted) < 2:
            wanted, calls = (), []
        self._change(wanted)
        for call in calls:
            call.record.in_conference = True
            if call.record.hold_wanted:
                self._resuming.add(call.record.key)
            elif call.record.held:
                self._resume(call)
        for call in calls:
            self._join(call)

    def set_party_mute(self, key: str, muted: bool) -> None:
        """Keep what a member says from the others and from us, or no longer. Errors: EngineError."""
        if key not in self._keys:
            raise EngineError(FailureCause.INTERNAL, "not in the conference")
        call = self._need(key)
        call.record.party_muted = muted
        self._join(call)
        self._emit(PartyMuteChanged(key=key, muted=muted))

    # -- what happens to calls ---------------------------------------------------------------------

    def mix(self, call: PjCall) -> None:
        """A call's media or what it may hear changed: connect it with the other members anew."""
        if call.record.key not in self._keys:
            return
        for key in self._keys:
            other = self._find(key)
            if other is not None and other is not call:
                self._bridge.mix(call, other, True)

    def media_changed(self, call: PjCall) -> None:
        """A hold that was under way when the conference was made is over: resume."""
        key = call.record.key
        if key in self._resuming and call.record.held and call.record.hold_wanted is None:
            self._resuming.discard(key)
            self._schedule.call_later(RESUME_AFTER_S, lambda: self._resume_later(key))

    def left(self, key: str) -> None:
        """A call is over; the bridge has dropped its port, or will. Idempotent."""
        if key in self._keys:
            rest = tuple(other for other in self._keys if other != key)
            self._change(rest if len(rest) > 1 else (), gone=key)

    # -- inside ------------------------------------------------------------------------------------

    def _change(self, keys: tuple[str, ...], gone: str = "") -> None:
        before, self._keys = self._keys, keys
        self._resuming &= set(keys)
        leaving = [call for key in before if key not in (*keys, gone) and (call := self._find(key))]
        for call in leaving:
            self._separate(call, [key for key in before if key not in (call.record.key, gone)])
        self._emit(ConferenceChanged(keys=keys))

    def _separate(self, call: PjCall, others: list[str]) -> None:
        """Back to a call of its own."""
        record = call.record
        record.in_conference = False
        for key in others:
            other = self._find(key)
            if other is not None:
                self._bridge.mix(call, other, False)
        if record.party_muted:
            record.party_muted = False
            self._emit(PartyMuteChanged(key=record.key, muted=False))
        self._join(call)

    def _resume_later(self, key: str) -> None:
        call = self._find(key)
        if call is not None and key in self._keys and call.record.held:
            self._resume(call)

    def _resume(self, call: PjCall) -> None:
        """By re-INVITE; where that cannot be sent the member stays on hold."""
        try:
            self._set_hold(call, False)
        except EngineError as error:
            self._emit(command_failed("SetHold", error, call.record.key))

    def _need(self, key: str) -> PjCall:
        call = self._find(key)
        if call is None or not call.record.was_confirmed:
            raise EngineError(FailureCause.INTERNAL, f"no answered call {key}")
        return call
