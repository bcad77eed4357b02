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
LIMIT_S = 600


@pytest.mark.timeout(LIMIT_S + 30)
@pytest.mark.parametrize("name", FILES)
def test_the_frozen_program_passes(name: str, bundle: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:randomly", f"tests/interop/{name}"],
        cwd=ROOT,
        env={**os.environ, PROGRAM_VARIABLE: str(bundle / "softphone"), "CI": "true"},
        capture_output=True,
        text=True,
        timeout=LIMIT_S,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-6000:]
    assert "skipped" not in done.stdout.splitlines()[-1]
