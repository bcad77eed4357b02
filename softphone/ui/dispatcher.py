"""The main thread's queue on Qt: a queued signal for posts from any thread, a QTimer for later."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, QTimer, Signal, Slot


class QtTimer:
    """A call that was put off (``domain.ports.Timer``). Thread: ui."""

    def __init__(self, parent: QObject, delay_s: float, action: Callable[[], None]) -> None:
        self._timer: QTimer | None = QTimer(parent)
        self._action = action
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(lambda: self._run())  # a lambda keeps us: a bare method is held weakly
        self._timer.start(max(round(delay_s * 1000), 0))

    def cancel(self) -> None:
        """Forget it; harmless when it already ran."""
        if self._timer is not None:
            self._timer.stop()
            self._timer.deleteLater()
            self._timer = None

    def _run(self) -> None:
        self.cancel()
        self._action()


class QtDispatcher(QObject):
    """``domain.ports.Dispatcher`` for a program with a window; made on the main thread."""

    _posted = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        self._posted.connect(self._run, Qt.ConnectionType.QueuedConnection)

    def post(self, action: Callable[[], None]) -> None:
        """Run ``action`` on the main thread, soon. Thread: any."""
        self._posted.emit(action)

    def call_later(self, delay_s: float, action: Callable[[], None]) -> QtTimer:
        """Run ``action`` after ``delay_s``. Thread: ui."""
        return QtTimer(self, delay_s, action)

    @Slot(object)
    def _run(self, action: Callable[[], None]) -> None:
        action()
