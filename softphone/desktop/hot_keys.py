"""Keys that work in every program, by what each system has for them.

X11       XGrabKey, a connection and a thread of its own (``hot_keys_x11``)
Windows   RegisterHotKey, a thread with a message loop (``hot_keys_windows``)
Wayland   a compositor hands no keys to a program; its own keyboard settings can run ``softphone ctl``
macOS     not offered
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Mapping

from softphone.domain.hot_key import HotKey
from softphone.domain.ports import Dispatcher
from softphone.domain.surroundings import HotKeys


class NoHotKeys:
    """Where there can be none: ``trouble`` says why."""

    def __init__(self, trouble: str) -> None:
        self.trouble = trouble

    def hold(
        self,
        keys: Mapping[str, HotKey],
        pressed: Callable[[str], None],
        done: Callable[[Mapping[str, str]], None],
    ) -> None:
        """Nothing can be held."""
        done(dict.fromkeys(keys, self.trouble))

    def close(self) -> None:
        """Nothing is held."""


def hot_keys(
    dispatcher: Dispatcher,
    platform: str = sys.platform,
    environment: Mapping[str, str] = os.environ,
) -> HotKeys:
    """The hot keys of this session."""
    if platform == "win32":
        from softphone.desktop.hot_keys_windows import WindowsHotKeys

        return WindowsHotKeys(dispatcher)
    if platform != "linux":
        return NoHotKeys("unsupported")
    if environment.get("XDG_SESSION_TYPE") == "wayland" or environment.get("WAYLAND_DISPLAY"):
        return NoHotKeys("wayland")
    if not environment.get("DISPLAY"):
        return NoHotKeys("no_display")
    from softphone.desktop.hot_keys_x11 import X11HotKeys

    return X11HotKeys(dispatcher, environment["DISPLAY"])
