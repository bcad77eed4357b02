"""The window on the parts of a run, and its place on the desktop. ``main`` imports this where one opens."""

from __future__ import annotations

import contextlib
import dataclasses
import signal
import sys

from softphone.app.changes import Notice
from softphone.app.phone import Phone
from softphone.app.steps import Steps
from softphone.cli.services import PhoneOptions
from softphone.desktop.autostart import autostart
from softphone.desktop.notifications import NativeNotifier
from softphone.desktop.surroundings import surroundings
from softphone.desktop.url_schemes import url_schemes
from softphone.domain.account import Account
from softphone.domain.desktop import Desktop
from softphone.domain.ports import Dispatcher
from softphone.link.own_program import lasting, lasting_command
from softphone.parts import Parts, make_text
from softphone.ui.application import create_application
from softphone.ui.desktop_desk import DesktopDesk
from softphone.ui.dispatcher import QtDispatcher
from softphone.ui.first_paint import once_painted
from softphone.ui.hot_key_hand import HotKeyHand
from softphone.ui.main_window import MainWindow

READ_AHEAD_S = 1.0


@dataclasses.dataclass(frozen=True)
class DemoCall:
    """Who the demo's phone is, and whom it may call. ``password``: of the embedded registrar."""

    account: Account
    password: str
    number: str


@dataclasses.dataclass(frozen=True)
class Opening:
    """How the window opens. ``took_over``: from a phone that runs but does not answer."""

    link: str
    background: bool
    took_over: bool
    demo: DemoCall | None = None


class WindowRun:
    """The window from its opening until it is closed. Thread: main."""

    def __init__(self, parts: Parts, opening: Opening) -> None:
        self._parts = parts
        self._opening = opening
        self._demo = opening.demo
        self._on_screen = contextlib.ExitStack()
        self._closed = False
        self._application = create_application([sys.argv[0]], parts.resources, parts.text.language)
        self._application.setQuitOnLastWindowClosed(False)
        self._dispatcher = QtDispatcher()
        self._phone = parts.phone(self._dispatcher, PhoneOptions(), surroundings(self._dispatcher))
        self._window = MainWindow(
            self._phone,
            make_text,
            parts.text.language,
            parts.resources,
            demo_number=self._demo.number if self._demo else "",
            log_folder=str(parts.paths.log_dir),
        )

    def run(self) -> int:
        """Show it and wait for its end; the exit code."""
        with self._on_screen:
            self._application.lastWindowClosed.connect(self._close)
            # Python sees a signal when it runs next: at the latest at the engine's next heartbeat.
            for number in (signal.SIGINT, signal.SIGTERM):
                signal.signal(number, lambda number, frame: self._dispatcher.post(self._close))
            if self._demo is None and self._phone.accounts.account is None:
                self._window.show_place("guide")
            if not self._opening.background:
                self._window.show()
            once_painted(self._window, self._begin)
            return int(self._application.exec())

    def _begin(self) -> None:
        """The phone first; then what is around it."""
        if self._demo is None:
            self._phone.start()
        else:
            self._phone.start(self._demo.account, self._demo.password)
        self._dispatcher.post(self._phone.surroundings.start)
        self._dispatcher.post(self._settle)

    def _settle(self) -> None:
        """On the desktop, once the window is painted and the phone started; then the door for ctl opens."""
        phone, opening = self._phone, self._opening
        phone.desktop = self._desktop()
        desk = DesktopDesk(phone, self._window, lambda: phone.surroundings.privacy.hides_caller)
        HotKeyHand(phone, desk)
        self._on_screen.callback(desk.close)
        desk.left.connect(self._close)
        desk.begin(opening.link, background=opening.background)
        if opening.took_over:
            phone.tell(Notice("another_phone_hangs", {}, "warning"))
        door = self._parts.controlled(phone, self._dispatcher, self._close, desk, take_over=opening.took_over)
        self._on_screen.enter_context(door)
        _read_ahead(phone, self._dispatcher)
        if self._demo is None:
            self._follow_updates()

    def _follow_updates(self) -> None:
        """Loaded here, behind everything one waits for."""
        phone = self._phone
        phone.updates = self._parts.updates(
            self._dispatcher, phone.settings, phone.tell, lambda: bool(phone.calls.live)
        )
        if phone.updates is not None:
            self._on_screen.callback(phone.updates.stop)
            phone.updates.start()

    def _close(self) -> None:
        """Gone from the screen at once; the phone has its 4 s to unregister behind it."""
        if not self._closed:
            self._closed = True
            self._window.hide()
            self._on_screen.close()
            self._phone.stop(self._application.quit)

    def _desktop(self) -> Desktop:
        """What this system's desktop offers, asked when it is first needed; a demo sets nothing on it."""
        command, icon = self._start_command(), lasting(self._parts.resources / "icons" / "app.svg")
        notifier = NativeNotifier(self._dispatcher, self._parts.text("app.name"), icon)
        if self._demo is not None:
            return Desktop(notifier=notifier)
        return Desktop(
            notifier=notifier,
            autostart=autostart((*command, "--background"), icon),
            links=url_schemes(command, icon),
        )

    def _start_command(self) -> list[str]:
        """How the system starts this phone, with the folder it was started with."""
        paths = self._parts.paths
        return [*lasting_command(), *(("--config-dir", str(paths.config_dir)) if paths.named else ())]


def _read_ahead(phone: Phone, dispatcher: Dispatcher) -> None:
    """What searches look through is read before somebody types, while the window stays free."""
    steps = Steps(dispatcher)
    dispatcher.call_later(
        READ_AHEAD_S, lambda: steps.run(phone.history.rows.read_ahead(), lambda: None, lambda: None)
    )
