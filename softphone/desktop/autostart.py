"""Starting with the session: an XDG autostart file, the Run key of Windows, a launch agent of macOS."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from softphone.desktop import desktop_entry
from softphone.desktop.windows_registry import Registry, WindowsRegistry, windows_command
from softphone.domain.desktop import NoSwitch, SwitchState, SystemSwitch

FILE_NAME = "softphone.desktop"
LABEL = "softphone"
RUN_KEY = r"Software\Microsoft\Windows\CurrentVersion\Run"


def autostart(command: Sequence[str], icon: Path) -> SystemSwitch:
    """This system's way; ``command`` starts the phone in the background."""
    if sys.platform == "win32":
        return RunKey(WindowsRegistry(), command)
    if sys.platform == "darwin":
        return LaunchAgent(Path.home() / "Library" / "LaunchAgents" / f"{LABEL}.plist", command)
    if sys.platform == "linux" and not desktop_entry.in_flatpak():
        return XdgAutostart(command, icon)
    return NoSwitch()


class XdgAutostart:
    """Implements ``domain.desktop.SystemSwitch``. Source: Desktop Application Autostart Specification 0.5.

    A file of the administrator's is switched off by one of the user's own that hides it.
    """

    def __init__(self, command: Sequence[str], icon: Path) -> None:
        self._command = command
        self._icon = icon
        self._file = desktop_entry.config_home() / "autostart" / FILE_NAME

    def read(self) -> SwitchState:
        """On where the file that counts is not hidden."""
        files = (self._file, *self._of_the_system())
        try:
            text = next((file.read_text(encoding="utf-8") for file in files if file.exists()), "")
        except (OSError, ValueError) as error:
            return SwitchState(problem="failed", detail=str(error))
        hidden = desktop_entry.field_of(text, "Hidden").lower() == "true"
        off = desktop_entry.field_of(text, "X-GNOME-Autostart-enabled").lower() == "false"
        return SwitchState(on=bool(text) and not hidden and not off, problem="")

    def set(self, on: bool) -> SwitchState:
        """Write the file, or take it away."""
        fields = {
            "Name": "Softphone",
            "Name[ja]": "ソフトフォン",
            "Exec": desktop_entry.exec_line(self._command),
            "Icon": str(self._icon),
            "NoDisplay": "true",
        }
        try:
            if on:
                desktop_entry.write_whole(self._file, desktop_entry.entry(fields))
            elif any(file.exists() for file in self._of_the_system()):
                desktop_entry.write_whole(self._file, desktop_entry.entry(fields | {"Hidden": "true"}))
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            return SwitchState(on=self.read().on, problem="not_writable", detail=str(error))
        return self.read()

    def _of_the_system(self) -> tuple[Path, ...]:
        return tuple(folder / "autostart" / FILE_NAME for folder in desktop_entry.config_dirs())


class LaunchAgent:
    """Implements ``domain.desktop.SystemSwitch`` on macOS: launchd starts it at the next log-in."""

    def __init__(self, file: Path, command: Sequence[str]) -> None:
        self._file = file
        self._command = command

    def read(self) -> SwitchState:
        """On where the agent is there."""
        return SwitchState(on=self._file.exists(), problem="")

    def set(self, on: bool) -> SwitchState:
        """Write the agent, or take it away."""
        import plistlib  # heavy, and only here

        agent = {"Label": LABEL, "ProgramArguments": list(self._command), "RunAtLoad": True}
        try:
            if on:
                desktop_entry.write_whole(self._file, plistlib.dumps(agent).decode())
            else:
                self._file.unlink(missing_ok=True)
        except OSError as error:
            return SwitchState(on=self._file.exists(), problem="not_writable", detail=str(error))
        return self.read()


class RunKey:
    """Implements ``domain.desktop.SystemSwitch`` on Windows, for this user alone.

    What an administrator's installation starts for everybody is not the user's to switch.
    """

    def __init__(self, registry: Registry, command: Sequence[str]) -> None:
        self._registry = registry
        self._command = command

    def read(self) -> SwitchState:
        """On where the value is there."""
        if self._registry.get_for_everyone(RUN_KEY, LABEL) is not None:
            return SwitchState(on=True, problem="by_system")
        return SwitchState(on=self._registry.get(RUN_KEY, LABEL) is not None, problem="")

    def set(self, on: bool) -> SwitchState:
        """Write the value, or take it away."""
        try:
            if on:
                self._registry.put(RUN_KEY, LABEL, windows_command(self._command))
            else:
                self._registry.remove_value(RUN_KEY, LABEL)
        except OSError as error:
            return SwitchState(on=self.read().on, problem="not_writable", detail=str(error))
        return self.read()
