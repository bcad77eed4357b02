"""Calls: dialled, answered, held, swapped, ended. Asks the engine; ``CallTable`` hears what came of it."""

from __future__ import annotations

import uuid

from softphone.app.accounts import AccountService
from softphone.app.after_answer import AfterAnswer
from softphone.app.call_table import CallTable
from softphone.app.changes import Notice, Observer
from softphone.app.holding import Holding
from softphone.app.settings import SettingsService
from softphone.domain.account import Account
from softphone.domain.call import Call
from softphone.domain.commands import (
    Answer,
    FollowRedirect,
    Hangup,
    MakeCall,
    OutputRole,
    PlayTone,
    Redirect,
    SendDtmf,
    SetMute,
    ToneKind,
    TransferCall,
)
from softphone.domain.dial_plan import PlannedNumber, plan_number, split_post_dial
from softphone.domain.dial_string import clean_dial_string, target_uri
from softphone.domain.dtmf import PAUSE, clean_digits
from softphone.domain.errors import FailureCause
from softphone.domain.ports import Engine
from softphone.domain.uri import Party

DECLINE = 603


class CannotCall(Exception):
    """The phone cannot call now; ``cause`` says why."""

    def __init__(self, cause: FailureCause) -> None:
        super().__init__(cause.value)
        self.cause = cause


class CallService:
    """What a user does with calls. Thread: main."""

    def __init__(
        self,
        engine: Engine,
        table: CallTable,
        holding: Holding,
        after_answer: AfterAnswer,
        accounts: AccountService,
        settings: SettingsService,
        tell: Observer,
    ) -> None:
        self._engine = engine
        self._table = table
        self._holding = holding
        self._accounts = accounts
        self._settings = settings
        self._tell = tell
        self._after_answer = after_answer

    @property
    def live(self) -> tuple[Call, ...]:
        """The calls that are not over, oldest first."""
        return self._table.live

    @property
    def active(self) -> Call | None:
        """The call in front: the talking one, else one that rings out, else the held one that talked last."""
        return self._holding.active

    def find(self, key: str) -> Call | None:
        """The live call ``key``."""
        return self._table.find(key)

    def callee(self, text: str) -> Party:
        """Whom ``text`` means, dialled from this phone.

        Errors: DialStringInvalid; CannotCall where no account is registered.
        """
        return self._callee(text)[0]

    def dial(self, text: str, *, anonymous: bool = False, replaces: str = "") -> str:
        """Call what ``text`` means and return the call's key; the others are put on hold.

        What stands behind the first pause (``03-1234-5678,,200#``) is sent as digits after the answer.
        ``replaces``: the Replaces value that picks another phone's call up.
        Errors: DialStringInvalid; CannotCall where no account is registered or every line is in use.
        """
        number, digits = split_post_dial(text)
        party, planned = self._callee(number)
        if self._table.used >= self._settings.now.calls.max_calls:
            raise CannotCall(FailureCause.TOO_MANY_CALLS)
        if planned.warning:
            self._tell(Notice(planned.warning, {"number": party.number}, "warning"))
        account = self._registered()
        key = f"out-{uuid.uuid4().hex[:12]}"
        self._holding.make_room()
        self._table.expect(key, party)
        self._engine.send(
            MakeCall(
                key=key,
                account_key=account.key,
                uri=party.uri,
                identity=str(target_uri(planned.identity, account.server)) if planned.identity else "",
                anonymous=anonymous or planned.anonymous,
                replaces=replaces,
            )
        )
        if digits:
            self._after_answer.keep(key, self._dtmf(key, digits))
        return key

    def answer(self, key: str, *, held: bool = False) -> None:
        """Answer a call that rings here; the others are put on hold, or with ``held`` this one."""
        call = self._table.find(key)
        if call is None or not call.waits_for_answer:
            return
        if held:
            self._holding.expect(key, True)
        else:
            self._holding.make_room(key)
        self._engine.send(Answer(key=key, held=held))

    def decline(self, key: str, status_code: int = DECLINE) -> None:
        """Refuse a call that rings here: 603, or 486 to let the server go on."""
        self._engine.send(Hangup(key=key, status_code=status_code))

    def send_elsewhere(self, key: str, *numbers: str) -> None:
        """Send a caller who waits for an answer on, to the first of ``numbers`` that takes them.

        By 302, which names them all, or as the provider takes it: by REFER, which names one.
        Errors: DialStringInvalid; CannotCall.
        """
        call = self._table.find(key)
        targets = tuple(self.callee(number).uri for number in numbers)
        if call is None or not call.waits_for_answer:
            return
        profile = self._accounts.profile
        self._table.forwarded(key, numbers[0])
        if profile is not None and profile.redirect_by == "refer":
            self._after_answer.keep(key, TransferCall(key=key, target=targets[0]))
            self.answer(key, held=True)
        else:
            self._engine.send(Redirect(key=key, targets=targets))

    def follow_redirect(self, key: str, follow: bool) -> None:
        """Call where a 3xx points, or let it be."""
        self._engine.send(FollowRedirect(key=key, follow=follow))

    def hang_up(self, key: str) -> None:
        """End a call in any state."""
        self._engine.send(Hangup(key=key))

    def hang_up_all(self) -> None:
        """End them all."""
        for call in self._table.live:
            self.hang_up(call.key)

    def set_hold(self, key: str, held: bool) -> None:
        """Hold or resume a call, with its whole conference; resuming holds every other talking call."""
        self._holding.set_hold(key, held)

    def swap(self) -> None:
        """Hold the active call and go back to the one that was active before."""
        waiting = self._holding.latest_held()
        if waiting is not None:
            self._holding.set_hold(waiting.key, False)

    def set_mute(self, key: str, muted: bool) -> None:
        """Close or open the microphone, for the whole conference where the call is in one."""
        call = self._table.find(key)
        everybody = call is not None and call.in_conference
        for each in self._table.live:
            if each.key == key or (everybody and each.in_conference):
                self._engine.send(SetMute(key=each.key, muted=muted))

    def send_dtmf(self, key: str, text: str) -> None:
        """Send digits with their tones heard here too; a comma waits 2 s.

        Errors: ValueError names a character that is no digit.
        """
        digits = clean_digits(text, pauses=True)
        if not digits or self._table.find(key) is None:
            return
        self._engine.send(self._dtmf(key, digits))
        for digit in digits[:1] if len(digits) > 4 else digits.replace(PAUSE, ""):
            self._engine.send(PlayTone(tone=ToneKind.DTMF, role=OutputRole.SPEAKER, digit=digit))

    def _dtmf(self, key: str, digits: str) -> SendDtmf:
        return SendDtmf(key=key, digits=digits, method=self._settings.now.calls.dtmf)

    def _callee(self, text: str) -> tuple[Party, PlannedNumber]:
        account = self._registered()
        number = clean_dial_string(text)
        planned = plan_number(number, self._settings.now.dialling, self._accounts.profile)
        return Party(uri=str(target_uri(planned.number, account.server)), number=number), planned

    def _registered(self) -> Account:
        account = self._accounts.account
        if account is None or not self._accounts.registration.can_call:
            raise CannotCall(FailureCause.NOT_REGISTERED)
        return account
