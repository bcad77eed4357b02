"""Whether a caller is announced by name: never, always, or while nobody can look at a locked screen."""

from __future__ import annotations

from softphone.app.changes import Observer, SurroundingsMoved
from softphone.app.follower import Follower
from softphone.app.settings import SettingsService
from softphone.domain.settings import HideCaller
from softphone.domain.surroundings import Lock


class PrivacyService(Follower):
    """Asked by whatever shows a caller uncalled for: the incoming window, notifications. Thread: main."""

    def __init__(self, port: Lock | None, settings: SettingsService, tell: Observer) -> None:
        super().__init__()
        self._port = port
        self._settings = settings
        self._tell = tell
        self._watching = False

    @property
    def hides_caller(self) -> bool:
        """No name and no number is to be shown now."""
        wanted = self._settings.now.desktop.hide_caller
        if wanted is HideCaller.LOCKED:
            return self._watching and self._port is not None and self._port.locked
        return wanted is HideCaller.ALWAYS

    def follow(self) -> None:
        """Watch the lock where the settings ask."""
        wanted = self.running and self._settings.now.desktop.hide_caller is HideCaller.LOCKED
        if self._port is None or wanted is self._watching:
            return
        self._watching = wanted
        if wanted:
            self._port.watch(lambda: self._tell(SurroundingsMoved()))
        else:
            self._port.stop()
