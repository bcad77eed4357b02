"""Taking a call that is dragged over a list: which row it is over, where it is dropped."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QPoint, Signal
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget

from softphone.ui.call_drag import CALL_FORMAT

AWAY = QPoint(-1, -1)


class CallDrop(QObject):
    """Watches ``viewport``; ``takes`` says whether a call may be dropped at a point of it. Thread: ui.

    ``over`` carries where a call hovers that may be dropped, AWAY where none does; ``dropped`` its key and
    the point.
    """

    over = Signal(QPoint)
    dropped = Signal(str, QPoint)

    def __init__(self, viewport: QWidget, takes: Callable[[QPoint], bool]) -> None:
        super().__init__(viewport)
        self._takes = takes
        viewport.setAcceptDrops(True)
        viewport.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.DragLeave:
            self.over.emit(AWAY)
            return True
        if not isinstance(event, QDropEvent):  # entering and moving are kinds of it
            return False
        data, at = event.mimeData(), event.position().toPoint()
        is_call = data.hasFormat(CALL_FORMAT)
        fits = is_call and self._takes(at)
        # Refused while entering it would never be asked about again.
        event.setAccepted(fits or (is_call and event.type() is QEvent.Type.DragEnter))
        arrives = event.type() is QEvent.Type.Drop
        self.over.emit(at if fits and not arrives else AWAY)
        if fits and arrives:
            self.dropped.emit(bytes(data.data(CALL_FORMAT).data()).decode(), at)
        return True
