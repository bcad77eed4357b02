"""The password is looked for wherever it could leak: argv, the engine's environment, files, logs, JSON."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

from tests.helpers.child import command_line
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import PhoneProcess
from tests.helpers.ports import LOOPBACK

PREFIX = "Kirin-Momiji-"  # the test's own argv and environment never hold it together with the user


def test_password_is_nowhere(
    start_kamailio: Callable[..., Kamailio], phone: Callable[..., PhoneProcess], tmp_path: Path
) -> None:
    kamailio = start_kamailio(password_prefix=PREFIX)
    verbose = ("--log-level", "5")
    called = phone(kamailio, "1001", "listen", "--calls", "1", *verbose, password=kamailio.password("1001"))
    called.wait_registered()
    caller = phone(
        kamailio, "1000", "call", "1001", "--duration", "2", *verbose, password=kamailio.password("1000")
    )
    caller.wait_event(event="call", state="confirmed")

    for process in (caller, called):
        for pid in (process.pid, process.engine_pid):
            assert PREFIX not in " ".join(command_line(pid))
        assert PREFIX.encode() not in Path(f"/proc/{process.engine_pid}/environ").read_bytes()
    assert _processes_that_show(PREFIX) == []

    assert caller.wait_exit() == 0, caller.transcript()
    assert called.wait_exit() == 0, called.transcript()
    for process in (caller, called):
        assert PREFIX not in process.transcript()
        assert PREFIX not in str(process.events)
        written = [path for path in process.config_dir.rglob("*") if path.is_file()]
        assert any("REGISTER" in path.read_text(errors="replace") for path in written), "no log at level 5"
        for path in [*written, process.log_path]:
            content = path.read_bytes()
            assert PREFIX.encode() not in content, path
            for user in ("1000", "1001"):
                assert _digest_secret(user, kamailio.password(user)).encode() not in content, path


def test_password_from_standard_input_is_in_no_environment(
    start_kamailio: Callable[..., Kamailio], phone: Callable[..., PhoneProcess]
) -> None:
    kamailio = start_kamailio(password_prefix=PREFIX)

    process = phone(kamailio, "1000", "listen", stdin_text=kamailio.password("1000"))

    process.wait_registered()
    for pid in (process.pid, process.engine_pid):
        assert PREFIX.encode() not in Path(f"/proc/{pid}/environ").read_bytes()
    assert _processes_that_show(PREFIX) == []


def test_stored_account_holds_no_password(tmp_path: Path, stack: ExitStack) -> None:
    no_keyring = {**os.environ, "DBUS_SESSION_BUS_ADDRESS": f"unix:path={tmp_path}/none"}
    account = ("--user-id", "1000", "--server", f"{LOOPBACK}:5060", "--password-stdin")
    process = stack.enter_context(
        PhoneProcess(
            tmp_path / "phone",
            "account",
            "set",
            *account,
            stdin_text=f"{PREFIX}1000",
            environment=no_keyring,
            json_output=False,
        )
    )

    process.wait_exit()

    written = [path for path in process.config_dir.rglob("*") if path.is_file()]
    assert any("1000" in path.read_text(errors="replace") for path in written), process.transcript()
    assert all(PREFIX.encode() not in path.read_bytes() for path in [*written, process.log_path])
    assert PREFIX not in process.transcript()


def _digest_secret(user: str, password: str) -> str:
    """H(A1) of RFC 7616 §3.4.2 with MD5: as good as the password."""
    return hashlib.md5(f"{user}:127.0.0.1:{password}".encode()).hexdigest()


def _processes_that_show(secret: str) -> list[int]:
    """Every process of this machine with ``secret`` in its argv."""
    pids = (int(path.name) for path in Path("/proc").iterdir() if path.name.isdigit())
    return [pid for pid in pids if secret in " ".join(command_line(pid))]
