"""The window on its desktop: the tray, the call bar, notifications, links, and what closing it means.

    window ─ closes ─▸ stays in the tray, where there is one      tray, notification ─▸ the window's calls
    calls move ─▸ call bar, tray, notification                    link ─▸ keypad, or a call where allowed

Made after the window is painted; nothing of it is waited for.
"""

from __future__ import annotations

import contextlib
import os
from collections.abc import Callable

from msgspec.structs import replace
from PySide6.QtCore import QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QSessionManager
from PySide6.QtWidgets import QApplication

from softphone.app.changes import Change, HistoryMoved, RegistrationMoved, SettingsMoved
from softphone.app.notifications import NotificationService
from softphone.app.phone import Phone
from softphone.domain.link import LinkInvalid, parse_link
from softphone.ui.incoming_window import has_the_user
from softphone.ui.main_window import MainWindow
from softphone.ui.mini_bar import PHASES, MiniBar
from softphone.ui.tray import Tray, tray_is_there
from softphone.ui.tray_view import tray_view
from softphone.ui.view_state import ProblemView

_WINDOW_MOVES = (
    QEvent.Type.ActivationChange,
    QEvent.Type.WindowStateChange,
    QEvent.Type.Show,
    QEvent.Type.Hide,
)


class DesktopDesk(QObject):
    """Implements ``cli.remote_control.Front``. Thread: ui.

    ``hides``: nobody may read who calls. ``left`` once the user quit and the window is closed.
    """

    left = Signal()

    def __init__(
        self,
        phone: Phone,
        window: MainWindow,
        hides: Callable[[], bool],
        *,
        has_tray: Callable[[], bool] = tray_is_there,
    ) -> None:
        super().__init__(window)
        self._phone = phone
        self._window = window
        self._has_tray = has_tray
        self._leaving = False
        self._missed = 0
        self._bar: MiniBar | None = None
        self.notifications = NotificationService(
            phone,
            lambda: window.look.text,
            self._chosen,
            wanted=lambda: window.calls.popup_wanted(),
            hides=hides,
            floats=_can_float(),
        )
        window.calls.rings_elsewhere = self._rings
        self.tray = Tray(window.look, self)
        self.tray.wanted.connect(self._of_tray)
        window.rebuilt.connect(self._rebuilt)
        window.calls.moved.connect(self._show)
        window.calls.came.connect(self._came)
        window.installEventFilter(self)
        application = QApplication.instance()
        if isinstance(application, QApplication):
            application.commitDataRequest.connect(self._session_ends)
        self._stop_observing = phone.observe(self._observe)
        self.notifications.start()
        self._show_missed()
        self._show()

    def open(self, link: str, activation: str) -> None:
        """Come forward; with a link, put its number on the keypad, or call it where that is allowed.

        Errors: LinkInvalid, told on the keypad too.
        """
        self.bring_forward(activation)
        if not link:
            return
        text = self._window.look.text
        try:
            found = parse_link(link)
        except LinkInvalid as error:
            self._window.offer_number("", ProblemView(text(f"link.{error.code}")))
            raise
        at_once = self._phone.settings.now.desktop.dial_links and not self._phone.calls.live
        if at_once and not found.caution:
            self._window.dial_number(found.number)
            return
        words = text(f"link_caution.{found.caution}", context=found.context) if found.caution else ""
        self._window.offer_number(found.number, ProblemView(words))

    def bring_forward(self, activation: str = "") -> None:
        """Show the window in front, with the keyboard, as far as the system lets us."""
        if activation:
            os.environ["XDG_ACTIVATION_TOKEN"] = activation  # read by Qt on Wayland, once
        window = self._window
        if window.isMinimized():
            window.showNormal()
        window.show()
        window.raise_()
        window.activateWindow()

    def begin(self, link: str, *, background: bool) -> None:
        """Do what the start asked for: wait in the tray, minimised where there is none; open a link."""
        if background and not self._has_tray():
            self._window.showMinimized()
        if link:
            with contextlib.suppress(LinkInvalid):  # told on the keypad
                self.open(link, "")

    def leave(self) -> None:
        """Quit: the window asks first while a call runs."""
        self._leaving = True
        if self._window.calls.busy:
            self.bring_forward()
        if self._window.close():
            self.left.emit()
        self._leaving = False

    def close(self) -> None:
        """Take everything of ours off the desktop."""
        self._stop_observing()
        self._stop_observing = lambda: None
        self._window.removeEventFilter(self)
        self._window.calls.rings_elsewhere = lambda: False
        self.notifications.stop()
        self.tray.hide()
        if self._bar is not None:
            self._bar.close()
            self._bar.deleteLater()
            self._bar = None
        self._show_badge(0)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = event.type()
        if kind is QEvent.Type.Close and self._stays():
            event.ignore()
            self._window.hide()
            self._tell_of_tray()
            return True
        if kind in _WINDOW_MOVES:
            self._show()
        return False

    def _stays(self) -> bool:
        return not self._leaving and self._phone.settings.now.desktop.stay_in_tray and self._has_tray()

    def _tell_of_tray(self) -> None:
        desktop = self._phone.settings.now.desktop
        if desktop.told_of_tray:
            return
        self._phone.settings.change_fields(desktop=replace(desktop, told_of_tray=True))
        if self._phone.desktop.notifier.state.problem:
            text = self._window.look.text
            self.tray.tell(text("notification.tray_title"), text("notification.tray_body"))
        else:
            self.notifications.tell_of_tray()

    def _session_ends(self, manager: QSessionManager) -> None:
        """The user logs out: closing is closing now."""
        self._leaving = True

    def _rings(self) -> bool:
        """Whether the desktop shows the caller; asked whenever the window comes or goes."""
        self.notifications.refresh()
        return self.notifications.rings

    def _observe(self, change: Change) -> None:
        self.notifications.observe(change)
        if isinstance(change, HistoryMoved):
            self._show_missed()
        if isinstance(change, HistoryMoved | RegistrationMoved | SettingsMoved):
            self._show()

    def _came(self, key: str) -> None:
        """A window in the tray or minimised comes forward too, where the user wants that."""
        call, window = self._phone.calls.find(key), self._window
        wanted = self._phone.settings.now.bring_to_front_on_call
        away = window.isHidden() or window.isMinimized()
        if wanted and away and call is not None and call.is_ringing_here:
            self.bring_forward()

    def _show_missed(self) -> None:
        missed = self._phone.history.unseen_missed
        if missed != self._missed:
            self._missed = missed
            self._show_badge(missed)

    def _show_badge(self, count: int) -> None:
        application = QGuiApplication.instance()
        if isinstance(application, QGuiApplication):
            application.setBadgeNumber(count)

    def _show(self) -> None:
        """Tray and call bar as things are now."""
        phone = self._phone
        self.tray.show_view(
            tray_view(
                self._window.look.text,
                phone.accounts.registration,
                phone.accounts.account,
                phone.calls.live,
                do_not_disturb=phone.settings.now.calls.do_not_disturb,
                missed=self._missed,
            )
        )
        self._show_bar()

    def _show_bar(self) -> None:
        desktop, window = self._phone.settings.now.desktop, self._window
        front = window.calls.view().front if window.calls.busy else None
        away = not has_the_user(window) and QApplication.activeModalWidget() is None
        if front is None or front.phase not in PHASES or not (away and desktop.call_bar):
            if self._bar is not None:
                self._bar.hide()
            return
        if self._bar is None:
            self._bar = MiniBar(window.look)
            self.destroyed.connect(self._bar.deleteLater)
            self._bar.wanted.connect(self._of_bar)
            self._bar.open_wanted.connect(self.bring_forward)
            self._bar.moved_to.connect(self._keep_place)
        self._bar.show_view(front, desktop.call_bar_place)

    def _of_bar(self, action: str) -> None:
        front = self._window.calls.view().front
        if action == "hang_up" and front is not None:
            self._window.calls.actions.run(action, front.key)
        else:
            self._window.calls.press(action)

    def _keep_place(self, x: int, y: int) -> None:
        desktop = self._phone.settings.now.desktop
        self._phone.settings.change_fields(desktop=replace(desktop, call_bar_place=(x, y)))

    def _rebuilt(self) -> None:
        """Another language or size: everything of ours anew."""
        self.tray.use_look(self._window.look)
        if self._bar is not None:
            self._bar.close()
            self._bar.deleteLater()
            self._bar = None
        self._show()

    def _of_tray(self, name: str) -> None:
        ringing = next((call.key for call in self._phone.calls.live if call.is_ringing_here), "")
        if name == "quit":
            self.leave()
        elif name == "dnd":
            calls = self._phone.settings.now.calls
            self._phone.forwarding.set_do_not_disturb(not calls.do_not_disturb)
        elif name in ("answer", "decline"):
            if ringing:
                self._window.calls.actions.run(name, ringing)
        elif name == "call":
            self.bring_forward()
            self._window.offer_number("", ProblemView())
        else:
            self.bring_forward()
            if name == "missed":
                self._window.show_place("history")

    def _chosen(self, action: str, about: str) -> None:
        """A notification was pressed."""
        if action in ("answer", "decline"):
            if self._phone.calls.find(about) is not None:
                self._window.calls.actions.run(action, about)
            return
        self.bring_forward()
        if action == "call_back" and about:
            self._window.dial_number(about)
        elif action == "open_history":
            self._window.show_place("history")


def _can_float() -> bool:
    """Windows of ours can be kept on top and put where we want: everywhere but on Wayland."""
    return not QGuiApplication.platformName().startswith("wayland")
