"""The thread of one directory: a server or a share may hang, and nobody else waits for it.

ask ─▸ newest question of each kind ─▸ thread: work() ─▸ dispatcher ─▸ done(answer)
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable

from softphone.domain.directory import DirectoryAnswer
from softphone.domain.ports import Dispatcher

_log = logging.getLogger(__name__)

Done = Callable[[DirectoryAnswer], None]
Work = Callable[[], DirectoryAnswer]


class DirectoryWorker:
    """Answers questions one after the other; of those that wait only the newest of a kind is asked.

    A question older than ``limit_s`` is answered with ``timeout``, whatever its thread does. Thread: main.
    """

    def __init__(
        self, dispatcher: Dispatcher, limit_s: float, at_end: Callable[[], None] = lambda: None
    ) -> None:
        """``at_end`` is the last thing the thread does."""
        self._dispatcher = dispatcher
        self._limit_s = limit_s
        self._at_end = at_end
        self._lock = threading.Condition()
        self._waiting: dict[str, Callable[[], None]] = {}  # oldest first
        self._newest: dict[str, int] = {}
        self._count = 0
        self._closed = False
        self._thread: threading.Thread | None = None

    def ask(self, kind: str, work: Work, done: Done) -> None:
        """Have ``work`` done on the thread and ``done`` told, unless a newer one of ``kind`` comes first."""
        self._count += 1
        number = self._newest[kind] = self._count

        def answered(answer: DirectoryAnswer) -> None:
            timer.cancel()
            if not self._closed and self._newest.get(kind) == number:
                del self._newest[kind]
                done(answer)

        timer = self._dispatcher.call_later(
            self._limit_s, lambda: answered(DirectoryAnswer(problem="timeout", detail="no answer in time"))
        )
        with self._lock:
            self._waiting.pop(kind, None)
            self._waiting[kind] = lambda: self._answer(work, answered)
            self._lock.notify()
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name="directory", daemon=True)
            self._thread.start()

    def close(self) -> None:
        """Take no more questions; the thread ends when what it is doing is over."""
        with self._lock:
            self._closed = True
            self._waiting.clear()
            self._lock.notify()

    def _answer(self, work: Work, answered: Done) -> None:
        try:
            answer = work()
        except Exception as error:  # noqa: BLE001 - a library's surprise on a server's words costs one answer
            _log.warning("a directory could not be read: %s: %s", type(error).__name__, error)
            answer = DirectoryAnswer(problem="failed", detail=type(error).__name__)
        self._dispatcher.post(lambda: answered(answer))

    def _run(self) -> None:
        while True:
            with self._lock:
                while not self._waiting and not self._closed:
                    self._lock.wait()
                if self._closed:
                    break
                answer = self._waiting.pop(next(iter(self._waiting)))
            answer()
        self._at_end()
