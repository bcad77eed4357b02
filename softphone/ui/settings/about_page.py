"""このアプリについて: what it is, its version to hand to support, its licence and everybody else's."""

from __future__ import annotations

from PySide6.QtCore import Qt, QUrl, qVersion
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtWidgets import QVBoxLayout

import softphone
from softphone.ui import theme as tokens
from softphone.ui.buttons import QuietButton
from softphone.ui.help_desk import HELP
from softphone.ui.labels import IconLabel, Label, card, hairline
from softphone.ui.licence_parts import Part, load_parts
from softphone.ui.licence_window import LicenceWindow
from softphone.ui.look import Look
from softphone.ui.settings.index_page import RowButton
from softphone.ui.settings.page import Page
from softphone.ui.version_details import homepage, version_details
from softphone.ui.web_page import is_web_page


class AboutPage(Page):
    """The program's card, its licence, links."""

    def __init__(self, look: Look) -> None:
        super().__init__(look, look.text("settings.about"), "aboutPage")
        self._folder = look.resources / "licences"
        self._parts = self._load_parts()
        self._licences: LicenceWindow | None = None
        self._add_card()
        self._add_licence()
        self._add_links()
        self.column.addStretch(1)

    def opened(self) -> None:
        """Nothing was copied yet."""
        self._copy.set_words(self.look.text("about.copy"))

    def show_licences(self) -> None:
        """The window with every part's licence."""
        if self._licences is None:
            self._licences = LicenceWindow(self.look, self._folder, self)
        self._licences.come_forward()

    def _add_card(self) -> None:
        look, text = self.look, self.look.text
        px = look.px
        frame = card("info", "aboutCard")
        box = QVBoxLayout(frame)
        box.setContentsMargins(*(px(tokens.SPACE_4), px(tokens.SPACE_5)) * 2)
        box.setSpacing(px(tokens.SPACE_1))
        center = Qt.AlignmentFlag.AlignHCenter
        box.addWidget(IconLabel(look, "app", "accent", tokens.AVATAR), 0, center)
        box.addSpacing(px(tokens.SPACE_2))
        for role, tone, words in (
            ("name", "", text("app.name")),
            ("body", "soft", text("about.version", version=softphone.__version__)),
            ("small", "soft", text("about.what")),
        ):
            label = Label(look, role, tone, wrap=True)
            label.setAlignment(center)
            label.setText(words)
            box.addWidget(label)
        box.addSpacing(px(tokens.SPACE_3))
        self._copy = QuietButton(
            look, text("about.copy"), "copyVersion", icon="copy", ground="surface", tone="text"
        )
        self._copy.on_click(self._copy_details)
        box.addWidget(self._copy, 0, center)
        hint = self.hint(text("about.copy_hint"))
        hint.setAlignment(center)
        box.addWidget(hint)
        self.column.addWidget(frame)

    def _add_licence(self) -> None:
        text = self.look.text
        section = self.add_section(text("about.licence_title"))
        told = [text("about.licence")]
        if self._parts:
            told.append(text("about.parts", count=len(self._parts)))
        for words in told:
            label = Label(self.look, "small", wrap=True)
            label.setText(words)
            section.addWidget(label)
        button = QuietButton(
            self.look, text("about.show_licences"), "showLicences", ground="fill", tone="text"
        )
        section.addWidget(button.on_click(self.show_licences))

    def _add_links(self) -> None:
        look, text = self.look, self.look.text
        frame = card()
        box = QVBoxLayout(frame)
        box.setContentsMargins(*(look.px(tokens.SPACE_1),) * 4)
        box.setSpacing(0)
        rows = [RowButton(look, text("about.guide"), text("about.guide_hint"), "aboutGuide", "help")]
        rows[0].on_click(lambda: self.page_wanted.emit(HELP))
        page = self._homepage()
        if is_web_page(page):
            row = RowButton(look, text("about.homepage"), QUrl(page).host(), "aboutHomepage", "external")
            row.on_click(lambda: QDesktopServices.openUrl(QUrl(page)))
            rows.append(row)
        for place, row in enumerate(rows):
            if place:
                box.addWidget(hairline())
            box.addWidget(row)
        title = Label(look, "small_bold", "soft")
        title.setText(text("about.links"))
        self.column.addWidget(title)
        self.column.addWidget(frame)

    def _copy_details(self) -> None:
        QGuiApplication.clipboard().setText(version_details(self._parts, qVersion()))
        self._copy.set_words(self.look.text("about.copied"))

    def _load_parts(self) -> tuple[Part, ...]:
        try:
            return load_parts(self._folder)
        except (OSError, ValueError):
            return ()  # the window of the licences says what is wrong

    def _homepage(self) -> str:
        try:
            return homepage(self.look.resources)
        except (OSError, ValueError, KeyError):
            return ""
