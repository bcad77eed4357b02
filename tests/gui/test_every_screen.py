"""What holds on every screen: for screen readers, for the keyboard, and that no word is clipped.

A scene is set once for each language and size, and everything is looked at there.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from PySide6.QtCore import QEvent, QObject, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QApplication, QLabel, QLineEdit, QMenu, QWidget

from tests.helpers import reader
from tests.helpers.gallery import SCENES, staged
from tests.screenshots import LARGE

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
    "colleagueMenu",
    "colleagueSortMenu",
    "helpWindow",
    "licenceWindow",
    "miniBar",
    "trayMenu",
    "historyMenu",
    "fieldMenu",
    "exchangeMenu",
}


class ShownWindows(QObject):
    """The names of all windows that are shown."""

    def __init__(self) -> None:
        super().__init__()
        self.names: set[str] = set()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow():
            self.names.add(watched.objectName() or type(watched).__name__)
        return False


@contextmanager
def watched(application: QApplication) -> Iterator[ShownWindows]:
    """Every window that is shown meanwhile."""
    watch = ShownWindows()
    application.installEventFilter(watch)
    try:
        yield watch
    finally:
        application.removeEventFilter(watch)


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
def test_a_reader_and_the_keyboard_get_everywhere(qapp: QApplication, name: str) -> None:
    """Names, roles and actions by the accessibility API; Tab to every control; no window that is none.

    A part of a window that is for a moment a window itself comes and goes unseen, but moves the focus: an
    open menu closes, another window wakes.
    """
    with watched(qapp) as windows, staged(name) as stage:
        stage.window.resize(380, 680)
        stage.settle()
        assert clipped(stage.shown) == []
        controls = reader.read(stage.shown)
        assert [str(control) for control in controls if not control.name] == []
        assert [f"{control}: {control.role.name}" for control in controls if not control.role_fits] == []
        assert [str(control) for control in controls if not control.can_be_used] == []
        assert reader.nameless_rows(stage.shown) == []
        assert reader.roleless(stage.shown) == []
        if not isinstance(stage.shown, QMenu):  # its entries are no widgets; the arrow keys are Qt's
            assert reader.out_of_reach(stage.shown) == []
    assert windows.names - WINDOWS == set()


@pytest.mark.parametrize(("language", "scale"), [("ja", 200), ("en", 100), ("en", 200)])
@pytest.mark.parametrize("name", SCENES)
def test_no_words_are_clipped(qapp: object, name: str, language: str, scale: int) -> None:
    with staged(name, language=language, scale=scale) as stage:
        stage.window.resize(380 * scale // 100, 680 * scale // 100)
        stage.settle()
        assert clipped(stage.shown) == []


@pytest.mark.parametrize("language", ["ja", "en"])
@pytest.mark.parametrize("name", LARGE)
def test_no_words_are_clipped_where_all_is_small(qapp: object, name: str, language: str) -> None:
    with staged(name, language=language, scale=50) as stage:
        stage.window.resize(190, 340)
        stage.settle()
        assert clipped(stage.shown) == []
