"""How this program starts itself: as the engine, and as the system starts it at a log-in or by a link."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path

CONSOLE_SUFFIX = "-cli"  # Windows: the same program with a console, softphone-cli.exe


def is_frozen() -> bool:
    """The program is a bundle of its own, not a package of somebody's Python."""
    return bool(getattr(sys, "frozen", False))


def engine_command() -> list[str]:
    """The engine of this very program."""
    return [*own_command(), "engine"]


def own_command() -> list[str]:
    """This program again, as it runs now."""
    return [sys.executable] if is_frozen() else [sys.executable, "-m", "softphone"]


def lasting_command(environment: Mapping[str, str] = os.environ) -> list[str]:
    """What the system can start later, when nothing of this run is left.

    An AppImage is unpacked or mounted anew each time: its own file lasts. Where this is the console's twin,
    it is the windowed program that lasts: no black window at each log-in.
    """
    if not is_frozen():
        return own_command()
    program = Path(sys.executable)
    image, folder = environment.get("APPIMAGE", ""), environment.get("APPDIR", "")
    if image and folder and program.is_relative_to(folder):  # another program's image may have started us
        return [image]
    if sys.platform == "win32":
        program = program.with_name(program.name.replace(CONSOLE_SUFFIX, ""))
    return [str(program)]
