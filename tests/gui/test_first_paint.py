"""What waits until the window is seen."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from softphone.ui.first_paint import once_painted


class Paints(QObject):
    """Notes every paint of a widget."""

    def __init__(self, told: list[str]) -> None:
        super().__init__()
        self._told = told

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Paint:
            self._told.append("painted")
        return False


def test_it_comes_after_the_first_paint_and_once(qtbot: QtBot) -> None:
    told: list[str] = []
    window = QWidget()
    qtbot.addWidget(window)
    paints = Paints(told)
    window.installEventFilter(paints)
    window.show()
    once_painted(window, lambda: told.append("began"))
    qtbot.waitUntil(lambda: "began" in told)
    assert told[0] == "painted"
    window.repaint()
    qtbot.wait(20)
    assert told.count("began") == 1


def test_a_window_that_is_not_shown_keeps_nobody_waiting(qtbot: QtBot) -> None:
    told: list[str] = []
    window = QWidget()
    qtbot.addWidget(window)
    once_painted(window, lambda: told.append("began"))
    qtbot.waitUntil(lambda: told == ["began"])
