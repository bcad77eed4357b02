"""書き出し: in which form, whom, where to."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QVBoxLayout, QWidget

from softphone.app.changes import Change, ExportMoved
from softphone.app.phone import Phone
from softphone.domain.contact_file import ExportFormat
from softphone.ui import theme as tokens
from softphone.ui.buttons import PillButton
from softphone.ui.contacts.exchange_words import count_words, file_words
from softphone.ui.labels import Label
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice
from softphone.ui.sheet import Sheet

_SUFFIX = {
    ExportFormat.CSV_UTF8: ".csv",
    ExportFormat.CSV_SHIFT_JIS: ".csv",
    ExportFormat.VCARD3: ".vcf",
    ExportFormat.VCARD4: ".vcf",
}


class ExportSheet(Sheet):
    """The sheet of an export. Thread: ui."""

    def __init__(self, look: Look, phone: Phone, over: QWidget) -> None:
        text = look.text
        count = phone.contacts.book.count("")
        words = text("exchange.export_hint", people=count_words(text, count))
        super().__init__(look, over, "exportSheet", text("exchange.export"), words)
        self._phone = phone
        self._service = phone.contact_export
        self._path = ""
        self._kind = Choice(look, "exportFormat", text("exchange.format"))
        kinds = tuple((each.value, text(f"exchange_export.{each.value}")) for each in ExportFormat)
        self._kind.show_options(kinds, ExportFormat.CSV_UTF8.value)
        self._kind.chosen.connect(lambda _: self._show_hint())
        self._group = Choice(look, "exportGroup", text("exchange.whom"))
        groups = tuple((group, group) for group in phone.contacts.book.groups())
        self._group.show_options((("", text("exchange.everybody")), *groups), "")
        self._hint = Label(look, "small", "soft", wrap=True, name="exportHint")
        self._told = Label(look, "body_bold", "good", wrap=True, name="exportTold")
        self._more = Label(look, "small", "warn", wrap=True, name="exportMore")
        height = tokens.CONTROL_HEIGHT + tokens.SPACE_1
        self._run = PillButton(look, text("exchange.choose_place"), "exportRun", kind="accent", height=height)
        self._run.on_click(self._choose)
        self._run.setEnabled(count > 0)
        inset = QVBoxLayout()
        inset.setContentsMargins(self.ring, 0, self.ring, look.px(tokens.SPACE_1))
        inset.setSpacing(look.px(tokens.SPACE_2))
        for widget in (self._kind, self._hint, self._group, self._told, self._more):
            inset.addWidget(widget)
        self.content.addLayout(inset)
        self.content.addWidget(self._run)
        self.destroyed.connect(phone.observe(self._observe))  # also where the window is built anew
        self._told.show_text("")
        self._more.show_text("")
        self._show_hint()

    def rise_now(self) -> None:
        """Show it, the keyboard on the form."""
        combo = self._kind.findChild(QWidget, "exportFormat")
        self.rise(combo if isinstance(combo, QWidget) else self._run)

    def _show_hint(self) -> None:
        self._hint.show_text(self.look.text(f"exchange_export_hint.{self._kind.value}"))

    def _choose(self) -> None:
        kind = ExportFormat(self._kind.value)
        path = choose_place(self, self.look, kind)
        if path:
            self._path = path if Path(path).suffix else path + _SUFFIX[kind]
            self._service.run(self._path, kind, file_words(self.look.text), self._group.value)

    def _observe(self, change: Change) -> None:
        if not isinstance(change, ExportMoved):
            return
        text, saved = self.look.text, self._service.saved
        self._run.setEnabled(not self._service.busy)
        if saved is None:
            self._told.show_text(text("exchange.exporting"), "")
            self._more.show_text("")
        elif saved.problem:
            self._told.show_text(text(f"exchange_not_written.{saved.problem}", reason=saved.detail), "bad")
        else:
            name = Path(self._path).name
            people = count_words(text, saved.contacts)
            self._told.show_text(text("exchange.exported", people=people, name=name), "good")
            lost = saved.unwritable
            self._more.show_text(text("exchange.unwritable", letters=lost[:40]) if lost else "")
            self._run.set_words(text("exchange.again"))
        self._run.setFocus(Qt.FocusReason.OtherFocusReason)


def choose_place(parent: QWidget, look: Look, kind: ExportFormat) -> str:
    """Where the file goes; "" where nowhere."""
    suffix = _SUFFIX[kind]
    name = look.text("exchange.file_name") + suffix
    path, _ = QFileDialog.getSaveFileName(parent, look.text("exchange.export"), name, f"*{suffix}")
    return path
