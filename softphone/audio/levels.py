"""The level meter: peaks in, LevelsMeasured ten times a second out, and nothing at all while it is off."""

from __future__ import annotations

import threading

from softphone.audio.gain import dbfs
from softphone.domain.events import LevelsMeasured
from softphone.domain.ports import EventSink

INTERVAL_S = 0.1


class LevelMeter:
    """Whoever sees samples notes their peak; a small thread reports them while the meter is on.

    The sink is called on that thread: it must take events from any thread.
    """

    def __init__(self, sink: EventSink, interval_s: float = INTERVAL_S) -> None:
        self._sink = sink
        self._interval_s = interval_s
        self._input_peak = 0.0
        self._output_peak = 0.0
        self._stopped: threading.Event | None = None
        self.on = False

    def note_input(self, peak: float) -> None:
        """Thread: device or media clock."""
        self._input_peak = max(self._input_peak, peak)

    def note_output(self, peak: float) -> None:
        """Thread: device or media clock."""
        self._output_peak = max(self._output_peak, peak)

    def switch(self, on: bool) -> None:
        """Start or stop reporting. Idempotent. Thread: engine."""
        if on == self.on:
            return
        self.on = on
        if self._stopped is not None:
            self._stopped.set()
            self._stopped = None
        if on:
            self._input_peak = self._output_peak = 0.0
            self._stopped = threading.Event()
            threading.Thread(target=self._run, args=(self._stopped,), name="levels", daemon=True).start()

    def _run(self, stopped: threading.Event) -> None:
        while not stopped.wait(self._interval_s):
            input_peak, self._input_peak = self._input_peak, 0.0
            output_peak, self._output_peak = self._output_peak, 0.0
            self._sink(LevelsMeasured(input_dbfs=dbfs(input_peak), output_dbfs=dbfs(output_peak)))
