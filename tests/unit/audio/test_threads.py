"""The engine's numpy has no threads of its own: they would wait for matrices that never come."""

import subprocess
import sys

import pytest

COUNT = "import os, softphone.audio.quality; print(len(os.listdir('/proc/self/task')))"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="threads are counted in /proc")
def test_importing_the_sound_starts_no_thread() -> None:
    run = subprocess.run(
        [sys.executable, "-c", COUNT], capture_output=True, text=True, check=True, timeout=30
    )

    assert run.stdout.strip() == "1"
