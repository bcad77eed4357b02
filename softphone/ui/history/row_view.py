"""What a row of the history shows, and what a screen reader says of it: a frozen value, no Qt.

CallRecord + Text + Numbers ─▸ RowView ─▸ delegate, details
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from msgspec.structs import replace

from softphone.app.text import Text, diverted_text, failure_hint, failure_text, party_title, result_text
from softphone.domain.call import Direction
from softphone.domain.errors import FailureCause
from softphone.domain.history import CallRecord, CallResult
from softphone.domain.identity import Anonymity
from softphone.domain.media import Quality
from softphone.ui.history.day_words import day_words, duration_words, time_words, when_words
from softphone.ui.view_state import quality_bars, quality_text, timer_text

Shown = Callable[[str], str]

_MARKS = {  # icon, tone; a tone "" is the quiet one
    CallResult.MISSED: ("missed", "bad"),
    CallResult.DECLINED: ("declined", ""),
    CallResult.CANCELLED: ("outgoing", ""),
    CallResult.FAILED: ("triangle", "warn"),
    CallResult.LOST: ("octagon", "bad"),
    CallResult.ELSEWHERE: ("people", ""),
    CallResult.FORWARDED: ("transfer", "accent"),
}


@dataclass(frozen=True)
class RowView:
    """One row. ``tone`` of its mark: good, accent, warn, bad or "". ``bars`` 0–4, 0 was not measured.

    ``number`` "" where it is the name already or is not known; ``dials``: they can be called back; ``day``
    local; ``words`` says all of it.
    """

    key: str
    name: str
    company: str
    number: str
    dials: bool
    result: str
    time: str
    duration: str
    icon: str
    tone: str
    bars: int
    recorded: bool
    unseen: bool
    day: date
    words: str


def row_view(text: Text, record: CallRecord, shown: Shown, today: date, *, fresh: bool = False) -> RowView:
    """The row for ``record``; ``fresh``: it was new a moment ago."""
    at = datetime.fromtimestamp(record.started_at_s)
    name, number = party_words(text, record, shown)
    company = record.person.company if record.person is not None else ""
    icon, tone = _mark(record)
    result = outcome_words(text, record, shown)
    unseen = record.result is CallResult.MISSED and (fresh or not record.seen)
    parts = (
        name,
        company,
        number,
        text("history.new") if unseen else "",
        direction_words(text, record),
        result,
        when_words(text, at, today),
        duration_words(text, record.duration_s),
        quality_words(text, record),
        text("history.recorded") if record.recording_path else "",
    )
    return RowView(
        key=record.key,
        name=name,
        company=company,
        number=number,
        dials=bool(number_to_call(record)),
        result=result,
        time=time_words(at),
        duration=timer_text(record.duration_s) if record.duration_s else "",
        icon=icon,
        tone=tone,
        bars=quality_bars(_quality(record)),
        recorded=bool(record.recording_path),
        unseen=unseen,
        day=at.date(),
        words=text("history.between").join(dict.fromkeys(filter(None, parts))),
    )


def party_words(text: Text, record: CallRecord, shown: Shown) -> tuple[str, str]:
    """Name and number as they are shown; the number alone stands as the name."""
    title = party_title(text, record)
    if record.anonymity is not Anonymity.NONE:
        return title, ""
    number = shown(record.remote.number)
    return (number, "") if title == record.remote.number else (title, number)


def number_to_call(record: CallRecord) -> str:
    """What to dial to reach them; "" where they hid it."""
    return record.remote.number if record.anonymity is Anonymity.NONE else ""


def direction_words(text: Text, record: CallRecord) -> str:
    """着信, 発信."""
    return text(f"history.{record.direction.value}")


def outcome_words(text: Text, record: CallRecord, shown: Shown) -> str:
    """How it ended, in the few words of a row: 着信, 不在着信, 話し中です, 203 へ転送."""
    if record.transferred_to:
        return result_text(text, replace(record, transferred_to=shown(record.transferred_to)))
    if record.result is CallResult.ANSWERED:
        return direction_words(text, record)
    out = record.direction is Direction.INITIATOR
    if out and record.result in (CallResult.FAILED, CallResult.DECLINED) and record.cause.value:
        return failure_text(text, record.cause, record.status_code)
    return result_text(text, record)


def reason_words(text: Text, record: CallRecord) -> tuple[str, str]:
    """Why it came to nothing and what to do: two sentences, "" where there is nothing to say."""
    if record.cause is FailureCause.NONE or record.result is CallResult.ANSWERED:
        return "", ""
    return failure_text(text, record.cause, record.status_code), failure_hint(text, record.cause)


def quality_words(text: Text, record: CallRecord) -> str:
    """``G.722 · 良好 · MOS 4.2``."""
    return quality_text(text, record.codec, _quality(record))


def detail_rows(text: Text, record: CallRecord, shown: Shown, today: date) -> tuple[tuple[str, str], ...]:
    """(name, value) of everything known of a call, only what is known."""
    at = datetime.fromtimestamp(record.started_at_s)
    reason, _ = reason_words(text, record)
    result = outcome_words(text, record, shown)
    rows = (
        ("detail_when", when_words(text, at, today)),
        ("detail_duration", duration_words(text, record.duration_s)),
        ("detail_line", shown(record.called) if record.called else ""),
        ("detail_diverted", diverted_text(text, record)),
        ("detail_transferred", shown(record.transferred_to) if record.transferred_to else ""),
        ("detail_quality", quality_words(text, record)),
        ("detail_reason", reason if reason != result else ""),
    )
    return tuple((text(f"history.{name}"), value) for name, value in rows if value)


def heading(text: Text, view: RowView, today: date) -> str:
    """The words over the first row of a day."""
    return day_words(text, view.day, today)


def _mark(record: CallRecord) -> tuple[str, str]:
    if record.result is CallResult.ANSWERED:
        return ("incoming", "good") if record.direction is Direction.RECIPIENT else ("outgoing", "accent")
    return _MARKS[record.result]


def _quality(record: CallRecord) -> Quality | None:
    if not record.mos:
        return None
    return Quality(codec=record.codec, fraction_lost=0.0, jitter_ms=0, rtt_ms=0, mos=record.mos)
