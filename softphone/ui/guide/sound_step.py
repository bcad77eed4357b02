"""Step 2, 音の確認: a microphone that is heard, a speaker and a bell that sound."""

from __future__ import annotations

import sys

from msgspec.structs import replace
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from softphone.app.changes import Change, DevicesMoved, LevelsMoved, Notice
from softphone.app.phone import Phone
from softphone.ui import theme as tokens
from softphone.ui.buttons import QuietButton
from softphone.ui.guide.hearing import Heard, Hearing
from softphone.ui.guide.step import FootView, Remark, Step
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice, LevelMeter
from softphone.ui.view_state import device_options

ROLES = ("input", "output", "ring")
_SYSTEMS = ("win32", "darwin", "linux")
_TONES = {Heard.VOICE: "good", Heard.NOTHING: "warn", Heard.FAINT: "info", Heard.WAITING: "info"}


class SoundStep(Step):
    """The meter runs while the step is open."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "guideSound")
        text = look.text
        self._hearing = Hearing()
        self._unheard = QTimer(self)  # no level at all comes: no microphone could be opened
        self._unheard.setObjectName("unheardTimer")
        self._unheard.setSingleShot(True)
        self._unheard.setInterval(tokens.UNHEARD_MS)
        self._unheard.timeout.connect(self._nothing_comes)
        _, column = self.add_view(text("guide.sound_title"), text("guide.sound_words"))
        self._choices: dict[str, Choice] = {}
        for role in ROLES:
            section = self.add_card(column)
            choice = Choice(look, f"{role}_device", text(f"audio.{role}"))
            choice.chosen.connect(lambda value, role=role: self._choose(role, value))
            self._choices[role] = choice
            section.addWidget(choice)
            if role == "input":
                self._add_meter(section)
            else:
                self._add_test(section, role)
        column.addStretch(1)
        self._judge()

    def foot(self) -> FootView:
        text = self.look.text
        return FootView(text("guide.next"), back=text("guide.back"), skip=text("guide.skip"))

    def opened(self) -> None:
        self._hearing = Hearing()
        self._judge()
        self._offer()
        self.phone.devices.refresh()
        self.phone.devices.meter(True)
        self._unheard.start()

    def closed(self) -> None:
        self._unheard.stop()
        self.phone.devices.meter(False)

    def handle(self, change: Change) -> None:
        if isinstance(change, LevelsMoved):
            self._unheard.start()
            self._meter.show_level(change.input_dbfs)
            self._hearing.hear(change.input_dbfs)
            self._judge()
        elif isinstance(change, DevicesMoved):
            self._offer()
        elif isinstance(change, Notice) and change.code == "audio_no_input":
            self._nothing_comes()

    def _add_meter(self, section: QVBoxLayout) -> None:
        self._meter = LevelMeter(self.look, self.look.text("audio.level"))
        self._remark = Remark(self.look, "hearing")
        section.addWidget(self._meter)
        section.addWidget(self._remark)

    def _add_test(self, section: QVBoxLayout, role: str) -> None:
        ring = role == "ring"
        devices = self.phone.devices
        words = self.look.text("audio.test_ring" if ring else "guide.test_output")
        icon = "bell" if ring else "speaker"
        button = QuietButton(self.look, words, f"test_{role}", icon=icon, ground="fill", tone="text")
        button.on_click(devices.test_ring if ring else devices.test_output)
        row = QHBoxLayout()
        row.addWidget(button)
        row.addStretch(1)
        section.addLayout(row)

    def _nothing_comes(self) -> None:
        self._hearing.fail()
        self._judge()

    def _judge(self) -> None:
        text, state = self.look.text, self._hearing.state
        words = ""
        if state is Heard.NOTHING:
            system = sys.platform if sys.platform in _SYSTEMS else "linux"
            words = text(f"guide.unheard_{system}")
        elif state is Heard.FAINT:
            words = text("guide.faint_words")
        self._remark.show_words(text(f"guide.heard_{state.value}"), words, _TONES[state])

    def _offer(self) -> None:
        audio = self.phone.settings.now.audio
        for role, choice in self._choices.items():
            chosen = getattr(audio, f"{role}_device")
            options = device_options(self.look.text, self.phone.devices.devices, chosen, role=role)
            choice.show_options(options, chosen)

    def _choose(self, role: str, device: str) -> None:
        audio = replace(self.phone.settings.now.audio, **{f"{role}_device": device})
        self.phone.devices.change(audio)
        if role == "input":
            self._hearing = Hearing()
            self._unheard.start()
            self._judge()
