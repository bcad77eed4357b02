"""A sentence to somebody who has no terminal and gets no window: the system's own box, without Qt."""

from __future__ import annotations

import logging
import subprocess
import sys

_STOP_SIGN = 0x10  # MB_ICONERROR
_IN_FRONT = 0x10000  # MB_SETFOREGROUND
_SCRIPT = "on run words\ndisplay alert (item 1 of words) message (item 2 of words)\nend run"

_log = logging.getLogger(__name__)


def show_message(title: str, words: str, *, problem: bool) -> None:
    """Show it and wait until it was read; elsewhere than on Windows and macOS it is only logged."""
    if sys.platform == "win32":
        import ctypes

        flags = _IN_FRONT | (_STOP_SIGN if problem else 0)
        ctypes.windll.user32.MessageBoxW(None, words, title, flags)
    elif sys.platform == "darwin":
        subprocess.run(["osascript", "-e", _SCRIPT, title, words], check=False)
    else:
        _log.log(logging.ERROR if problem else logging.INFO, "not shown: %s", words)
