"""The phone's end of the pipe: starts the engine, watches it, starts it again and tells it what it missed.

All state is moved on the main thread; the threads of a run (``engine_process``) only post to it.

    starting ─ EngineReady ─▸ ready ─ ended, silent, damaged ─▸ EngineLost ─ back-off ─▸ starting …
                                └ after a loss: replay, EngineRestarted

The heartbeat is a timer of the dispatcher: it asks whether the engine answers *this* thread, and it
cannot take an engine for dead because the window was busy or the machine asleep.
"""

from __future__ import annotations

import logging
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from softphone.domain.commands import PROTOCOL_VERSION, AnyCommand, MakeCall, Ping, SetAccount, Shutdown
from softphone.domain.errors import FailureCause
from softphone.domain.events import (
    AnyEvent,
    CallCreated,
    CallStateChanged,
    CommandFailed,
    EngineLost,
    EngineReady,
    EngineRestarted,
    Pong,
)
from softphone.domain.ports import Dispatcher, EventSink, Timer
from softphone.link.engine_log import EngineLog, Redactor
from softphone.link.engine_process import EngineProcess
from softphone.link.framing import FrameTooLong
from softphone.link.supervision import Limits, Replay, RestartDelay

_log = logging.getLogger(__name__)


class EngineClient:
    """``domain.ports.Engine`` over a child process. Thread: main, for every method and every event.

    ``environment`` is the engine's whole one; None passes this process's on, without the password variable.
    """

    def __init__(
        self,
        command: Sequence[str],
        dispatcher: Dispatcher,
        log_path: Path,
        *,
        environment: Mapping[str, str] | None = None,
        monotonic_s: Callable[[], float] = time.monotonic,
        limits: Limits = Limits(),
    ) -> None:
        self._command = tuple(command)
        self._dispatcher = dispatcher
        self._environment = environment
        self._monotonic_s = monotonic_s
        self._limits = limits
        self._redactor = Redactor()
        self._engine_log = EngineLog(log_path, self._redactor)
        self._on_event: EventSink | None = None
        self._run: EngineProcess | None = None
        self._timer: Timer | None = None  # of the start limit, the heartbeat or the restart: one at a time
        self._ready_since_s: float | None = None
        self._lost_at_s: float | None = None
        self._restart_delay = RestartDelay(limits.healthy_s, limits.first_delay_s)
        self._replay = Replay()
        self._waiting: list[AnyCommand] | None = []  # None once the first engine was ready, or was lost
        self._dialling: set[str] = set()  # calls asked for that the engine has said nothing of
        self._ping_sequence = 0
        self._unanswered = 0
        self._on_stopped: list[Callable[[], None]] = []
        self._stopped = False

    @property
    def pid(self) -> int:
        """The process id of the running engine, 0 where there is none."""
        return self._run.pid if self._run is not None else 0

    def start(self, on_event: EventSink) -> None:
        """Start the engine and keep it running. Once only, and not after ``stop``."""
        if self._on_event is not None or self._on_stopped or self._stopped:
            raise RuntimeError("the engine was started or stopped before")
        self._on_event = on_event
        self._start_run()

    def send(self, command: AnyCommand) -> None:
        """Queue a command. Never blocks, never raises.

        Before the first EngineReady it waits in line. While a lost engine comes back, what configures it
        is remembered; anything else is dropped, and a dropped MakeCall is told by CommandFailed.
        """
        self._replay.record(command)
        if isinstance(command, SetAccount):
            self._redactor.add(command.password)
        if isinstance(command, MakeCall):
            self._dialling.add(command.key)
        if self._on_stopped:
            _log.info("dropped while stopping: %r", command)
        elif self._ready_since_s is not None:
            self._write(command)
        elif self._waiting is not None:
            self._waiting.append(command)
        elif isinstance(command, MakeCall):
            self._refuse("MakeCall", FailureCause.ENGINE_LOST, command.key)

    def stop(self, on_stopped: Callable[[], None]) -> None:
        """Shutdown, at most 4 s, then kill. No event comes after ``on_stopped``."""
        self._on_stopped.append(on_stopped)
        if self._stopped:
            self._dispatcher.post(self._finish)
        if len(self._on_stopped) > 1 or self._stopped:
            return
        self._cancel_timer()
        if self._run is None:
            self._dispatcher.post(self._finish)
            return
        self._run.send(Shutdown())
        self._run.kill_after(self._limits.stop_s, "the engine did not stop when told to")

    def _start_run(self) -> None:
        post = self._dispatcher.post
        environment = os.environ if self._environment is None else self._environment
        run = EngineProcess(
            self._command,
            environment,
            self._engine_log,
            lambda event: post(lambda: self._take(run, event)),
            lambda exit_code, tail: post(lambda: self._ended(run, exit_code, tail)),
        )
        self._run = run
        self._ready_since_s = None
        self._restart_timer(self._limits.start_s, lambda: run.kill("the engine did not become ready"))
        run.start()

    def _take(self, run: EngineProcess, event: AnyEvent) -> None:
        if run is not self._run:
            return
        if isinstance(event, EngineReady):
            self._ready(run, event)
            return
        if isinstance(event, Pong):
            self._unanswered = 0
        elif isinstance(event, CallCreated | CallStateChanged | CommandFailed):
            self._dialling.discard(event.key)
        self._deliver(event)

    def _ready(self, run: EngineProcess, event: EngineReady) -> None:
        if event.protocol_version != PROTOCOL_VERSION:
            run.kill(f"the engine speaks protocol {event.protocol_version}, not {PROTOCOL_VERSION}")
            return
        if self._on_stopped:
            return
        self._ready_since_s = self._monotonic_s()
        commands = self._replay.commands() if self._waiting is None else self._waiting
        self._waiting = None
        for command in commands:
            self._write(command)
        self._unanswered = 0
        self._restart_timer(self._limits.heartbeat_s, self._beat)
        self._deliver(event)
        if self._lost_at_s is not None:
            after_s = self._ready_since_s - self._lost_at_s
            self._lost_at_s = None
            self._deliver(EngineRestarted(pid=event.pid, after_s=after_s))

    def _beat(self) -> None:
        if self._run is None:
            return
        if self._unanswered >= self._limits.missed_heartbeats:
            self._run.kill(f"the engine left {self._unanswered} heartbeats unanswered")
            return
        self._unanswered += 1
        self._ping_sequence += 1
        self._write(Ping(sequence=self._ping_sequence))
        self._restart_timer(self._limits.heartbeat_s, self._beat)

    def _ended(self, run: EngineProcess, exit_code: int, tail: str) -> None:
        if run is not self._run:
            return
        self._run = None
        self._cancel_timer()
        if self._on_stopped:
            self._finish()
            return
        now_s = self._monotonic_s()
        healthy_for_s = 0.0 if self._ready_since_s is None else now_s - self._ready_since_s
        self._ready_since_s = None
        if self._lost_at_s is None:
            self._lost_at_s = now_s
        self._waiting = None
        delay_s = self._restart_delay.next_s(healthy_for_s)
        if delay_s:
            self._restart_timer(delay_s, self._start_run)
        else:
            self._start_run()
        self._deliver(EngineLost(exit_code=exit_code, stderr_tail=tail, restart_in_s=delay_s))
        self._fail_dialled()

    def _write(self, command: AnyCommand) -> None:
        if self._run is None:
            return
        try:
            self._run.send(command)
        except FrameTooLong as error:
            self._refuse(type(command).__name__, FailureCause.INTERNAL, getattr(command, "key", ""), error)

    def _fail_dialled(self) -> None:
        """Tell of every MakeCall that went to an engine which is no more, or to none."""
        for key in sorted(self._dialling):
            self._refuse("MakeCall", FailureCause.ENGINE_LOST, key)

    def _refuse(self, command: str, cause: FailureCause, key: str, detail: object = "") -> None:
        self._dialling.discard(key)
        event = CommandFailed(command=command, cause=cause, key=key, detail=str(detail))
        self._dispatcher.post(lambda: self._deliver(event))

    def _deliver(self, event: AnyEvent) -> None:
        if self._on_event is not None and not self._stopped:
            self._on_event(event)

    def _finish(self) -> None:
        self._stopped = True
        self._engine_log.close()
        waiting, self._on_stopped = self._on_stopped, []
        for on_stopped in waiting:
            on_stopped()

    def _restart_timer(self, delay_s: float, action: Callable[[], None]) -> None:
        self._cancel_timer()
        self._timer = self._dispatcher.call_later(delay_s, action)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
