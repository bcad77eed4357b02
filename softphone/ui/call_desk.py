"""The calls as the window holds them: the live ones, the one that just ended, the digits sent, since when.

It listens to the phone, hands views to the panel and the incoming window, and turns their actions into
what the services do. It moves no call by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from softphone.app.changes import CallMoved, Change, DtmfTold, SurroundingsMoved
from softphone.app.phone import Phone
from softphone.app.text import party_title
from softphone.domain.call import Call, Direction, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.ui import theme as tokens
from softphone.ui.call_actions import CallActions
from softphone.ui.call_panel import CallPanel
from softphone.ui.call_view import CallFacts, CallsView, CallView, call_view, calls_view, hidden_caller
from softphone.ui.incoming_window import IncomingWindow
from softphone.ui.look import Look
from softphone.ui.view_state import ProblemView, problem_notice

_QUIET_ENDS = (TerminatedReason.CANCELLED, TerminatedReason.REJECTED)
_NO_RECORDING = ("not_allowed", "not_talking")  # the other reasons are told in words on a click
_OF_A_CALLER = ("answer", "decline")
_OF_THE_PANEL = ("join",)  # asks first with whom


class CallDesk(QObject):
    """Thread: ui. ``came`` a new call, ``moved`` any change, ``emptied`` no call is left to show.

    ``told`` carries a NoticeView: a call failed while others go on. ``rings_elsewhere``: the desktop shows
    the caller by itself, so that the small window need not.
    """

    came = Signal(str)
    moved = Signal()
    emptied = Signal()
    answered = Signal()
    told = Signal(object)

    def __init__(self, phone: Phone, now_s: Callable[[], float], parent: QObject) -> None:
        super().__init__(parent)
        self._phone = phone
        self._now_s = now_s
        self.actions = CallActions(phone, self)
        self._ended: dict[str, Call] = {}
        self._digits: dict[str, str] = {}
        self._held_since_s: dict[str, float] = {}
        self._recorded_since_s: dict[str, float] = {}
        self._look: Look | None = None
        self._panel: CallPanel | None = None
        self._window: IncomingWindow | None = None
        self.popup_wanted: Callable[[], bool] = lambda: True
        self.rings_elsewhere: Callable[[], bool] = lambda: False
        self._second = QTimer(self)
        self._second.setInterval(tokens.TICK_MS)
        self._second.timeout.connect(self.refresh)
        self._end = QTimer(self)
        self._end.setSingleShot(True)
        self._end.setInterval(round(tokens.ENDED_S * 1000))
        self._end.timeout.connect(self.close_ended)

    def serve(
        self, look: Look, panel: CallPanel, window: IncomingWindow, popup_wanted: Callable[[], bool]
    ) -> None:
        """Draw on these from now on."""
        self._look, self._panel, self._window = look, panel, window
        self.popup_wanted = popup_wanted
        panel.wanted.connect(self._run)
        window.wanted.connect(self._run)
        panel.pair_wanted.connect(self.actions.pair)
        panel.digit_wanted.connect(self._phone.calls.send_dtmf)
        self.refresh()

    def rest(self) -> None:
        """Draw no more: the window closes."""
        self._second.stop()
        self._end.stop()
        self._panel = self._window = None

    def press(self, action: str) -> None:
        """Keys of the keyboard ask for ``action``: with the caller who rings, or with the call in front."""
        ringing = self._ringing()
        if action in _OF_A_CALLER:
            if ringing is not None:
                self.actions.run(action, ringing.key)
            return
        front = self.view().front
        if front is None or action not in front.controls + front.menu or action in front.disabled:
            return
        if action in _OF_THE_PANEL and self._panel is not None:
            self._panel.run(action)
        else:
            self.actions.run(action, front.key)

    @property
    def calls(self) -> tuple[Call, ...]:
        """Live ones and, where none is live, the one that just ended."""
        return self._phone.calls.live or tuple(self._ended.values())

    @property
    def busy(self) -> bool:
        """A call is live."""
        return bool(self._phone.calls.live)

    def view(self) -> CallsView:
        """All calls as they are now."""
        assert self._look is not None
        return calls_view(self._look.text, self.calls, now_s=self._now_s(), facts=self._facts())

    @property
    def who(self) -> str:
        """Whom one talks to: the name, or how many calls there are; "" for nobody."""
        assert self._look is not None
        view = self.view()
        if view.front is None or not view.others:
            return view.front.name if view.front is not None else ""
        return self._look.text("call_panel.count", count=1 + len(view.others))

    def handle(self, change: Change) -> None:
        """Take a change of the phone."""
        if isinstance(change, DtmfTold):
            self._digits[change.call_key] = self._digits.get(change.call_key, "") + change.digits
            self.refresh()
        elif isinstance(change, CallMoved):
            self._call_moved(change)
        elif isinstance(change, SurroundingsMoved) and self._ringing() is not None:
            self.refresh()  # the screen may have been locked

    def refresh(self) -> None:
        """Draw anew: a call moved or a second went by."""
        if self._panel is None or self._look is None or self._window is None:
            return
        view = self.view()
        self._panel.show_view(view)
        ringing = self._ringing()
        if self.rings_elsewhere() or ringing is None or not self.popup_wanted():
            self._window.forget()
        else:
            caller = self._caller(ringing, view)
            hidden = self._phone.surroundings.privacy.hides_caller
            self._window.show_view(
                hidden_caller(self._look.text, caller) if hidden else caller, self._line(ringing)
            )
        self.moved.emit()

    def close_ended(self) -> None:
        """The call that just ended has been seen."""
        self._end.stop()
        self._ended.clear()
        if not self.calls:
            self.emptied.emit()

    def _run(self, action: str, key: str) -> None:
        if action == "close":
            self.close_ended()
        else:
            self.actions.run(action, key)

    def _ringing(self) -> Call | None:
        return next((call for call in self._phone.calls.live if call.is_ringing_here), None)

    def _caller(self, ringing: Call, view: CallsView) -> CallView:
        """The view of who rings, with what can be answered."""
        shown = (view.front, *view.others)
        found = next((each for each in shown if each is not None and each.key == ringing.key), None)
        assert self._look is not None
        return found or call_view(self._look.text, ringing, now_s=self._now_s())

    def _line(self, call: Call) -> str:
        """The name of our line that was called."""
        account = self._phone.accounts.account
        if account is None or (call.called and call.called != account.user_id):
            return call.called
        return account.display_name or account.user_id

    def _facts(self) -> CallFacts:
        phone, live = self._phone, self._phone.calls.live
        assert self._look is not None
        text = self._look.text
        active, account = phone.calls.active, phone.accounts.account
        pairs = {phone.transfers.consultation_of(call.key): call for call in live}
        return CallFacts(
            digits=self._digits,
            held_since_s=self._held_since_s,
            recorded_since_s=self._recorded_since_s,
            transferee={key: party_title(text, call) for key, call in pairs.items() if key},
            handing={
                key: call.transfer
                for key, call in pairs.items()
                if key and call.transfer is not None and call.transfer.is_under_way
            },
            recordable=frozenset(c.key for c in live if phone.recording.can_record(c) not in _NO_RECORDING),
            offers=tuple(name for name in ("park", "voicemail_box") if phone.features.offered(name)),
            own_number=account.user_id if account is not None else "",
            active=active.key if active is not None else "",
            room=len(live) < phone.settings.now.calls.max_calls,
            name_of=self._name_of,
            shown=phone.numbers.shown,
        )

    def _name_of(self, number: str) -> str:
        person = self._phone.contacts.find(number)
        return person.name if person is not None else number

    def _call_moved(self, change: CallMoved) -> None:
        call = change.call
        if change.before is None:
            self._ended.clear()
            self._end.stop()
        self._note_since(call)
        if call.is_live:
            if call.confirmed_at_s and not (change.before and change.before.confirmed_at_s):
                self.answered.emit()
        else:
            self._digits.pop(call.key, None)
            # What the user ended before anybody talked needs no farewell.
            if call.cause is not FailureCause.NONE or call.confirmed_at_s or call.reason not in _QUIET_ENDS:
                self._ended = {call.key: call}
                self._end.start()
            self._tell_failure(call)
        self._second.start() if self.busy else self._second.stop()
        self.refresh()
        if change.before is None:
            self.came.emit(call.key)
        if not self.calls:
            self.emptied.emit()

    def _tell_failure(self, call: Call) -> None:
        """Say why a call failed that no card shows beside others; a caller not answered did not fail."""
        refused = call.direction is Direction.RECIPIENT and not call.confirmed_at_s
        lost = call.cause is FailureCause.ENGINE_LOST  # takes all calls, and says so itself
        if not self.busy or call.cause is FailureCause.NONE or refused or lost:
            return
        assert self._look is not None
        view = call_view(self._look.text, call, now_s=self._now_s())
        words = self._look.text("call_panel.failed_beside", who=view.name, why=view.state_words)
        self.told.emit(problem_notice(self._look.text, ProblemView(words)))

    def _note_since(self, call: Call) -> None:
        """Since when it waits and is recorded."""
        for since_s, lasts in (
            (self._held_since_s, call.held),
            (self._recorded_since_s, call.is_recording),
        ):
            if lasts and call.is_live:
                since_s.setdefault(call.key, self._now_s())
            else:
                since_s.pop(call.key, None)
