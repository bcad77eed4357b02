"""Desktop entry files as Linux desktops read them, and where they lie.

Source: freedesktop.org Desktop Entry Specification 1.5, Base Directory Specification 0.8.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

_QUOTED = '"`$\\'  # escaped inside quotes
_RESERVED = set(" \t\n\"'\\><~|&;$*?#()`")


def in_flatpak() -> bool:
    """In a sandbox, which shows the desktop its own entry and cannot write others."""
    return Path("/.flatpak-info").exists()


def config_home() -> Path:
    """$XDG_CONFIG_HOME."""
    return _home("XDG_CONFIG_HOME", ".config")


def data_home() -> Path:
    """$XDG_DATA_HOME."""
    return _home("XDG_DATA_HOME", ".local/share")


def config_dirs() -> tuple[Path, ...]:
    """$XDG_CONFIG_DIRS, the most important first."""
    return tuple(Path(part) for part in (os.environ.get("XDG_CONFIG_DIRS") or "/etc/xdg").split(":") if part)


def entry(fields: Mapping[str, str]) -> str:
    """The text of an entry with these fields."""
    lines = (f"{name}={_escaped(value)}" for name, value in fields.items())
    return "\n".join(("[Desktop Entry]", "Type=Application", *lines, ""))


def exec_line(command: Sequence[str], field_code: str = "") -> str:
    """The value of ``Exec``; ``field_code`` (%u) stands for what is opened."""
    words = [_argument(argument) for argument in command]
    return " ".join((*words, field_code) if field_code else words)


def field_of(text: str, name: str) -> str:
    """The value of a field in the group ``[Desktop Entry]``; "" where there is none."""
    group = ""
    for line in text.splitlines():
        line = line.strip()
        if line.startswith("["):
            group = line
        key, equals, value = line.partition("=")
        if equals and group == "[Desktop Entry]" and key.strip() == name:
            return value.strip()
    return ""


def write_whole(path: Path, text: str) -> None:
    """Write a file so that nobody ever sees half of it. Errors: OSError."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}-")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)
        Path(name).replace(path)
    except OSError:
        Path(name).unlink(missing_ok=True)
        raise


def _home(variable: str, default: str) -> Path:
    named = os.environ.get(variable, "")
    return Path(named) if Path(named).is_absolute() else Path.home() / default


def _argument(argument: str) -> str:
    argument = argument.replace("%", "%%")
    if argument and not _RESERVED & set(argument):
        return argument
    inner = "".join(f"\\{char}" if char in _QUOTED else char for char in argument)
    return f'"{inner}"'


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace("\n", "\\n")
