"""What the window's toolkit must not do to Python."""

import sys

from PySide6.QtCore import QObject

CALLS = 5000


def test_calls_without_a_result_give_back_none_whole() -> None:
    """PySide6 6.12.0 takes a reference off None with each: Python 3.11 aborts after some thousand."""
    thing = QObject()
    before = sys.getrefcount(None)
    for _ in range(CALLS):
        thing.setObjectName("x")
    assert abs(sys.getrefcount(None) - before) < CALLS / 10
