"""Times of day as they are typed and shown."""

from __future__ import annotations

import pytest

from softphone.app.absence_text import clock_minute, clock_text


@pytest.mark.parametrize(
    ("typed", "minute"),
    [
        ("9:00", 540),
        ("09:05", 545),
        ("0930", 570),
        (" 18:00 ", 1080),
        ("24:00", 1440),
        ("0:00", 0),
        ("24:01", -1),
        ("9:60", -1),
        ("9", -1),
        ("", -1),
        ("9時", -1),
        ("９:00", -1),
    ],
)
def test_a_time_of_day(typed: str, minute: int) -> None:
    assert clock_minute(typed) == minute


def test_what_is_shown_can_be_typed_again() -> None:
    assert [clock_minute(clock_text(minute)) for minute in range(0, 1441, 7)] == list(range(0, 1441, 7))
