"""The fields of an account, as the settings page and the guide have them, and marks for what is wrong."""

from __future__ import annotations

from collections.abc import Mapping

from softphone.app.text import problem_text, registration_hint
from softphone.domain.account import FieldProblem, Registration, RegistrationCause, RegistrationState
from softphone.ui.look import Look
from softphone.ui.settings.field import Field

MAIN_FIELDS = ("user_id", "password", "server", "service_code")
DETAIL_FIELDS = ("outbound_proxy", "expires_s", "display_name", "auth_id")
_LIKELY_FIELD = {
    RegistrationCause.CREDENTIALS: "password",
    RegistrationCause.NO_PASSWORD: "password",
    RegistrationCause.DNS: "server",
    RegistrationCause.REFUSED: "server",
    RegistrationCause.MALFORMED: "server",
}
_FAILED = (RegistrationState.AUTH_FAILED, RegistrationState.UNREACHABLE)


def account_field(look: Look, name: str) -> Field:
    """The field ``name`` of AccountForm."""
    return Field(
        look,
        name,
        look.text(f"field.{name}"),
        hint=look.text(f"account.{name}_hint"),
        ascii_only=name != "display_name",
        secret=name == "password",
    )


def show_password_kept(look: Look, field: Field, kept: bool) -> None:
    """Say in the empty password field whether one is stored."""
    field.line.setPlaceholderText(look.text("account.password_kept" if kept else "account.password_hint"))


def mark_problems(
    look: Look, fields: Mapping[str, Field], problems: tuple[FieldProblem, ...]
) -> Field | None:
    """Mark every field with a problem, the others not; the first of them."""
    for field in fields.values():
        field.clear_note()
    for problem in problems:
        if problem.field in fields:
            fields[problem.field].show_problem(problem_text(look.text, problem), problem.positions)
    return fields.get(problems[0].field) if problems else None


def mark_failure(
    look: Look, fields: Mapping[str, Field], registration: Registration, words: str = ""
) -> Field | None:
    """Mark the field that is likely wrong where a registration failed; None where none is.

    ``words`` in place of the hint, where that stands on the page already.
    """
    name = _LIKELY_FIELD.get(registration.cause)
    if registration.state not in _FAILED or name is None:
        return None
    fields[name].show_problem(words or registration_hint(look.text, registration))
    return fields[name]
