"""No sleep of the machine during a call. That it cannot be kept awake is told by the diagnostics alone."""

from __future__ import annotations

from softphone.app.calls import CallService
from softphone.app.changes import CallMoved, Change, Observer, SettingsMoved, SurroundingsMoved
from softphone.app.settings import SettingsService
from softphone.domain.surroundings import Wakefulness


class WakefulnessService:
    """Thread: main. ``state``: off, asked, on, or why not: unsupported, refused, failed."""

    def __init__(
        self, port: Wakefulness | None, calls: CallService, settings: SettingsService, tell: Observer
    ) -> None:
        self._port = port
        self._calls = calls
        self._settings = settings
        self._tell = tell
        self._running = False
        self.state = "off" if port is not None else "unsupported"

    def start(self) -> None:
        """Keep it awake from now on, in calls."""
        self._running = True
        self._follow()

    def stop(self) -> None:
        """It may sleep."""
        self._running = False
        self._follow()

    def observe(self, change: Change) -> None:
        """Follow calls and settings."""
        if isinstance(change, CallMoved | SettingsMoved):
            self._follow()

    def _follow(self) -> None:
        wanted = self._running and self._settings.now.desktop.keep_awake and bool(self._calls.live)
        if self._port is None or wanted is (self.state != "off"):
            return
        self._move("asked" if wanted else "off")
        if wanted:
            self._port.keep(self._kept)
        else:
            self._port.let_go()

    def _kept(self, problem: str) -> None:
        if self.state == "asked":
            self._move(problem or "on")

    def _move(self, state: str) -> None:
        self.state = state
        self._tell(SurroundingsMoved())
