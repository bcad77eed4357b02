"""The parts this program is made of and their licences, as resources/licences says them. No Qt here.

    parts.toml    every part: name, version, licence, where it is used
    NAME.txt      a licence's text, as its part came with it

Written by ``python -m installer.licences``, the parts of one package added when it is built.
"""

from __future__ import annotations

import sys
import tomllib
from dataclasses import dataclass
from pathlib import Path

import msgspec

from softphone.ui.help_pages import fold

SYSTEMS = {"linux": "linux", "darwin": "macos", "win32": "windows"}
RULE = "\n" + "─" * 60 + "\n\n"  # between the texts of one part


@dataclass(frozen=True)
class Part:
    """A piece of software in the program. ``systems`` () is all; ``package`` says it is a Python package."""

    name: str
    licence: str  # an SPDX expression where there is one
    version: str = ""
    homepage: str = ""
    within: str = ""  # the part that brings it
    systems: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()
    package: bool = False


def load_parts(folder: Path, system: str = "") -> tuple[Part, ...]:
    """The parts of ``system`` (linux, macos, windows; "" this one), by name. Errors: OSError, ValueError."""
    system = system or SYSTEMS.get(sys.platform, sys.platform)
    return tuple(part for part in all_parts(folder) if not part.systems or system in part.systems)


def all_parts(folder: Path) -> tuple[Part, ...]:
    """The parts of every system. Errors: OSError, ValueError where the file is damaged."""
    rows = tomllib.loads((folder / "parts.toml").read_text(encoding="utf-8"))["part"]
    return msgspec.convert(rows, tuple[Part, ...])


def licence_text(folder: Path, part: Part) -> str:
    """Every text of ``part``, one after the other. Errors: OSError."""
    return RULE.join((folder / f"{name}.txt").read_text(encoding="utf-8") for name in part.texts)


def find_parts(parts: tuple[Part, ...], words: str) -> tuple[Part, ...]:
    """The parts in whose name, licence or bringer all of ``words`` stand."""
    wanted = [fold(word) for word in words.split()]
    return tuple(
        part
        for part in parts
        if all(word in fold(f"{part.name} {part.licence} {part.within}") for word in wanted)
    )
