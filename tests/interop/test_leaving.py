"""``softphone ctl quit``: the phone that runs ends in order, as an installer asks it to before an upgrade."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.helpers.phone_process import PhoneProcess, RegistrarProcess, program_command
from tests.helpers.waiting import wait_for

BUSY = 5


def ask(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    """``softphone ctl …`` to the phone of ``folder``."""
    command = [*program_command(), "--config-dir", str(folder), "--lang", "en", "ctl", *words]
    return subprocess.run(command, capture_output=True, text=True, timeout=30, check=False)


def test_a_phone_at_rest_unregisters_and_ends(
    registrar: RegistrarProcess, phone: Callable[..., PhoneProcess]
) -> None:
    listening = phone(registrar, "1001", "listen")
    listening.wait_registered()

    assert ask(listening.config_dir, "quit").returncode == 0

    assert listening.wait_exit(6.0) == 0
    registrar.wait_event(event="unregistered", user="1001", reason="request")


def test_a_call_is_not_cut_off_unless_that_is_said(
    registrar: RegistrarProcess, phone: Callable[..., PhoneProcess]
) -> None:
    listening = phone(registrar, "1001", "listen")
    listening.wait_registered()
    caller = phone(registrar, "1000", "call", "1001")
    caller.wait_event(event="call", state="confirmed")
    listening.wait_event(event="call", state="confirmed")

    refused = ask(listening.config_dir, "quit")
    assert (refused.returncode, refused.stdout) == (BUSY, "")
    assert "quit now" in refused.stderr
    assert not listening.seen(event="call", state="terminated")

    assert ask(listening.config_dir, "quit", "now").returncode == 0
    assert listening.wait_exit(6.0) == 0
    assert caller.wait_exit(6.0) == 0
    registrar.wait_event(event="unregistered", user="1001", reason="request")


def test_the_window_ends_too_and_leaves_no_engine(tmp_path: Path, stack: ExitStack) -> None:
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    window = stack.enter_context(
        PhoneProcess(tmp_path / "phone", "--demo", environment=environment, json_output=False)
    )
    wait_for(lambda: ask(window.config_dir, "dial", "9196").returncode == 0, 30.0, what="a call")
    assert ask(window.config_dir, "quit").returncode == BUSY
    ask(window.config_dir, "hangup-all")
    wait_for(lambda: ask(window.config_dir, "quit").returncode == 0, 15.0, what="its leave")
    assert window.wait_exit(10.0) == 0, window.transcript()
