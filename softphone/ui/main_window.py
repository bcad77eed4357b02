"""The window: pages in one column, the navigation at its foot. It holds no state of the phone.

call bar        who one talks to, while another page is in front
notices         one at a time
page            キーパッド | the call | 履歴 | 電話帳 | 内線 | 設定
navigation      キーパッド · 履歴 · 電話帳 · 内線 · 設定
"""

from __future__ import annotations

import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QEvent, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow

from softphone.app.changes import Change, Notice, SettingsMoved
from softphone.app.phone import Phone
from softphone.app.text import Text
from softphone.domain.contact import Contact
from softphone.domain.settings import Settings
from softphone.ui import theme as tokens
from softphone.ui.application import choose_language, dress, follow_system, system_theme
from softphone.ui.call_desk import CallDesk
from softphone.ui.call_panel import CallPanel
from softphone.ui.call_sheets import CallSheets
from softphone.ui.device_menu import show_device_menu
from softphone.ui.help_desk import HelpDesk
from softphone.ui.incoming_window import IncomingWindow, has_the_user
from softphone.ui.keypad_desk import KeypadDesk
from softphone.ui.keypad_page import KeypadPage
from softphone.ui.look import Look
from softphone.ui.navigation import CallBar, Navigation
from softphone.ui.notice_bar import NoticeBar
from softphone.ui.page_deck import PageDeck
from softphone.ui.places import Places, is_place
from softphone.ui.settings.pages import SettingsPages
from softphone.ui.shortcuts import add_shortcuts
from softphone.ui.view_state import ProblemView, notice_view
from softphone.ui.window_ground import WindowGround


class MainWindow(QMainWindow):
    """The phone's window. Thread: ui.

    ``rebuilt``: every widget is new, ``look`` too (another language or size).
    ``words`` gives the Text of a language; ``log_folder`` is shown on the diagnostics page.
    """

    rebuilt = Signal()

    def __init__(
        self,
        phone: Phone,
        words: Callable[[str], Text],
        language: str,
        resources: Path,
        *,
        demo_number: str = "",
        log_folder: str = "",
        now_s: Callable[[], float] = time.time,
    ) -> None:
        super().__init__()
        self._phone = phone
        self._words = words
        self._chosen_language = phone.settings.now.language  # this run's may differ: --lang
        self._resources = resources
        self._demo_number = demo_number
        self._log_folder = log_folder
        self._notices: list[Notice] = []
        self._incoming: IncomingWindow | None = None
        self.setObjectName("window")
        self.look = Look(
            system_theme(phone.settings.now), words(language), resources, phone.contacts.book.photo
        )
        self._desk = CallDesk(phone, now_s, self)
        self._desk.came.connect(self._call_came)
        self._desk.moved.connect(self._calls_moved)
        self._desk.emptied.connect(self._calls_emptied)
        self._desk.answered.connect(lambda: self._keypad.field.clear())
        self._desk.actions.add_wanted.connect(self._add_call)
        self._keypad_desk = KeypadDesk(phone, self)
        self._keypad_desk.place_wanted.connect(self.show_place)
        self._sheets = CallSheets(phone, self._desk, self)
        for told in (self._desk.told, self._sheets.troubled):
            told.connect(lambda view: self._notice_bar.add(view))
        self._help = HelpDesk(self, resources)
        self._help.place_wanted.connect(self.show_place)
        add_shortcuts(self, self._desk.press)
        self._build()
        self._fit_screen()
        follow_system(self._restyle)
        self._stop_observing = phone.observe(self._observe)

    def show_place(self, place: str) -> None:
        """Go to keypad (the call, while there is one), another place, or a settings page by its name."""
        if place == "keypad":
            page = self._panel if self._desk.calls else self._keypad
            self._pages.go_to(page)
            page.take_focus()
        elif is_place(place):
            self._pages.go_to(self._places.page(place))
        else:
            self._pages.go_to(self._settings)
            self._settings.open_page("" if place == "settings" else place)
        self._navigation.show_place(place if place == "keypad" or is_place(place) else "settings")
        self._calls_moved()

    @property
    def calls(self) -> CallDesk:
        """The calls as this window holds them."""
        return self._desk

    def dial_number(self, number: str) -> None:
        """Call a number of a list; what is wrong with it is told on the keypad."""
        self._desk.close_ended()
        if self._elsewhere:
            self.show_place("keypad")
        self._keypad.show_number(number)
        self._keypad_desk.dial(number)

    def offer_number(self, number: str, problem: ProblemView) -> None:
        """Put a number on the keypad ("" leaves what is there), beside calls, for the user to call."""
        self._desk.close_ended()
        self._add_call()
        self._navigation.show_place("keypad")
        self._keypad_desk.offer(number, problem)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.ActivationChange:
            self._desk.refresh()
            self._keypad_desk.refresh()

    def focusNextPrevChild(self, forward: bool) -> bool:
        self.look.tabbed(self)
        return super().focusNextPrevChild(forward)

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self._places.may_close() or (self._desk.busy and not self._may_quit()):
            event.ignore()
            return
        if self._incoming is not None:
            self._incoming.forget()  # deleted with us, never by chance later: its end moves the focus
            self._incoming.deleteLater()
            self._incoming = None
        self._help.close()
        self._desk.rest()
        self._stop_observing()
        self._stop_observing = lambda: None
        super().closeEvent(event)

    def _build(self) -> None:
        """Make every widget: at the start, and for another language or size."""
        look = self.look
        dress(self.look.theme)
        self.setWindowTitle(look.text("app.name"))
        self._call_bar = CallBar(look)
        self._call_bar.on_click(lambda: self.show_place("keypad"))
        self._notice_bar = NoticeBar(look)
        self._notice_bar.action_wanted.connect(self.show_place)
        self._keypad = KeypadPage(look, demo_number=self._demo_number)
        self._panel = CallPanel(look)
        self._panel.redial_wanted.connect(self.dial_number)
        self._panel.devices_wanted.connect(partial(show_device_menu, look, self._phone))
        self._settings = SettingsPages(look, self._phone, self._log_folder)
        self._settings.account_saved.connect(lambda: self.show_place("keypad"))
        self._settings.place_wanted.connect(self.show_place)
        self._navigation = Navigation(look)
        self._navigation.place_wanted.connect(self.show_place)
        self._pages = PageDeck(self._settings, self._keypad, self._panel)
        self._places = Places(look, self._phone, self._pages, self._navigation)
        self._places.place_wanted.connect(self.show_place)
        self._places.dial_wanted.connect(self.dial_number)
        self._places.contact_wanted.connect(self._show_contact)
        self._places.told.connect(self._notice_bar.add)
        ground = WindowGround(look, self._call_bar, self._notice_bar, self._pages, self._navigation)
        self.setCentralWidget(ground)
        ground.show()  # now: where the keyboard goes depends on what is seen
        self.setMinimumSize(look.px(tokens.WINDOW_MIN_WIDTH), look.px(tokens.WINDOW_MIN_HEIGHT))
        if self._incoming is not None:
            self._incoming.deleteLater()
        self._incoming = IncomingWindow(look)
        self._sheets.serve(look, ground)
        self._desk.serve(look, self._panel, self._incoming, self._popup_wanted)
        self._keypad_desk.serve(look, self._keypad)
        self._help.serve(look, self._pages, self._places, self._settings)
        self._pages.moved.connect(self._calls_moved)
        self.show_place("keypad")
        self.rebuilt.emit()

    def _fit_screen(self) -> None:
        room = self.screen().availableGeometry()
        width, height = self.look.px(tokens.WINDOW_WIDTH), self.look.px(tokens.WINDOW_HEIGHT)
        self.setMinimumSize(min(self.minimumWidth(), room.width()), min(self.minimumHeight(), room.height()))
        self.resize(min(width, room.width()), min(height, room.height()))

    def _observe(self, change: Change) -> None:
        if isinstance(change, Notice):
            self._notices.append(change)
            self._notice_bar.add(notice_view(self.look.text, change))
        elif isinstance(change, SettingsMoved):
            self._settings_moved(change.settings)
        self._keypad_desk.handle(change)
        self._desk.handle(change)
        self._settings.handle(change)
        self._places.handle(change)

    def _settings_moved(self, settings: Settings) -> None:
        theme = system_theme(settings)
        spoken = settings.language != self._chosen_language
        resized = theme.scale != self.look.theme.scale
        if not (spoken or resized):
            self._restyle()
            return
        self._chosen_language = settings.language
        text = self._words(settings.language) if spoken else self.look.text
        application = QApplication.instance()
        if spoken and isinstance(application, QApplication):
            choose_language(application, settings.language)
        waiting = [n for n in self._notices if notice_view(self.look.text, n) in self._notice_bar.waiting]
        self.look = Look(theme, text, self._resources, self._phone.contacts.book.photo)
        place, number, kept = self._settings.place, self._keypad.field.text(), self._places.keep()
        in_settings, stood = self._pages.front is self._settings, self._places.place
        self._build()
        self._places.restore(kept)
        self._keypad.field.setText(number)
        self._notices = waiting
        for notice in waiting:
            self._notice_bar.add(notice_view(text, notice))
        if resized:
            self._fit_screen()
        if in_settings:
            self.show_place(place or "settings")
        elif stood:
            self.show_place(stood)

    def _restyle(self) -> None:
        theme = system_theme(self._phone.settings.now)
        if theme != self.look.theme:
            self.look.set_theme(theme)
            dress(self.look.theme)

    def _show_contact(self, contact: Contact) -> None:
        self.show_place("contacts")
        self._places.page("contacts").show_contact(contact)

    def _add_call(self) -> None:
        """To the keypad, though calls are there: the bar leads back."""
        self._pages.go_to(self._keypad)
        self._keypad.take_focus()
        self._calls_moved()

    def _call_came(self, key: str) -> None:
        call = self._phone.calls.find(key)
        rings = call is not None and call.is_ringing_here
        if not (self._places.shows_calls or (self._elsewhere and rings)):
            self._show_phone()  # but a caller takes no page from under one's hands
        if not rings:
            return
        QApplication.alert(self)
        if self._phone.settings.now.bring_to_front_on_call:
            self.raise_()
            self.activateWindow()

    def _show_phone(self) -> None:
        """The call, or the keypad; beside a place one is at, which keeps the keyboard."""
        if not self._pages.show_unasked(self._panel if self._desk.calls else self._keypad):
            self.show_place("keypad")

    def _popup_wanted(self) -> bool:
        return not has_the_user(self) or self._elsewhere

    @property
    def _elsewhere(self) -> bool:
        """A page is in front on which a call does not show."""
        return not (self._pages.is_seen(self._keypad) or self._pages.is_seen(self._panel))

    def _calls_moved(self) -> None:
        if self._places.shows_calls and self._desk.calls and not self._desk.busy:
            self._desk.close_ended()  # it was seen there
        front = self._desk.view().front
        away = not self._pages.is_seen(self._panel)
        self._call_bar.setVisible(away and self._desk.busy and not self._places.shows_calls)
        self._navigation.setVisible(self._places.place != "guide")
        if front is not None:
            self._call_bar.show_call(self._desk.who, front.timer or front.state_words, front.key)

    def _calls_emptied(self) -> None:
        if self._pages.is_seen(self._panel):
            self._show_phone()
        self._calls_moved()

    def _may_quit(self) -> bool:
        from softphone.ui.quit_dialog import QuitDialog

        return QuitDialog(self.look, self, self._desk.who).ask()
