"""Run as a program: the real window, telling on standard output when it was first painted.

    python -m tests.bench.window_probe ARGUMENTS-OF-SOFTPHONE

``SOFTPHONE_BENCH_BUSY=1`` keeps the window's thread busy, as a table being scrolled would.
"""

from __future__ import annotations

import os
import sys
import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

BUSY_MS = 40


class _FirstPaint(QObject):
    """Prints CLOCK_MONOTONIC at the end of the main window's first paint."""

    def __init__(self) -> None:
        super().__init__()
        self._done = False

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if not self._done and event.type() is QEvent.Type.Paint and isinstance(watched, QMainWindow):
            self._done = True
            QTimer.singleShot(0, self._painted)
        return False

    def _painted(self) -> None:
        print(f"painted {time.monotonic():.6f}", flush=True)
        if os.environ.get("SOFTPHONE_BENCH_BUSY"):
            self._timer = QTimer(self)
            self._timer.timeout.connect(_burn)
            self._timer.start(0)


def _burn() -> None:
    until_s = time.perf_counter() + BUSY_MS / 1000
    while time.perf_counter() < until_s:
        sum(range(1000))


def main() -> int:
    """The phone's own main, with a filter put on the application as soon as there is one."""
    from softphone.ui import application

    create = application.create_application

    def create_watched(*arguments: object, **keywords: object) -> QApplication:
        made = create(*arguments, **keywords)  # type: ignore[arg-type]
        probe = _FirstPaint()
        probe.setParent(made)
        QCoreApplication.instance().installEventFilter(probe)  # type: ignore[union-attr]
        return made

    application.create_application = create_watched  # type: ignore[assignment]
    from softphone.main import main as phone_main

    return phone_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
