"""The settings' pages together, index and all: each is made when it is first opened."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QHideEvent, QKeyEvent, QKeySequence, QShowEvent
from PySide6.QtWidgets import QAbstractButton, QStackedWidget

from softphone.app.changes import Change
from softphone.app.phone import Phone
from softphone.ui.help_desk import HELP
from softphone.ui.look import Look
from softphone.ui.made_later import make_page
from softphone.ui.places import is_place
from softphone.ui.settings.page import Page

INDEX = ""  # the name of 設定一覧
PAGES = {
    INDEX: "index_page:IndexPage",
    "account": "account_page:AccountPage",
    "incoming": "incoming_page:IncomingPage",
    "absence": "absence_page:AbsencePage",
    "codes": "codes_page:CodesPage",
    "outgoing": "outgoing_page:OutgoingPage",
    "colleagues_page": "colleagues_page:ColleaguesPage",
    "audio": "audio_page:AudioPage",
    "recording": "recording_page:RecordingPage",
    "directories": "directories_page:DirectoriesPage",
    "directory": "directory_page:DirectoryPage",
    "history_settings": "history_page:HistorySettingsPage",
    "display": "display_page:DisplayPage",
    "desktop": "desktop_page:DesktopPage",
    "keys": "keys_page:KeysPage",
    "hooks": "hooks_page:HooksPage",
    "diagnostics": "diagnostics_page:DiagnosticsPage",
    "updates": "updates_page:UpdatesPage",
    "about": "about_page:AboutPage",
}


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
        look, phone = self._look, self._phone
        arguments: dict[str, tuple[object, ...]] = {
            INDEX: (look,),
            "account": (look, phone.accounts),
            "audio": (look, phone.devices, phone.settings),
            "display": (look, phone.settings),
            "diagnostics": (look, phone, self._log_folder),
            "about": (look,),
        }
        page: Page = make_page(f"settings.{PAGES[name]}", *arguments.get(name, (look, phone)))
        if name == "account":
            page.saved.connect(self.account_saved)  # type: ignore[attr-defined]
        return page
