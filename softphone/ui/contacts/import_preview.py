"""What a file was taken for and what its import will do, before anything is written."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from softphone.app.contact_import import ImportPhase, ImportState
from softphone.app.import_plan import Duplicates
from softphone.domain.contact_file import FileFormat
from softphone.ui import theme as tokens
from softphone.ui.buttons import PillButton, QuietButton
from softphone.ui.contacts.exchange_lists import MappingList
from softphone.ui.contacts.exchange_words import count_words, look_words, person_words
from softphone.ui.contacts.progress import ProgressBar
from softphone.ui.labels import Label, show_if
from softphone.ui.look import Look
from softphone.ui.scrolling import Fitting
from softphone.ui.settings.choice import Choice, Switch
from softphone.ui.sheet import Sheet


class ImportPreview(QWidget):
    """Before anything is written: the columns can be set, and what to do with who is known."""

    def __init__(self, look: Look, sheet: Sheet) -> None:
        super().__init__()
        self._look = look
        text = look.text
        self._facts = Label(look, "small", "soft", name="importFacts", wrap=True)
        self.header = Switch(look, text("exchange.header"), "importHeader")
        self.mapping = MappingList(look)
        self._zeros = Label(look, "small", "accent", name="importZeros", wrap=True)
        self._person = Label(look, "small", "soft", name="importPerson", wrap=True)
        self.duplicates = Choice(look, "importDuplicates", text("exchange.duplicates"))
        self.duplicates.show_options(
            tuple((each.value, text(f"exchange_duplicates.{each.value}")) for each in Duplicates), "merge"
        )
        self._figures = _Figures(look)
        self.troubles = QuietButton(look, text("exchange.show_troubles"), "importTroubles", flush=True)
        self._bar = ProgressBar(look, text("exchange.checking"))
        height = tokens.CONTROL_HEIGHT + tokens.SPACE_1
        self.run = PillButton(look, "", "importRun", kind="accent", height=height)
        column, inner = sheet_columns(self, sheet)
        for widget in (self._facts, self._zeros, self.header, self.mapping, self._person):
            inner.addWidget(widget)
        inner.addWidget(self.duplicates)
        inner.addWidget(self._figures)
        inner.addWidget(self.troubles, 0, Qt.AlignmentFlag.AlignLeft)
        inner.addWidget(self._bar)
        column.addWidget(self.run)

    @property
    def first(self) -> QWidget:
        """The columns of a CSV, else the button."""
        return self.mapping if self.mapping.isVisibleTo(self) else self.run

    def show_state(self, state: ImportState) -> None:
        """Show what is known."""
        text = self._look.text
        found = state.look
        if found is None:
            return
        ready = state.phase is ImportPhase.READY
        self._facts.show_text(f"{look_words(text, found)}  ·  {count_words(text, state.people)}")
        self._zeros.show_text(text("exchange.lost_zeros") if found.lost_zeros else "")
        columns = found.format is FileFormat.CSV
        show_if(self.header, columns)
        show_if(self.mapping, columns)
        if columns:
            self.header.blockSignals(True)
            self.header.setChecked(bool(found.header))
            self.header.blockSignals(False)
            self.mapping.show_look(found)
        person = person_words(state)
        self._person.show_text(text("exchange.first", who=person) if person else "")
        self.duplicates.choose(state.duplicates.value)
        show_if(self._figures, ready)
        self._figures.show_state(state)
        show_if(self.troubles, ready and bool(state.bad or state.partly))
        show_if(self._bar, not ready)
        self._bar.show_part(state.progress)
        count = state.added + state.merged
        self.run.setEnabled(ready and count > 0)
        if not ready:
            self.run.set_words(text("exchange.checking"))
        elif count:
            self.run.set_words(text("exchange.run", people=count_words(text, count)))
        else:
            self.run.set_words(text("exchange.nothing_new"))


class _Figures(QWidget):
    """What will happen, in numbers."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(look.px(tokens.SPACE_3))
        self._grid.setVerticalSpacing(look.px(tokens.SPACE_1))
        self._grid.setColumnStretch(0, 1)
        self._rows: dict[str, tuple[Label, Label]] = {}
        for place, name in enumerate(("added", "merged", "unchanged", "skipped", "bad", "partly")):
            words, value = Label(look, "body"), Label(look, "body_bold", name=f"import_{name}")
            words.setText(look.text(f"exchange_figure.{name}"))
            self._grid.addWidget(words, place, 0)
            self._grid.addWidget(value, place, 1, Qt.AlignmentFlag.AlignRight)
            self._rows[name] = (words, value)

    def show_state(self, state: ImportState) -> None:
        """What is none is not shown, but for the new ones."""
        text = self._look.text
        for name, (words, value) in self._rows.items():
            count = getattr(state, name)
            wanted = bool(count) or name == "added"
            lines = name in ("bad", "partly")
            shown = text("exchange.lines", count=f"{count:,}") if lines else count_words(text, count)
            value.show_text(shown, "warn" if lines else "")
            value.setAccessibleName(f"{words.text()}: {shown}")
            show_if(words, wanted)
            show_if(value, wanted)


def sheet_columns(widget: QWidget, sheet: Sheet) -> tuple[QVBoxLayout, QVBoxLayout]:
    """What a part of the sheet stands in: its buttons, and above them what scrolls where there is no room."""
    column, room = QVBoxLayout(widget), QWidget()
    inner = QVBoxLayout(room)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(sheet.look.px(tokens.SPACE_1))
    inner.setContentsMargins(sheet.ring, 0, sheet.ring, sheet.look.px(tokens.SPACE_1))
    inner.setSpacing(sheet.look.px(tokens.SPACE_2))
    column.addWidget(Fitting(room))
    return column, inner
