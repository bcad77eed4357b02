"""Step 1, アカウント: paste the sheet of paper, check the three values, register.

sheet ▸ read ▸ fields ▸ AccountService.save ▸ 通話可能, or what is wrong and the field it is about
"""

from __future__ import annotations

from dataclasses import replace as with_fields

from msgspec.structs import replace
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QVBoxLayout, QWidget

from softphone.app.changes import Change, RegistrationMoved
from softphone.app.phone import Phone
from softphone.domain.account import AccountForm, AccountInvalid, RegistrationState, account_form
from softphone.domain.account_sheet import WANTED, found_fields
from softphone.domain.provisioning import ProvisioningInvalid, read_account
from softphone.ui.buttons import QuietButton
from softphone.ui.guide.file_reading import FileReading
from softphone.ui.guide.sheet_edit import SheetEdit, found_rows
from softphone.ui.guide.step import FootView, Remark, Step
from softphone.ui.look import Look
from softphone.ui.settings.account_fields import (
    MAIN_FIELDS,
    account_field,
    mark_failure,
    mark_problems,
    show_password_kept,
)
from softphone.ui.settings.field import Field
from softphone.ui.status_card import StatusCard
from softphone.ui.view_state import StatusView, status_view


class AccountStep(Step):
    """Two views: the sheet, then the fields with how the registration is doing."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "guideAccount")
        text = look.text
        self._pasted = AccountForm()  # what the sheet said, with what has no field here
        self._asked = False  # what the fields say was handed to the server
        self._told: object = None  # the outcome that is marked
        self._reading: FileReading | None = None
        self._sheet, column = self.add_view(text("guide.account_title"), text("guide.account_words"))
        self._fill_sheet(column)
        self._form, column = self.add_view(text("guide.check_title"), text("guide.check_words"))
        self._fill_form(column)
        self._show_stored()

    def foot(self) -> FootView:
        text = self.look.text
        if not self._form.isVisibleTo(self):
            found = found_fields(self._pasted)
            words = text("guide.check" if found else "guide.type")
            return FootView(words, skip=text("guide.later"))
        back, later = text("guide.back"), text("guide.later")
        state = self.phone.accounts.registration.state
        if self._asked and state is RegistrationState.REGISTERED:
            return FootView(text("guide.next"), back=back)
        if self._asked and state is RegistrationState.REGISTERING:
            return FootView(text("guide.register"), back=back, skip=later, enabled=False)
        return FootView(text("guide.register_again" if self._asked else "guide.register"), back, later)

    def act(self) -> None:
        if not self._form.isVisibleTo(self):
            self._show_view(self._form)
        elif self._asked and self.phone.accounts.registration.can_call:
            self.passed.emit()
        else:
            self._register()

    def back(self) -> bool:
        if not self._form.isVisibleTo(self):
            return False
        self._show_view(self._sheet)
        return True

    def opened(self) -> None:
        self._show_registration()
        self._take_focus()

    def handle(self, change: Change) -> None:
        if isinstance(change, RegistrationMoved):
            self._show_registration()
            self.moved.emit()
            if self._asked and self._form.isVisible() and change.registration.can_call:
                self.ready.emit()

    def keep(self) -> object:
        """The sheet and what it said, the fields, where one stands."""
        fields = {name: field.text for name, field in self._fields.items()}
        on_form = self._form.isVisibleTo(self)
        return self.edit.toPlainText(), fields, self._pasted, on_form, self._asked

    def restore(self, kept: object) -> None:
        assert isinstance(kept, tuple)
        sheet, fields, pasted, on_form, asked = kept
        self.edit.setPlainText(sheet)
        for name, value in fields.items():
            self._fields[name].show_value(value)
        self._pasted, self._asked = pasted, asked
        self._show_view(self._form if on_form else self._sheet)

    def forget(self) -> None:
        """The sheet and the password are not needed any more."""
        self.edit.clear()
        self._fields["password"].show_value("")
        self._show_view(self._sheet)

    def _fill_sheet(self, column: QVBoxLayout) -> None:
        self.edit = SheetEdit(self.look)
        self.edit.textChanged.connect(self._read_sheet)
        self.edit.file_dropped.connect(self.read_file)
        self.edit.refused.connect(lambda: self._show_trouble("too_large"))
        file = QuietButton(
            self.look, self.look.text("guide.open_file"), "openFile", icon="folder", flush=True
        )
        file.on_click(self._choose_file)
        self._trouble = Remark(self.look, "sheetTrouble")
        column.addWidget(self.edit)
        row = QHBoxLayout()
        row.addWidget(file)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(self._trouble)
        self._found = found_rows(self.look, WANTED, self.add_card(column))
        column.addStretch(1)

    def _fill_form(self, column: QVBoxLayout) -> None:
        self._card = StatusCard(self.look)
        self._card.hide()
        column.addWidget(self._card)
        section = self.add_card(column)
        self._fields = {name: account_field(self.look, name) for name in MAIN_FIELDS}
        for field in self._fields.values():
            field.edited.connect(self._edited)
            field.line.returnPressed.connect(self.act)
            section.addWidget(field)
        column.addStretch(1)

    def _show_stored(self) -> None:
        """Begin with the account there is."""
        account = self.phone.accounts.account
        if account is not None:
            form = account_form(account)
            for name, field in self._fields.items():
                field.show_value(getattr(form, name))
            self._asked = True
        show_password_kept(self.look, self._fields["password"], self.phone.accounts.password_known)

    def _read_sheet(self) -> None:
        text = self.edit.toPlainText()
        self._trouble.show_words("")
        read = AccountForm()
        try:
            read = read_account(text) if text.strip() else read
        except ProvisioningInvalid as error:
            if error.code != "nothing":  # the rows say so
                self._show_trouble(error.code)
        found = found_fields(read)
        for name, row in self._found.items():
            row.show_found(name in found)
        self._pasted = read
        for name, field in self._fields.items():
            if (value := getattr(read, name)) and value != field.text:
                field.show_value(value)
                self._edited()
        self.moved.emit()

    def _show_trouble(self, code: str) -> None:
        text = self.look.text
        self._trouble.show_words(text("guide.sheet_trouble"), text(f"guide.sheet_{code}"), "warn")

    def _choose_file(self) -> None:
        dialog = QFileDialog(self, self.look.text("guide.open_file"))
        dialog.setObjectName("fileDialog")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(self.read_file)
        dialog.open()

    def read_file(self, path: str) -> None:
        """Read a file in place of the sheet."""
        self._reading = FileReading()
        self._reading.finished.connect(self._file_read)
        self._reading.start(path)

    def _file_read(self, text: str, code: str) -> None:
        self._reading = None
        if code:
            self._show_trouble(code)
            return
        self.edit.setPlainText(text)
        if not found_fields(self._pasted) and not self._trouble.isVisibleTo(self._sheet):
            self._show_trouble("nothing")

    def _edited(self) -> None:
        self._asked = False
        self._show_registration()
        self.moved.emit()

    def _register(self) -> None:
        account = self.phone.accounts.account
        base = account_form(account) if account is not None else AccountForm()
        if found_fields(self._pasted):
            base = self._pasted
        form = replace(base, **{name: field.text for name, field in self._fields.items()})
        self._asked, self._told = True, None
        try:
            self.phone.accounts.save(form)
        except AccountInvalid as error:
            self._asked = False
            first = mark_problems(self.look, self._fields, error.problems)
            if first is not None:
                first.line.setFocus(Qt.FocusReason.OtherFocusReason)
            elif error.problems:  # of a detail that has no field here
                self.place_wanted.emit("account")
        show_password_kept(self.look, self._fields["password"], self.phone.accounts.password_known)
        self._show_registration()
        self.moved.emit()

    def _show_registration(self) -> None:
        registration = self.phone.accounts.registration
        shown = self._asked and registration.state is not RegistrationState.UNCONFIGURED
        self._card.setVisible(shown)
        if not shown:
            return
        view = with_fields(status_view(self.look.text, registration, None), action="", action_words="")
        self._card.show_view(_explained(self.look, view, registration.state))
        outcome = (registration.state, registration.cause)
        if not self._form.isVisible() or outcome == self._told:
            return
        self._told = outcome  # another try that ends alike moves nothing
        QTimer.singleShot(0, self._card, self._scroll_up)
        words = self.look.text("guide.check_field")
        field = mark_failure(self.look, self._fields, registration, words)
        if field is not None:
            field.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def _scroll_up(self) -> None:
        self._form.ensureWidgetVisible(self._card)

    def _show_view(self, view: QWidget) -> None:
        self._sheet.setVisible(view is self._sheet)
        self._form.setVisible(view is self._form)
        self._show_registration()
        self._take_focus()
        self.moved.emit()

    def _take_focus(self) -> None:
        first = self.edit if self._sheet.isVisibleTo(self) else self._first_field().line
        first.setFocus(Qt.FocusReason.OtherFocusReason)

    def _first_field(self) -> Field:
        empty = (field for name, field in self._fields.items() if name in WANTED and not field.text)
        return next(empty, self._fields["user_id"])


def _explained(look: Look, view: StatusView, state: RegistrationState) -> StatusView:
    """The status with a sentence where the status line has none."""
    if state is RegistrationState.REGISTERED:
        return with_fields(view, hint=look.text("guide.registered"))
    return with_fields(view, hint=view.hint or look.text("guide.registering"))
