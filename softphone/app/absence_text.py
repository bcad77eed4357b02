"""Words for 不在時動作: the banner while it is on, and what is wrong with its page."""

from __future__ import annotations

import re
from collections.abc import Iterable

from softphone.app.forwarding import AbsenceSummary
from softphone.app.text import Text
from softphone.domain.forwarding import DAY_MIN, AbsenceRule, Schedule

_CLOCK = re.compile(r"([0-9]{1,2}):?([0-5][0-9])")


def absence_banner(text: Text, summary: AbsenceSummary) -> str:
    """One or two sentences: who is refused or sent on now, and when; "" where nothing is on."""
    sentences = []
    if summary.do_not_disturb:
        sentences.append(text("absence.do_not_disturb"))
    if summary.active:
        rules = text("absence.between").join(_rule_text(text, rule) for rule in summary.rules)
        state = "on_server" if summary.on_server else "on" if summary.holds_now else "waiting"
        sentences.append(text(f"absence.{state}", rules=rules))
        if summary.schedule.weekdays and not summary.on_server:
            sentences.append(schedule_text(text, summary.schedule))
    return join_sentences(text, sentences)


def join_sentences(text: Text, sentences: Iterable[str]) -> str:
    """One behind the other, as the language sets them apart; "" where there is none."""
    joined = ""
    for sentence in sentences:
        joined = text("absence.then", first=joined, second=sentence) if joined else sentence
    return joined


def schedule_text(text: Text, schedule: Schedule) -> str:
    """月・火 9:00〜18:00; always where no weekday is named."""
    if not schedule.weekdays:
        return text("absence.always")
    days = text("absence.day_between").join(text(f"absence.day.{day}") for day in sorted(schedule.weekdays))
    next_day = schedule.until_min <= schedule.from_min
    key = "absence.schedule_over_midnight" if next_day else "absence.schedule"
    return text(key, days=days, start=clock_text(schedule.from_min), end=clock_text(schedule.until_min))


def clock_text(minute: int) -> str:
    """A minute of the day as 9:00; 24:00 is its end."""
    return f"{minute // 60}:{minute % 60:02}"


def clock_minute(text: str) -> int:
    """The minute of the day that 9:00, 09:00 or 0900 is; -1 where it is none."""
    match = _CLOCK.fullmatch(text.strip())
    minute = int(match.group(1)) * 60 + int(match.group(2)) if match else -1
    return minute if minute <= DAY_MIN else -1


def _rule_text(text: Text, rule: AbsenceRule) -> str:
    when = text(f"absence.when.{rule.kind.value}", after_s=rule.after_s)
    return text(f"absence.action.{rule.action.value}", when=when, to=rule.number)
