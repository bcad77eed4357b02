"""The feed and its files, fetched on a thread of their own that lives as long as one of them takes.

look ─▸ thread "update": https ─▸ signature ─▸ read_feed ─▸ dispatcher ─▸ done(FeedAnswer)
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from softphone.domain.ports import Dispatcher, Timer
from softphone.domain.update import FeedAnswer, FeedRefused, FileAnswer, Package, read_feed
from softphone.release.source import Source

if TYPE_CHECKING:
    from softphone.release.https import HttpsFetch

LOOK_LIMIT_S = 60.0
FETCH_LIMIT_S, SLOWEST_BYTES_S = 120.0, 16 * 1024  # a file may take as long as it takes at this speed
TELL_EVERY_S = 0.1
END_S = 1.0
CHECK_LIMIT_S = 120.0

_log = logging.getLogger(__name__)

Answer = TypeVar("Answer", FeedAnswer, FileAnswer)


class HttpsReleases:
    """Implements ``domain.update.Releases``. Thread: main."""

    def __init__(self, dispatcher: Dispatcher, source: Source, downloads: Path, user_agent: str) -> None:
        self._dispatcher = dispatcher
        self._source = source
        self._downloads = downloads
        self._user_agent = user_agent
        self._task: _Task | None = None

    def look(self, done: Callable[[FeedAnswer], None]) -> None:
        """Fetch the feed and check its signature."""

        def work(task: _Task) -> FeedAnswer:
            from softphone.release.envelope import MAX_ENVELOPE_BYTES, signed_payload

            fetch = self._fetch(task, MAX_ENVELOPE_BYTES, LOOK_LIMIT_S, any_host=False)
            try:
                content = b"".join(fetch.chunks(self._source.url))
                return FeedAnswer(feed=read_feed(signed_payload(content, self._source.keys)))
            except FeedRefused as error:
                return FeedAnswer(problem=error.problem, detail=str(error))

        if not self._source.is_published:
            self._dispatcher.post(lambda: done(FeedAnswer(problem="not_published")))
            return
        self._begin(work, LOOK_LIMIT_S, FeedAnswer(problem="timeout"), done)

    def fetch(
        self, package: Package, received: Callable[[int], None], done: Callable[[FileAnswer], None]
    ) -> None:
        """Fetch a file into the downloads; ``received`` gets the bytes so far."""
        limit_s = FETCH_LIMIT_S + package.size_bytes / SLOWEST_BYTES_S

        def work(task: _Task) -> FileAnswer:
            from softphone.release.download import save

            fetch = self._fetch(task, package.size_bytes, limit_s, any_host=True)
            try:
                told = _Told(lambda size: self._post(task, lambda: received(size)))
                return FileAnswer(file=str(save(package, self._downloads, fetch.chunks(package.url), told)))
            except FeedRefused as error:
                problem = "altered" if error.problem == "too_large" else error.problem
                return FileAnswer(problem=problem, detail=str(error))

        self._begin(work, limit_s, FileAnswer(problem="timeout"), done)

    def check(self, package: Package, file: str, done: Callable[[FileAnswer], None]) -> None:
        """Whether a fetched file is still what was fetched."""

        def work(task: _Task) -> FileAnswer:
            from softphone.release.download import is_genuine

            try:
                genuine = is_genuine(package, Path(file))
            except OSError as error:
                return FileAnswer(problem="altered", detail=str(error))
            return FileAnswer(file=file) if genuine else FileAnswer(problem="altered", detail=file)

        self._begin(work, CHECK_LIMIT_S, FileAnswer(problem="timeout"), done)

    def stop(self) -> None:
        """Drop what goes on."""
        if self._task is not None:
            self._task.stop()
            self._task = None

    def close(self) -> None:
        """Drop it, and wait a moment until half a file is gone."""
        task = self._task
        self.stop()
        if task is not None:
            task.join()

    def _begin(
        self,
        work: Callable[[_Task], Answer],
        limit_s: float,
        late: Answer,
        done: Callable[[Answer], None],
    ) -> None:
        """``late`` is the answer where the thread has none in time: a name may be looked up for long."""
        self.stop()
        task = self._task = _Task()

        def answered(answer: Answer) -> None:
            timer.cancel()
            if self._task is task:
                self._task = None
                done(answer)

        def too_late() -> None:
            task.stop()
            answered(late)

        def run() -> None:
            try:
                answer = work(task)
            except Exception as error:  # noqa: BLE001 - whatever a server makes a library do costs one answer
                _log.exception("an update could not be looked for or fetched")
                answer = type(late)(problem="failed", detail=type(error).__name__)
            self._post(task, lambda: answered(answer))

        timer: Timer = self._dispatcher.call_later(limit_s, too_late)
        task.start(run)

    def _fetch(self, task: _Task, max_bytes: int, limit_s: float, *, any_host: bool) -> HttpsFetch:
        from softphone.release.https import HttpsFetch

        fetch = HttpsFetch(
            max_bytes=max_bytes, limit_s=limit_s, any_host=any_host, user_agent=self._user_agent
        )
        task.holds(fetch)
        return fetch

    def _post(self, task: _Task, action: Callable[[], None]) -> None:
        """Thread: update. What was stopped tells nothing any more."""
        self._dispatcher.post(lambda: action() if self._task is task else None)


class _Task:
    """One thread and what it waits for."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._fetch: HttpsFetch | None = None
        self._stopped = False
        self._thread: threading.Thread | None = None

    def start(self, run: Callable[[], None]) -> None:
        """Run it. Thread: main."""
        self._thread = threading.Thread(target=run, name="update", daemon=True)
        self._thread.start()

    def holds(self, fetch: HttpsFetch) -> None:
        """What is to be stopped with it. Thread: update."""
        with self._lock:
            self._fetch = fetch
            if self._stopped:
                fetch.stop()

    def stop(self) -> None:
        """Let it end soon. Thread: main."""
        with self._lock:
            self._stopped = True
            if self._fetch is not None:
                self._fetch.stop()

    def join(self) -> None:
        """Wait for its end, ``END_S`` at most. Thread: main."""
        if self._thread is not None:
            self._thread.join(END_S)


class _Told:
    """Tells a count now and then, and its last one."""

    def __init__(self, tell: Callable[[int], None]) -> None:
        self._tell = tell
        self._next_s = 0.0

    def __call__(self, size: int) -> None:
        now_s = time.monotonic()
        if now_s >= self._next_s:
            self._next_s = now_s + TELL_EVERY_S
            self._tell(size)
