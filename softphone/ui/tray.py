"""The phone in the notification area: state, missed calls, and a menu for what one does from there."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QMenu, QSystemTrayIcon

from softphone.ui import theme as tokens
from softphone.ui.look import Look
from softphone.ui.tray_icon import tray_icon
from softphone.ui.tray_view import TrayView

_ICONS = {
    "answer": "phone-fill",
    "decline": "hang-up-fill",
    "open": "external",
    "call": "keypad",
    "missed": "history",
    "dnd": "bell-off",
    "quit": "leave",
}
_NAMED_LATER = ("missed", "dnd")
_CLICKS = (QSystemTrayIcon.ActivationReason.Trigger, QSystemTrayIcon.ActivationReason.DoubleClick)


def tray_is_there() -> bool:
    """Whether this desktop has a notification area now."""
    return QSystemTrayIcon.isSystemTrayAvailable()


class Tray(QObject):
    """Thread: ui. ``wanted`` carries what was chosen: open, call, dnd, missed, answer, decline, quit."""

    wanted = Signal(str)

    def __init__(self, look: Look, parent: QObject) -> None:
        super().__init__(parent)
        self._look = look
        self._icon = QSystemTrayIcon(self)
        self._icon.activated.connect(self._activated)
        self._view: TrayView | None = None
        self._actions: dict[str, QAction] = {}
        self.menu = self._make_menu()
        self._icon.setContextMenu(self.menu)

    def use_look(self, look: Look) -> None:
        """Other words or colours: the menu anew, the icon drawn again."""
        self._look = look
        old = self.menu
        self.menu = self._make_menu()
        self._icon.setContextMenu(self.menu)
        old.deleteLater()
        view, self._view = self._view, None
        if view is not None:
            self.show_view(view)

    def show_view(self, view: TrayView) -> None:
        """Show what holds now; the icon is drawn only where it is another."""
        before, self._view = self._view, view
        if before is None or (before.kind, before.missed) != (view.kind, view.missed):
            self._icon.setIcon(tray_icon(self._look, view.kind, view.missed))
        self._icon.setToolTip(view.tip)
        self._actions["state"].setText(view.state_words)
        self._actions["missed"].setText(view.missed_words)
        self._actions["missed"].setVisible(bool(view.missed))
        dnd = "dnd_on_full" if view.do_not_disturb else "dnd_full"
        self._actions["dnd"].setText(self._look.text(f"feature_key.{dnd}"))
        for name in ("answer", "decline"):
            self._actions[name].setVisible(bool(view.ringing))
        if not self._icon.isVisible():
            self._icon.show()

    def tell(self, title: str, words: str) -> None:
        """Say something beside the icon, where no notifications are to be had."""
        self._icon.showMessage(title, words, self._icon.icon())

    def hide(self) -> None:
        """Be gone."""
        self._icon.hide()
        self.menu.close()

    def _make_menu(self) -> QMenu:
        text = self._look.text
        menu = QMenu()
        menu.setObjectName("trayMenu")
        menu.setAccessibleName(text("app.name"))
        menu.setWindowFlag(Qt.WindowType.FramelessWindowHint)
        menu.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)  # its corners are round
        menu.setAttribute(Qt.WidgetAttribute.WA_QuitOnClose, False)
        self.destroyed.connect(menu.deleteLater)
        self._actions = {"state": menu.addAction("")}
        self._actions["state"].setEnabled(False)
        menu.addSeparator()
        for name in ("answer", "decline"):
            self._add(menu, name)
        menu.addSeparator()
        for name in ("open", "call", "missed"):
            self._add(menu, name)
        menu.addSeparator()
        self._add(menu, "dnd")
        menu.addSeparator()
        self._add(menu, "quit")
        return menu

    def _add(self, menu: QMenu, name: str) -> None:
        words = "" if name in _NAMED_LATER else self._look.text(f"tray.menu_{name}")
        icon = self._look.icon(_ICONS[name], "text_soft", self._look.px(tokens.ICON))
        action = menu.addAction(icon, words)
        action.setObjectName(f"tray_{name}")
        action.triggered.connect(partial(self._chosen, name))
        self._actions[name] = action

    def _chosen(self, name: str, checked: bool = False) -> None:
        self.wanted.emit(name)

    def _activated(self, reason: QSystemTrayIcon.ActivationReason) -> None:
        if reason in _CLICKS:
            self.wanted.emit("open")
