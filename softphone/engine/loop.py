"""The engine thread: commands in, events out, and the only place that touches the library.

    link reader ─▸ queue ─▸ wake ─▸ ┌ commands ▸ timers ▸ libHandleEvents(≤ 1 s) ┐ ─▸ emit
                                    └────────────────────────────────────────────┘

``threadCnt = 0`` and ``mainThreadOnly``: callbacks come out of ``libHandleEvents`` on this thread. The
garbage collector never runs by itself (a pj object freed on another thread aborts the process,
pjproject #2416, #4694): it is called from here, timed.
"""

from __future__ import annotations

import gc
import math
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from typing import Protocol

from softphone.domain.commands import PROTOCOL_VERSION, AnyCommand, Ping, Shutdown
from softphone.domain.events import AnyEvent, EngineReady, Pong
from softphone.domain.sound import AudioEndpoint, OpenRecording
from softphone.engine.endpoint import PjEndpoint
from softphone.engine.errors import LOGGER, log_exception
from softphone.engine.log_sink import LogSink
from softphone.engine.phone_line import PhoneLine
from softphone.engine.schedule import Schedule
from softphone.engine.side_work import CompareRecordingsFunction, SideWork, SoundPartsFunction
from softphone.engine.wake import Wake

SWITCH_INTERVAL_S = 0.0005
LONGEST_WAIT_S = 1.0
WAIT_WITHOUT_WAKE_S = 0.01
COLLECT_S = 30.0
POLL_AUDIO_S = 1.0
HANGUP_WAIT_S = 1.0
UNREGISTER_WAIT_S = 2.0
ORPHAN_WAIT_S = 0.5
ORPHAN_LIMIT_S = 0.9
SHUTDOWN_LIMIT_S = 5.0


class Host(Protocol):
    """The pipe to the phone process (``link.EngineHost``)."""

    def start(self, on_command: Callable[[AnyCommand], None], on_closed: Callable[[], None]) -> None:
        """Begin to read; both come on the reader's thread."""

    def emit(self, event: AnyEvent) -> None:
        """Send an event. Thread: any; never blocks."""

    def close(self) -> None:
        """Flush and stop."""


class EngineLoop:
    """Builds the engine's parts and runs them until Shutdown or until the pipe closes."""

    def __init__(
        self, host: Host, audio: AudioEndpoint, line: PhoneLine, schedule: Schedule, wake: Wake
    ) -> None:
        self._host = host
        self._audio = audio
        self._line = line
        self._schedule = schedule
        self._wake = wake
        self._queue: queue.SimpleQueue[Callable[[], None]] = queue.SimpleQueue()
        self._stopping = False
        self._orphaned = False
        self._longest_stall_s = 0.0

    def run(self) -> None:
        """Serve until the end, then stop everything in order. Thread: the one that made the library."""
        sys.setswitchinterval(SWITCH_INTERVAL_S)
        gc.disable()
        self._line.set_post(self.post)
        self._schedule.call_every(COLLECT_S, self._collect)
        self._schedule.call_every(POLL_AUDIO_S, self._audio.poll)
        self._host.emit(
            EngineReady(
                protocol_version=PROTOCOL_VERSION,
                pid=os.getpid(),
                versions={"pjsip": self._line.endpoint.version, "python": sys.version.split()[0]},
            )
        )
        self._host.start(self._on_command, self._on_closed)
        gc.collect()
        gc.freeze()
        while not self._stopping:
            self._turn(LONGEST_WAIT_S)
        self._stop()

    def post(self, action: Callable[[], None]) -> None:
        """Run ``action`` on the engine thread, at once. Thread: any."""
        self._queue.put(action)
        self._wake.wake()

    def stop_soon(self) -> None:
        """Shutdown, as if the phone had asked. Thread: any, a signal handler too."""
        self.post(self._begin_stop)

    # -- one turn ----------------------------------------------------------------------------------

    def _turn(self, longest_wait_s: float) -> None:
        began_s = time.monotonic()
        self._run_queued()
        self._schedule.run_due()
        wait_s = longest_wait_s
        due_in_s = self._schedule.next_due_in_s()
        if due_in_s is not None:
            wait_s = min(wait_s, due_in_s)
        self._longest_stall_s = max(self._longest_stall_s, time.monotonic() - began_s)
        endpoint = self._line.endpoint
        if not endpoint.is_open:
            self._wait_queued(wait_s)
            return
        if not endpoint.wakes:
            wait_s = min(wait_s, WAIT_WITHOUT_WAKE_S)
        # Rounded up: rounded down, the loop would spin through the last millisecond.
        endpoint.handle_events(math.ceil(1000 * wait_s) if self._queue.empty() else 0)

    def _run_queued(self) -> None:
        while True:
            try:
                action = self._queue.get_nowait()
            except queue.Empty:
                return
            self._run(action)

    def _wait_queued(self, wait_s: float) -> None:
        try:
            action = self._queue.get(timeout=max(wait_s, 0.001))
        except queue.Empty:
            return
        self._run(action)

    @staticmethod
    def _run(action: Callable[[], None]) -> None:
        try:
            action()
        except Exception:  # noqa: BLE001 - nothing may leave here
            log_exception("a queued action")

    # -- commands ----------------------------------------------------------------------------------

    def _on_command(self, command: AnyCommand) -> None:
        """Thread: link reader."""
        self.post(lambda: self._take(command))

    def _on_closed(self) -> None:
        """The phone process is gone. Thread: link reader."""
        _exit_after(ORPHAN_LIMIT_S)
        self._orphaned = True
        self.post(self._begin_stop)

    def _take(self, command: AnyCommand) -> None:
        if isinstance(command, Ping):
            stall_s, self._longest_stall_s = self._longest_stall_s, 0.0
            self._host.emit(Pong(sequence=command.sequence, loop_lateness_ms=round(stall_s * 1000, 2)))
        elif isinstance(command, Shutdown):
            self._begin_stop()
        else:
            self._line.take(command)

    def _begin_stop(self) -> None:
        self._stopping = True

    def _collect(self) -> None:
        gc.collect()

    # -- the end -----------------------------------------------------------------------------------

    def _stop(self) -> None:
        """Hang up, unregister, drop every object, end the library, flush the pipe."""
        if self._orphaned:
            self._line.hangup_all()
            self._line.unregister_all()
            self._turn_until(self._line.is_quiet, ORPHAN_WAIT_S)
            return
        _exit_after(SHUTDOWN_LIMIT_S)
        try:
            self._line.hangup_all()
            self._turn_until(self._line.has_no_calls, HANGUP_WAIT_S)
            self._line.unregister_all()
            self._turn_until(self._line.is_quiet, UNREGISTER_WAIT_S)
            self._audio.close()
            self._line.close()
        except Exception:  # noqa: BLE001 - nothing may leave here
            log_exception("the stop")
        self._host.close()

    def _turn_until(self, done: Callable[[], bool], limit_s: float) -> None:
        end_s = time.monotonic() + limit_s
        while not done() and time.monotonic() < end_s:
            self._turn(0.02)


def build_engine(
    host: Host,
    audio: AudioEndpoint,
    compare: CompareRecordingsFunction,
    open_recording: OpenRecording,
    sound_parts: SoundPartsFunction,
    sink: LogSink,
) -> EngineLoop:
    """Make the library and everything on it. Thread: the one that will run the loop."""
    wake, schedule = Wake(), Schedule()
    endpoint = PjEndpoint(sink, wake)
    line = PhoneLine(
        endpoint=endpoint,
        audio=audio,
        schedule=schedule,
        emit=host.emit,
        open_recording=open_recording,
        side_work=SideWork(host.emit, compare, sound_parts),
    )
    return EngineLoop(host, audio, line, schedule, wake)


def _exit_after(limit_s: float) -> None:
    """Whatever happens, no process is left after ``limit_s``. Thread: any."""

    def end() -> None:
        LOGGER.error("the orderly stop took too long")
        os._exit(1)

    timer = threading.Timer(limit_s, end)
    timer.daemon = True
    timer.start()
