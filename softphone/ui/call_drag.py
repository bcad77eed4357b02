"""Dragging one call onto another: a row or the card is taken, a row or the card takes it."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QMimeData, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QDrag, QDragEnterEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from softphone.ui.look import set_role

CALL_FORMAT = "application/x-softphone-call"


class CallDrag(QObject):
    """Lets ``widget`` be dragged as the call ``key()`` and take another one; "" is no call.

    ``dropped`` carries the key of the call that was dragged and of the one it was dropped on.
    """

    dropped = Signal(str, str)

    def __init__(self, widget: QWidget, key: Callable[[], str]) -> None:
        super().__init__(widget)
        self._widget = widget
        self._key = key
        self._grip: QPoint | None = None
        widget.setAcceptDrops(True)
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QDropEvent):  # entering is a kind of it
            return self._over(event)
        if event.type() is QEvent.Type.DragLeave:
            set_role(self._widget, drop=False)
        elif isinstance(event, QMouseEvent):
            self._mouse(event)
        return False

    def _mouse(self, event: QMouseEvent) -> None:
        if event.type() is QEvent.Type.MouseButtonPress and event.button() is Qt.MouseButton.LeftButton:
            self._grip = event.position().toPoint()
        elif event.type() is QEvent.Type.MouseButtonRelease:
            self._grip = None
        elif event.type() is QEvent.Type.MouseMove and self._grip is not None and self._key():
            way = (event.position().toPoint() - self._grip).manhattanLength()
            if way >= QApplication.startDragDistance():
                self._start(self._grip)

    def _start(self, grip: QPoint) -> None:
        self._grip = None
        drag = QDrag(self._widget.window())  # the call may end, and its row go, while the mouse still moves
        drag.setMimeData(call_data(self._key()))
        drag.setPixmap(self._widget.grab())
        drag.setHotSpot(grip)
        drag.exec(Qt.DropAction.MoveAction)
        if isinstance(self._widget, QAbstractButton):
            self._widget.setDown(False)  # the drag took the release of the mouse

    def _over(self, event: QDropEvent) -> bool:
        data = event.mimeData()
        dragged = bytes(data.data(CALL_FORMAT).data()).decode() if data.hasFormat(CALL_FORMAT) else ""
        fits = bool(dragged) and bool(self._key()) and dragged != self._key()
        event.setAccepted(fits)
        arrives = event.type() is QEvent.Type.Drop
        set_role(self._widget, drop=fits and not arrives)
        if fits and arrives:
            self.dropped.emit(dragged, self._key())
        elif fits and isinstance(event, QDragEnterEvent):
            event.acceptProposedAction()
        return True


def call_data(key: str) -> QMimeData:
    """What travels with the mouse."""
    data = QMimeData()
    data.setData(CALL_FORMAT, key.encode())
    return data
