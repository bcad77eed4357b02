"""履歴: how long calls are kept, and forgetting all of them."""

from __future__ import annotations

from msgspec.structs import replace

from softphone.app.changes import Change, HistoryMoved
from softphone.app.phone import Phone
from softphone.ui.buttons import QuietButton
from softphone.ui.history.clear_sheet import ClearSheet, ground_of
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice
from softphone.ui.settings.figure_table import FigureTable
from softphone.ui.settings.page import Page

KEEP_DAYS = {90: "months_3", 180: "months_6", 365: "years_1", 730: "years_2", 1825: "years_5", 0: "for_ever"}


class HistorySettingsPage(Page):
    """A shorter time is taken at once, and forgets at the next start: a slip of the hand loses nothing."""

    def __init__(self, look: Look, phone: Phone) -> None:
        text = look.text
        super().__init__(look, text("history_page.title"), "historySettingsPage")
        self._phone = phone
        section = self.add_section()
        self._keep = Choice(look, "keepDays", text("history_page.keep"))
        self._keep.chosen.connect(self._take)
        self.add_explained(section, self._keep, text("history_page.keep_hint"))
        section = self.add_section()
        self._stored = FigureTable(look, section, "historyStored")
        self._clear = QuietButton(
            look, text("history_page.clear"), "clearHistory", icon="trash", tone="bad", ground="fill"
        )
        self._clear.on_click(self._ask)
        section.addWidget(self._clear)
        self.column.addStretch(1)

    def opened(self) -> None:
        """Show what is chosen and how much there is."""
        days = self._phone.settings.now.history.keep_days
        options = {each: self.look.text(f"history_page.{name}") for each, name in KEEP_DAYS.items()}
        options.setdefault(days, self.look.text("history_page.days", days=days))
        self._keep.show_options(tuple((str(each), words) for each, words in options.items()), str(days))
        self._show_count()

    def handle(self, change: Change) -> None:
        """Another call, or none any more."""
        if isinstance(change, HistoryMoved) and self.isVisible():
            self._show_count()

    def _show_count(self) -> None:
        text, count = self.look.text, self._phone.history.rows.count()
        words = text("history_page.count", count=f"{count:,}")
        self._stored.show_rows(((text("history_page.stored"), words),))
        self._clear.setEnabled(count > 0)

    def _take(self, value: str) -> None:
        settings = self._phone.settings
        settings.change_fields(history=replace(settings.now.history, keep_days=int(value)))

    def _ask(self) -> None:
        sheet = ClearSheet(self.look, ground_of(self), self._phone.history.rows.count())
        sheet.confirmed.connect(self._phone.history.clear)
        sheet.ask()
