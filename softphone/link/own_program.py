"""How this program starts itself: as the engine, and as the system starts it at a log-in or by a link.

And what a frozen program keeps from the programs it starts: its own libraries.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, MutableMapping
from pathlib import Path

CONSOLE_SUFFIX = "-cli"  # Windows: the same program with a console, softphone-cli.exe

_OWN_VARIABLES = ("QT_PLUGIN_PATH", "QML2_IMPORT_PATH")
_LIBRARY_PATHS = ("LD_LIBRARY_PATH", "DYLD_LIBRARY_PATH")


def is_frozen() -> bool:
    """The program is a bundle of its own, not a package of somebody's Python."""
    return bool(getattr(sys, "frozen", False))


def own_name() -> str:
    """What one types to start it: softphone, or softphone-cli where that is the one with a console."""
    return Path(sys.executable).stem if is_frozen() else "softphone"


def engine_command() -> list[str]:
    """The engine of this very program."""
    return [*own_command(), "engine"]


def own_command() -> list[str]:
    """This program again, as it runs now."""
    return [sys.executable] if is_frozen() else [sys.executable, "-m", "softphone"]


def lasting_command(environment: Mapping[str, str] = os.environ) -> list[str]:
    """What the system can start later, when nothing of this run is left.

    An AppImage is unpacked or mounted anew each time: its own file lasts. Where this is the console's twin,
    it is the windowed program that lasts: no black window at each log-in. A package's folder of this version
    goes with it: ``lasting`` says its lasting name.
    """
    if not is_frozen():
        return own_command()
    program = Path(sys.executable)
    image, folder = environment.get("APPIMAGE", ""), environment.get("APPDIR", "")
    if image and folder and program.is_relative_to(folder):  # another program's image may have started us
        return [image]
    if sys.platform == "win32":
        program = program.with_name(program.name.replace(CONSOLE_SUFFIX, ""))
    return [str(lasting(program))]


def lasting(path: Path) -> Path:
    """The same file of the program by the name that an upgrade leaves: below ``current``, where that is."""
    folder = Path(sys.executable).parent
    current = folder.parent / "current"
    if path.is_relative_to(folder) and (current / path.relative_to(folder)).exists():
        return current / path.relative_to(folder)
    return path


def clean_environment(environment: MutableMapping[str, str] = os.environ) -> None:
    """Take out what the bundle's start put in for itself; nothing where the program is not frozen.

    A browser opened for a link, or a command of the user's, would load our Qt and our libraries instead of
    its own. Ours are loaded already, or found beside the program; the engine's start puts them in again.
    """
    if not is_frozen():
        return
    folder = str(getattr(sys, "_MEIPASS", ""))
    for name in _OWN_VARIABLES:
        if environment.get(name, "").startswith(folder):
            del environment[name]
    for name in _LIBRARY_PATHS:
        before = environment.pop(f"{name}_ORIG", "")
        if before:
            environment[name] = before
        elif folder in environment.get(name, "").split(os.pathsep):
            del environment[name]
    for name in [each for each in environment if each.startswith("_PYI_")]:
        del environment[name]  # a start with these takes the rest for granted
    if sys.platform == "win32":
        places = environment.get("PATH", "").split(os.pathsep)
        environment["PATH"] = os.pathsep.join(place for place in places if place != folder)
