"""The libraries that speak to the desktop, loaded but not used: what a self-test wants to know of them."""

from __future__ import annotations

import sys
from collections.abc import Callable


def _notifications() -> None:
    from desktop_notifier.main import get_backend_class

    get_backend_class()


def _awake() -> None:
    from wakepy import keep

    keep.running(on_fail="pass")


def _headset() -> None:
    from softphone.desktop.headset import Hidapi

    Hidapi()


def _bus() -> None:
    import softphone.desktop.bus
    import softphone.desktop.media  # noqa: F401 - they load jeepney


def _hot_keys() -> None:
    import softphone.desktop.x11_keyboard  # noqa: F401 - it loads Xlib


def desktop_libraries() -> dict[str, Callable[[], None]]:
    """By part: what loads its library on this system. Errors of each: ImportError, OSError, RuntimeError."""
    parts = {"notifications": _notifications, "awake": _awake, "headset": _headset}
    if sys.platform == "linux":
        parts |= {"bus": _bus, "hot_keys": _hot_keys}
    return parts
