"""No sleep of the machine, by wakepy: systemd and D-Bus inhibitors, SetThreadExecutionState, caffeinate.

Only sleep is kept away; the screen may go dark and lock. A mode belongs to the thread that entered it, so
each time has a thread of its own that ends with it.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from softphone.domain.ports import Dispatcher

_log = logging.getLogger(__name__)


def _keep_running() -> AbstractContextManager[Any]:
    from wakepy import keep

    logging.getLogger("wakepy").setLevel(logging.WARNING)  # it tells every method it tries
    return keep.running(on_fail="pass")


class WakepyWakefulness:
    """Implements ``domain.surroundings.Wakefulness``. Thread: main; ``awake`` while a call is live."""

    def __init__(
        self, dispatcher: Dispatcher, mode: Callable[[], AbstractContextManager[Any]] = _keep_running
    ) -> None:
        self._dispatcher = dispatcher
        self._mode = mode
        self._over: threading.Event | None = None

    def keep(self, done: Callable[[str], None]) -> None:
        """No sleep from now on."""
        self.let_go()
        self._over = threading.Event()
        threading.Thread(target=self._serve, args=(self._over, done), name="awake", daemon=True).start()

    def let_go(self) -> None:
        """The machine may sleep; also where the thread is still about to ask."""
        if self._over is not None:
            self._over.set()
            self._over = None

    def _serve(self, over: threading.Event, done: Callable[[str], None]) -> None:
        try:
            with self._mode() as mode:
                problem = "" if mode.active else "refused"
                if problem:
                    _log.info("the machine may sleep in calls: %s", mode.result.get_failure_text())
                self._dispatcher.post(lambda: done(problem))
                over.wait()
        except Exception as error:  # noqa: BLE001 - wakepy asks many systems, each with errors of its own
            _log.warning("the machine may sleep in calls: %s", error)
            self._dispatcher.post(lambda: done("failed"))
