"""読み込み: what a file was taken for, what will happen, how far it is, what was done.

looking   format, columns (CSV), who is there already, what will happen ─▸ 読み込む
busy      a bar and 中止
end       what was done, 元に戻す
troubles  the lines that were not read, to be copied or saved
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from softphone.app.changes import Change, ImportMoved
from softphone.app.contact_import import ImportPhase, ImportState
from softphone.app.import_plan import Duplicates
from softphone.app.phone import Phone
from softphone.ui import theme as tokens
from softphone.ui.buttons import PillButton, QuietButton
from softphone.ui.contacts.exchange_lists import TroubleList
from softphone.ui.contacts.exchange_words import count_words, done_words, file_words, troubles_text
from softphone.ui.contacts.import_preview import ImportPreview, sheet_columns
from softphone.ui.contacts.pictures import QtPictures
from softphone.ui.contacts.progress import ProgressBar
from softphone.ui.labels import IconLabel, Label, card, show_if
from softphone.ui.look import Look
from softphone.ui.sheet import Sheet

_BUSY = (ImportPhase.LOADING, ImportPhase.WRITING, ImportPhase.UNDOING)
_LOOKING = (ImportPhase.READING, ImportPhase.COMPARING, ImportPhase.READY)


class ImportSheet(Sheet):
    """The sheet of one import. Thread: ui.

    ``imported``: it closes on what was done, told in words, and what takes it back.
    """

    imported = Signal(str, object)

    def __init__(self, look: Look, phone: Phone, over: QWidget, path: str) -> None:
        text = look.text
        super().__init__(look, over, "importSheet", text("exchange.import"), Path(path).name)
        self._service = phone.contact_import
        self._troubles_open = False
        self._looking = ImportPreview(look, self)
        self._busy = _Busy(look, self)
        self._end = _End(look, self)
        self._bad = _Troubles(look, self)
        for part in (self._looking, self._busy, self._end, self._bad):
            self.content.addWidget(part)
        self._connect()
        self.destroyed.connect(phone.observe(self._observe))  # also where the window is built anew
        self.closed.connect(self._closed)
        self._service.begin(path, file_words(text), QtPictures())
        self._show()

    def rise_now(self) -> None:
        """Show it, the keyboard on what comes first."""
        self.rise(self._first())

    def dismiss(self) -> None:
        """Esc and the cross: what is being written is taken back, what is done stays."""
        if self._service.state.phase is ImportPhase.WRITING:
            self._service.cancel()
        super().dismiss()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._troubles_open:
            self._show_troubles(False)
            return
        super().keyPressEvent(event)

    def _connect(self) -> None:
        service = self._service
        self._looking.mapping.mapped.connect(service.map_column)
        self._looking.header.toggled.connect(service.set_header)
        self._looking.duplicates.chosen.connect(lambda value: service.set_duplicates(Duplicates(value)))
        self._looking.run.on_click(service.run)
        self._busy.cancel.on_click(self._cancel)
        self._end.undo.on_click(service.undo)
        self._end.close_button.on_click(self.dismiss)
        for button in (self._looking.troubles, self._end.troubles):
            button.on_click(lambda: self._show_troubles(True))
        self._bad.back.on_click(lambda: self._show_troubles(False))

    def _cancel(self) -> None:
        if self._service.state.phase is ImportPhase.WRITING:
            self._service.cancel()
        else:
            self.dismiss()

    def _observe(self, change: Change) -> None:
        if isinstance(change, ImportMoved):
            self._show()

    def _closed(self) -> None:
        state = self._service.state
        if state.phase is ImportPhase.DONE:
            self.imported.emit(done_words(self.look.text, state), self._service.undo_later())
        self._service.close()

    def _show_troubles(self, wanted: bool) -> None:
        self._troubles_open = wanted
        if wanted:
            self._bad.show_troubles(self._service.troubles)
        self._show()
        self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _show(self) -> None:
        state = self._service.state
        focused = self.focusWidget()
        show_if(self._bad, self._troubles_open)
        show_if(self._looking, state.phase in _LOOKING and not self._troubles_open)
        show_if(self._busy, state.phase in _BUSY and not self._troubles_open)
        ended = state.phase in (ImportPhase.DONE, ImportPhase.UNDONE, ImportPhase.FAILED)
        show_if(self._end, ended and not self._troubles_open)
        if state.phase in _LOOKING:
            self._looking.show_state(state)
        elif state.phase in _BUSY:
            self._busy.show_state(state)
        elif ended:
            self._end.show_state(state)
        if self.isVisible() and focused is not None and not focused.isVisibleTo(self):
            self._first().setFocus(Qt.FocusReason.OtherFocusReason)

    def _first(self) -> QWidget:
        """What the keyboard goes to."""
        if self._troubles_open:
            return self._bad.list
        phase = self._service.state.phase
        if phase in _LOOKING:
            return self._looking.first
        return self._busy.cancel if phase in _BUSY else self._end.close_button


class _Busy(QWidget):
    """While it is read or written."""

    def __init__(self, look: Look, sheet: Sheet) -> None:
        super().__init__()
        self._look = look
        self._words = Label(look, "body", name="importBusy")
        self._bar = ProgressBar(look, look.text("exchange.progress"))
        height = tokens.CONTROL_HEIGHT + tokens.SPACE_1
        self.cancel = PillButton(
            look, look.text("exchange.cancel"), "importCancel", kind="raised", height=height
        )
        column, inner = sheet_columns(self, sheet)
        inner.addWidget(self._words)
        inner.addWidget(self._bar)
        inner.addSpacing(look.px(tokens.SPACE_2))
        column.addWidget(self.cancel)

    def show_state(self, state: ImportState) -> None:
        """How far it is."""
        self._words.show_text(self._look.text(f"exchange_phase.{state.phase.value}"))
        self._bar.show_part(state.progress)
        self.cancel.setEnabled(state.phase is not ImportPhase.UNDOING)


class _End(QWidget):
    """When it is over."""

    def __init__(self, look: Look, sheet: Sheet) -> None:
        super().__init__()
        self._look = look
        text = look.text
        self._card = card("good", "importEnd")
        self._icon = IconLabel(look, "check", "good", tokens.ICON)
        self._words = Label(look, "body_bold", wrap=True, name="importEndWords")
        self._more = Label(look, "small", wrap=True, name="importEndMore")
        top = QHBoxLayout(self._card)
        top.setSpacing(look.px(tokens.SPACE_3))
        words = QVBoxLayout()
        words.addWidget(self._words)
        words.addWidget(self._more)
        top.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        top.addLayout(words, 1)
        self.troubles = QuietButton(look, text("exchange.show_troubles"), "importEndTroubles", flush=True)
        height = tokens.CONTROL_HEIGHT + tokens.SPACE_1
        self.undo = PillButton(
            look, text("exchange.undo"), "importUndo", kind="raised", icon="undo", height=height
        )
        self.close_button = PillButton(
            look, text("exchange.close"), "importClose", kind="accent", height=height
        )
        column, inner = sheet_columns(self, sheet)
        inner.addWidget(self._card)
        inner.addWidget(self.troubles, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(self.undo)
        column.addWidget(self.close_button)

    def show_state(self, state: ImportState) -> None:
        """What came of it."""
        text = self._look.text
        failed, done = state.phase is ImportPhase.FAILED, state.phase is ImportPhase.DONE
        tone = "bad" if failed else "good" if done else "info"
        self._card.setProperty("card", tone)
        self._card.style().unpolish(self._card)
        self._card.style().polish(self._card)
        self._icon.show_icon(
            {"bad": "octagon", "good": "check", "info": "info"}[tone], "accent" if tone == "info" else tone
        )
        if failed:
            self._words.show_text(text(f"exchange_problem.{state.problem}"))
        else:
            self._words.show_text(done_words(text, state) if done else text("exchange.undone"))
        more = text("exchange.left", people=count_words(text, state.left)) if state.left else ""
        if state.bad and (done or failed):
            more = text("exchange.bad_lines", count=f"{state.bad:,}")
        self._more.show_text(more)
        show_if(self.troubles, bool(state.bad or state.partly) and (done or failed))
        show_if(self.undo, done)


class _Troubles(QWidget):
    """The lines that were not read, to be looked at, copied and saved."""

    def __init__(self, look: Look, sheet: Sheet) -> None:
        super().__init__()
        self._look = look
        text = look.text
        self._words = Label(look, "small", "soft", wrap=True, name="troubleWords")
        self._words.setText(text("exchange.troubles_hint"))
        self.list = TroubleList(look)
        self._all = ""
        self._copy = QuietButton(look, text("exchange.copy"), "troubleCopy", icon="copy", flush=True)
        self._copy.on_click(self._to_clipboard)
        self._save = QuietButton(look, text("exchange.save_list"), "troubleSave", icon="folder", flush=True)
        self._save.on_click(self._to_file)
        self._told = Label(look, "small", "good", name="troubleTold")
        height = tokens.CONTROL_HEIGHT + tokens.SPACE_1
        self.back = PillButton(look, text("exchange.back"), "troubleBack", kind="raised", height=height)
        row = QHBoxLayout()
        row.setSpacing(look.px(tokens.SPACE_4))
        row.addWidget(self._copy)
        row.addWidget(self._save)
        row.addStretch(1)
        row.addWidget(self._told)
        column, inner = sheet_columns(self, sheet)
        inner.addWidget(self._words)
        inner.addWidget(self.list)
        inner.addLayout(row)
        column.addWidget(self.back)

    def show_troubles(self, troubles: tuple[object, ...]) -> None:
        """All of them."""
        self.list.show_troubles(troubles)  # type: ignore[arg-type]
        self._all = troubles_text(self._look.text, troubles)  # type: ignore[arg-type]
        self._told.show_text("")

    def _to_clipboard(self) -> None:
        QGuiApplication.clipboard().setText(self._all)
        self._told.show_text(self._look.text("exchange.copied"), "good")

    def _to_file(self) -> None:
        path = choose_list_file(self, self._look)
        if not path:
            return
        try:
            Path(path).write_text(self._all, encoding="utf-8-sig")
        except OSError as error:
            reason = error.strerror or str(error)
            self._told.show_text(self._look.text("exchange.not_saved", reason=reason), "bad")
        else:
            self._told.show_text(self._look.text("exchange.saved_list"), "good")


def choose_list_file(parent: QWidget, look: Look) -> str:
    """Where the list of bad lines goes; "" where nowhere."""
    title, name = look.text("exchange.save_list"), look.text("exchange.list_name")
    path, _ = QFileDialog.getSaveFileName(parent, title, name, f"{look.text('exchange.text_files')} (*.txt)")
    return path
