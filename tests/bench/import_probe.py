"""Run as a program: the real window in a call, importing a file once the call has settled.

    SOFTPHONE_BENCH_CALL=1 python -m tests.bench.import_probe FILE ARGUMENTS-OF-SOFTPHONE

Tells on standard output, beside what ``window_probe`` does: ``audio LATE_FRAMES UNDERRUNS OVERRUNS SKIPPED``
every 2 s, ``reading``, ``ready PEOPLE SECONDS LONGEST_MS WORKING_MS``, ``done`` and ``undone`` likewise
without the people: how long each took, how long the main thread was at most away from its loop meanwhile, and
how much processor time it used at most between two turns of it: what is ours of that where others are busy.
"""

from __future__ import annotations

import sys
import time

from PySide6.QtCore import QObject, QTimer

from softphone.app.changes import AudioCounted, Change
from softphone.app.contact_import import ImportPhase
from softphone.app.phone import Phone
from softphone.ui import main_window
from softphone.ui.contacts.exchange_words import file_words
from softphone.ui.contacts.pictures import QtPictures
from tests.bench import window_probe

SETTLED = 3  # counts of the audio path, 2 s each, before the import begins and after it ends


class _Importer(QObject):
    """Imports, takes back, and watches how long the loop is away."""

    def __init__(self, window: main_window.MainWindow, phone: Phone, path: str) -> None:
        super().__init__(window)
        self._window = window
        self._phone = phone
        self._path = path
        self._counts = 0
        self._phase = ImportPhase.IDLE
        self._began_s = 0.0
        self._longest_s = self._working_s = 0.0
        self._ticked_s, self._worked_s = time.perf_counter(), time.thread_time()
        self._ticks = QTimer(self)
        self._ticks.timeout.connect(self._tick)
        phone.observe(self._observe)

    def _observe(self, change: Change) -> None:
        if isinstance(change, AudioCounted):
            counters = change.counters
            figures = (counters.late_frames, counters.underruns, counters.overruns, counters.skipped_samples)
            print("audio", *figures, flush=True)
            self._counts += 1
            if self._counts == SETTLED - 1:
                self._window.show_place("contacts")  # made and painted for the first time before it is timed
            elif self._counts == SETTLED:
                self._begin()
        self._look()

    def _begin(self) -> None:
        print("reading", flush=True)
        self._restart()
        self._ticks.start(0)
        self._phone.contact_import.begin(self._path, file_words(self._window.look.text), QtPictures())

    def _look(self) -> None:
        service = self._phone.contact_import
        phase = service.state.phase
        if phase is self._phase:
            return
        self._phase = phase
        if phase is ImportPhase.READY:
            self._tell("ready", service.state.people)
            QTimer.singleShot(0, service.run)
        elif phase is ImportPhase.DONE:
            QTimer.singleShot(0, self._done)
        elif phase is ImportPhase.UNDONE:
            QTimer.singleShot(0, lambda: self._tell("undone"))

    def _done(self) -> None:
        """Once the list of the phone book is read again."""
        self._tell("done")
        self._phone.contact_import.undo()

    def _tell(self, what: str, *figures: int) -> None:
        self._tick()
        took_s = time.perf_counter() - self._began_s
        blocks = f"{1000 * self._longest_s:.1f} {1000 * self._working_s:.1f}"
        print(what, *figures, f"{took_s:.2f}", blocks, flush=True)
        self._restart()

    def _restart(self) -> None:
        self._began_s = self._ticked_s = time.perf_counter()
        self._worked_s = time.thread_time()
        self._longest_s = self._working_s = 0.0

    def _tick(self) -> None:
        now_s, worked_s = time.perf_counter(), time.thread_time()
        self._longest_s = max(self._longest_s, now_s - self._ticked_s)
        self._working_s = max(self._working_s, worked_s - self._worked_s)
        self._ticked_s, self._worked_s = now_s, worked_s


def main() -> int:
    """The window probe's own main, with an importer on every window."""
    path = sys.argv.pop(1)
    build = main_window.MainWindow.__init__

    def build_importing(window: main_window.MainWindow, phone: Phone, *rest: object, **named: object) -> None:
        build(window, phone, *rest, **named)  # type: ignore[arg-type]
        window.bench_importer = _Importer(window, phone, path)  # type: ignore[attr-defined]

    main_window.MainWindow.__init__ = build_importing  # type: ignore[method-assign, assignment]
    return window_probe.main()


if __name__ == "__main__":
    sys.exit(main())
