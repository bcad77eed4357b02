"""Conference: up to four others hear each other and us, mixed in this phone."""

from __future__ import annotations

from collections.abc import Sequence

from softphone.app.call_table import CallTable
from softphone.app.calls import CallService
from softphone.app.changes import Notice, Observer
from softphone.app.holding import Holding
from softphone.app.transfers import TransferService
from softphone.domain.call import CallState
from softphone.domain.commands import SetConference, SetPartyMute
from softphone.domain.ports import Engine

FEWEST = 2


class ConferenceService:
    """The one conference there can be. Thread: main."""

    def __init__(
        self,
        engine: Engine,
        table: CallTable,
        holding: Holding,
        calls: CallService,
        transfers: TransferService,
        tell: Observer,
    ) -> None:
        self._engine = engine
        self._table = table
        self._holding = holding
        self._calls = calls
        self._transfers = transfers
        self._tell = tell

    @property
    def keys(self) -> tuple[str, ...]:
        """The calls in it, oldest first; none where there is no conference."""
        return tuple(call.key for call in self._table.live if call.in_conference)

    def merge(self, keys: Sequence[str] = ()) -> None:
        """Let these calls hear each other, by default every answered one; the others are held."""
        answered = tuple(call.key for call in self._table.live if call.state is CallState.CONFIRMED)
        members = tuple(key for key in answered if key in keys or not keys)
        if len(members) < FEWEST:
            self._tell(Notice("conference_needs_two", {}, "warning"))
            return
        self._holding.when_still(members, lambda: self._join(members))

    def add(self, key: str) -> None:
        """Take one more in; without a conference, join it with the active call."""
        active = self._calls.active
        inside = tuple(self._holding.conference) or ((active.key,) if active is not None else ())
        self.merge((*inside, key))

    def split(self, active_key: str = "") -> None:
        """End the conference: one goes on talking with ``active_key`` (or the first), the others are held."""
        members = [call.key for call in self._table.live if call.key in self._holding.conference]
        if not members:
            return
        stays = active_key if active_key in members else members[0]
        self._holding.when_still((), lambda: self._part(stays))

    def drop(self, key: str) -> None:
        """End the call of one party; the others stay together."""
        if key in self.keys:
            self._calls.hang_up(key)

    def set_party_mute(self, key: str, muted: bool) -> None:
        """Stop or start what one party says to the others and to us."""
        if key in self.keys:
            self._engine.send(SetPartyMute(key=key, muted=muted))

    def leave(self) -> None:
        """Go and let two parties talk on, by an attended transfer; nothing is lost where it is refused."""
        members = self.keys
        if len(members) == FEWEST:
            self._transfers.to_call(*members)
        elif members:
            self._tell(Notice("conference_cannot_leave", {}, "warning"))

    def _join(self, wanted: Sequence[str]) -> None:
        members = tuple(key for key in wanted if self._table.find(key) is not None)
        if len(members) < FEWEST:  # the other one hung up meanwhile
            return
        self._holding.make_room(*members)
        self._confer(members)

    def _part(self, stays: str) -> None:
        talking = [call.key for call in self._table.live if self._holding.will_talk(call)]
        self._holding.hold_each((key for key in talking if key != stays), True)
        self._confer(())

    def _confer(self, members: tuple[str, ...]) -> None:
        self._holding.confer(members)
        self._engine.send(SetConference(keys=members))
