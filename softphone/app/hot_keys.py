"""Keys that work in every program: held as the settings say, turned into what they ask for."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import asdict, replace

from softphone.app.calls import CallService
from softphone.app.changes import Change, HotKeyPressed, Notice, Observer, SettingsMoved, SurroundingsMoved
from softphone.app.settings import SettingsService
from softphone.domain.hot_key import HotKey, HotKeyInvalid, parse_hot_key
from softphone.domain.number_in_text import number_in
from softphone.domain.settings import HotKeySettings
from softphone.domain.surroundings import HotKeys


class HotKeyService:
    """Holds the keys of the settings while it runs. Thread: main."""

    def __init__(
        self, port: HotKeys | None, calls: CallService, settings: SettingsService, tell: Observer
    ) -> None:
        self._port = port
        self._calls = calls
        self._settings = settings
        self._tell = tell
        self._running = False
        self._resting = False
        self._held: HotKeySettings | None = None
        self._troubles: dict[str, str] = {}

    @property
    def trouble(self) -> str:
        """Why there can be none: "" (there can), wayland, no_display, unsupported."""
        return self._port.trouble if self._port is not None else "unsupported"

    @property
    def troubles(self) -> dict[str, str]:
        """Action by action why its key does not work: taken, no_key, lost, invalid (in the file)."""
        return dict(self._troubles)

    def start(self) -> None:
        """Hold the keys from now on."""
        self._running = True
        self._hold()

    def stop(self) -> None:
        """Let all go for good."""
        self._running = False
        if self._port is not None:
            self._port.close()

    def rest(self, resting: bool) -> None:
        """Let all go for a while: the user presses keys to choose one."""
        if resting is not self._resting:
            self._resting = resting
            self._held = None
            self._hold()

    def choose(self, action: str, hot_key: HotKey | None) -> str:
        """Use ``hot_key`` for ``action``, None for no key; "", or the action that has it already."""
        chosen = asdict(self._settings.now.desktop.hot_keys)
        text = str(hot_key) if hot_key is not None else ""
        for other, held in chosen.items():
            if text and other != action and held == text:
                return other
        hot_keys = HotKeySettings(**(chosen | {action: text}))
        self._settings.change_fields(desktop=replace(self._settings.now.desktop, hot_keys=hot_keys))
        return ""

    def selected(self, text: str) -> str:
        """The number in what is selected on the desktop; "" where there is none, which is told."""
        number = number_in(text)
        if not number:
            self._tell(Notice("no_number_selected", {}, "warning"))
        return number

    def observe(self, change: Change) -> None:
        """Follow the settings."""
        if isinstance(change, SettingsMoved):
            self._hold()

    def press(self, action: str) -> None:
        """Do what a key asks for. A key nobody needs now does nothing; 「切断」 also refuses who rings."""
        ringing = next((call for call in self._calls.live if call.is_ringing_here), None)
        active = self._calls.active
        if action == "answer" and ringing is not None:
            self._calls.answer(ringing.key)
        elif action == "hang_up" and active is not None:
            self._calls.hang_up(active.key)
        elif action == "mute" and active is not None and not active.waits_for_answer:
            self._calls.set_mute(active.key, not active.muted)
        elif action in ("dial_selection", "show_window"):
            self._tell(HotKeyPressed(action))

    def _hold(self) -> None:
        wanted = self._settings.now.desktop.hot_keys
        if not self._running or self._port is None or self._port.trouble or wanted == self._held:
            return
        self._held = wanted
        keys, invalid = _parsed(HotKeySettings() if self._resting else wanted)
        self._port.hold(keys, self.press, lambda troubles: self._done(wanted, {**invalid, **troubles}))

    def _done(self, wanted: HotKeySettings, troubles: Mapping[str, str]) -> None:
        if wanted == self._held and troubles != self._troubles:
            self._troubles = dict(troubles)
            self._tell(SurroundingsMoved())


def _parsed(wanted: HotKeySettings) -> tuple[dict[str, HotKey], dict[str, str]]:
    """The keys, and which actions have something in the file that is none."""
    keys, invalid = {}, {}
    for action, text in asdict(wanted).items():
        if not text:
            continue
        try:
            keys[action] = parse_hot_key(text)
        except HotKeyInvalid:
            invalid[action] = "invalid"
    return keys, invalid
