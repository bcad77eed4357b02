"""Run as a program: the real window, telling on standard output what a bench wants to know.

    python -m tests.bench.window_probe ARGUMENTS-OF-SOFTPHONE

``painted T``: the first paint, on CLOCK_MONOTONIC. With ``SOFTPHONE_BENCH_CALL=1`` (and ``--demo``) it calls
the echo number and tells ``lateness P99_MS LATE_FRAMES`` every 2 s; with ``SOFTPHONE_BENCH_BUSY=1`` the
window's thread is kept busy all the while, as a long table being scrolled would.
"""

from __future__ import annotations

import os
import sys
import time

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QTimer
from PySide6.QtWidgets import QApplication, QMainWindow

from softphone.app.changes import AudioCounted, Change, RegistrationMoved
from softphone.app.phone import Phone
from softphone.ui import application, main_window

BUSY_MS = 40
ECHO_NUMBER = "9196"


class _FirstPaint(QObject):
    """Tells the end of the main window's first paint."""

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


class _Caller:
    """Calls the echo number as soon as it can, and tells the bridge's lateness."""

    def __init__(self, phone: Phone) -> None:
        self._phone = phone
        self._dialled = False
        phone.observe(self._observe)

    def _observe(self, change: Change) -> None:
        if isinstance(change, RegistrationMoved) and change.registration.can_call and not self._dialled:
            self._dialled = True
            self._phone.calls.dial(ECHO_NUMBER)
        elif isinstance(change, AudioCounted):
            counters = change.counters
            print(f"lateness {counters.lateness_p99_ms} {counters.late_frames}", flush=True)


def _burn() -> None:
    until_s = time.perf_counter() + BUSY_MS / 1000
    while time.perf_counter() < until_s:
        sum(range(1000))


def main() -> int:
    """The phone's own main, watched from the moment there is an application and a window."""
    create = application.create_application

    def create_watched(*arguments: object, **keywords: object) -> QApplication:
        made = create(*arguments, **keywords)  # type: ignore[arg-type]
        probe = _FirstPaint()
        probe.setParent(made)
        QCoreApplication.instance().installEventFilter(probe)  # type: ignore[union-attr]
        return made

    application.create_application = create_watched  # type: ignore[assignment]
    if os.environ.get("SOFTPHONE_BENCH_CALL"):
        build = main_window.MainWindow.__init__

        def build_calling(
            window: main_window.MainWindow, phone: Phone, *rest: object, **named: object
        ) -> None:
            build(window, phone, *rest, **named)  # type: ignore[arg-type]
            window.bench_caller = _Caller(phone)  # type: ignore[attr-defined]

        main_window.MainWindow.__init__ = build_calling  # type: ignore[method-assign, assignment]
    from softphone.main import main as phone_main

    return phone_main(sys.argv[1:])


if __name__ == "__main__":
    sys.exit(main())
