"""Other programs that play pause while somebody rings or one talks, and go on afterwards."""

from __future__ import annotations

from softphone.app.calls import CallService
from softphone.app.changes import CallMoved, Change, SettingsMoved
from softphone.app.settings import SettingsService
from softphone.domain.surroundings import MediaPlayers


class MediaPauseService:
    """Thread: main. A call that the phone deals with by itself (``quiet``) disturbs no music."""

    def __init__(self, port: MediaPlayers | None, calls: CallService, settings: SettingsService) -> None:
        self._port = port
        self._calls = calls
        self._settings = settings
        self._running = False
        self._paused = False

    @property
    def trouble(self) -> str:
        """Why no player can be paused: "" (they can), unsupported, no_bus."""
        return self._port.trouble if self._port is not None else "unsupported"

    def start(self) -> None:
        """Pause them from now on."""
        self._running = True

    def stop(self) -> None:
        """Those paused go on."""
        self._running = False
        self._paused = False
        if self._port is not None:
            self._port.close()

    def observe(self, change: Change) -> None:
        """Follow calls and settings."""
        if not isinstance(change, CallMoved | SettingsMoved) or not self._running or self._port is None:
            return
        wanted = self._settings.now.desktop.pause_media and any(not call.quiet for call in self._calls.live)
        if wanted is self._paused:
            return
        self._paused = wanted
        if wanted:
            self._port.pause()
        else:
            self._port.resume()
