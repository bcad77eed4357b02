"""アカウント設定: the three things on the sheet of paper, and the details few need."""

from __future__ import annotations

from PySide6.QtCore import Qt, QTimer, Signal

from softphone.app.accounts import AccountService
from softphone.app.text import problem_text, registration_hint
from softphone.domain.account import (
    AccountForm,
    AccountInvalid,
    FieldProblem,
    RegistrationCause,
    RegistrationState,
    account_form,
)
from softphone.ui.buttons import PillButton
from softphone.ui.look import Look
from softphone.ui.settings.choice import Choice
from softphone.ui.settings.field import Field
from softphone.ui.settings.fold import Fold
from softphone.ui.settings.page import Page

MAIN_FIELDS = ("user_id", "password", "server", "service_code")
DETAIL_FIELDS = ("outbound_proxy", "expires_s", "display_name", "auth_id")
_LIKELY_FIELD = {
    RegistrationCause.CREDENTIALS: "password",
    RegistrationCause.NO_PASSWORD: "password",
    RegistrationCause.DNS: "server",
    RegistrationCause.REFUSED: "server",
    RegistrationCause.MALFORMED: "server",
}


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
            section.addWidget(self._field(name, secret=name == "password"))
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
        field = _LIKELY_FIELD.get(registration.cause)
        failed = registration.state in (RegistrationState.AUTH_FAILED, RegistrationState.UNREACHABLE)
        first = self._fields[field if failed and field else "user_id"]
        if failed and field:
            first.show_problem(registration_hint(self.look.text, registration))
        if failed or not self._accounts.account:
            first.line.setFocus(Qt.FocusReason.OtherFocusReason)

    def form(self) -> AccountForm:
        """As typed."""
        values = {name: field.text for name, field in self._fields.items()}
        return AccountForm(transport=self._transport.value, **values)

    def show_problems(self, problems: tuple[FieldProblem, ...]) -> None:
        """Mark every field with a problem and go to the first."""
        for field in self._fields.values():
            field.clear_note()
        if any(problem.field in DETAIL_FIELDS for problem in problems):
            self._details.open()
        for problem in problems:
            if problem.field in self._fields:
                words = problem_text(self.look.text, problem)
                self._fields[problem.field].show_problem(words, problem.positions)
        first = self._fields.get(problems[0].field) if problems else None
        if first is not None:
            first.line.setFocus(Qt.FocusReason.OtherFocusReason)
            # The rows find their new heights first.
            QTimer.singleShot(0, first, lambda: self.show_widget(first))

    def _field(self, name: str, *, secret: bool = False) -> Field:
        text = self.look.text
        field = Field(
            self.look,
            name,
            text(f"field.{name}"),
            hint=text(f"account.{name}_hint"),
            ascii_only=name != "display_name",
            secret=secret,
        )
        field.edited.connect(self._edited)
        field.line.returnPressed.connect(self._store)
        self._fields[name] = field
        return field

    def _show_stored(self) -> None:
        account = self._accounts.account
        form = account_form(account) if account else AccountForm()
        for name, field in self._fields.items():
            field.show_value(getattr(form, name))
        kept = self._accounts.password_known
        hint = self.look.text("account.password_kept" if kept else "account.password_hint")
        self._fields["password"].line.setPlaceholderText(hint)
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
