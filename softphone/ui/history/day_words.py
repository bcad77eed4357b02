"""Days, times and durations as a list of calls says them: 今日 14:05, 昨日, 11月24日(月). No Qt, no clock."""

from __future__ import annotations

from datetime import date, datetime

from softphone.app.text import Text

MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


def day_words(text: Text, day: date, today: date) -> str:
    """The heading over a day's calls; the year where it is another."""
    gap_days = (today - day).days
    if gap_days == 0:
        return text("history_day.today")
    if gap_days == 1:
        return text("history_day.yesterday")
    parts = {
        "month": text(f"history_day.{MONTHS[day.month - 1]}"),
        "day": day.day,
        "weekday": text(f"history_day.{WEEKDAYS[day.weekday()]}"),
    }
    if day.year == today.year:
        return text("history_day.date", **parts)
    return text("history_day.date_of_year", year=day.year, **parts)


def time_words(at: datetime) -> str:
    """``9:05``."""
    return f"{at.hour}:{at.minute:02}"


def when_words(text: Text, at: datetime, today: date) -> str:
    """``昨日 9:05``."""
    return text("history_day.when", day=day_words(text, at.date(), today), time=time_words(at))


def duration_words(text: Text, seconds: float) -> str:
    """``1時間2分5秒``, for the ear as well; "" where nobody talked."""
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return text("history_day.hours", hours=hours, minutes=minutes, seconds=whole % 60)
    if minutes:
        return text("history_day.minutes", minutes=minutes, seconds=whole % 60)
    return text("history_day.seconds", seconds=whole) if whole else ""


def span_start_s(days: int, now: datetime) -> float:
    """Unix seconds of the midnight that begins a span of ``days`` ending today; 0 days is no limit."""
    if not days:
        return 0.0
    first = date.fromordinal(now.date().toordinal() - days + 1)
    return datetime(first.year, first.month, first.day, tzinfo=now.tzinfo).timestamp()
