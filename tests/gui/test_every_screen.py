"""What holds on every screen: names for screen readers, no clipped words, a way by keyboard."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QAbstractScrollArea, QApplication, QLabel, QLineEdit, QWidget

from tests.helpers.gallery import SCENES, staged

WINDOWS = {
    "window",
    "incomingWindow",
    "otherProgram",
    "quitDialog",
    "deviceMenu",
    "moreMenu",
    "joinMenu",
    "dropMenu",
    "featureMenu",
}
_INSIDE = ("qt_scrollarea_viewport", "qt_spinbox_lineedit")


class ShownWindows(QObject):
    """The names of all windows that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.add(watched.objectName() or type(watched).__name__)
        return False


def focusable(root: QWidget) -> list[QWidget]:
    """The visible controls under ``root`` that take the keyboard."""
    return [
        widget
        for widget in root.findChildren(QWidget)
        if widget.isVisibleTo(root)
        and widget.focusPolicy() != Qt.FocusPolicy.NoFocus
        and widget.objectName() not in _INSIDE
        and not isinstance(widget, QAbstractScrollArea)
    ]


def clipped(root: QWidget) -> list[str]:
    """Labels and buttons that have less room than their words need."""
    found = []
    for widget in root.findChildren(QWidget):
        if not widget.isVisibleTo(root) or not widget.width():
            continue
        if isinstance(widget, QLabel) and widget.text() and widget.pixmap().isNull():
            flags = Qt.TextFlag.TextWordWrap.value if widget.wordWrap() else 0
            room = QRect(0, 0, widget.width(), 1 << 20)
            need = widget.fontMetrics().boundingRect(room, flags, widget.text())
            if need.width() > widget.width() + 1 or need.height() > widget.height() + 1:
                found.append(f"{widget.objectName()} {widget.text()!r}: {need.size()} in {widget.size()}")
        elif isinstance(widget, QAbstractButton) and widget.text():
            need_size = widget.minimumSizeHint()
            if need_size.width() > widget.width() + 1 or need_size.height() > widget.height() + 1:
                found.append(f"{widget.objectName()} {widget.text()!r}: {need_size} in {widget.size()}")
        elif isinstance(widget, QLineEdit) and not widget.text() and widget.placeholderText():
            need_px = widget.fontMetrics().horizontalAdvance(widget.placeholderText())
            if need_px > widget.width():
                found.append(f"{widget.objectName()} {widget.placeholderText()!r}")
    return found


@pytest.mark.parametrize("name", SCENES)
def test_every_control_has_a_name_for_screen_readers(qapp: object, name: str) -> None:
    with staged(name) as stage:
        nameless = [
            f"{type(widget).__name__} {widget.objectName()}"
            for widget in focusable(stage.shown)
            if not widget.accessibleName().strip()
        ]
        assert nameless == []


@pytest.mark.parametrize("scale", [100, 200])
@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", SCENES)
def test_no_words_are_clipped(qapp: object, name: str, language: str, scale: int) -> None:
    with staged(name, language=language, scale=scale) as stage:
        stage.window.resize(380 * scale // 100, 680 * scale // 100)
        stage.settle()
        assert clipped(stage.shown) == []


@pytest.mark.parametrize(
    "name",
    [
        "keypad_number",
        "keypad_refusing",
        "incoming_all_on",
        "absence_details",
        "call_talking",
        "call_incoming",
        "calls_four",
        "conference_four",
        "transfer_consulting",
        "account_empty",
        "audio",
    ],
)
def test_tab_reaches_every_control(qapp: object, name: str) -> None:
    with staged(name) as stage:
        wanted = {widget.objectName() for widget in focusable(stage.window)}
        reached = set()
        widget = stage.window.nextInFocusChain()
        while widget is not stage.window:
            reached.add(widget.objectName())
            widget = widget.nextInFocusChain()
        assert wanted - reached == set()


@pytest.mark.parametrize("name", SCENES)
def test_no_part_of_a_window_is_ever_a_window_itself(qapp: QApplication, name: str) -> None:
    """Such a one comes and goes unseen, but moves the focus: an open menu closes, another window wakes."""
    watch = ShownWindows()
    qapp.installEventFilter(watch)
    try:
        with staged(name) as stage:
            stage.settle()
    finally:
        qapp.removeEventFilter(watch)
    assert watch.names - WINDOWS == set()
