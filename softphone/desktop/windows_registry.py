"""The current user's part of the Windows registry, and a look at the machine's: as little as is needed."""

from __future__ import annotations

import contextlib
import subprocess
import sys
from collections.abc import Sequence
from typing import Protocol


class Registry(Protocol):
    """Text values below HKEY_CURRENT_USER (``FakeRegistry`` in tests). Errors of changes: OSError."""

    def get(self, key: str, name: str = "") -> str | None:
        """A value; "" names the key's own. None where there is none."""

    def get_for_everyone(self, key: str, name: str = "") -> str | None:
        """The same below HKEY_LOCAL_MACHINE, where an administrator's installation writes."""

    def put(self, key: str, name: str, value: str) -> None:
        """Set a value, making its key."""

    def remove_value(self, key: str, name: str) -> None:
        """Take a value away; harmless where it is gone."""

    def remove_key(self, key: str) -> None:
        """Take a key away with everything below it; harmless where it is gone."""


class WindowsRegistry:
    """Implements ``Registry``. On other systems everything is an OSError or None."""

    def get(self, key: str, name: str = "") -> str | None:
        """A value."""
        if sys.platform == "win32":
            import winreg

            return self._get(winreg.HKEY_CURRENT_USER, key, name)
        return None

    def get_for_everyone(self, key: str, name: str = "") -> str | None:
        """A value of the machine's."""
        if sys.platform == "win32":
            import winreg

            return self._get(winreg.HKEY_LOCAL_MACHINE, key, name)
        return None

    def _get(self, root: int, key: str, name: str) -> str | None:
        if sys.platform == "win32":
            import winreg

            with contextlib.suppress(OSError), winreg.OpenKey(root, key) as opened:
                return str(winreg.QueryValueEx(opened, name)[0])
        return None

    def put(self, key: str, name: str, value: str) -> None:
        """Set a value. Errors: OSError."""
        if sys.platform == "win32":
            import winreg

            with winreg.CreateKey(winreg.HKEY_CURRENT_USER, key) as made:
                winreg.SetValueEx(made, name, 0, winreg.REG_SZ, value)
        else:
            raise OSError("no registry")

    def remove_value(self, key: str, name: str) -> None:
        """Take a value away. Errors: OSError."""
        if sys.platform == "win32":
            import winreg

            access = winreg.KEY_SET_VALUE
            with (
                contextlib.suppress(FileNotFoundError),
                winreg.OpenKey(winreg.HKEY_CURRENT_USER, key, 0, access) as opened,
            ):
                winreg.DeleteValue(opened, name)

    def remove_key(self, key: str) -> None:
        """Take a key away, the keys below it first. Errors: OSError."""
        if sys.platform == "win32":
            import winreg

            with contextlib.suppress(FileNotFoundError):
                with winreg.OpenKey(winreg.HKEY_CURRENT_USER, key) as opened:
                    count = winreg.QueryInfoKey(opened)[0]
                    below = [winreg.EnumKey(opened, index) for index in range(count)]
                for name in below:
                    self.remove_key(rf"{key}\{name}")
                winreg.DeleteKey(winreg.HKEY_CURRENT_USER, key)


def windows_command(command: Sequence[str], argument: str = "") -> str:
    """A command line as Windows takes it apart again; ``argument`` ("%1") is what is opened."""
    line = subprocess.list2cmdline(command)
    return f'{line} "{argument}"' if argument else line
