"""アカウント設定: the three things on the sheet of paper, and the details few need."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal

from softphone.app.accounts import AccountService
from softphone.domain.account import (
    AccountForm,
    AccountInvalid,
    FieldProblem,
    RegistrationState,
    account_form,
)
from softphone.ui.buttons import PillButton
from softphone.ui.look import Look
from softphone.ui.settings.account_fields import (
    DETAIL_FIELDS,
    MAIN_FIELDS,
    account_field,
    mark_failure,
    mark_problems,
    show_password_kept,
)
from softphone.ui.settings.choice import Choice
from softphone.ui.settings.field import Field
from softphone.ui.settings.fold import Fold
from softphone.ui.settings.page import Page


class AccountPage(Page):
    """The form. ``saved`` comes when the account was taken."""

    saved = Signal()

    def __init__(self, look: Look, accounts: AccountService) -> None:
        text = look.text
        super().__init__(look, text("account.title"), "accountPage")
        self._accounts = accounts
        self.column.addWidget(self.hint(text("account.intro")))
        section = self.add_section()
        for name in MAIN_FIELDS:
            section.addWidget(self._field(name))
        self._details = Fold(look)
        self._transport = Choice(look, "transport", text("field.transport"))
        self._transport.show_options((("udp", "UDP"), ("tcp", "TCP")), "udp")
        self._details.column.addWidget(self._transport)
        for name in DETAIL_FIELDS:
            self._details.column.addWidget(self._field(name))
        section.addWidget(self._details)
        self.column.addStretch(1)
        self._save = PillButton(look, text("account.save"), "saveButton", kind="accent")
        self._save.on_click(self._store)
        self.add_foot(self._save)
        self._dirty = False

    def opened(self) -> None:
        """Show the stored account; after a failure the likely field is marked."""
        if not self._dirty:
            self._show_stored()
        registration = self._accounts.registration
        first = mark_failure(self.look, self._fields, registration)
        failed = registration.state in (RegistrationState.AUTH_FAILED, RegistrationState.UNREACHABLE)
        if failed or not self._accounts.account:
            (first or self._fields["user_id"]).line.setFocus(Qt.FocusReason.OtherFocusReason)

    def form(self) -> AccountForm:
        """As typed."""
        values = {name: field.text for name, field in self._fields.items()}
        return AccountForm(transport=self._transport.value, **values)

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Mark every field with a problem and go to the first."""
        if any(problem.field in DETAIL_FIELDS for problem in problems):
            self._details.open()
        first = mark_problems(self.look, self._fields, problems)
        if first is not None:
            first.line.setFocus(Qt.FocusReason.OtherFocusReason)
            # The rows find their new heights first.
            QTimer.singleShot(0, first, lambda: self.show_widget(first))

    def _field(self, name: str) -> Field:
        field = account_field(self.look, name)
        field.edited.connect(self._edited)
        field.line.returnPressed.connect(self._store)
        self._fields[name] = field
        return field

    def _show_stored(self) -> None:
        account = self._accounts.account
        form = account_form(account) if account else AccountForm()
        for name, field in self._fields.items():
            field.show_value(getattr(form, name))
        show_password_kept(self.look, self._fields["password"], self._accounts.password_known)
        self._transport.choose(form.transport)

    def _edited(self) -> None:
        self._dirty = True

    def _store(self) -> None:
        try:
            self._accounts.save(self.form())
        except AccountInvalid as error:
            self.show_problems(error.problems)
            return
        self._dirty = False
        self._show_stored()
        self.saved.emit()
