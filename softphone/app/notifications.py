"""Notifications of the desktop: who calls, with 応答 and 拒否, and who was missed, with かけ直す.

    call rings ─▸ the window is not in use ─▸ one surface rings: the notification, or the window's own popup
    call over, unanswered ─▸ missed ─▸ taken away once the history was looked at

A stranger's words stand in titles alone, which no desktop reads as markup.
"""

from __future__ import annotations

from collections.abc import Callable

from softphone.app.changes import CallLogged, CallMoved, Change, HistoryMoved, SettingsMoved
from softphone.app.phone import Phone
from softphone.app.text import Text, diverted_text, party_number, party_title
from softphone.domain.call import Call
from softphone.domain.desktop import Notification
from softphone.domain.history import CallRecord, CallResult
from softphone.domain.identity import Anonymity
from softphone.domain.settings import RingBy

RINGING, MISSED, TRAY = "ringing", "missed", "tray"  # keys: one notification of each kind
MAX_TITLE = 120

Choose = Callable[[str, str], None]


class NotificationService:
    """Decides what is notified, and when it is taken away. Thread: main.

    ``choose`` gets what the user pressed (answer, decline, call_back, open_history, open) and whom it is
    about: a call's key, a number, or "". ``wanted``: the window is not in use. ``hides``: nobody may read
    who calls. ``floats``: the window's own popup can be kept in sight on this desktop.
    """

    def __init__(
        self,
        phone: Phone,
        words: Callable[[], Text],
        choose: Choose,
        *,
        wanted: Callable[[], bool],
        hides: Callable[[], bool],
        floats: bool = True,
    ) -> None:
        self._phone = phone
        self._words = words
        self._choose = choose
        self._wanted = wanted
        self._hides = hides
        self._floats = floats
        self._notifier = phone.desktop.notifier
        self._ringing: Notification | None = None
        self._missed: list[CallRecord] = []

    def start(self) -> None:
        """Find out who shows notifications; until then our own window rings."""
        self._notifier.ask(self.refresh)

    @property
    def rings(self) -> bool:
        """A notification says who calls, so that nothing else has to."""
        return self._ringing is not None

    def observe(self, change: Change) -> None:
        """Follow calls, the history and the settings."""
        if isinstance(change, CallMoved | SettingsMoved):
            self.refresh()
        elif isinstance(change, CallLogged):
            self._logged(change.record)
        elif isinstance(change, HistoryMoved) and not self._phone.history.unseen_missed:
            self.forget_missed()

    def refresh(self) -> None:
        """Show or take away who rings: a call moved, or the window came into use or went out of it."""
        call = next((call for call in self._phone.calls.live if call.is_ringing_here), None)
        wanted = call is not None and self._by_notification and self._wanted()
        notification = self._of_caller(call) if wanted and call is not None else None
        if notification == self._ringing:
            return
        self._ringing = notification
        if notification is None or call is None:
            self._notifier.withdraw(RINGING)
            return
        key = call.key
        self._notifier.show(notification, lambda code: self._choose(code or "open", key))

    def tell_of_tray(self) -> None:
        """Closing the window did not end the phone."""
        text = self._words()
        title, body = text("notification.tray_title"), text("notification.tray_body")
        self._notifier.show(
            Notification(key=TRAY, title=title, body=body), lambda code: self._choose("open", "")
        )

    def forget_missed(self) -> None:
        """They were looked at."""
        if self._missed:
            self._missed.clear()
            self._notifier.withdraw(MISSED)

    def stop(self) -> None:
        """Take everything away."""
        self._ringing = None
        self._notifier.close()

    @property
    def _by_notification(self) -> bool:
        way = self._phone.settings.now.desktop.ring_by
        if not self._notifier.state.can_ring:  # a caller one cannot answer is no help
            return False
        return way is RingBy.NOTIFICATION or (way is RingBy.AUTO and not self._floats)

    def _of_caller(self, call: Call) -> Notification:
        text = self._words()
        talking = any(other.confirmed_at_s for other in self._phone.calls.live)
        answer = text("notification.hold_and_answer" if talking else "notification.answer")
        actions = (("answer", answer), ("decline", text("notification.decline")))
        if self._hides():
            title, body = text("notification.ringing"), text("notification.hidden")
            return Notification(key=RINGING, title=title, body=body, actions=actions, urgent=True)
        title = text("notification.ringing_from", who=_short(party_title(text, call)))
        return Notification(key=RINGING, title=title, body=_about(text, call), actions=actions, urgent=True)

    def _logged(self, record: CallRecord) -> None:
        asked = self._phone.settings.now.desktop.notify_missed
        if record.result is not CallResult.MISSED or not asked or not self._wanted():
            return
        self._missed.append(record)
        self._notifier.show(self._of_missed(), self._missed_chosen)

    def _of_missed(self) -> Notification:
        text, last, count = self._words(), self._missed[-1], len(self._missed)
        hidden = self._hides()
        if hidden:
            title, body = text("notification.missed", count=count), text("notification.hidden")
        elif count > 1:
            who = _short(party_title(text, last))
            title, body = text("notification.missed_last", count=count, who=who), _about(text, last)
        else:
            title = text("notification.missed_from", who=_short(party_title(text, last)))
            body = _about(text, last)
        can_call = last.remote.number and last.anonymity is Anonymity.NONE and not hidden
        actions = (("call_back", text("notification.call_back")),) if can_call else ()
        return Notification(key=MISSED, title=title, body=body, actions=actions)

    def _missed_chosen(self, code: str) -> None:
        number = self._missed[-1].remote.number if self._missed else ""
        self._missed.clear()
        self._choose(code or "open_history", number)


def _about(text: Text, call: Call | CallRecord) -> str:
    """The number, and by which way they came; what is no number (a user name) is a stranger's word too."""
    number = party_number(text, call)
    parts = (number if number != party_title(text, call) else "", diverted_text(text, call))
    return _short("  ".join(part for part in parts if part))


def _short(words: str) -> str:
    """One printable line of bounded length."""
    line = "".join(char for char in words if char.isprintable())
    return line if len(line) <= MAX_TITLE else f"{line[: MAX_TITLE - 1]}…"
