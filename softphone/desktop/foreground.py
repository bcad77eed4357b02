"""The right to come to the front: the system gives it to what the user just started, and we hand it on."""

from __future__ import annotations

import os
import sys

_TOKENS = ("XDG_ACTIVATION_TOKEN", "DESKTOP_STARTUP_ID")
_ANY_PROCESS = -1  # ASFW_ANY


def hand_over_foreground() -> str:
    """Let the phone that runs come to the front; what it needs for that.

    The token is taken from the environment, for it is good for one window only.
    """
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(_ANY_PROCESS)
    tokens = [os.environ.pop(name, "") for name in _TOKENS]
    return next((token for token in tokens if token), "")
