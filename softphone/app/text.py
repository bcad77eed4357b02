"""Words: codes of the domain turned into sentences of the user's language.

The only place where a code becomes a key of the translation files (``resources/i18n/<language>/*.toml``),
so that window and command line say the same thing in the same words.
"""

from __future__ import annotations

from collections.abc import Mapping

from softphone.app.changes import Notice
from softphone.domain.account import FieldProblem, Registration, RegistrationState
from softphone.domain.call import Call, CallState, Direction
from softphone.domain.errors import FailureCause


class Text:
    """One language's words. A missing key is a defect: it shows as the key itself, and a test finds it."""

    def __init__(self, words: Mapping[str, str], language: str) -> None:
        self._words = words
        self.language = language

    def __call__(self, key: str, **values: object) -> str:
        """The words for ``key`` with ``{name}`` places filled."""
        words = self._words.get(key)
        if words is None:
            return key
        return words.format(**values) if values else words

    def has(self, key: str) -> bool:
        """True where there are words for ``key``."""
        return key in self._words


def registration_title(text: Text, registration: Registration) -> str:
    """The status line: 通話可能, 認証に失敗しました …"""
    return text(f"registration.{registration.state.value}.title")


def registration_hint(text: Text, registration: Registration) -> str:
    """The next step under the status line; "" where all is well."""
    state, cause = registration.state, registration.cause
    if state is RegistrationState.REGISTERED:
        return ""
    key = f"registration.{state.value}.{cause.value}" if cause.value else ""
    if not key or not text.has(key):
        key = f"registration.{state.value}.hint"
    if not text.has(key):
        return ""
    return text(key, status_code=registration.status_code, reason=registration.reason_phrase)


def failure_text(text: Text, cause: FailureCause, status_code: int = 0) -> str:
    """One sentence why a call could not be, with the status code where it says more."""
    return text(f"failure.{cause.value or 'none'}.title", status_code=status_code)


def failure_hint(text: Text, cause: FailureCause) -> str:
    """What to do about it; "" where there is nothing to do."""
    key = f"failure.{cause.value or 'none'}.hint"
    return text(key) if text.has(key) else ""


def call_state_text(text: Text, call: Call) -> str:
    """What a call does, in a few words: 呼び出しています, 通話中, 保留中 …"""
    if call.state is CallState.TERMINATED:
        if call.cause is not FailureCause.NONE:
            return failure_text(text, call.cause, call.status_code)
        return text(f"call.ended.{call.reason.value if call.reason else 'error'}")
    if call.state is CallState.CONFIRMED:
        if call.held:
            return text("call.held")
        return text("call.held_by_remote" if call.held_by_remote else "call.confirmed")
    side = "in" if call.direction is Direction.RECIPIENT else "out"
    return text(f"call.{side}.{call.state.value}")


def problem_text(text: Text, problem: FieldProblem) -> str:
    """What is wrong with a field of the account page."""
    return text(f"problem.{problem.code}", field=text(f"field.{problem.field}"))


def notice_text(text: Text, notice: Notice) -> str:
    """A notice in words."""
    values = dict(notice.values)
    if "role" in values:
        values["role"] = text(f"role.{values['role']}")
    return text(f"notice.{notice.code}", **values)
