"""softphone.exe at work on a Windows machine (Wine): its window, its engine, ``softphone ctl`` beside it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
from pathlib import Path
from typing import Any, Self

from tests.helpers.child import Child
from tests.helpers.waiting import wait_for
from tests.helpers.wine import WinePrefix, WineRun

START_LIMIT_S = 60.0
END_LIMIT_S = 30.0
ASK_LIMIT_S = 60.0


class WindowsPhone:
    """The window of a program folder: ``demo``, registered at its own registrar, its files in ``folder``.

    Else as its user has it, who has no account yet.
    """

    def __init__(self, prefix: WinePrefix, program: Path, *, language: str = "ja", demo: bool = True) -> None:
        self._prefix = prefix
        self._program = prefix.windows_path(program / "softphone.exe")
        self._console = prefix.windows_path(program / "softphone-cli.exe")
        self._language = language
        self._demo = demo
        self.folder = prefix.path("C:\\phone of mine\\電話")
        self._window: Child | None = None

    def __enter__(self) -> Self:
        words = ("--demo",) if self._demo else ()
        self._window = self._prefix.start(self._program, *self._own(), *words, name="softphone")
        is_ready = self.is_registered if self._demo else self.answers
        self._window.wait_ready(is_ready, START_LIMIT_S, "it does not answer")
        return self

    def __exit__(self, *_: object) -> None:
        if self._window is not None:
            self._window.stop()

    def run(self, *words: str) -> WineRun:
        """Another start of the program with the same folder, from a console, to its end."""
        return self._prefix.run(self._console, *self._own(), *words, limit_s=ASK_LIMIT_S)

    def ask(self, *words: str) -> dict[str, Any]:
        """``softphone ctl``: its answer; empty where no phone gave one."""
        lines = [
            line for line in self.run("ctl", *words, "--json").output.splitlines() if line.startswith("{")
        ]
        return dict(json.loads(lines[-1])) if lines else {}

    def answers(self) -> bool:
        """A phone with its folder takes requests."""
        return bool(self.ask("status").get("ok"))

    def is_registered(self) -> bool:
        """It says so."""
        return bool(self.ask("status").get("registration", {}).get("state") == "registered")

    def call_states(self) -> list[str]:
        """The state of each call there is."""
        return [call["state"] for call in self.ask("calls").get("calls", [])]

    def pids(self) -> list[int]:
        """This machine's process ids of the program in this prefix, its engine's too."""
        ours = f"WINEPREFIX={self._prefix.root}".encode()
        found = []
        for process in Path("/proc").glob("[0-9]*"):
            if _command_line(int(process.name))[0].endswith("softphone.exe"):
                with contextlib.suppress(OSError):
                    if ours in (process / "environ").read_bytes().split(b"\0"):
                        found.append(int(process.name))
        return found

    def engine_pids(self) -> list[int]:
        """This machine's process ids of ``softphone engine`` in this prefix."""
        return [pid for pid in self.pids() if _command_line(pid)[-1:] == ["engine"]]

    def kill_engine(self) -> int:
        """End the engine by force; the process id it had."""
        (pid,) = self.engine_pids()
        os.kill(pid, signal.SIGKILL)
        return pid

    def wait_end(self) -> None:
        """Wait until the window's process and its engine have ended."""
        assert self._window is not None
        window = self._window
        wait_for(lambda: not window.is_alive, END_LIMIT_S, what="the window's process")
        wait_for(lambda: not self.pids(), END_LIMIT_S, what="its engine")

    @property
    def exit_code(self) -> int | None:
        """The window's; None while it runs."""
        return self._window.process.poll() if self._window is not None else None

    def _own(self) -> tuple[str, ...]:
        folder = ("--config-dir", self._prefix.windows_path(self.folder)) if self._demo else ()
        return (*folder, "--lang", self._language)


def _command_line(pid: int) -> list[str]:
    """Its words; Wine leaves empty ones behind them. Empty where there is no such process."""
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().decode(errors="replace").rstrip("\0").split("\0")
    except OSError:
        return [""]
