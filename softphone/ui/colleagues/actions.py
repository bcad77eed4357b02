"""What a click on a colleague does, and the menus: call, pick up, hand a call over, look after the entry.

free, no call of ours   a click calls
ringing there           a click offers 代理応答 and a call
a call of ours          a click offers to hand it over, and a call; so does a call dropped on the tile
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, QPoint, Signal
from PySide6.QtWidgets import QMenu, QWidget

from softphone.app.calls import CannotCall
from softphone.app.colleagues import ColleagueLine
from softphone.app.features import FeatureNotOffered
from softphone.app.phone import Phone
from softphone.app.text import party_title
from softphone.domain.call import Call, CallState
from softphone.domain.colleague import ColleagueState
from softphone.domain.contact import Contact, ContactNumber
from softphone.domain.dial_string import DialStringInvalid
from softphone.ui import theme as tokens
from softphone.ui.call_menu import new_menu
from softphone.ui.look import Look
from softphone.ui.view_state import call_problem, problem_notice

_ICONS = {
    "pickup": "pickup",
    "call": "phone-fill",
    "consult": "transfer",
    "blind": "transfer",
    "retry": "swap",
    "contact": "contacts",
    "add_contact": "person-add",
    "change": "edit",
    "remove": "trash",
}


class ColleagueActions(QObject):
    """Does them for a page. Thread: ui.

    ``dial_wanted``, ``change_wanted`` and ``remove_wanted`` carry an extension, ``told`` a NoticeView.
    """

    dial_wanted = Signal(str)
    contact_wanted = Signal(object)
    place_wanted = Signal(str)
    change_wanted = Signal(str)
    remove_wanted = Signal(str)
    told = Signal(object)

    def __init__(self, look: Look, phone: Phone, parent: QWidget) -> None:
        super().__init__(parent)
        self._look = look
        self._phone = phone
        self._parent = parent

    @property
    def call(self) -> Call | None:
        """The call of ours that could be handed over: the one we talk on, else the last that is up."""
        active = self._phone.calls.active
        if active is not None and active.state is CallState.CONFIRMED:
            return active
        up = [call for call in self._phone.calls.live if call.state is CallState.CONFIRMED]
        return up[-1] if up else None

    def offered(self, line: ColleagueLine, key: str = "") -> tuple[str, ...]:
        """What a click may mean, the first most likely; ``key`` is the call that was dropped on them."""
        if key:
            return "consult", "blind"
        wanted = {
            "pickup": line.state is ColleagueState.RINGING and self._phone.features.offered("pickup"),
            "consult": self.call is not None,
            "blind": self.call is not None,
            "call": True,
        }
        return tuple(action for action, offered in wanted.items() if offered)

    def choose(self, line: ColleagueLine, place: QPoint) -> None:
        """A click: do it where it can mean one thing, else ask at ``place`` of the screen."""
        offered = self.offered(line)
        if len(offered) == 1:
            self.run(offered[0], line)
        else:
            self._show(line, offered, (), place)

    def show_menu(self, line: ColleagueLine, place: QPoint) -> None:
        """Everything that can be done with a colleague."""
        retry = ("retry",) if line.why in ("refused", "silent") else ()
        contact = "contact" if line.contact_key else "add_contact"
        self._show(line, self.offered(line), (*retry, contact, "change", "remove"), place)

    def drop(self, line: ColleagueLine, key: str, place: QPoint) -> None:
        """A call was dropped on them: how is it handed over?"""
        self._show(line, self.offered(line, key), (), place, key)

    def run(self, action: str, line: ColleagueLine, key: str = "") -> None:
        """Do one of them; ``key`` is the call to hand over, "" the one in use."""
        extension = line.colleague.extension
        call = self._phone.calls.find(key) if key else self.call
        actions: dict[str, Callable[[], object]] = {
            "call": lambda: self.dial_wanted.emit(extension),
            "pickup": lambda: self._phone.features.pickup(extension),
            "consult": lambda: self._hand_over(self._phone.transfers.consult, call, extension),
            "blind": lambda: self._hand_over(self._phone.transfers.blind, call, extension),
            "retry": lambda: self._phone.colleagues.retry(extension),
            "contact": lambda: self._show_contact(line),
            "add_contact": lambda: self._show_contact(line),
            "change": lambda: self.change_wanted.emit(extension),
            "remove": lambda: self.remove_wanted.emit(extension),
        }
        try:
            actions[action]()
        except (DialStringInvalid, CannotCall, FeatureNotOffered) as error:
            problem = call_problem(self._look.text, error, self._phone.accounts.registration)
            self.told.emit(problem_notice(self._look.text, problem))

    def _hand_over(self, transfer: Callable[[str, str], object], call: Call | None, extension: str) -> None:
        if call is not None:
            transfer(call.key, extension)
            self.place_wanted.emit("keypad")  # where the call and what becomes of it is seen

    def _show_contact(self, line: ColleagueLine) -> None:
        known = self._phone.contacts.book.get(line.contact_key) if line.contact_key else None
        number = ContactNumber(line.colleague.extension, "extension")
        self.contact_wanted.emit(known or Contact(name=line.name, numbers=(number,)))

    def _show(
        self,
        line: ColleagueLine,
        first: tuple[str, ...],
        more: tuple[str, ...],
        place: QPoint,
        key: str = "",
    ) -> QMenu:
        text = self._look.text
        name = line.name or line.colleague.extension
        call = self._phone.calls.find(key) if key else self.call
        menu = new_menu(self._look, self._parent, "colleagueMenu", name)
        for action in (*first, "", *more) if more else first:
            if action == "consult" and call is not None:
                title = text("colleague_call.menu", who=party_title(text, call), to=name)
                menu.addAction(title).setEnabled(False)
            elif not action:
                menu.addSeparator()
                continue
            icon = self._look.icon(_ICONS[action], "text_soft", self._look.px(tokens.ICON))
            entry = menu.addAction(
                icon, text(f"colleague_action.{action}"), partial(self.run, action, line, key)
            )
            entry.setObjectName(action)
        menu.popup(place)
        return menu
