"""このアプリについて: version, licence, what it is made of."""

from __future__ import annotations

from PySide6.QtCore import Qt

import softphone
from softphone.ui import theme as tokens
from softphone.ui.labels import IconLabel, Label
from softphone.ui.look import Look
from softphone.ui.settings.page import Page


class AboutPage(Page):
    """A few quiet lines."""

    def __init__(self, look: Look) -> None:
        text = look.text
        super().__init__(look, text("settings.about"), "aboutPage")
        center = Qt.AlignmentFlag.AlignHCenter
        self.column.addSpacing(look.px(tokens.SPACE_4))
        self.column.addWidget(IconLabel(look, "app", "accent", tokens.AVATAR, text("app.name")), 0, center)
        for role, tone, words in (
            ("title", "", text("app.name")),
            ("small", "soft", text("about.version", version=softphone.__version__)),
            ("body", "", text("about.what")),
        ):
            label = Label(look, role, tone, wrap=True)
            label.setAlignment(center)
            label.setText(words)
            self.column.addWidget(label)
        self.column.addSpacing(look.px(tokens.SPACE_3))
        for part in ("licence", "parts"):
            section = self.add_section(text(f"about.{part}_title"))
            label = Label(look, "small", wrap=True)
            label.setText(text(f"about.{part}"))
            section.addWidget(label)
        self.column.addStretch(1)
