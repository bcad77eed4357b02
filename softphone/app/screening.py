"""Screening: what the phone does with a caller by itself, decided before a bell rings.

CallCreated ─▸ arriving: decide ─▸ CallTable (quiet or not) ─▸ observe: refuse, send on, answer, or wait
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from softphone.app.call_table import CallTable, party_values
from softphone.app.calls import CallService, CannotCall
from softphone.app.changes import CallMoved, Change, Notice, Observer
from softphone.app.settings import SettingsService
from softphone.domain.call import Call, Direction
from softphone.domain.commands import OutputRole, PlayTone, ToneKind
from softphone.domain.dial_plan import EMERGENCY_NUMBERS
from softphone.domain.dial_string import DialStringInvalid
from softphone.domain.events import CallCreated, CommandFailed
from softphone.domain.identity import CallerIdentity
from softphone.domain.ports import Clock, Dispatcher, Engine, Timer
from softphone.domain.screening import RING, Circumstances, Screening, ScreeningAction, screen

BEEP_DIGIT = "A"  # 697 + 1633 Hz, 100 ms: heard before the microphone opens


class ScreeningService:
    """Refuses, sends on and answers callers as the settings say. Thread: main."""

    def __init__(
        self,
        engine: Engine,
        dispatcher: Dispatcher,
        clock: Clock,
        table: CallTable,
        calls: CallService,
        settings: SettingsService,
        voicemail_box: Callable[[], str],
        tell: Observer,
    ) -> None:
        self._engine = engine
        self._dispatcher = dispatcher
        self._clock = clock
        self._table = table
        self._calls = calls
        self._settings = settings
        self._voicemail_box = voicemail_box
        self._tell = tell
        self._timers: dict[str, Timer] = {}
        self._emergency_at_s = float("-inf")

    def created(self, event: CallCreated) -> None:
        """Take a new call, quiet where no bell may ring for it, and begin what is decided.

        A call that takes another one's place (Replaces) was let in with that one.
        """
        is_new = event.direction is Direction.RECIPIENT and not event.transferred_from
        decision = self._decide(event) if is_new else RING
        sent_away = decision.action in (ScreeningAction.REFUSE, ScreeningAction.REDIRECT)
        self._table.created(event, quiet=sent_away and not decision.after_s)
        if decision.action is ScreeningAction.RING:
            return
        if decision.after_s:
            self._timers[event.key] = self._dispatcher.call_later(
                decision.after_s, lambda: self._act(event.key, decision)
            )
        else:
            self._act(event.key, decision)

    def observe(self, change: Change) -> None:
        """Let a decision go when its call is answered or over; remember an emergency call."""
        if not isinstance(change, CallMoved):
            return
        call = change.call
        if call.direction is Direction.INITIATOR and self._is_emergency(call):
            self._emergency_at_s = self._clock.now_s()
        if not call.waits_for_answer:
            timer = self._timers.pop(call.key, None)
            if timer is not None:
                timer.cancel()

    def failed(self, event: CommandFailed) -> bool:
        """True where a caller could not be sent on: it rings here instead."""
        call = self._table.find(event.key)
        if event.command != "Redirect" or call is None:
            return False
        self._ring_instead(call)
        return True

    def _decide(self, event: CallCreated) -> Screening:
        settings = self._settings.now
        now_s = self._clock.now_s()
        at = datetime.fromtimestamp(now_s)
        caller = CallerIdentity(
            remote=event.remote,
            anonymity=event.anonymity,
            diverted_by=event.diverted_by,
            called=event.called,
            answer_after_s=event.answer_after_s,
        )
        now = Circumstances(
            weekday=at.weekday(),
            minute=at.hour * 60 + at.minute,
            talking=any(not call.waits_for_answer for call in self._table.live),
            since_emergency_s=now_s - self._emergency_at_s,
        )
        decision = screen(caller, settings.calls, settings.absence, self._voicemail_box(), now)
        for target in decision.targets:
            try:
                self._calls.callee(target)
            except (DialStringInvalid, CannotCall):
                self._tell(Notice("forward_impossible", {"number": target}, "warning", "absence"))
                return RING
        return decision

    def _act(self, key: str, decision: Screening) -> None:
        call = self._table.find(key)
        if call is None or not call.waits_for_answer:
            return
        if decision.action is ScreeningAction.REFUSE:
            self._calls.decline(key, decision.status_code)
        elif decision.action is ScreeningAction.REDIRECT:
            self._send_on(call, decision.targets)
        elif not self._talks_elsewhere(call):
            self._engine.send(PlayTone(tone=ToneKind.DTMF, role=OutputRole.SPEAKER, digit=BEEP_DIGIT))
            self._calls.answer(key)

    def _send_on(self, call: Call, targets: tuple[str, ...]) -> None:
        try:
            self._calls.send_elsewhere(call.key, *targets)
        except (DialStringInvalid, CannotCall):
            self._ring_instead(call)
            return
        self._tell(Notice("call_forwarded", party_values(call) | {"to": targets[0]}))

    def _ring_instead(self, call: Call) -> None:
        self._table.forwarded(call.key, "")
        self._tell(Notice("forward_failed", party_values(call), "warning", "absence"))

    def _talks_elsewhere(self, call: Call) -> bool:
        """Somebody took another call while this one waited to be answered automatically."""
        return any(other.key != call.key and not other.waits_for_answer for other in self._table.live)

    def _is_emergency(self, call: Call) -> bool:
        prefix = self._settings.now.dialling.outside_prefix
        number = call.remote.number
        return number in EMERGENCY_NUMBERS or number.removeprefix(prefix) in EMERGENCY_NUMBERS
