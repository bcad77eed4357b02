"""Our own program as a child process: what a shell or a script sees of it.

``PhoneProcess`` runs ``softphone … --json`` and reads its JSON lines. The password goes by the
environment variable SOFTPHONE_PASSWORD, as the command line asks.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

from tests.helpers import ladder
from tests.helpers.child import Child, ChildFailed, children_of, is_running
from tests.helpers.ports import LOOPBACK
from tests.helpers.waiting import wait_for

START_LIMIT_S = 15.0  # two Python processes on a busy two-core machine
ENGINE_LIMIT_S = 2.0
PROGRAM_VARIABLE = "SOFTPHONE_PROGRAM"  # the path of a frozen program to be tested instead of the source

JsonEvent = dict[str, Any]


def program_command() -> tuple[str, ...]:
    """How the tests start the phone: from source, or what ``SOFTPHONE_PROGRAM`` names."""
    program = os.environ.get(PROGRAM_VARIABLE, "")
    return (program,) if program else (sys.executable, "-m", "softphone")


class PhoneProcess(Child):
    """One run of the program; ``arguments`` begin with the verb.

    ``lines`` is its standard output. With ``json_output``, ``events`` are the JSON objects in it, each with
    ``received_s`` (monotonic) and ``at`` (time of day) added; any other line fails the test that waits.
    Thread: the test's; a reader thread only appends.
    """

    def __init__(
        self,
        config_dir: Path,
        *arguments: str,
        password: str = "",
        stdin_text: str = "",
        environment: Mapping[str, str] | None = None,
        language: str = "en",
        json_output: bool = True,
    ) -> None:
        config_dir.mkdir(parents=True, exist_ok=True)
        self.config_dir = config_dir
        self.events: list[JsonEvent] = []
        self.bad_lines: list[str] = []
        self._taken: set[int] = set()
        inherited = dict(os.environ if environment is None else environment)
        if password:
            inherited["SOFTPHONE_PASSWORD"] = password
        before_verb = ("--config-dir", str(config_dir), "--lang", language)
        super().__init__(
            [*program_command(), *before_verb, *arguments, *(["--json"] if json_output else [])],
            log_path=config_dir.with_suffix(".stderr"),
            environment=inherited,
            stdout=subprocess.PIPE,
            stdin=subprocess.PIPE if stdin_text else subprocess.DEVNULL,
        )
        if self.process.stdin is not None:
            self.process.stdin.write(f"{stdin_text}\n".encode())
            self.process.stdin.close()
        self._expects_json = json_output
        self.lines: list[str] = []
        self.started_s = time.monotonic()
        ladder.register_source(lambda: self._arrows())
        self._reader = threading.Thread(target=self._read_lines, name=f"phone-{self.pid}", daemon=True)
        self._reader.start()

    @property
    def engine_pid(self) -> int:
        """Its engine: the one child the program has. Errors: AssertionError when none appears in 5 s."""
        return wait_for(lambda: children_of(self.pid), 5.0, what="an engine process")[0]

    def wait_event(
        self,
        timeout_s: float = 10.0,
        *,
        where: Callable[[JsonEvent], bool] = lambda _: True,
        **fields: object,
    ) -> JsonEvent:
        """The first event with these ``fields`` that was not returned before.

        Errors: AssertionError with everything the program said, at once when it ended without it.
        """

        def found() -> JsonEvent | None:
            for index, event in enumerate(list(self.events)):
                if index not in self._taken and fields.items() <= event.items() and where(event):
                    self._taken.add(index)
                    return event
            if not self._reader.is_alive():
                raise ChildFailed(f"{self._name} ended before {fields}\n{self.transcript()}")
            return None

        try:
            event = wait_for(found, timeout_s, what=f"{self._name}: {fields}")
        except ChildFailed:
            raise
        except AssertionError as error:
            raise AssertionError(f"{error}\n{self.transcript()}") from None
        assert not self.bad_lines, f"not JSON: {self.bad_lines}"
        return event or {}

    def seen(self, **fields: object) -> list[JsonEvent]:
        """Every event so far with these ``fields``."""
        return [event for event in list(self.events) if fields.items() <= event.items()]

    def wait_registered(self) -> JsonEvent:
        """The event that says 通話可能."""
        return self.wait_event(START_LIMIT_S, event="registration", state="registered")

    def wait_exit(self, timeout_s: float = 15.0) -> int:
        """Its exit code, after everything it printed was read."""
        wait_for(
            lambda: not self.is_alive and not self._reader.is_alive(),
            timeout_s,
            what=f"{self._name} to end\n{self.transcript()}",
        )
        assert not self.bad_lines, f"not JSON: {self.bad_lines}"
        return self.process.returncode

    def interrupt(self) -> None:
        """Ctrl-C: it hangs up, unregisters and ends."""
        self.process.send_signal(signal.SIGINT)

    def kill(self) -> None:
        """SIGKILL to the program alone, not to its engine."""
        os.kill(self.pid, signal.SIGKILL)

    def transcript(self) -> str:
        """What it printed on both streams, for a failure message."""
        lines = "\n".join(self.lines)
        return f"--- {self._name}: standard output\n{lines}\n--- standard error\n{self.log_tail()}"

    def stop(self, timeout_s: float = 8.0) -> int:
        """Interrupt it and wait; kill it (and with it the engine) if it does not end."""
        if self.is_alive:
            self.interrupt()
            try:
                self.process.wait(timeout_s)
            except subprocess.TimeoutExpired:
                os.killpg(self.pid, signal.SIGKILL)
                self.process.wait(timeout_s)
        self._reader.join(timeout_s)
        code = super().stop(timeout_s)
        self._assert_engines_gone()
        return code

    @property
    def _name(self) -> str:
        return self.config_dir.name

    def _read_lines(self) -> None:
        """Thread: its own, until standard output closes."""
        assert self.process.stdout is not None
        for raw in self.process.stdout:
            line = raw.decode("utf-8", "replace").strip()
            self.lines.append(line)
            if not self._expects_json:
                continue
            try:
                event = json.loads(line)
            except json.JSONDecodeError:
                self.bad_lines.append(line)
                continue
            if isinstance(event, dict):
                at = datetime.now().strftime("%H:%M:%S.%f")[:-3]
                self.events.append({**event, "received_s": time.monotonic(), "at": at})
            else:
                self.bad_lines.append(line)

    def _assert_engines_gone(self) -> None:
        """No engine outlives its phone; one that does is killed and told."""
        engines = {int(event["pid"]) for event in self.seen(event="engine", state="started")}
        try:
            wait_for(lambda: not any(map(is_running, engines)), ENGINE_LIMIT_S)
        except AssertionError:
            left = [pid for pid in engines if is_running(pid)]
            for pid in left:
                os.kill(pid, signal.SIGKILL)
            raise AssertionError(f"{self._name} left engines {left}\n{self.transcript()}") from None

    def _arrows(self) -> list[ladder.Arrow]:
        arrows: list[ladder.Arrow] = []
        for path in sorted(self.config_dir.rglob("*.log*")):
            arrows += ladder.pjsip_arrows(path.read_text(errors="replace"), self._name)
        return arrows


class RegistrarProcess(PhoneProcess):
    """``softphone registrar`` with ``users`` (ID → password); ready when it has printed its ports."""

    def __init__(self, config_dir: Path, users: Mapping[str, str], *options: str) -> None:
        config_dir.mkdir(parents=True)
        users_file = config_dir / "users"
        users_file.touch(mode=0o600)
        users_file.write_text("\n".join(f"{user}:{password}" for user, password in users.items()))
        where = ("--host", LOOPBACK, "--port", "0", "--users-file", str(users_file))
        super().__init__(config_dir, "registrar", *where, *options)
        self.wait_ready(lambda: self.events, START_LIMIT_S, "it did not print its ports")

    @property
    def port(self) -> int:
        """Its port, the same for UDP and TCP."""
        return int(self.events[0]["udp_port"])

    @property
    def server(self) -> str:
        """host:port as it stands in an account."""
        return f"{LOOPBACK}:{self.port}"

    def _arrows(self) -> list[ladder.Arrow]:
        return ladder.registrar_arrows(list(self.events), f"{LOOPBACK}:{self.port}")
