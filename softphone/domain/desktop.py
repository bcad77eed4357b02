"""What the phone asks of a desktop session: notifications, and switches that belong to the system.

Values and ports; the adapters of ``softphone.desktop`` implement them. What a system cannot do is a code,
never an exception. ``Desktop`` carries them to the services; its defaults are a phone without a desktop.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec


class Notification(msgspec.Struct, frozen=True, kw_only=True):
    """What the desktop shows for us. ``actions``: (code, words) of its buttons, in order.

    ``urgent`` stays until it is withdrawn. A second one with the same ``key`` takes the first one's place.
    """

    key: str
    title: str
    body: str = ""
    actions: tuple[tuple[str, str], ...] = ()
    urgent: bool = False


class NotifierState(msgspec.Struct, frozen=True, kw_only=True):
    """Whether notifications are shown. ``problem``: "" (they are), no_server (nobody answers),

    not_allowed (the user or the system forbids it). ``actions``: with their buttons.
    """

    problem: str = "no_server"
    actions: bool = False

    @property
    def can_ring(self) -> bool:
        """A caller can be answered from one."""
        return not self.problem and self.actions


class Notifier(Protocol):
    """The desktop's notifications (``desktop.NativeNotifier``; ``FakeNotifier`` in tests). Thread: main.

    Nothing here blocks or raises; what comes back comes through the dispatcher.
    """

    @property
    def state(self) -> NotifierState:
        """What ``ask`` found last."""

    def ask(self, done: Callable[[], None]) -> None:
        """Find out whether they are shown; ``state`` says it then."""

    def show(self, notification: Notification, chosen: Callable[[str], None]) -> None:
        """Show one. ``chosen`` gets the code of the button pressed, "" for a click on the notification."""

    def withdraw(self, key: str) -> None:
        """Take one away; harmless where it is gone."""

    def close(self) -> None:
        """Take all away and end."""


class SwitchState(msgspec.Struct, frozen=True, kw_only=True):
    """How a switch of the system stands. ``problem``: "" (ours to set), not_here (this system has none),

    by_system (the system's own settings decide), choose (on, once the user chooses it in the system's
    settings), not_writable, failed. ``detail`` for the log.
    """

    on: bool = False
    problem: str = "not_here"
    detail: str = ""


class SystemSwitch(Protocol):
    """Something of the system that is on or off for this user: starting at log-in, opening links.

    Thread: main. Never raises; a few small files are read or written.
    """

    def read(self) -> SwitchState:
        """How it stands."""

    def set(self, on: bool) -> SwitchState:
        """Switch it; how it stands then."""


class NoNotifier:
    """Implements ``Notifier`` where there is no desktop."""

    @property
    def state(self) -> NotifierState:
        """Nobody is there."""
        return NotifierState()

    def ask(self, done: Callable[[], None]) -> None:
        """Nobody is there."""
        done()

    def show(self, notification: Notification, chosen: Callable[[str], None]) -> None:
        """Nobody sees it."""

    def withdraw(self, key: str) -> None:
        """Nothing was shown."""

    def close(self) -> None:
        """Nothing runs."""


class NoSwitch:
    """Implements ``SystemSwitch`` where there is none."""

    def read(self) -> SwitchState:
        """It is not here."""
        return SwitchState()

    def set(self, on: bool) -> SwitchState:
        """It is not here."""
        return SwitchState()


class Desktop(msgspec.Struct, frozen=True, kw_only=True):
    """The desktop as the phone is handed it."""

    notifier: Notifier = NoNotifier()
    autostart: SystemSwitch = NoSwitch()
    links: SystemSwitch = NoSwitch()


NO_DESKTOP = Desktop()
