"""録音: by itself or not, where to, in which format, whom never."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from msgspec.structs import replace
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QWidget

from softphone.app.phone import Phone
from softphone.domain.commands import RecordingFormat
from softphone.domain.forwarding import are_patterns, tidied_patterns
from softphone.ui import theme as tokens
from softphone.ui.buttons import QuietButton
from softphone.ui.labels import Label
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice, Switch
from softphone.ui.settings.note import Note
from softphone.ui.settings.page import Page

SWITCHES = ("automatic", "notice")


def ask_folder(parent: QWidget, title: str, folder: str) -> str:
    """Have the user choose a folder; "" where they did not."""
    return QFileDialog.getExistingDirectory(parent, title, folder)


class RecordingPage(Page):
    """Everything is taken at once. Where the administrator forbids it, nothing can be used."""

    def __init__(
        self, look: Look, phone: Phone, ask: Callable[[QWidget, str, str], str] = ask_folder
    ) -> None:
        text = look.text
        super().__init__(look, text("recording_page.title"), "recordingPage")
        self._phone = phone
        self._ask = ask
        allowed = phone.policy.recording_allowed
        if not allowed:
            self.add_banner(text("recording_page.not_allowed"))
        self._switches = {name: Switch(look, text(f"recording_page.{name}"), name) for name in SWITCHES}
        for name, switch in self._switches.items():
            switch.clicked.connect(lambda on, name=name: self._change(**{name: on}))
        first = self.add_section()
        first.addWidget(self._switches["automatic"])
        self.add_explained(first, self._switches["notice"], text("recording_page.notice_hint"))
        folder = self.add_section(text("recording_page.folder"))
        self._folder = Label(look, "small", wrap=True, name="recordingFolder")
        self._note = Note(look, "folder_note")
        folder.addWidget(self._folder)
        folder.addLayout(self._folder_buttons())
        folder.addWidget(self._note)
        files = self.add_section(text("recording_page.files"))
        self._format = Choice(look, "format", text("recording_page.format"))
        self._format.chosen.connect(lambda value: self._change(format=RecordingFormat(value)))
        files.addWidget(self._format)
        files.addWidget(self.field("never", self._take_never, hint=text("recording_page.never_hint")))
        self.column.addStretch(1)
        for section in (first, folder, files):
            section.frame.setEnabled(allowed)

    def opened(self) -> None:
        """Show what is chosen."""
        recording = self._phone.settings.now.recording
        for name, switch in self._switches.items():
            switch.setChecked(getattr(recording, name))
        formats = tuple(
            (each.value, self.look.text(f"recording_page.{each.value}")) for each in RecordingFormat
        )
        self._format.show_options(formats, recording.format.value)
        self.show_value("never", ", ".join(recording.never))
        self._show_folder()

    def _folder_buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(self.look.px(tokens.SPACE_2))
        actions = {"choose": self._choose, "open": self._open, "default": self._default}
        self._buttons: dict[str, QuietButton] = {}
        for name, action in actions.items():
            button = QuietButton(
                self.look,
                self.look.text(f"recording_page.{name}"),
                f"{name}Folder",
                icon="folder" if name == "open" else "",
                tone="text",
                ground="fill",
            )
            button.on_click(action)
            self._buttons[name] = button
            row.addWidget(button)
        row.addStretch(1)
        return row

    def _show_folder(self) -> None:
        folder = self._phone.recording.folder
        self._folder.show_text(folder.replace("/", "/\u200b"))  # a place to break the line
        self._folder.setAccessibleName(folder)
        self._buttons["default"].setVisible(bool(self._phone.settings.now.recording.folder))
        self._note.clear()

    def _choose(self) -> None:
        chosen = self._ask(self, self.look.text("recording_page.folder"), self._phone.recording.folder)
        if chosen:
            self._change(folder=chosen)
            self._show_folder()

    def _open(self) -> None:
        folder = self._phone.recording.folder
        if not Path(folder).is_dir():
            self._note.show_words(self.look.text("recording_page.no_folder"))
        elif not QDesktopServices.openUrl(QUrl.fromLocalFile(folder)):
            self._note.show_problem(self.look.text("recording_page.cannot_open"))

    def _default(self) -> None:
        self._change(folder="")
        self._show_folder()

    def _take_never(self) -> None:
        patterns = tidied_patterns(self._fields["never"].items)
        if not self.mark("never", "" if are_patterns(patterns) else "pattern"):
            self._change(never=patterns)

    def _change(self, **fields: object) -> None:
        recording = self._phone.settings.now.recording
        self._phone.settings.change_fields(recording=replace(recording, **fields))
