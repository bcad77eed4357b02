"""The engine's end of the pipe: commands come in, events go out.

Takes standard input and output for itself, so that nothing printed by a library can break the pipe.
Never blocks the engine thread, and never outlives the phone process.
"""

from __future__ import annotations

import logging
import os
import queue
import sys
import threading
import time
from collections.abc import Callable
from functools import partial

from softphone.domain.commands import AnyCommand
from softphone.domain.events import AnyEvent
from softphone.link.framing import (
    COMMAND_DECODER,
    FrameDamaged,
    FrameReader,
    FrameTooLong,
    encode_frame,
    write_all,
)

FLUSH_LIMIT_S = 0.5
ORPHAN_LIMIT_S = 0.7  # an engine without its phone is gone within a second, whatever it is doing
EXIT_ORPHANED = 70

_log = logging.getLogger(__name__)


class EngineHost:
    """The pipe as the engine process sees it.

    ``orphan_limit_s``: how long after the end of the pipe the process may take to leave by itself before
    it is ended here, closed or not; 0 leaves it alone.
    """

    def __init__(self, read_fd: int, write_fd: int, *, orphan_limit_s: float = 0.0) -> None:
        self._read_fd = read_fd
        self._write_fd = write_fd
        self._orphan_limit_s = orphan_limit_s
        self._outbox: queue.SimpleQueue[AnyEvent | None] = queue.SimpleQueue()
        self._closed = threading.Event()
        self._writer = threading.Thread(target=self._write_events, name="link writer", daemon=True)

    @classmethod
    def from_stdio(cls, *, orphan_limit_s: float = ORPHAN_LIMIT_S) -> EngineHost:
        """Take file descriptors 0 and 1; what is printed from now on goes to standard error.

        After ``on_closed`` the process has ``orphan_limit_s`` to leave, then it is ended.
        """
        read_fd, write_fd = os.dup(0), os.dup(1)  # not inheritable (PEP 446)
        if sys.platform == "win32":
            import msvcrt

            for fd in (read_fd, write_fd):
                msvcrt.setmode(fd, os.O_BINARY)
        nothing = os.open(os.devnull, os.O_RDWR)
        os.dup2(nothing, 0)
        try:
            os.dup2(2, 1)
        except OSError:  # no standard error either
            os.dup2(nothing, 1)
        os.close(nothing)
        return cls(read_fd, write_fd, orphan_limit_s=orphan_limit_s)

    def start(self, on_command: Callable[[AnyCommand], None], on_closed: Callable[[], None]) -> None:
        """Begin. ``on_closed`` comes when the pipe ends or is damaged: the phone is gone for us.

        Thread: both are called on "link reader".
        """
        reader = threading.Thread(
            target=self._read_commands, args=(on_command, on_closed), name="link reader", daemon=True
        )
        self._writer.start()
        reader.start()

    def emit(self, event: AnyEvent) -> None:
        """Queue an event. Never blocks, never raises. Thread: any."""
        self._outbox.put(event)

    def close(self) -> None:
        """Write what is queued, within 0.5 s, and stop. The process is about to leave."""
        self._closed.set()
        self._outbox.put(None)
        if self._writer.is_alive():
            self._writer.join(FLUSH_LIMIT_S)

    def _read_commands(self, on_command: Callable[[AnyCommand], None], on_closed: Callable[[], None]) -> None:
        try:
            self._hand_out(on_command)
        finally:  # whatever happened: an engine that hears nothing must not stay
            if not self._closed.is_set():
                on_closed()
            if self._orphan_limit_s:
                time.sleep(self._orphan_limit_s)
                os._exit(EXIT_ORPHANED)

    def _hand_out(self, on_command: Callable[[AnyCommand], None]) -> None:
        try:
            for command in FrameReader(partial(os.read, self._read_fd), COMMAND_DECODER):
                if not self._closed.is_set():
                    on_command(command)
        except (FrameDamaged, OSError) as error:
            _log.error("the phone's pipe: %s", error)

    def _write_events(self) -> None:
        while (event := self._outbox.get()) is not None:
            try:
                write_all(partial(os.write, self._write_fd), encode_frame(event))
            except FrameTooLong as error:
                _log.error("an event was left out: %s", error)
            except OSError as error:  # the phone is gone: the reader sees it too
                _log.info("the phone's pipe: %s", error)
                return
