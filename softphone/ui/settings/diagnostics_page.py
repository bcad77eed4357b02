"""診断: how the connection and the sound are doing, in figures one can read out on the phone."""

from __future__ import annotations

from PySide6.QtGui import QGuiApplication

from softphone.app.changes import AudioCounted, Change, RegistrationMoved, RouteMoved, SurroundingsMoved
from softphone.app.phone import Phone
from softphone.domain.events import AudioMeasured
from softphone.ui.buttons import QuietButton
from softphone.ui.labels import Label
from softphone.ui.look import Look
from softphone.ui.settings.desk_rows import desk_rows
from softphone.ui.settings.figure_table import FigureTable
from softphone.ui.settings.page import Page
from softphone.ui.tray import tray_is_there
from softphone.ui.view_state import audio_rows, connection_rows, desktop_rows


class DiagnosticsPage(Page):
    """Connection, audio, where the logs are."""

    def __init__(self, look: Look, phone: Phone, log_folder: str) -> None:
        text = look.text
        super().__init__(look, text("diagnostics.title"), "diagnosticsPage")
        self._phone = phone
        self._log_folder = log_folder
        self._counters: AudioMeasured | None = None
        self._connection = FigureTable(look, self.add_section(text("diagnostics.connection")), "connection")
        self._audio = FigureTable(look, self.add_section(text("diagnostics.audio")), "audio")
        self._desktop = FigureTable(look, self.add_section(text("diagnostics.desktop")), "desktop")
        if log_folder:
            section = self.add_section(text("diagnostics.logs"))
            path = Label(look, "small", wrap=True, name="logFolder")
            path.setText(log_folder.replace("/", "/\u200b"))  # a place to break the line
            path.setAccessibleName(log_folder)
            section.addWidget(path)
            self._copy = QuietButton(
                look, text("diagnostics.copy"), "copyLogFolder", icon="copy", ground="fill", tone="text"
            )
            self._copy.on_click(self._copy_path)
            section.addWidget(self._copy)
        self.column.addStretch(1)

    def opened(self) -> None:
        """Show the figures of now."""
        accounts = self._phone.accounts
        self._connection.show_rows(connection_rows(self.look.text, accounts.registration, accounts.account))
        self._audio.show_rows(audio_rows(self.look.text, self._phone.devices.routes, self._counters))
        rows = desktop_rows(self.look.text, self._phone.desktop.notifier.state, tray=tray_is_there())
        self._desktop.show_rows((*rows, *desk_rows(self.look.text, self._phone.surroundings)))

    def handle(self, change: Change) -> None:
        """New figures."""
        if isinstance(change, AudioCounted):
            self._counters = change.counters
        if isinstance(change, AudioCounted | RegistrationMoved | RouteMoved | SurroundingsMoved):
            self.opened()

    def _copy_path(self) -> None:
        QGuiApplication.clipboard().setText(self._log_folder)
        self._copy.set_words(self.look.text("diagnostics.copied"))
