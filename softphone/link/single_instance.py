"""One window a folder: a second start hands over to the one that runs, or takes the place of one that hangs.

    start ─ window.lock is free ─▸ first
            held ─ open, link ─▸ the phone that runs ─ answer ─▸ exit
            held, no answer in time ─▸ took over, with a lock of its own

The lock is the operating system's: it falls with the process that held it, whatever way that ended.
"""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

Message = Mapping[str, Any]

ANSWER_LIMIT_S = 3.0  # a phone that takes requests answers one
START_LIMIT_S = 10.0  # one that only just starts takes none yet
RETRY_S = 0.05
_PLACES = 8  # bytes of the file that Windows locks: one for the first, one for each that took over
_NOT_A_WINDOW = ("no_window", "unknown_verb")  # a phone without one has the folder


class Entrance(msgspec.Struct, frozen=True, kw_only=True):
    """How a start went. ``outcome``: first, handed_over (``answer`` is what the running phone said),

    took_over (a phone of this folder runs, but does not answer).
    """

    outcome: str
    answer: Mapping[str, Any] = {}


class SingleInstance:
    """The window's place in ``folder``. Blocks in ``enter`` while another phone is asked. Thread: main."""

    def __init__(
        self, folder: Path, *, answer_limit_s: float = ANSWER_LIMIT_S, start_limit_s: float = START_LIMIT_S
    ) -> None:
        self._folder = folder
        self._file = folder / "window.lock"
        self._answer_limit_s = answer_limit_s
        self._start_limit_s = start_limit_s
        self._lock: int | None = None

    def enter(self, request: Message) -> Entrance:
        """Hand ``request`` to the phone that runs, or be it from now on. Never raises."""
        deadline = time.monotonic() + self._start_limit_s
        while not self._take_lock():
            try:
                answer = self._ask(request)
            except TimeoutError:
                break
            if answer is not None and answer.get("code") not in _NOT_A_WINDOW:
                return Entrance(outcome="handed_over", answer=answer)
            if time.monotonic() > deadline:
                break
            time.sleep(RETRY_S)
        else:
            return Entrance(outcome="first")
        with contextlib.suppress(OSError):
            if sys.platform == "win32":  # which keeps the file of whoever hangs
                self._lock = _lock_beside(self._file)
            else:
                self._file.unlink()
                self._take_lock()
        return Entrance(outcome="took_over")

    def leave(self) -> None:
        """Let the next one in."""
        if self._lock is not None:
            os.close(self._lock)
            self._lock = None

    def _ask(self, request: Message) -> Message | None:
        """The phone's answer; None where nobody is to be asked. Errors: TimeoutError."""
        from softphone.link import control  # not needed by the first

        try:
            client = control.ControlClient(self._folder, self._answer_limit_s)
            with contextlib.closing(client):
                return client.ask(request)
        except control.PhoneSilent:
            raise TimeoutError from None
        except control.NoPhoneRuns:
            return None

    def _take_lock(self) -> bool:
        """True where it is ours, or this folder cannot hold one."""
        try:
            lock = os.open(self._file, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError:
            return True
        try:
            _lock_file(lock)
        except OSError:
            os.close(lock)
            return False
        self._lock = lock
        return True


def _lock_file(descriptor: int) -> None:
    """Lock an open file. Errors: OSError where another process has it.

    On Windows every place has to be free, and the first is kept.
    """
    if sys.platform == "win32":
        import msvcrt

        for place in range(_PLACES):
            _lock_place(descriptor, place)
        for place in range(1, _PLACES):
            os.lseek(descriptor, place, os.SEEK_SET)
            msvcrt.locking(descriptor, msvcrt.LK_UNLCK, 1)
    else:
        import fcntl

        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _lock_beside(file: Path) -> int | None:
    """Windows: the first free place of a file that another process has locked; None where all are taken.

    Errors: OSError.
    """
    descriptor = os.open(file, os.O_RDWR)
    for place in range(1, _PLACES):
        with contextlib.suppress(OSError):
            _lock_place(descriptor, place)
            return descriptor
    os.close(descriptor)
    return None


def _lock_place(descriptor: int, place: int) -> None:
    """Windows: lock one byte. Errors: OSError where another process has it."""
    if sys.platform == "win32":
        import msvcrt

        os.lseek(descriptor, place, os.SEEK_SET)
        msvcrt.locking(descriptor, msvcrt.LK_NBLCK, 1)
