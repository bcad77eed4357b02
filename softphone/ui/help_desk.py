"""F1: the help, open at the page that fits what is in front."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QWidget

from softphone.ui.help_pages import page_for
from softphone.ui.look import Look
from softphone.ui.page_deck import PageDeck

if TYPE_CHECKING:
    from softphone.ui.help_window import HelpWindow
    from softphone.ui.places import Places
    from softphone.ui.settings.pages import SettingsPages

HELP = "help"  # its row in the index of the settings
KEY = "F1"
_FRONTS = {"keypadPage": "keypad", "callPanel": "call"}  # pages that are neither a place nor settings


class HelpDesk(QObject):
    """Opens the one help window. Thread: ui. ``place_wanted`` names where a link of it leads in the phone."""

    place_wanted = Signal(str)

    def __init__(self, window: QWidget, resources: Path) -> None:
        super().__init__(window)
        self._window = window
        self._folder = resources / "help"
        self._help: HelpWindow | None = None
        action = QAction(window)
        action.setObjectName("helpAction")
        action.setShortcut(QKeySequence(KEY))
        action.setShortcutContext(Qt.ShortcutContext.ApplicationShortcut)
        action.triggered.connect(self.open_for_front)
        window.addAction(action)

    def serve(self, look: Look, pages: PageDeck, places: Places, settings: SettingsPages) -> None:
        """Speak and look like this from now on, about these pages; an open window is made anew."""
        self._look, self._pages, self._places, self._settings = look, pages, places, settings
        settings.help_wanted.connect(self.open_for_front)
        if self._help is None:
            return
        page, shown = self._help.page, self._help.isVisible()
        self._help.close()
        self._help.deleteLater()
        self._help = None
        if shown:
            self._open(page)

    def open_for_front(self) -> None:
        """Show the page that fits what is in front."""
        self._open(page_for(self._front))

    def close(self) -> None:
        """It goes with the phone."""
        if self._help is not None:
            self._help.close()

    @property
    def _front(self) -> str:
        front = self._pages.front
        if front is self._settings:
            return self._settings.place or "settings"
        return self._places.place or _FRONTS.get(front.objectName() if front is not None else "", "")

    def _open(self, page: str) -> None:
        from softphone.ui.help_window import HelpWindow  # Imported when it is first needed.

        if self._help is None:
            self._help = HelpWindow(self._look, self._folder, self._window)
            self._help.place_wanted.connect(self._lead)
        self._help.open_page(page)
        self._help.come_forward()

    def _lead(self, place: str) -> None:
        self.place_wanted.emit(place)
        self._window.raise_()
        self._window.activateWindow()
