"""The text cursor blinks while one types; a window nobody uses is not painted for it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from softphone.ui.caret import RestingCaret

BLINK_MS = 40
REST_MS = 300


class Paints(QObject):
    """Counts the paints of a widget."""

    count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        self.count += event.type() is QEvent.Type.Paint
        return False


@pytest.fixture
def field(qapp: QApplication, qtbot: QtBot) -> Iterator[QLineEdit]:
    before = qapp.cursorFlashTime()
    qapp.setCursorFlashTime(BLINK_MS)
    caret = RestingCaret(qapp, REST_MS)
    field = QLineEdit()
    qtbot.addWidget(field)
    with qtbot.waitActive(field):
        field.show()
        field.activateWindow()
    field.setFocus()
    yield field
    caret.deleteLater()
    qapp.setCursorFlashTime(before)


def test_it_rests_after_a_while_and_blinks_again_while_one_types(
    field: QLineEdit, qapp: QApplication, qtbot: QtBot
) -> None:
    paints = Paints()
    field.installEventFilter(paints)
    qtbot.waitUntil(lambda: paints.count >= 3)  # it blinks

    qtbot.waitUntil(lambda: qapp.cursorFlashTime() == 0)
    qtbot.wait(BLINK_MS)
    resting = paints.count
    qtbot.wait(5 * BLINK_MS)
    assert paints.count == resting

    QTest.keyClick(field, Qt.Key.Key_5)
    assert qapp.cursorFlashTime() > 0


def test_coming_into_a_field_makes_it_blink(field: QLineEdit, qapp: QApplication, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: qapp.cursorFlashTime() == 0)
    field.clearFocus()
    field.setFocus()
    assert qapp.cursorFlashTime() > 0
