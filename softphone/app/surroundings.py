"""What is around the telephone on the desk: one small service each, started together after the window."""

from __future__ import annotations

from softphone.app.calls import CallService
from softphone.app.changes import Change, Observer
from softphone.app.headset import HeadsetService
from softphone.app.hot_keys import HotKeyService
from softphone.app.media_pause import MediaPauseService
from softphone.app.privacy import PrivacyService
from softphone.app.settings import SettingsService
from softphone.app.wakefulness import WakefulnessService
from softphone.domain.surroundings import SurroundingPorts


class Surroundings:
    """Nothing of it runs before ``start``, and in a phone without a window never. Thread: main."""

    def __init__(
        self, ports: SurroundingPorts, calls: CallService, settings: SettingsService, tell: Observer
    ) -> None:
        self.hot_keys = HotKeyService(ports.hot_keys, calls, settings, tell)
        self.headset = HeadsetService(ports.headset, calls, settings, tell)
        self.media_pause = MediaPauseService(ports.players, calls, settings)
        self.wakefulness = WakefulnessService(ports.wakefulness, calls, settings, tell)
        self.privacy = PrivacyService(ports.lock, settings, tell)
        self._services = (
            self.hot_keys,
            self.headset,
            self.media_pause,
            self.wakefulness,
            self.privacy,
        )

    def start(self) -> None:
        """The window is painted: begin."""
        for service in self._services:
            service.start()

    def stop(self) -> None:
        """Leave everything as it was found."""
        for service in self._services:
            service.stop()

    def observe(self, change: Change) -> None:
        """Hand a change to each."""
        for service in self._services:
            service.observe(change)
