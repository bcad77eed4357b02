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
from softphone.domain.history import CallRecord, CallResult, answered_elsewhere, transferred_to
from softphone.domain.identity import Anonymity
from softphone.domain.transfer import TransferState


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
    """One sentence why a call could not be, with the status code where it says more and there is one."""
    words = text(f"failure.{cause.value or 'none'}.title", status_code=status_code)
    return words if status_code else words.replace("(0)", "").rstrip()


def failure_hint(text: Text, cause: FailureCause) -> str:
    """What to do about it; "" where there is nothing to do."""
    key = f"failure.{cause.value or 'none'}.hint"
    return text(key) if text.has(key) else ""


def call_state_text(text: Text, call: Call) -> str:
    """What a call does, in a few words: 呼び出しています, 通話中, 保留中, 転送しています …"""
    if call.state is CallState.TERMINATED:
        return _ended_text(text, call)
    if call.state is CallState.CONFIRMED:
        words = _confirmed_text(text, call)
        return text("call.recorded", state=words) if call.is_recording else words
    if call.redirect_targets:
        return text("call.out.redirected")
    side = "in" if call.direction is Direction.RECIPIENT else "out"
    return text(f"call.{side}.{call.state.value}")


def _ended_text(text: Text, call: Call) -> str:
    if call.cause is not FailureCause.NONE:
        return failure_text(text, call.cause, call.status_code)
    if transferred_to(call):
        return text("call.ended.transferred")
    if answered_elsewhere(call):
        return text("call.ended.elsewhere")
    return text(f"call.ended.{call.reason.value if call.reason else 'error'}")


def _confirmed_text(text: Text, call: Call) -> str:
    transfer = call.transfer
    if transfer is not None and (transfer.is_under_way or transfer.state is TransferState.SUCCEEDED):
        return text(f"call.transfer.{transfer.state.value}")
    if call.held:  # one taken back is resumed: what failed is said as long as it waits
        failed = transfer is not None and transfer.state is TransferState.FAILED
        return text("call.transfer.failed" if failed else "call.held")
    if call.held_by_remote:
        return text("call.held_by_remote")
    if call.silent:
        return text("call.silent")
    return text("call.conference" if call.in_conference else "call.confirmed")


def party_title(text: Text, call: Call | CallRecord) -> str:
    """Who it is, in one word: why that is hidden (非通知, 公衆電話 …), else the name, else the number.

    One's own phone book knows the name better than the far side.
    """
    if call.anonymity is not Anonymity.NONE:
        return text(f"party.{call.anonymity.value}")
    return known_name(call) or call.remote.number or text("party.unknown")


def known_name(call: Call | CallRecord) -> str:
    """The name in the phone book, else the one the far side gave; "" where there is none."""
    return call.person.name if call.person is not None else call.remote.display_name


def party_line(text: Text, call: Call | CallRecord) -> str:
    """Who it is, name and number: ``山田 太郎 202``."""
    return " ".join(dict.fromkeys(filter(None, (party_title(text, call), party_number(text, call)))))


def party_number(text: Text, call: Call | CallRecord) -> str:
    """The number, else why it is not shown; "" where nothing is known."""
    if call.anonymity is not Anonymity.NONE:
        return text(f"party.{call.anonymity.value}")
    return call.remote.number


def diverted_text(text: Text, call: Call | CallRecord) -> str:
    """201 から転送; "" where the caller dialled us."""
    by = call.diverted_by
    return text("party.diverted_by", who=by.display_name or by.number) if by is not None else ""


def result_text(text: Text, record: CallRecord) -> str:
    """How a call of the history ended, in a word or two; with where it was handed over to."""
    if record.result is CallResult.FORWARDED:
        return text("result.forwarded", to=record.transferred_to or text("party.unknown"))
    if record.transferred_to:
        return text("result.transferred", to=record.transferred_to)
    return text(f"result.{record.result.value}")


def recording_problem(text: Text, code: str) -> str:
    """Why a call cannot be recorded: for ``RecordingService.can_record``."""
    return text(f"notice.cannot_record_{code}")


def problem_text(text: Text, problem: FieldProblem) -> str:
    """What is wrong with a field of the account page."""
    return text(f"problem.{problem.code}", field=text(f"field.{problem.field}"))


def notice_text(text: Text, notice: Notice) -> str:
    """A notice in words.

    ``role``, ``feature`` and ``cause`` are codes, and so is ``anonymity``: why ``who`` is empty.
    """
    values = dict(notice.values)
    for name in ("role", "feature"):
        if name in values:
            values[name] = text(f"{name}.{values[name]}")
    if "cause" in values:
        status_code = int(values.get("status_code", "0"))
        values["cause"] = failure_text(text, FailureCause(values["cause"]), status_code)
    if "who" in values:
        values["who"] = values["who"] or text(f"party.{values.get('anonymity') or 'unknown'}")
    return text(f"notice.{notice.code}", **values)
