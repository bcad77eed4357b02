"""Other programs: started without a shell, watched by a thread of their own, killed when their time is over.

A program is let out of our process group, so that a kill takes its children too, and gets no stream of ours.
"""

from __future__ import annotations

import contextlib
import logging
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping

from softphone.domain.ports import Dispatcher, ProgramEnd

MAX_AT_ONCE = 8
_NO_PROGRAM = 193  # ERROR_BAD_EXE_FORMAT: a file that is none

# What a program needs to start and to show something; nothing that could hold a secret.
INHERITED = frozenset(
    {
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "LANG",
        "LC_ALL",
        "LC_CTYPE",
        "LC_MESSAGES",
        "TZ",
        "TMPDIR",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
        "XDG_RUNTIME_DIR",
        "XDG_CURRENT_DESKTOP",
        "DBUS_SESSION_BUS_ADDRESS",
        "SYSTEMROOT",
        "SYSTEMDRIVE",
        "COMSPEC",
        "PATHEXT",
        "WINDIR",
        "TEMP",
        "TMP",
        "USERPROFILE",
        "USERNAME",
        "APPDATA",
        "LOCALAPPDATA",
        "PROGRAMDATA",
        "PROGRAMFILES",
    }
)

_log = logging.getLogger(__name__)


class SubprocessPrograms:
    """Implements ``domain.ports.Programs``. Thread: main; each program has a thread that waits for it."""

    def __init__(self, dispatcher: Dispatcher, max_at_once: int = MAX_AT_ONCE) -> None:
        self._dispatcher = dispatcher
        self._places = threading.Semaphore(max_at_once)

    def run(
        self,
        arguments: tuple[str, ...],
        environment: Mapping[str, str],
        limit_s: float,
        done: Callable[[ProgramEnd], None],
    ) -> None:
        """Start a program; ``done`` is told how it went."""
        if not self._places.acquire(blocking=False):
            self._dispatcher.post(lambda: done(ProgramEnd(problem="busy")))
            return
        inherited = {name: value for name, value in os.environ.items() if name.upper() in INHERITED}

        def watch() -> None:
            try:
                end = _run(arguments, {**inherited, **environment}, limit_s)
            finally:
                self._places.release()
            self._dispatcher.post(lambda: done(end))

        try:
            threading.Thread(target=watch, name="program", daemon=True).start()
        except RuntimeError:  # the system has no thread left
            self._places.release()
            self._dispatcher.post(lambda: done(ProgramEnd(problem="busy")))


def _run(arguments: tuple[str, ...], environment: dict[str, str], limit_s: float) -> ProgramEnd:
    """Start, wait, kill where it takes too long. Thread: the program's own."""
    try:
        process = subprocess.Popen(
            arguments,
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=sys.platform != "win32",
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except PermissionError:
        return ProgramEnd(problem="denied")
    except (OSError, ValueError, IndexError) as error:
        _log.warning("a program could not be started: %s", error)
        if getattr(error, "winerror", 0) == _NO_PROGRAM:
            return ProgramEnd(problem="denied")  # what other systems call a file that may not be run
        return ProgramEnd(problem="not_found")
    try:
        return ProgramEnd(exit_code=process.wait(limit_s))
    except subprocess.TimeoutExpired:
        _kill(process)
        process.wait()
        return ProgramEnd(problem="hung")


def _kill(process: subprocess.Popen[bytes]) -> None:
    """End a program with its children; it may have ended by itself meanwhile."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        if sys.platform == "win32":
            process.kill()
        else:
            os.killpg(process.pid, signal.SIGKILL)
