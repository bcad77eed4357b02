"""The settings' pages together, index and all: each is made when it is first opened."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QStackedWidget

from softphone.app.changes import Change
from softphone.app.phone import Phone
from softphone.ui.help_desk import HELP
from softphone.ui.look import Look
from softphone.ui.places import is_place
from softphone.ui.settings.page import Page

INDEX = ""  # the name of 設定一覧


class SettingsPages(QStackedWidget):
    """設定一覧 and what is behind it."""

    account_saved = Signal()
    place_wanted = Signal(str)
    help_wanted = Signal()

    def __init__(self, look: Look, phone: Phone, log_folder: str) -> None:
        super().__init__()
        self._look = look
        self._phone = phone
        self._log_folder = log_folder
        self._pages: dict[str, Page] = {}
        self._open: Page | None = None

    @property
    def place(self) -> str:
        """The page in front: "" for the index."""
        return next((name for name, page in self._pages.items() if page is self.currentWidget()), INDEX)

    def open_page(self, name: str) -> None:
        """Go to a page; "" goes to the index, the name of a place there. ``name/what`` aims at part of it."""
        if is_place(name):
            self.place_wanted.emit(name)
            return
        if name == HELP:
            self.help_wanted.emit()
            return
        name, _, what = name.partition("/")
        page = self._page(name)
        page.aim(what)
        self.setCurrentWidget(page)
        self._switch()
        if self.isVisible() and name and not page.isAncestorOf(self.focusWidget() or self):
            page.focusNextChild()

    def handle(self, change: Change) -> None:
        """Hand a change to the pages there are."""
        for page in self._pages.values():
            page.handle(change)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.currentWidget() is None:
            self.open_page(INDEX)
        self._switch()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._close()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Cancel) or event.matches(QKeySequence.StandardKey.Back):
            self._back()
            return
        focused = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focused, QAbstractButton):
            focused.click()
            return
        super().keyPressEvent(event)

    def _back(self) -> None:
        page = self.currentWidget()
        self.open_page(page.back_to if isinstance(page, Page) else "")

    def _switch(self) -> None:
        page = self.currentWidget()
        if not self.isVisible() or page is self._open or not isinstance(page, Page):
            return
        self._close()
        self._open = page
        page.opened()

    def _close(self) -> None:
        if self._open is not None:
            self._open.closed()
            self._open = None

    def _page(self, name: str) -> Page:
        if name not in self._pages:
            page = self._make(name)
            page.back_wanted.connect(self._back)
            page.page_wanted.connect(self.open_page)
            self._pages[name] = page
            self.addWidget(page)
        return self._pages[name]

    def _make(self, name: str) -> Page:
        # Imported where they are first needed: none of them is seen at the start.
        phone, look = self._phone, self._look
        makers: dict[str, Callable[[], Page]] = {
            INDEX: lambda: _index(look),
            "account": self._make_account,
            "incoming": lambda: _incoming(look, phone),
            "absence": lambda: _absence(look, phone),
            "codes": lambda: _codes(look, phone),
            "outgoing": lambda: _outgoing(look, phone),
            "colleagues_page": lambda: _colleagues(look, phone),
            "audio": lambda: _audio(look, phone),
            "recording": lambda: _recording(look, phone),
            "directories": lambda: _directories(look, phone),
            "directory": lambda: _directory(look, phone),
            "history_settings": lambda: _history(look, phone),
            "display": lambda: _display(look, phone),
            "desktop": lambda: _desktop(look, phone),
            "keys": lambda: _keys(look, phone),
            "hooks": lambda: _hooks(look, phone),
            "diagnostics": lambda: _diagnostics(look, phone, self._log_folder),
            "updates": lambda: _updates(look, phone),
            "about": lambda: _about(look),
        }
        return makers[name]()

    def _make_account(self) -> Page:
        from softphone.ui.settings.account_page import AccountPage

        page = AccountPage(self._look, self._phone.accounts)
        page.saved.connect(self.account_saved)
        return page


def _index(look: Look) -> Page:
    from softphone.ui.settings.index_page import IndexPage

    return IndexPage(look)


def _incoming(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.incoming_page import IncomingPage

    return IncomingPage(look, phone)


def _absence(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.absence_page import AbsencePage

    return AbsencePage(look, phone)


def _codes(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.codes_page import CodesPage

    return CodesPage(look, phone)


def _outgoing(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.outgoing_page import OutgoingPage

    return OutgoingPage(look, phone)


def _colleagues(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.colleagues_page import ColleaguesPage

    return ColleaguesPage(look, phone)


def _recording(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.recording_page import RecordingPage

    return RecordingPage(look, phone)


def _keys(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.keys_page import KeysPage

    return KeysPage(look, phone)


def _history(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.history_page import HistorySettingsPage

    return HistorySettingsPage(look, phone)


def _hooks(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.hooks_page import HooksPage

    return HooksPage(look, phone)


def _audio(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.audio_page import AudioPage

    return AudioPage(look, phone.devices, phone.settings)


def _display(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.display_page import DisplayPage

    return DisplayPage(look, phone.settings)


def _desktop(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.desktop_page import DesktopPage

    return DesktopPage(look, phone)


def _directories(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.directories_page import DirectoriesPage

    return DirectoriesPage(look, phone)


def _directory(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.directory_page import DirectoryPage

    return DirectoryPage(look, phone)


def _diagnostics(look: Look, phone: Phone, log_folder: str) -> Page:
    from softphone.ui.settings.diagnostics_page import DiagnosticsPage

    return DiagnosticsPage(look, phone, log_folder)


def _updates(look: Look, phone: Phone) -> Page:
    from softphone.ui.settings.updates_page import UpdatesPage

    return UpdatesPage(look, phone)


def _about(look: Look) -> Page:
    from softphone.ui.settings.about_page import AboutPage

    return AboutPage(look)
