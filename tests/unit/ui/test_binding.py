"""PySide's import hook reads no sources: neither their time nor their memory is spent."""

import subprocess
import sys
from pathlib import Path

import softphone

IMPORT_THE_WINDOW = r"""
import linecache, sys
import softphone.window_main
assert "shibokensupport.feature" in sys.modules
print(*linecache.cache, sep="\n")
"""


def test_no_source_is_read_and_kept() -> None:
    run = subprocess.run(
        [sys.executable, "-c", IMPORT_THE_WINDOW], capture_output=True, text=True, check=True, timeout=30
    )

    ours = Path(softphone.__file__).parent
    assert [path for path in run.stdout.splitlines() if Path(path).is_relative_to(ours)] == []
