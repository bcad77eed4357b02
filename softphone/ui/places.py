"""The places beside keypad, call and settings: 履歴, 電話帳, 内線. Each is made when it is first seen."""

from __future__ import annotations

from functools import partial
from importlib import import_module

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QWidget

from softphone.app.changes import Change, HistoryMoved
from softphone.app.phone import Phone
from softphone.domain.contact import Contact
from softphone.ui.look import Look
from softphone.ui.made_later import make_page
from softphone.ui.navigation import Navigation
from softphone.ui.page_deck import PageDeck
from softphone.ui.shortcuts import FIND_KEY, SEARCH_KEY

PLACES = {
    "history": "history.page:HistoryPage",
    "contacts": "contacts.page:ContactsPage",
    "colleagues": "colleagues.page:ColleaguesPage",
    "guide": "guide.page:GuidePage",
    "search": "search_page:SearchPage",
}
READ_AHEAD = (  # so that they open at once
    "softphone.ui.history.page",
    "softphone.ui.contacts.page",
    "softphone.ui.search_page",
)
READ_AHEAD_MS = 1_500
CALL_PAGES = ("keypadPage", "callPanel")


class PlacePage(QWidget):
    """One place. Override ``opened``, ``closed`` and ``handle``.

    ``dial_wanted`` carries a number to call, ``contact_wanted`` a Contact to show or (without key) to add,
    ``place_wanted`` the name of another place or settings page, ``told`` a NoticeView;
    ``back_wanted`` leads to where one came from.
    """

    dial_wanted = Signal(str)
    contact_wanted = Signal(object)
    place_wanted = Signal(str)
    told = Signal(object)
    back_wanted = Signal()
    shows_calls = False  # a call that is made here is shown here
    wide = False  # takes all the width there is, not one column
    alone = False  # nothing stands beside it, however wide the window is

    def __init__(self, look: Look, phone: Phone, name: str) -> None:
        super().__init__()
        self.look = look
        self.phone = phone
        self.setObjectName(name)

    def opened(self) -> None:
        """The place comes to the front."""

    def closed(self) -> None:
        """The place is left."""

    def handle(self, change: Change) -> None:
        """Something changed in the phone; told only while the page exists."""

    def keep(self) -> object:
        """What was typed, to be handed to ``restore`` when the window is built anew; None for nothing."""
        return None

    def restore(self, kept: object) -> None:
        """Take back what ``keep`` gave."""

    def may_close(self) -> bool:
        """Whether the window may go; False where something would be lost: it is asked about here."""
        return True

    def find_here(self) -> bool:
        """Go to the place's own search. False where it has none to go to now."""
        return False

    def show_contact(self, contact: Contact) -> None:
        """Open an entry of the phone book; one without a key is new. Only 電話帳 does."""
        self.contact_wanted.emit(contact)


class Places(QObject):
    """The places there are, in the window's stack of pages. Thread: ui. Signals as of PlacePage."""

    dial_wanted = Signal(str)
    contact_wanted = Signal(object)
    place_wanted = Signal(str)
    told = Signal(object)

    def __init__(self, look: Look, phone: Phone, pages: PageDeck, navigation: Navigation) -> None:
        super().__init__(pages)
        self._navigation = navigation
        self._look = look
        self._phone = phone
        self._pages = pages
        self._made: dict[str, PlacePage] = {}
        self._open: PlacePage | None = None
        self._kept: dict[str, object] = {}
        self._front: QWidget | None = None
        self._before: QWidget | None = None  # the search closes to it
        self._seen: QWidget | None = None
        self._seen_before: QWidget | None = None  # where two are seen, this place stands beside it then
        self._wide = False
        pages.moved.connect(self._page_moved)
        navigation.show_missed(phone.history.unseen_missed)
        for turn, module in enumerate(READ_AHEAD):
            QTimer.singleShot(READ_AHEAD_MS * (turn + 1), self, partial(import_module, module))
        # What groups digits takes its time to load, too.
        QTimer.singleShot(READ_AHEAD_MS * len(READ_AHEAD), self, lambda: phone.numbers.shown("0312345678"))
        QShortcut(QKeySequence(SEARCH_KEY), pages, lambda: self.place_wanted.emit("search"))
        QShortcut(QKeySequence(FIND_KEY), pages, self._find)

    def page(self, name: str) -> PlacePage:
        """The page of a place."""
        if name not in self._made:
            page: PlacePage = make_page(PLACES[name], self._look, self._phone)
            for signal in ("dial_wanted", "contact_wanted", "place_wanted", "told"):
                getattr(page, signal).connect(getattr(self, signal))
            page.back_wanted.connect(self._go_back)
            self._made[name] = page
            self._pages.add_place(page)
            if name in self._kept:
                page.restore(self._kept.pop(name))
        return self._made[name]

    @property
    def place(self) -> str:
        """The place in front; "" where another page is."""
        return self._name(self._pages.front)

    @property
    def shows_calls(self) -> bool:
        """The place in front shows the call that is made on it."""
        return self._open is not None and self._open.shows_calls

    def keep(self) -> dict[str, object]:
        """What was typed on the pages, for the Places of a window that is built anew."""
        kept = {name: page.keep() for name, page in self._made.items()}
        return self._kept | {name: one for name, one in kept.items() if one is not None}

    def restore(self, kept: dict[str, object]) -> None:
        """Give it back to each page when it is made."""
        self._kept = kept

    def handle(self, change: Change) -> None:
        """Hand a change to the pages there are."""
        if isinstance(change, HistoryMoved):
            self._navigation.show_missed(self._phone.history.unseen_missed)
        for page in tuple(self._made.values()):
            page.handle(change)

    def may_close(self) -> bool:
        """Whether the window may go; where something would be lost, its place comes to the front and asks."""
        if self._phone.contacts.draft is not None:
            self.page("contacts")
        asking = next((name for name, page in self._made.items() if not page.may_close()), "")
        if asking:
            self.place_wanted.emit(asking)
        return not asking

    def _find(self) -> None:
        """Look in the place that is seen; where that has nothing to look in, everywhere."""
        place = self._pages.place
        if not (isinstance(place, PlacePage) and place.find_here()):
            self.place_wanted.emit("search")

    def _go_back(self) -> None:
        """To what was in front before; from a call that is over to the keypad."""
        if self._pages.is_wide and self._seen_before is not None:
            self._pages.show_beside(self._seen_before)
        if self._before is None or self._before.objectName() in CALL_PAGES:
            self.place_wanted.emit("keypad")
        else:
            self._pages.go_to(self._before)

    def _page_moved(self) -> None:
        if self._pages.is_wide is not self._wide:
            self._wide = self._pages.is_wide
            self._reshape()
        front, seen = self._pages.front, self._pages.place
        if front is not self._front:
            self._before, self._front = self._front, front
        if seen is not self._seen:
            self._seen_before, self._seen = self._seen, seen
        if self._open is not None and self._open is not seen:
            self._open.closed()
            self._open = None
        if isinstance(seen, PlacePage) and seen is not self._open:
            self._open = seen
            seen.opened()

    def _reshape(self) -> None:
        """Beside keypad and call stands the place one was at last; where one was at none, 履歴."""
        pages = self._pages
        self._navigation.set_wide(self._wide)
        if self._wide and pages.place is None:
            pages.show_beside(self.page("history"))
        if pages.place is None:
            self._navigation.show_place("keypad")
        else:
            self._navigation.show_place(self._name(pages.place) or "settings")

    def _name(self, page: QWidget | None) -> str:
        return next((name for name, made in self._made.items() if made is page), "")


def is_place(name: str) -> bool:
    """Whether ``name`` is one of these places."""
    return name in PLACES
