"""The calls as the window holds them: the live ones, the one that just ended, the digits sent.

It listens to the phone, hands views to the panel and the incoming window, and turns their clicks into
what the services do. It moves no call by itself.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, QTimer, Signal

from softphone.app.changes import CallMoved, Change, DtmfTold
from softphone.app.phone import Phone
from softphone.domain.call import Call, TerminatedReason
from softphone.domain.errors import FailureCause
from softphone.ui import theme as tokens
from softphone.ui.call_panel import CallPanel
from softphone.ui.incoming_window import IncomingWindow
from softphone.ui.look import Look
from softphone.ui.view_state import CallsView, call_view, calls_view

_QUIET_ENDS = (TerminatedReason.CANCELLED, TerminatedReason.REJECTED)


class CallDesk(QObject):
    """Thread: ui. ``came`` a new call, ``moved`` any change, ``emptied`` no call is left to show."""

    came = Signal(str)
    moved = Signal()
    emptied = Signal()
    answered = Signal()

    def __init__(self, phone: Phone, now_s: Callable[[], float], parent: QObject) -> None:
        super().__init__(parent)
        self._phone = phone
        self._now_s = now_s
        self._ended: dict[str, Call] = {}
        self._digits: dict[str, str] = {}
        self._look: Look | None = None
        self._panel: CallPanel | None = None
        self._window: IncomingWindow | None = None
        self._popup_wanted: Callable[[], bool] = lambda: True
        self._second = QTimer(self)
        self._second.setInterval(250)
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
        self._popup_wanted = popup_wanted
        calls = self._phone.calls
        for caller in (panel, window):
            caller.answer_wanted.connect(calls.answer)
            caller.decline_wanted.connect(calls.decline)
        panel.hang_up_wanted.connect(calls.hang_up)
        panel.hold_wanted.connect(calls.set_hold)
        panel.mute_wanted.connect(calls.set_mute)
        panel.digit_wanted.connect(calls.send_dtmf)
        panel.close_wanted.connect(lambda key: self.close_ended())
        self.refresh()

    def rest(self) -> None:
        """Draw no more: the window closes."""
        self._second.stop()
        self._end.stop()
        self._panel = self._window = None

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
        return calls_view(self._look.text, self.calls, now_s=self._now_s(), digits=self._digits)

    def handle(self, change: Change) -> None:
        """Take a change of the phone."""
        if isinstance(change, DtmfTold):
            self._digits[change.call_key] = self._digits.get(change.call_key, "") + change.digits
            self.refresh()
        elif isinstance(change, CallMoved):
            self._call_moved(change)

    def refresh(self) -> None:
        """Draw anew: a call moved or a second went by."""
        if self._panel is None or self._look is None or self._window is None:
            return
        self._panel.show_view(self.view())
        ringing = next((call for call in self._phone.calls.live if call.is_ringing_here), None)
        if ringing is None or not self._popup_wanted():
            self._window.forget()
        else:
            account = self._phone.accounts.account
            line = (account.display_name or account.user_id) if account else ""
            view = call_view(self._look.text, ringing, now_s=self._now_s())
            self._window.show_view(view, line)
        self.moved.emit()

    def _call_moved(self, change: CallMoved) -> None:
        call = change.call
        if change.before is None:
            self._ended.clear()
            self._end.stop()
        if call.is_live:
            if call.confirmed_at_s and not (change.before and change.before.confirmed_at_s):
                self.answered.emit()
        else:
            self._digits.pop(call.key, None)
            # What the user ended before anybody talked needs no farewell.
            if call.cause is not FailureCause.NONE or call.confirmed_at_s or call.reason not in _QUIET_ENDS:
                self._ended = {call.key: call}
                self._end.start()
        self._second.start() if self.busy else self._second.stop()
        self.refresh()
        if change.before is None:
            self.came.emit(call.key)
        if not self.calls:
            self.emptied.emit()

    def close_ended(self) -> None:
        """The call that just ended has been seen."""
        self._end.stop()
        self._ended.clear()
        if not self.calls:
            self.emptied.emit()
