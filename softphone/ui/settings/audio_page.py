"""音声: devices by name, a meter that shows one is heard, echo, noise and gain."""

from __future__ import annotations

from msgspec.structs import replace

from softphone.app.changes import Change, DevicesMoved, LevelsMoved
from softphone.app.devices import DeviceService
from softphone.app.settings import SettingsService
from softphone.ui.buttons import QuietButton
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice, GainSlider, LevelMeter, Switch
from softphone.ui.settings.page import Page
from softphone.ui.view_state import device_options

ROLES = ("input", "output", "ring")
SWITCHES = {"echo": "echo_cancellation", "noise": "noise_suppression", "automatic_gain": "automatic_gain"}
GAINS = ("input_gain", "output_gain")
GAIN_LIMIT_DB = 12


class AudioPage(Page):
    """Everything is taken at once, in a call too. The meter runs while the page is open."""

    def __init__(self, look: Look, devices: DeviceService, settings: SettingsService) -> None:
        text = look.text
        super().__init__(look, text("audio.title"), "audioPage")
        self._devices = devices
        self._settings = settings
        section = self.add_section()
        self._choices: dict[str, Choice] = {}
        for role in ROLES:
            choice = Choice(look, f"{role}_device", text(f"audio.{role}"))
            choice.chosen.connect(lambda value, role=role: self._change(f"{role}_device", value))
            self._choices[role] = choice
            section.addWidget(choice)
            if role == "input":
                self._meter = LevelMeter(look, text("audio.level"))
                section.addWidget(self._meter)
                section.addWidget(self.hint(text("audio.level_hint")))
        ring = QuietButton(look, text("audio.test_ring"), "testRing", icon="bell", ground="fill", tone="text")
        ring.on_click(devices.test_ring)
        section.addWidget(ring)
        section = self.add_section(text("audio.processing"))
        self._switches: dict[str, Switch] = {}
        for name, field in SWITCHES.items():
            switch = Switch(look, text(f"audio.{name}"), field)
            switch.clicked.connect(lambda on, field=field: self._change(field, on))
            self._switches[field] = switch
            section.addWidget(switch)
        self._gains: dict[str, GainSlider] = {}
        for name in GAINS:
            gain = GainSlider(look, text(f"audio.{name}"), name, limit_db=GAIN_LIMIT_DB)
            gain.moved.connect(lambda value, name=name: self._change(f"{name}_db", value))
            self._gains[name] = gain
            section.addWidget(gain)
        self.column.addStretch(1)

    def opened(self) -> None:
        """Look for devices and run the meter."""
        audio = self._settings.now.audio
        for field, switch in self._switches.items():
            switch.setChecked(getattr(audio, field))
        for name, gain in self._gains.items():
            gain.show_value(getattr(audio, f"{name}_db"))
        self._offer()
        self._devices.refresh()
        self._devices.meter(True)

    def closed(self) -> None:
        """The microphone is let go."""
        self._devices.meter(False)

    def handle(self, change: Change) -> None:
        """New devices, new levels."""
        if isinstance(change, LevelsMoved):
            self._meter.show_level(change.input_dbfs)
        elif isinstance(change, DevicesMoved):
            self._offer()

    def _offer(self) -> None:
        audio = self._settings.now.audio
        for role, choice in self._choices.items():
            chosen = getattr(audio, f"{role}_device")
            options = device_options(self.look.text, self._devices.devices, chosen, role=role)
            choice.show_options(options, chosen)

    def _change(self, field: str, value: object) -> None:
        self._devices.change(replace(self._settings.now.audio, **{field: value}))
