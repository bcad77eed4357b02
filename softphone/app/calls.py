"""Calls: dialled, answered, held, muted, ended; each is a frozen value moved only by engine events."""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable

from msgspec.structs import replace

from softphone.app.changes import CallLogged, CallMoved, DtmfHeard, DtmfTold, Notice, Observer
from softphone.domain.account import MAIN_ACCOUNT, Account, Registration
from softphone.domain.call import Call, CallState, Direction, TerminatedReason
from softphone.domain.call_transition import IllegalTransition, apply, created_call, lost
from softphone.domain.commands import (
    Answer,
    Hangup,
    MakeCall,
    OutputRole,
    PlayTone,
    SendDtmf,
    SetHold,
    SetMute,
    ToneKind,
)
from softphone.domain.dial_string import clean_dial_string, target_uri
from softphone.domain.dtmf import clean_digits
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    CallCreated,
    CallEvent,
    CallStateChanged,
    CommandFailed,
    DtmfReceived,
    DtmfSent,
)
from softphone.domain.history import call_record
from softphone.domain.ports import Clock, Engine
from softphone.domain.uri import Party

_log = logging.getLogger(__name__)

DECLINE = 603


class CannotCall(Exception):
    """The phone cannot call now; ``cause`` says why."""

    def __init__(self, cause: FailureCause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class CallService:
    """Every call there is. Thread: main."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        account: Callable[[], Account | None],
        registration: Callable[[], Registration],
        tell: Observer,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._account = account
        self._registration = registration
        self._tell = tell
        self._calls: dict[str, Call] = {}
        self._dialled: dict[str, Party] = {}
        self.illegal_events = 0

    @property
    def live(self) -> tuple[Call, ...]:
        """The calls that are not over, oldest first."""
        return tuple(self._calls.values())

    def find(self, key: str) -> Call | None:
        """The live call ``key``."""
        return self._calls.get(key)

    def dial(self, text: str) -> str:
        """Call what ``text`` means and return the call's key.

        Errors: DialStringInvalid; CannotCall where no account is registered.
        """
        number = clean_dial_string(text)
        account = self._account()
        if account is None or not self._registration().can_call:
            raise CannotCall(FailureCause.NOT_REGISTERED)
        uri = str(target_uri(number, account.server))
        key = f"out-{uuid.uuid4().hex[:12]}"
        self._dialled[key] = Party(uri=uri, number=number)
        self._engine.send(MakeCall(key=key, account_key=account.key, uri=uri))
        return key

    def answer(self, key: str) -> None:
        """Answer a call that rings here."""
        call = self._calls.get(key)
        if call is not None and call.is_ringing_here:
            self._engine.send(Answer(key=key))

    def decline(self, key: str, status_code: int = DECLINE) -> None:
        """Refuse a call that rings here: 603, or 486 to let the server go on."""
        self._engine.send(Hangup(key=key, status_code=status_code))

    def hang_up(self, key: str) -> None:
        """End a call in any state."""
        self._engine.send(Hangup(key=key))

    def hang_up_all(self) -> None:
        """End them all."""
        for key in self._calls:
            self.hang_up(key)

    def set_hold(self, key: str, held: bool) -> None:
        """Hold or resume."""
        self._engine.send(SetHold(key=key, held=held))

    def set_mute(self, key: str, muted: bool) -> None:
        """Close or open the microphone."""
        self._engine.send(SetMute(key=key, muted=muted))

    def send_dtmf(self, key: str, text: str) -> None:
        """Send digits with their tones heard here too.

        Errors: ValueError names a character that is no digit.
        """
        digits = clean_digits(text)
        if not digits or key not in self._calls:
            return
        self._engine.send(SendDtmf(key=key, digits=digits))
        for digit in digits[:1] if len(digits) > 4 else digits:
            self._engine.send(PlayTone(tone=ToneKind.DTMF, role=OutputRole.SPEAKER, digit=digit))

    def created(self, event: CallCreated) -> None:
        """Take a new call from the engine."""
        call = created_call(event)
        dialled = self._dialled.pop(event.key, None)
        if dialled is not None:
            call = _named(call, dialled)
        self._calls[call.key] = call
        self._tell(CallMoved(call))

    def handle(self, event: CallEvent) -> None:
        """Move a call. An event it cannot take is logged, counted and ignored."""
        before = self._calls.get(event.key)
        if before is None:
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
            call = _named(call, before.remote)
        self._calls[call.key] = call
        if not call.is_live:
            del self._calls[call.key]
        self._tell(CallMoved(call, before))
        if not call.is_live:
            self._tell(CallLogged(call_record(call)))

    def dtmf(self, event: DtmfReceived | DtmfSent) -> None:
        """Pass digits on to the observers."""
        if isinstance(event, DtmfReceived):
            self._tell(DtmfHeard(event.key, event.digit))
        else:
            self._tell(DtmfTold(event.key, event.digits))

    def failed(self, event: CommandFailed) -> None:
        """A command on a call was refused: a dial that came to nothing is a call that failed."""
        dialled = self._dialled.pop(event.key, None)
        if event.command == "MakeCall" and dialled is not None:
            self.created(_stillborn(event.key, dialled, self._clock.now_s()))
        if event.command == "MakeCall" and event.key in self._calls:
            self.handle(
                CallStateChanged(
                    key=event.key,
                    state=CallState.TERMINATED,
                    reason=TerminatedReason.ERROR,
                    cause=event.cause,
                    at_s=self._clock.now_s(),
                )
            )
        elif event.key in self._calls:
            self._tell(Notice(f"failed_{event.command.lower()}", {}, "warning"))

    def engine_lost(self) -> None:
        """The engine took every call with it: each ends, is told and logged."""
        for call in self.live:
            self.handle(lost(call, self._clock.now_s()))
            self._tell(Notice("call_lost", {"who": call.remote.display_name or call.remote.number}, "error"))


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
