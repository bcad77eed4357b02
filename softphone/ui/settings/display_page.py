"""表示と言語: language, light and dark, size; taken at once."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from softphone.app.settings import SettingsService
from softphone.domain.settings import Appearance
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice, Switch
from softphone.ui.settings.page import Page

LANGUAGES = ("ja", "en")
SCALES = (50, 75, 90, 100, 110, 125, 150, 175, 200)


class DisplayPage(Page):
    """What the window looks like."""

    def __init__(self, look: Look, settings: SettingsService) -> None:
        text = look.text
        super().__init__(look, text("display.title"), "displayPage")
        self._settings = settings
        section = self.add_section()
        self._language = Choice(look, "language", text("display.language"))
        self._appearance = Choice(look, "appearance", text("display.appearance"))
        self._scale = Choice(look, "ui_scale", text("display.scale"))
        self._language.chosen.connect(lambda value: self._change(language=value))
        self._appearance.chosen.connect(lambda value: self._change(appearance=Appearance(value)))
        self._scale.chosen.connect(lambda value: self._change(ui_scale=int(value)))
        for choice in (self._language, self._appearance, self._scale):
            section.addWidget(choice)
        section = self.add_section(text("display.calls"))
        self._front = Switch(look, text("display.to_front"), "bring_to_front_on_call")
        self._front.clicked.connect(lambda on: self._change(bring_to_front_on_call=on))
        self.add_explained(section, self._front, text("display.to_front_hint"))
        self.column.addStretch(1)

    def opened(self) -> None:
        """Show what is chosen."""
        text, now = self.look.text, self._settings.now
        self._language.show_options(tuple((key, text(f"language.{key}")) for key in LANGUAGES), now.language)
        looks = tuple((look.value, text(f"display.{look.value}")) for look in Appearance)
        self._appearance.show_options(looks, now.appearance.value)
        scales = sorted({*SCALES, now.ui_scale})
        self._scale.show_options(
            tuple((str(scale), text("display.percent", value=scale)) for scale in scales), str(now.ui_scale)
        )
        self._front.setChecked(now.bring_to_front_on_call)

    def _change(self, **fields: object) -> None:
        # Another language or size builds this page anew: the combo box that told of it has to return first.
        QTimer.singleShot(0, self, lambda: self._settings.change_fields(**fields))
