"""The calls there are: each a frozen value, moved only by what the engine says."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from msgspec.structs import replace

from softphone.app.changes import CallLogged, CallMoved, Change, ContactsMoved, Notice, Observer
from softphone.domain.account import MAIN_ACCOUNT
from softphone.domain.call import Call, CallState, Direction, TerminatedReason
from softphone.domain.call_transition import IllegalTransition, apply, created_call, lost
from softphone.domain.contact import Person
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    CallCreated,
    CallEvent,
    CallRefused,
    CallStateChanged,
    CommandFailed,
    ConferenceChanged,
    RecordingChanged,
)
from softphone.domain.history import CallRecord, call_record, refused_record
from softphone.domain.identity import Anonymity
from softphone.domain.ports import Clock
from softphone.domain.transfer import TransferState
from softphone.domain.uri import Party

_log = logging.getLogger(__name__)


class CallTable:
    """Takes the engine's word on calls and tells what moved. Sends nothing. Thread: main."""

    def __init__(self, clock: Clock, tell: Observer, find_person: Callable[[str], Person | None]) -> None:
        self._clock = clock
        self._tell = tell
        self._find_person = find_person
        self._calls: dict[str, Call] = {}
        self._dialled: dict[str, Party] = {}
        self._replaced: set[str] = set()  # live calls whose place another call has taken
        self._recorded: dict[str, str] = {}
        self.illegal_events = 0

    @property
    def live(self) -> tuple[Call, ...]:
        """The calls that are not over, oldest first."""
        return tuple(self._calls.values())

    @property
    def used(self) -> int:
        """How many calls there are, those counted that the engine was only just asked for."""
        return len(self._calls) + len(self._dialled)

    def find(self, key: str) -> Call | None:
        """The live call ``key``."""
        return self._calls.get(key)

    def expect(self, key: str, party: Party) -> None:
        """The engine is being asked to call ``party`` as ``key``."""
        self._dialled[key] = party

    def created(self, event: CallCreated, *, quiet: bool = False) -> None:
        """Take a new call from the engine; ``quiet``: no bell rings for it."""
        call = replace(created_call(event), quiet=quiet)
        dialled = self._dialled.pop(event.key, None)
        before = self._calls.get(call.transferred_from)
        if dialled is not None:
            call = _named(call, dialled)
        elif before is not None:
            self._replaced.add(before.key)
            if not (call.remote.number or call.remote.display_name):
                call = replace(call, remote=before.remote)
        call = self._known(call)
        self._calls[call.key] = call
        self._tell(CallMoved(call))
        if before is not None and call.direction is Direction.INITIATOR:  # by REFER: our phone calls them
            self._tell(Notice("transferring_here", party_values(call)))

    def handle(self, event: CallEvent) -> None:
        """Move a call. An event it cannot take is logged, counted and ignored."""
        before = self._calls.get(event.key)
        if before is None:
            if not isinstance(event, RecordingChanged):  # a file is finished after its call
                self.illegal_events += 1
                _log.warning("event for no call: %r", event)
            return
        try:
            call = apply(before, event)
        except IllegalTransition as error:
            self.illegal_events += 1
            _log.warning("%s", error)
            return
        if isinstance(event, CallStateChanged) and event.remote is not None:
            call = self._known(_named(call, before.remote))
        if isinstance(event, RecordingChanged) and event.path:
            self._recorded[call.key] = event.path
        if call.is_live:
            self._move(call, before)
        else:
            self._end(call, before)

    def refused(self, event: CallRefused) -> None:
        """Somebody could not get through: a missed call that never was one here."""
        caller = event.caller
        person = self._find_person(caller.remote.number) if caller.anonymity is Anonymity.NONE else None
        record = replace(refused_record(event, key=f"refused-{uuid.uuid4().hex[:12]}"), person=person)
        self._tell(CallLogged(record))
        self._tell(Notice("call_refused", party_values(record)))

    def conference(self, event: ConferenceChanged) -> None:
        """Note who hears whom."""
        for before in self.live:
            inside = before.key in event.keys
            if before.in_conference is not inside:
                self._move(replace(before, in_conference=inside), before)

    def recognise(self, key: str, person: Person) -> None:
        """A directory knows the far side of a call that nobody knew."""
        before = self._calls.get(key)
        if before is not None and before.person is None and before.anonymity is Anonymity.NONE:
            self._move(replace(before, person=person), before)

    def forwarded(self, key: str, number: str) -> None:
        """An unanswered caller is being sent on to ``number``; "" where that came to nothing."""
        before = self._calls.get(key)
        if before is not None:
            self._move(replace(before, forwarded_to=number, quiet=before.quiet and bool(number)), before)

    def dial_failed(self, event: CommandFailed) -> None:
        """A dial that came to nothing is a call that failed."""
        dialled = self._dialled.pop(event.key, None)
        if dialled is not None:
            self.created(_stillborn(event.key, dialled, self._clock.now_s()))
        if event.key in self._calls:
            self.handle(
                CallStateChanged(
                    key=event.key,
                    state=CallState.TERMINATED,
                    reason=TerminatedReason.ERROR,
                    cause=event.cause,
                    at_s=self._clock.now_s(),
                )
            )

    def observe(self, change: Change) -> None:
        """The phone book is another: every call gets the name that is in it now."""
        if not isinstance(change, ContactsMoved):
            return
        for before in self.live:
            call = self._known(before)
            if call != before:
                self._move(call, before)

    def engine_lost(self) -> None:
        """The engine took every call with it: each ends, is told and logged."""
        self._dialled.clear()
        for call in self.live:
            self.handle(lost(call, self._clock.now_s()))
            self._tell(Notice("call_lost", party_values(call), "error"))

    def _known(self, call: Call) -> Call:
        """``call`` with whom the phone book has under its number."""
        hidden = call.anonymity is not Anonymity.NONE
        elsewhere = call.person if call.person is not None and not call.person.contact_key else None
        person = None if hidden else self._find_person(call.remote.number) or elsewhere
        return replace(call, person=person, diverted_by=self._named_diversion(call.diverted_by))

    def _named_diversion(self, by: Party | None) -> Party | None:
        person = self._find_person(by.number) if by is not None else None
        return replace(by, display_name=person.name) if by is not None and person is not None else by

    def _move(self, call: Call, before: Call) -> None:
        self._calls[call.key] = call
        transfer = call.transfer
        if transfer is not None and transfer.to_key:
            gives_up = transfer.state in (TransferState.FAILED, TransferState.CANCELLED)
            (self._replaced.discard if gives_up else self._replaced.add)(transfer.to_key)
        self._tell(CallMoved(call, before))
        answered = call.state is CallState.CONFIRMED and before.state is not CallState.CONFIRMED
        if answered and call.transferred_from and call.direction is Direction.RECIPIENT:
            self._tell(Notice("transferred_here", party_values(call)))

    def _end(self, call: Call, before: Call) -> None:
        del self._calls[call.key]
        if call.key in self._replaced and call.cause is not FailureCause.ENGINE_LOST:
            call = replace(call, reason=TerminatedReason.REPLACED, cause=FailureCause.NONE)
        self._replaced.discard(call.key)
        if call.transferred_from and not call.confirmed_at_s:
            self._replaced.discard(call.transferred_from)  # it came to nothing: the old call goes on
        self._tell(CallMoved(call, before))
        self._tell(CallLogged(call_record(call, self._recorded.pop(call.key, ""))))


def party_values(caller: Call | CallRecord) -> dict[str, str]:
    """Who it is, for a notice: the name, else the number, else "" and why."""
    remote, anonymity = caller.remote, caller.anonymity
    if anonymity is not Anonymity.NONE:
        return {"who": "", "anonymity": anonymity.value}
    if caller.person is not None:
        return {"who": caller.person.name}
    return {"who": remote.display_name or remote.number}


def _named(call: Call, known: Party) -> Call:
    """``call`` with what we already knew of the far side where the engine knows less."""
    remote = call.remote
    return replace(
        call,
        remote=Party(
            uri=remote.uri or known.uri,
            display_name=remote.display_name or known.display_name,
            number=known.number or remote.number,
        ),
    )


def _stillborn(key: str, remote: Party, at_s: float) -> CallCreated:
    return CallCreated(
        key=key,
        account_key=MAIN_ACCOUNT,
        direction=Direction.INITIATOR,
        remote=remote,
        state=CallState.TRYING,
        at_s=at_s,
    )
