"""One run of the engine process: started, listened to, written to, ended. Knows nothing of restarts.

link reader   starts the process, reads events to the end, reaps it, says ``on_ended``: last word
link writer   writes commands; a full pipe holds up nobody else
link stderr   feeds the log
"""

from __future__ import annotations

import logging
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import IO

from softphone.domain.commands import AnyCommand
from softphone.domain.events import AnyEvent
from softphone.link.engine_log import EngineLog
from softphone.link.framing import EVENT_DECODER, FrameDamaged, FrameReader, encode_frame, write_all

EXIT_NOT_STARTED = 127  # as a shell says it
PRIVATE_VARIABLES = ("SOFTPHONE_PASSWORD",)  # never in the environment of another program
_REAP_LIMIT_S = 2.0  # between the end of its pipe and the end of the process
_STDERR_LIMIT_S = 0.3  # a grandchild may hold standard error open
_STDERR_READ_BYTES = 8192

_log = logging.getLogger(__name__)

Pipe = IO[bytes]


class EngineProcess:
    """A run. ``on_event`` and ``on_ended(exit_code, reason_and_stderr_tail)`` come on "link reader".

    ``exit_code`` is negative for a signal, 127 where the program cannot be started.
    """

    def __init__(
        self,
        command: Sequence[str],
        environment: Mapping[str, str],
        log: EngineLog,
        on_event: Callable[[AnyEvent], None],
        on_ended: Callable[[int, str], None],
    ) -> None:
        self._command = list(command)
        self._environment = {k: v for k, v in environment.items() if k not in PRIVATE_VARIABLES}
        self._log = log
        self._on_event = on_event
        self._on_ended = on_ended
        self._outbox: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._kill_reason = ""
        self._ended = threading.Event()

    @property
    def pid(self) -> int:
        """The process id; 0 while it is not there yet. Thread: any."""
        process = self._process
        return process.pid if process is not None else 0

    def start(self) -> None:
        """Start the process, off this thread: on some systems that takes its time."""
        threading.Thread(target=self._run, name="link reader", daemon=True).start()

    def send(self, command: AnyCommand) -> None:
        """Queue a command. Errors: FrameTooLong. Thread: any."""
        self._outbox.put(encode_frame(command))

    def kill(self, reason: str) -> None:
        """End it by force; the first reason given stands before the stderr tail. Thread: any."""
        with self._lock:
            self._kill_reason = self._kill_reason or reason
            if self._process is not None:
                self._process.kill()

    def kill_after(self, limit_s: float, reason: str) -> None:
        """End it by force unless it leaves by itself within ``limit_s``. Returns at once."""

        def wait() -> None:
            if not self._ended.wait(limit_s):
                self.kill(reason)

        threading.Thread(target=wait, name="link stopper", daemon=True).start()

    def _run(self) -> None:
        self._log.begin(f"--- {_now()} the engine starts")
        try:
            process = _spawn(self._command, self._environment)
        except (OSError, ValueError) as error:
            reason = f"the engine cannot be started: {type(error).__name__}: {error}"
            self._log.end(f"--- {_now()} {reason}")
            self._finish(EXIT_NOT_STARTED, reason)
            return
        assert process.stdin is not None
        assert process.stdout is not None
        assert process.stderr is not None
        with self._lock:
            self._process = process
            if self._kill_reason:
                process.kill()
        writer = threading.Thread(target=self._write, args=(process.stdin,), name="link writer", daemon=True)
        stderr = threading.Thread(
            target=self._keep_log, args=(process.stderr,), name="link stderr", daemon=True
        )
        writer.start()
        stderr.start()
        self._read(process.stdout)
        exit_code = self._reap(process)
        process.stdout.close()
        self._outbox.put(None)
        stderr.join(_STDERR_LIMIT_S)
        tail = self._log.end(f"--- {_now()} the engine ended with {exit_code} {self._kill_reason}".rstrip())
        self._finish(exit_code, "\n".join(part for part in (self._kill_reason, tail) if part))

    def _finish(self, exit_code: int, tail: str) -> None:
        self._ended.set()
        self._on_ended(exit_code, tail)

    def _read(self, pipe: Pipe) -> None:
        try:
            for event in FrameReader(partial(os.read, pipe.fileno()), EVENT_DECODER):
                self._on_event(event)
        except FrameDamaged as error:
            self.kill(f"the engine's pipe is damaged: {error}")
        except OSError as error:
            self.kill(f"the engine's pipe cannot be read: {error}")

    def _reap(self, process: subprocess.Popen[bytes]) -> int:
        try:
            return process.wait(_REAP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.kill("the engine closed its pipe and stayed")
            return process.wait()

    def _write(self, pipe: Pipe) -> None:
        with pipe:
            while (frame := self._outbox.get()) is not None:
                try:
                    write_all(partial(os.write, pipe.fileno()), frame)
                except OSError as error:  # it is ending: the reader tells why
                    _log.debug("a command found no engine: %s", error)
                    return

    def _keep_log(self, pipe: Pipe) -> None:
        with pipe:
            while data := os.read(pipe.fileno(), _STDERR_READ_BYTES):
                self._log.take(data)


def _spawn(command: Sequence[str], environment: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """The engine with three pipes, in a session of its own: a terminal's Ctrl-C is for the phone alone."""
    flags = 0
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
    return subprocess.Popen(
        command,
        bufsize=0,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=dict(environment),
        creationflags=flags,
        start_new_session=True,
    )


def _now() -> str:
    return datetime.now().astimezone().isoformat(timespec="milliseconds")
