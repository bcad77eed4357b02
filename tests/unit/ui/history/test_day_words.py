"""Days and times in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest

from softphone.app.text import Text
from softphone.storage.catalogue import load_texts
from softphone.storage.paths import resources_dir
from softphone.ui.history.day_words import (
    day_words,
    duration_words,
    span_start_s,
    time_words,
    when_words,
)

TODAY = date(2026, 11, 26)
JA = Text(load_texts(resources_dir(), "ja"), "ja")
EN = Text(load_texts(resources_dir(), "en"), "en")


@pytest.mark.parametrize(
    ("day", "japanese", "english"),
    [
        (TODAY, "今日", "Today"),
        (date(2026, 11, 25), "昨日", "Yesterday"),
        (date(2026, 11, 24), "11月24日(火)", "Tue, Nov 24"),
        (date(2026, 1, 1), "1月1日(木)", "Thu, Jan 1"),
        (date(2025, 12, 31), "2025年12月31日(水)", "Wed, Dec 31, 2025"),
        (date(2026, 11, 27), "11月27日(金)", "Fri, Nov 27"),  # another time zone than at the call
    ],
)
def test_days(day: date, japanese: str, english: str) -> None:
    assert day_words(JA, day, TODAY) == japanese
    assert day_words(EN, day, TODAY) == english


def test_yesterday_may_be_last_year() -> None:
    assert day_words(JA, date(2025, 12, 31), date(2026, 1, 1)) == "昨日"


def test_times() -> None:
    assert time_words(datetime(2026, 11, 26, 9, 5)) == "9:05"
    assert when_words(JA, datetime(2026, 11, 26, 14, 5), TODAY) == "今日 14:05"
    assert when_words(EN, datetime(2026, 11, 25, 0, 0), TODAY) == "Yesterday 0:00"


@pytest.mark.parametrize(
    ("seconds", "japanese", "english"),
    [
        (0.0, "", ""),
        (0.4, "", ""),
        (9.0, "9秒", "9 s"),
        (332.0, "5分32秒", "5 min 32 s"),
        (3725.0, "1時間2分5秒", "1 h 2 min 5 s"),
    ],
)
def test_durations(seconds: float, japanese: str, english: str) -> None:
    assert duration_words(JA, seconds) == japanese
    assert duration_words(EN, seconds) == english


def test_a_span_begins_at_midnight_and_has_today_in_it() -> None:
    tokyo = timezone(timedelta(hours=9))
    now = datetime(2026, 11, 26, 0, 30, tzinfo=tokyo)
    assert span_start_s(0, now) == 0.0
    assert span_start_s(1, now) == datetime(2026, 11, 26, tzinfo=tokyo).timestamp()
    assert span_start_s(7, now) == datetime(2026, 11, 20, tzinfo=tokyo).timestamp()
    assert span_start_s(30, datetime(2026, 3, 1, tzinfo=UTC)) == datetime(2026, 1, 31, tzinfo=UTC).timestamp()
