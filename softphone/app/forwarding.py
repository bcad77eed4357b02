"""Forwarding: the page 着信と不在時動作, switched and saved; the server is told by feature codes.

save, set_active ─▸ settings
                 └▸ on_server: code ─▸ a call to it ─▸ what the server said ─▸ the next code
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable
from datetime import datetime

import msgspec
from msgspec.structs import replace

from softphone.app.accounts import AccountService
from softphone.app.call_table import CallTable
from softphone.app.calls import CallService, CannotCall
from softphone.app.changes import CallMoved, Change, Notice, Observer
from softphone.app.features import FeatureService
from softphone.app.settings import SettingsService
from softphone.domain.call import Call, CallState
from softphone.domain.dial_plan import plan_number
from softphone.domain.dial_string import DialStringInvalid, clean_dial_string
from softphone.domain.errors import FailureCause
from softphone.domain.forwarding import (
    Absence,
    AbsenceAction,
    AbsenceInvalid,
    AbsenceRule,
    AbsenceSettings,
    Schedule,
    absence_problems,
    server_codes,
    tidied,
)
from softphone.domain.ports import Clock, Dispatcher, Timer
from softphone.domain.screening import holds_now, reach_numbers

ANNOUNCEMENT_S = 10.0


class AbsenceSummary(msgspec.Struct, frozen=True, kw_only=True):
    """What the banner says. ``rules`` are those that do something; ``holds_now`` by the schedule.

    A REACH rule's ``number`` is the numbers it reaches; that of a VOICEMAIL rule may be "".
    """

    do_not_disturb: bool = False
    active: bool = False
    on_server: bool = False
    holds_now: bool = False
    rules: tuple[AbsenceRule, ...] = ()
    schedule: Schedule = Schedule()


class ForwardingService:
    """Switches what happens to callers. Thread: main."""

    def __init__(
        self,
        dispatcher: Dispatcher,
        clock: Clock,
        table: CallTable,
        calls: CallService,
        features: FeatureService,
        accounts: AccountService,
        settings: SettingsService,
        tell: Observer,
    ) -> None:
        self._dispatcher = dispatcher
        self._clock = clock
        self._table = table
        self._calls = calls
        self._features = features
        self._accounts = accounts
        self._settings = settings
        self._tell = tell
        self._waiting: deque[tuple[str, str]] = deque()  # feature and number, to be dialled in turn
        self._key = ""  # the call to the code that is being dialled
        self._feature = ""
        self._timer: Timer | None = None

    @property
    def summary(self) -> AbsenceSummary:
        """What is on, for the banner; looked at again when minutes pass."""
        settings = self._settings.now
        absence = settings.absence
        at = datetime.fromtimestamp(self._clock.now_s())
        numbers = ", ".join(number.number for number in reach_numbers(absence))
        rules = tuple(
            replace(rule, number=numbers) if rule.action is AbsenceAction.REACH else rule
            for rule in absence.rules
            if rule.action is not AbsenceAction.NONE
        )
        return AbsenceSummary(
            do_not_disturb=settings.calls.do_not_disturb,
            active=absence.active and bool(rules),
            on_server=absence.on_server,
            holds_now=holds_now(absence.schedule, at.weekday(), at.hour * 60 + at.minute),
            rules=rules,
            schedule=absence.schedule,
        )

    def set_active(self, on: bool) -> None:
        """Switch 不在時動作 on or off as it stands.

        Errors: AbsenceInvalid where it is switched on and something is wrong with it.
        """
        absence = replace(self._settings.now.absence, active=on)
        if on:
            self._check(absence)
        self._settings.change_fields(absence=absence)
        if absence.on_server:
            self._tell_server(absence, [rule.kind for rule in _set_rules(absence)])

    def save(self, absence: AbsenceSettings) -> None:
        """Save the page; the server is told what is new for it.

        Errors: AbsenceInvalid with every problem; nothing is changed.
        """
        absence = tidied(absence)
        self._check(absence)
        before = self._settings.now.absence
        self._settings.change_fields(absence=absence)
        done, wanted = _on_server(before), _on_server(absence)
        moved = [kind for kind in Absence if done.get(kind) != wanted.get(kind)]
        # What the server did and is not to do any more is switched off there, by whoever does it now.
        self._tell_server(absence if absence.on_server else replace(absence, active=False), moved)

    def set_do_not_disturb(self, on: bool) -> None:
        """Refuse every caller, or no longer; the server is told too where it does 不在時動作."""
        settings = self._settings.now
        self._settings.change_fields(calls=replace(settings.calls, do_not_disturb=on))
        feature = "dnd_on" if on else "dnd_off"
        if settings.absence.on_server and self._features.offered(feature):
            self._ask([(feature, "")])

    def observe(self, change: Change) -> None:
        """Follow the call to a code; dial the next one when it is over, or when the line becomes free."""
        if not isinstance(change, CallMoved):
            return
        call = change.call
        if call.key == self._key and call.state is CallState.CONFIRMED and self._timer is None:
            self._timer = self._dispatcher.call_later(ANNOUNCEMENT_S, lambda: self._calls.hang_up(call.key))
        if not call.is_live:
            if call.key == self._key:
                self._said(call)
            self._dispatcher.post(self._next)

    def _check(self, absence: AbsenceSettings) -> None:
        problems = absence_problems(absence, self._features.codes, self._features.voicemail_box)
        if problems:
            raise AbsenceInvalid(problems)

    def _tell_server(self, absence: AbsenceSettings, kinds: list[Absence]) -> None:
        self._ask(server_codes(absence, self._features.codes, kinds, self._features.voicemail_box))

    def _ask(self, codes: Iterable[tuple[str, str]]) -> None:
        """Dial these in turn; what waits still and says otherwise is not dialled at all."""
        codes = tuple(codes)
        subjects = {_subject(feature) for feature, _ in codes}
        self._waiting = deque(entry for entry in self._waiting if _subject(entry[0]) not in subjects)
        self._waiting.extend(codes)
        if codes and self._table.used and not self._key:
            self._tell(Notice("server_waits"))
        self._next()

    def _next(self) -> None:
        """Dial the next code where no call is up: nobody is put on hold for it."""
        if self._key or not self._waiting or self._table.used:
            return
        self._feature, number = self._waiting.popleft()
        try:
            if number:
                dialling, profile = self._settings.now.dialling, self._accounts.profile
                number = plan_number(clean_dial_string(number), dialling, profile).number
            self._key = self._calls.dial(self._features.code(self._feature, number=number))
        except CannotCall as error:
            self._waiting.clear()
            self._failed(error.cause, 0)
        except DialStringInvalid:
            self._failed(FailureCause.INVALID_NUMBER, 0)
            self._next()

    def _said(self, call: Call) -> None:
        """What the server said: an answer is a yes."""
        self._key = ""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if call.confirmed_at_s:
            self._tell(Notice("server_did", {"feature": self._feature}))
        else:
            self._failed(call.cause, call.status_code)

    def _failed(self, cause: FailureCause, status_code: int) -> None:
        values = {"feature": self._feature, "cause": cause.value, "status_code": str(status_code)}
        self._tell(Notice("server_refused", values, "warning", "absence"))


def _set_rules(absence: AbsenceSettings) -> list[AbsenceRule]:
    return [rule for rule in absence.rules if rule.action is not AbsenceAction.NONE]


def _on_server(absence: AbsenceSettings) -> dict[Absence, AbsenceRule]:
    """The rules the server carries out."""
    return {rule.kind: rule for rule in _set_rules(absence)} if absence.active and absence.on_server else {}


def _subject(feature: str) -> str:
    """What a feature switches, on or off: forward_busy, dnd."""
    return feature.rpartition("_")[0]
