"""No sleep of the machine during a call. That it cannot be kept awake is told by the diagnostics alone."""

from __future__ import annotations

from softphone.app.calls import CallService
from softphone.app.changes import CallMoved, Observer, SettingsMoved, SurroundingsMoved
from softphone.app.follower import Follower
from softphone.app.settings import SettingsService
from softphone.domain.surroundings import Wakefulness


class WakefulnessService(Follower):
    """Thread: main. ``state``: off, asked, on, or why not: unsupported, refused, failed."""

    FOLLOWS = (CallMoved, SettingsMoved)

    def __init__(
        self, port: Wakefulness | None, calls: CallService, settings: SettingsService, tell: Observer
    ) -> None:
        super().__init__()
        self._port = port
        self._calls = calls
        self._settings = settings
        self._tell = tell
        self.state = "off" if port is not None else "unsupported"

    def follow(self) -> None:
        """Keep it awake in calls."""
        wanted = self.running and self._settings.now.desktop.keep_awake and bool(self._calls.live)
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
