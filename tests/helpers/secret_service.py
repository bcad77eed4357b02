"""A real Secret Service of one test: a session bus and gnome-keyring-daemon in a home of their own."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

from jeepney import MessageType, message_bus
from jeepney.io.blocking import open_dbus_connection

from tests.helpers.child import Child
from tests.helpers.programs import find_program
from tests.helpers.waiting import wait_for

START_LIMIT_S = 10.0
ROOT = Path(__file__).parents[2]


class SessionBus(Child):
    """dbus-daemon with a home folder; nothing of the user's own session is seen. ``address`` when ready.

    It starts no service by itself: the tests say whether there is a keyring.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        runtime = home / "run"
        runtime.mkdir(parents=True, mode=0o700)
        config = home / "bus.conf"
        config.write_text(_BUS_CONFIG.format(folder=runtime))
        self.environment = {
            "HOME": str(home),
            "LANG": "C.UTF-8",
            "PATH": os.environ.get("PATH", os.defpath),
            "XDG_CONFIG_HOME": str(home / "config"),
            "XDG_DATA_HOME": str(home / "data"),
            "XDG_RUNTIME_DIR": str(runtime),
        }
        program = find_program("dbus-daemon") or "dbus-daemon"
        super().__init__(
            [program, f"--config-file={config}", "--nofork", "--nopidfile", "--print-address=2"],
            log_path=home / "dbus.log",
            environment=self.environment,
        )
        self.wait_ready(lambda: "unix:" in self.log(), START_LIMIT_S, "no address")
        match = re.search(r"^unix:\S+", self.log(), re.MULTILINE)
        assert match is not None, self.log()
        self.address = match.group()
        self.environment["DBUS_SESSION_BUS_ADDRESS"] = self.address

    def ask_keyring(
        self, *verbs: str, account: str, password: str = "", service: str = "softphone"
    ) -> list[dict[str, Any]]:
        """What a new process of ours hears from the keyring, one answer a verb."""
        done = subprocess.run(
            [sys.executable, "-m", "tests.helpers.keyring_program", service, *verbs, account],
            input=password,
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=self.environment,
            timeout=30,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return [json.loads(line) for line in done.stdout.splitlines()]


class GnomeKeyring(Child):
    """gnome-keyring-daemon on a bus, its login keyring made or unlocked with ``login_password``."""

    def __init__(self, bus: SessionBus, login_password: str) -> None:
        super().__init__(
            [
                find_program("gnome-keyring-daemon") or "gnome-keyring-daemon",
                "--foreground",
                "--unlock",
                "--components=secrets",
            ],
            log_path=bus.home / "gnome-keyring.log",
            environment=bus.environment,
            stdin=subprocess.PIPE,
        )
        assert self.process.stdin is not None
        self.process.stdin.write(login_password.encode())
        self.process.stdin.close()
        self.wait_ready(
            lambda: _owned(bus.address, "org.freedesktop.secrets"), START_LIMIT_S, "no Secret Service"
        )

    def leave(self, bus: SessionBus) -> None:
        """End it and wait until the bus knows."""
        self.stop()
        wait_for(lambda: not _owned(bus.address, "org.freedesktop.secrets"))


def _owned(address: str, name: str) -> bool:
    with open_dbus_connection(bus=address) as connection:
        reply = connection.send_and_get_reply(message_bus.NameHasOwner(name))
        return reply.header.message_type is MessageType.method_return and bool(reply.body[0])


_BUS_CONFIG = """<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
