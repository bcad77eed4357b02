"""The headset's buttons and lights: its buttons do what they mean now, its lights say what the phone does."""

from __future__ import annotations

from softphone.app.calls import CallService
from softphone.app.changes import CallMoved, Change, Observer, SurroundingsMoved
from softphone.app.follower import Follower
from softphone.app.settings import SettingsService
from softphone.domain.headset import (
    HeadsetButton,
    HeadsetLights,
    HeadsetNews,
    HeadsetWish,
    headset_lights,
    headset_wish,
)
from softphone.domain.surroundings import Headset


class HeadsetService(Follower):
    """Listens to the headset while it runs and the settings want it. Thread: main."""

    def __init__(
        self, port: Headset | None, calls: CallService, settings: SettingsService, tell: Observer
    ) -> None:
        super().__init__()
        self._port = port
        self._calls = calls
        self._settings = settings
        self._tell = tell
        self._listening = False
        self._lights = HeadsetLights()
        self.news = HeadsetNews()

    def observe(self, change: Change) -> None:
        """Follow the settings, and the calls with the lights."""
        super().observe(change)
        if isinstance(change, CallMoved) and self._listening:
            self._show(again=False)

    def press(self, button: HeadsetButton) -> None:
        """Do what a button means now."""
        wish = headset_wish(button, self._now())
        ringing = next((call for call in self._calls.live if call.is_ringing_here), None)
        active = self._calls.active
        if wish is HeadsetWish.ANSWER and ringing is not None:
            self._calls.answer(ringing.key)
        elif wish is HeadsetWish.DECLINE and ringing is not None:
            self._calls.decline(ringing.key)
        elif wish is HeadsetWish.HANG_UP and active is not None:
            self._calls.hang_up(active.key)
        elif wish is HeadsetWish.MUTE and active is not None:
            self._calls.set_mute(active.key, not active.muted)
        elif wish is HeadsetWish.HOLD and active is not None:
            self._calls.set_hold(active.key, not active.held)
        elif wish is HeadsetWish.AGREE:
            self._show(again=True)

    def follow(self) -> None:
        """Listen to it where the settings want it."""
        wanted = self.running and self._settings.now.desktop.headset
        if self._port is None or wanted is self._listening:
            return
        self._listening = wanted
        if wanted:
            self._port.start(self._heard, self.press)
            self._show(again=True)
        else:
            self._port.stop()
            self._heard(HeadsetNews())

    def _heard(self, news: HeadsetNews) -> None:
        if news != self.news and (self._listening or not news.name):
            self.news = news
            self._tell(SurroundingsMoved())

    def _now(self) -> HeadsetLights:
        return headset_lights(self._calls.live, self._calls.active)

    def _show(self, *, again: bool) -> None:
        lights = self._now()
        if self._port is not None and (again or lights != self._lights):
            self._lights = lights
            self._port.show(lights)
