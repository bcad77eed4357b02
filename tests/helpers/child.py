"""Child processes of the tests: they log to a file, they die with the test, and none is left behind.

``Child`` is the base of every peer driver. The pytest hooks of ``tests/conftest.py`` ask ``strays()``.
Linux and, without the death signal, any other POSIX system.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Self

from tests.helpers.waiting import wait_for

TAIL_CHARACTERS = 3000
_PR_SET_PDEATHSIG = 1
_LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None


class ChildFailed(AssertionError):
    """A peer did not start or ended by itself; the message carries its log's tail."""


class Child:
    """One process whose output goes to ``log_path``; a context manager that ends it.

    ``death_signal`` is what the kernel sends it when the test process dies, whatever way.
    """

    def __init__(
        self,
        arguments: Sequence[str | Path],
        *,
        log_path: Path,
        environment: Mapping[str, str] | None = None,
        directory: Path | None = None,
        death_signal: signal.Signals = signal.SIGTERM,
        stdout: int | None = None,
        stdin: int = subprocess.DEVNULL,
    ) -> None:
        self.arguments = [str(argument) for argument in arguments]
        self.log_path = log_path
        self._log = log_path.open("wb")
        self.process = subprocess.Popen(
            self.arguments,
            stdin=stdin,
            stdout=self._log if stdout is None else stdout,
            stderr=self._log,
            env=dict(environment) if environment is not None else None,
            cwd=directory,
            start_new_session=True,
            preexec_fn=_dies_with_parent(death_signal),
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    @property
    def pid(self) -> int:
        """Its process id, also of its process group."""
        return self.process.pid

    @property
    def is_alive(self) -> bool:
        """It has not ended."""
        return self.process.poll() is None

    def log(self) -> str:
        """Everything it has written so far."""
        return self.log_path.read_text(encoding="utf-8", errors="replace")

    def log_tail(self) -> str:
        """The end of its log, for a message."""
        return self.log()[-TAIL_CHARACTERS:]

    def wait_ready(self, predicate: Callable[[], object], timeout_s: float, what: str) -> None:
        """Wait until it serves.

        Errors: ChildFailed when it ends or takes longer; it is stopped then.
        """

        def ready_or_dead() -> bool:
            return not self.is_alive or bool(predicate())

        name = Path(self.arguments[0]).name
        try:
            wait_for(ready_or_dead, timeout_s, what=f"{name}: {what}")
        except AssertionError as error:
            self.stop()
            raise ChildFailed(f"{error}\n{self.log_tail()}") from error
        if not self.is_alive:
            self.stop()
            raise ChildFailed(f"{name} ended with {self.process.returncode}\n{self.log_tail()}")

    def stop(self, timeout_s: float = 5.0) -> int:
        """End it politely, then by force with its whole group; returns its exit code. Idempotent."""
        if self.is_alive:
            self.process.terminate()
            try:
                self.process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                os.killpg(self.pid, signal.SIGKILL)
                self.process.wait(timeout_s)
        for pipe in (self.process.stdin, self.process.stdout):
            if pipe is not None and not pipe.closed:
                pipe.close()
        self._log.close()
        return self.process.returncode


def children_of(pid: int) -> list[int]:
    """The live direct children of a process (Linux; elsewhere none is seen)."""
    found: list[int] = []
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        try:
            found.extend(int(word) for word in path.read_text().split())
        except OSError:  # the thread ended meanwhile
            continue
    return [child for child in found if is_running(child)]


def is_running(pid: int) -> bool:
    """The process exists and is no zombie (Linux)."""
    try:
        status = Path(f"/proc/{pid}/stat").read_text()
    except OSError:
        return False
    return status.rpartition(")")[2].split()[0] not in ("Z", "X")


def waited_s(pid: int) -> float:
    """Seconds a process's main thread was ready to run while others had the processors (Linux).

    Source: proc(5), the second figure of schedstat, in ns.
    """
    return int(Path(f"/proc/{pid}/task/{pid}/schedstat").read_text().split()[1]) / 1e9


def command_line(pid: int) -> list[str]:
    """The process's argv; empty when it is gone."""
    try:
        text = Path(f"/proc/{pid}/cmdline").read_bytes()
    except OSError:
        return []
    return text.decode(errors="replace").rstrip("\0").split("\0")


def strays(before: set[int]) -> dict[int, str]:
    """Children of this test process that were not there before, by pid, with their command line."""
    now = {pid: " ".join(command_line(pid)) for pid in children_of(os.getpid()) if pid not in before}
    return {pid: line for pid, line in now.items() if line and "multiprocessing.resource_tracker" not in line}


def _dies_with_parent(death_signal: signal.Signals) -> Callable[[], None] | None:
    if _LIBC is None:
        return None
    libc = _LIBC

    def ask_kernel() -> None:
        libc.prctl(_PR_SET_PDEATHSIG, int(death_signal))

    return ask_kernel
