"""What one hears without talking: the bell, ringback, call waiting, busy.

From all calls together follows at most one tone per output; only differences are sent to the engine. A caller
who waits rings a bell, or is a tone in the ear while one talks; a held call is no reason not to ring.
"""

from __future__ import annotations

from softphone.app.changes import CallMoved, Change
from softphone.domain.call import Call, CallState, Direction
from softphone.domain.commands import OutputRole, PlayTone, StopTone, ToneKind
from softphone.domain.errors import FailureCause
from softphone.domain.ports import Dispatcher, Engine, Timer

BUSY_TONE_S = 3.0


class AlertingService:
    """Observes calls and keeps the right tones playing. Thread: main."""

    def __init__(self, engine: Engine, dispatcher: Dispatcher) -> None:
        self._engine = engine
        self._dispatcher = dispatcher
        self._calls: dict[str, Call] = {}
        self._playing: dict[OutputRole, ToneKind] = {}
        self._busy_timer: Timer | None = None
        self._silenced: set[str] = set()

    def observe(self, change: Change) -> None:
        """Take a call's move."""
        if not isinstance(change, CallMoved):
            return
        call = change.call
        if call.is_live:
            self._calls[call.key] = call
        else:
            self._calls.pop(call.key, None)
            self._silenced.discard(call.key)
            busy = call.direction is Direction.INITIATOR and call.cause is FailureCause.BUSY
            if busy and not call.confirmed_at_s:
                self._start_busy()
        self._update()

    def silence(self, call_key: str) -> None:
        """Stop the bell of one call; it goes on ringing for the caller."""
        self._silenced.add(call_key)
        self._update()

    def engine_lost(self) -> None:
        """A new engine plays nothing: forget what the old one did."""
        self._playing.clear()
        self._update()

    def _start_busy(self) -> None:
        if self._busy_timer is not None:
            self._busy_timer.cancel()
        self._busy_timer = self._dispatcher.call_later(BUSY_TONE_S, self._end_busy)

    def _end_busy(self) -> None:
        self._busy_timer = None
        self._update()

    def _wanted(self) -> dict[OutputRole, ToneKind]:
        calls = self._calls.values()
        talking = any(call.state is CallState.CONFIRMED and not call.held for call in calls)
        rings_here = any(call.is_ringing_here and call.key not in self._silenced for call in calls)
        wanted: dict[OutputRole, ToneKind] = {}
        if rings_here and not talking:
            wanted[OutputRole.RING] = ToneKind.RING
        if talking:
            if rings_here:
                wanted[OutputRole.SPEAKER] = ToneKind.CALL_WAITING
        elif any(_rings_there(call) for call in calls):
            wanted[OutputRole.SPEAKER] = ToneKind.RINGBACK
        elif self._busy_timer is not None and not rings_here:
            wanted[OutputRole.SPEAKER] = ToneKind.BUSY
        return wanted

    def _update(self) -> None:
        wanted = self._wanted()
        for role in OutputRole:
            tone = wanted.get(role)
            if tone is self._playing.get(role):
                continue
            if tone is None:
                self._engine.send(StopTone(role=role))
            else:
                self._engine.send(PlayTone(tone=tone, role=role))
        self._playing = wanted


def _rings_there(call: Call) -> bool:
    return call.direction is Direction.INITIATOR and call.state is CallState.EARLY and not call.early_media
