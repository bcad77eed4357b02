"""What holds for the source holds for the frozen program: its interop tests, run against the bundle.

The demo's measured call, account and password in a real Secret Service, Kamailio, two phones on virtual sound
devices, a killed engine, tray, notifications and links on a real desktop, hot keys, a screen reader.
"""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers.phone_process import PROGRAM_VARIABLE

ROOT = Path(__file__).parents[2]
FILES = (
    "test_self_test.py",
    "test_cli.py",
    "test_virtual_devices.py",
    "test_supervision.py",
    "test_secrets_stay_secret.py",
    "test_desktop_session.py",
    "test_hot_keys.py",
    "test_screen_reader.py",
)
LIMIT_S = 400
_BADLY = ("failed", "error", "skipped")


@pytest.mark.timeout(2 * LIMIT_S + 30)
@pytest.mark.parametrize("name", FILES)
def test_the_frozen_program_passes(name: str, bundle: Path) -> None:
    """Calls that are heard run in real time: what fails is run again alone and has to pass there."""
    first = interop(name, bundle)
    if first.returncode == 0:
        assert not any(word in first.stdout.splitlines()[-1] for word in _BADLY)
        return
    print(first.stdout[-6000:])
    again = interop(name, bundle, "--last-failed", "--last-failed-no-failures", "none")
    assert again.returncode == 0, again.stdout[-6000:]


def interop(name: str, bundle: Path, *options: str) -> subprocess.CompletedProcess[str]:
    """The tests of one file, run with the bundle's program."""
    return subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", f"tests/interop/{name}", *options],
        cwd=ROOT,
        env={**os.environ, PROGRAM_VARIABLE: str(bundle / "softphone"), "CI": "true"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
