"""An engine on paper: does what it is told, one command after the other, and objects to what no engine takes.

engine = ObedientEngine()
engine.step()       # carries the oldest command out, tells the phone
engine.settle()     # … until there is nothing left to do

A hold takes two steps like a re-INVITE: the second one is the far side's 200.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable

from softphone.domain.account import MAIN_ACCOUNT
from softphone.domain.call import CallState, Direction, TerminatedReason
from softphone.domain.commands import (
    Answer,
    AnyCommand,
    CancelTransfer,
    Command,
    Hangup,
    MakeCall,
    SetConference,
    SetHold,
    TransferCall,
)
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    AnyEvent,
    CallCreated,
    CallStateChanged,
    CommandFailed,
    ConferenceChanged,
    MediaChanged,
    TransferChanged,
)
from softphone.domain.media import MediaDirection
from softphone.domain.transfer import Transfer, TransferState
from softphone.domain.uri import Party
from tests.helpers.fakes import FakeEngine

LINES = 4


class PaperCall:
    """What the engine knows of one call."""

    def __init__(self, key: str) -> None:
        self.key = key
        self.confirmed = False
        self.held = False
        self.hold_wanted: bool | None = None
        self.transfer: Transfer | None = None


class ObedientEngine(FakeEngine):
    """Every far side takes every hold. ``objections``: what no engine would have taken, one line each."""

    def __init__(self) -> None:
        super().__init__()
        self.calls: dict[str, PaperCall] = {}
        self.objections: list[str] = []
        self.conference: tuple[str, ...] = ()
        self._todo: deque[Callable[[], None]] = deque()

    def send(self, command: AnyCommand) -> None:
        super().send(command)
        self._todo.append(lambda: self._carry_out(command))

    @property
    def is_idle(self) -> bool:
        """There is nothing to do."""
        return not self._todo

    def step(self) -> bool:
        """Do the next thing; False where there is none."""
        if not self._todo:
            return False
        self._todo.popleft()()
        return True

    def settle(self) -> None:
        """Do all there is to do."""
        for _ in range(1000):
            if not self.step():
                return
        raise AssertionError("the phone and the engine never come to rest")

    # -- what far sides do -------------------------------------------------------------------------

    def ring(self, key: str) -> None:
        """Somebody calls."""
        if len(self.calls) < LINES:
            self.calls[key] = PaperCall(key)
            self.emit(_created(key, Direction.RECIPIENT, CallState.EARLY))

    def confirm(self, key: str) -> None:
        """The call is answered."""
        call = self.calls.get(key)
        if call is not None and not call.confirmed:
            call.confirmed = True
            self.emit(CallStateChanged(key=key, state=CallState.CONFIRMED, at_s=1.0))

    def end(self, key: str, reason: TerminatedReason) -> None:
        """The call is over."""
        if self.calls.pop(key, None) is None:
            return
        if key in self.conference:
            rest = tuple(other for other in self.conference if other != key)
            self._confer(rest if len(rest) > 1 else ())
        self.emit(CallStateChanged(key=key, state=CallState.TERMINATED, reason=reason, at_s=2.0))

    def transfer_ends(self, key: str, state: TransferState) -> None:
        """The far side says what became of its call."""
        call = self.calls.get(key)
        if call is None or call.transfer is None:
            return
        transfer, call.transfer = call.transfer, None
        cause = FailureCause.BUSY if state is TransferState.FAILED else FailureCause.NONE
        self._tell_transfer(key, state, transfer.to_key, cause)
        if state is TransferState.SUCCEEDED:
            for leg in (key, transfer.to_key):
                self._todo.append(lambda leg=leg: self.end(leg, TerminatedReason.LOCAL_BYE))  # type: ignore[misc]

    # -- what the phone asks -----------------------------------------------------------------------

    def _carry_out(self, command: Command) -> None:
        match command:
            case MakeCall():
                self._make(command)
            case Answer():
                self._answer(command)
            case Hangup():
                self.end(command.key, TerminatedReason.LOCAL_BYE)
            case SetHold():
                self._hold(command)
            case SetConference():
                self._set_conference(command)
            case TransferCall():
                self._transfer(command)
            case CancelTransfer():
                self.transfer_ends(command.key, TransferState.CANCELLED)

    def _make(self, command: MakeCall) -> None:
        if len(self.calls) >= LINES:
            self._refuse(command, command.key, FailureCause.TOO_MANY_CALLS)
            return
        self.calls[command.key] = PaperCall(command.key)
        self.emit(_created(command.key, Direction.INITIATOR, CallState.TRYING))

    def _answer(self, command: Answer) -> None:
        if command.key not in self.calls:
            return
        self.confirm(command.key)
        if command.held:
            self._reinvite(self.calls[command.key], True)

    def _hold(self, command: SetHold) -> None:
        call = self.calls.get(command.key)
        if call is None:
            return
        if not call.confirmed or call.hold_wanted is not None:
            self.objections.append(
                f"{command} while {'another is under way' if call.confirmed else 'it rings'}"
            )
        elif call.held is command.held:
            self._tell_media(call)
        else:
            self._reinvite(call, command.held)

    def _set_conference(self, command: SetConference) -> None:
        if any(key not in self.calls or not self.calls[key].confirmed for key in command.keys):
            self._refuse(command, "", FailureCause.INTERNAL)
            return
        self._confer(command.keys)
        for key in command.keys:
            call = self.calls[key]
            if call.hold_wanted is not None:
                self.objections.append(f"{command} while a hold is under way")
            elif call.held:
                self._reinvite(call, False)

    def _transfer(self, command: TransferCall) -> None:
        call, other = self.calls.get(command.key), self.calls.get(command.to_key)
        if call is None:
            return
        if not call.confirmed or call.transfer or (command.to_key and not (other and other.confirmed)):
            self._refuse(command, command.key, FailureCause.NOT_SUPPORTED)
            return
        call.transfer = Transfer(target="sip:9@h", state=TransferState.ASKED, to_key=command.to_key)
        self._tell_transfer(command.key, TransferState.ASKED, command.to_key)

    # -- inside ------------------------------------------------------------------------------------

    def _reinvite(self, call: PaperCall, held: bool) -> None:
        call.hold_wanted = held
        self._todo.append(lambda: self._reinvited(call))

    def _reinvited(self, call: PaperCall) -> None:
        if call.key not in self.calls or call.hold_wanted is None:
            return
        call.held, call.hold_wanted = call.hold_wanted, None
        self._tell_media(call)

    def _confer(self, keys: tuple[str, ...]) -> None:
        if keys != self.conference:
            self.conference = keys
            self.emit(ConferenceChanged(keys=keys))

    def _tell_media(self, call: PaperCall) -> None:
        local = MediaDirection.SENDONLY if call.held else MediaDirection.SENDRECV
        both = MediaDirection.SENDRECV
        self.emit(MediaChanged(key=call.key, local_media=local, remote_media=both, codec="PCMU"))

    def _tell_transfer(
        self, key: str, state: TransferState, to_key: str, cause: FailureCause = FailureCause.NONE
    ) -> None:
        transfer = Transfer(target="sip:9@h", state=state, to_key=to_key, cause=cause)
        self.emit(TransferChanged(key=key, transfer=transfer))

    def _refuse(self, command: Command, key: str, cause: FailureCause) -> None:
        self.emit(CommandFailed(command=type(command).__name__, key=key, cause=cause))


def _created(key: str, direction: Direction, state: CallState) -> AnyEvent:
    return CallCreated(
        key=key,
        account_key=MAIN_ACCOUNT,
        direction=direction,
        remote=Party(uri="sip:202@h", number="202"),
        state=state,
        at_s=0.5,
    )
