"""Ports to what is around the telephone on the desk: keys, headset, players, sleep, the lock.

Nothing here blocks the main thread or raises: adapters (``desktop``) have threads of their own, answer by
the dispatcher, and tell trouble as a code. ``main`` hands them to a phone with a window; without one there
are none.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Protocol

import msgspec

from softphone.domain.headset import HeadsetButton, HeadsetLights, HeadsetNews
from softphone.domain.hot_key import HotKey


class HotKeys(Protocol):
    """Keys that work in every program (``desktop.hot_keys``; ``FakeHotKeys`` in tests)."""

    @property
    def trouble(self) -> str:
        """Why there can be none: "" (there can), wayland, no_display, unsupported (this system)."""

    def hold(
        self,
        keys: Mapping[str, HotKey],
        pressed: Callable[[str], None],
        done: Callable[[Mapping[str, str]], None],
    ) -> None:
        """Hold ``keys``, action by action, in place of those held until now; none lets all go.

        ``done`` gives a code for each action whose key could not be had: taken (another program has it),
        no_key (not on this keyboard), lost (no connection to the desktop any more).
        """

    def close(self) -> None:
        """Let all go and end."""


class Headset(Protocol):
    """The headset with buttons, whichever is plugged in (``desktop.headset``; ``FakeHeadset``)."""

    def start(self, news: Callable[[HeadsetNews], None], pressed: Callable[[HeadsetButton], None]) -> None:
        """Look for one, now and whenever one is plugged in."""

    def show(self, lights: HeadsetLights) -> None:
        """Set its lights."""

    def stop(self) -> None:
        """Put its lights out and let it go."""


class MediaPlayers(Protocol):
    """The other programs that play (``desktop.media``; ``FakeMediaPlayers``)."""

    @property
    def trouble(self) -> str:
        """Why they cannot be asked: "" (they can), unsupported (this system), no_bus."""

    def pause(self) -> None:
        """Pause what plays now."""

    def resume(self) -> None:
        """Have those go on that ``pause`` paused and nobody touched since."""

    def close(self) -> None:
        """Have them go on and end."""


class Wakefulness(Protocol):
    """The machine's sleep (``desktop.awake``; ``FakeWakefulness``)."""

    def keep(self, done: Callable[[str], None]) -> None:
        """No sleep from now on. ``done`` gives "" or why not: refused, failed."""

    def let_go(self) -> None:
        """The machine may sleep."""


class Lock(Protocol):
    """Whether the screen is locked (``desktop.lock``; ``FakeLock``)."""

    @property
    def locked(self) -> bool:
        """As far as is known now; False where the system does not tell."""

    def watch(self, moved: Callable[[], None]) -> None:
        """Follow it; ``moved`` where the system tells by itself."""

    def stop(self) -> None:
        """Follow it no more."""


class SurroundingPorts(msgspec.Struct, frozen=True, kw_only=True):
    """All of them; None where this run has none."""

    hot_keys: HotKeys | None = None
    headset: Headset | None = None
    players: MediaPlayers | None = None
    wakefulness: Wakefulness | None = None
    lock: Lock | None = None
