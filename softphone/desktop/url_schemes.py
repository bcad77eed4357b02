"""Links to telephone numbers (tel:, sip:, sips:, callto:) opened by this phone, for this user alone.

Linux    a desktop entry, and first place in mimeapps.list (what xdg-open, gio and browsers ask)
Windows  a program with capabilities (HKEY_CURRENT_USER); the user chooses it in the system's settings
macOS    the application bundle's Info.plist says it: nothing to set here; so does a Flatpak's entry

Another program's place is never taken away: it comes behind ours, and first again when ours goes.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from pathlib import Path

from softphone.desktop import desktop_entry
from softphone.desktop.windows_registry import Registry, WindowsRegistry, windows_command
from softphone.domain.desktop import NoSwitch, SwitchState, SystemSwitch
from softphone.domain.link import SCHEMES

ENTRY = "softphone-links.desktop"
TYPES = tuple(f"x-scheme-handler/{scheme}" for scheme in SCHEMES)
DEFAULTS = "[Default Applications]"
PROGRAM = "softphone.link"
_CLASSES = r"Software\Classes"
_CLASS = rf"{_CLASSES}\{PROGRAM}"
_CAPABILITIES = r"Software\softphone\Capabilities"
_REGISTERED = r"Software\RegisteredApplications"
_CHOSEN = r"Software\Microsoft\Windows\Shell\Associations\UrlAssociations\tel\UserChoice"


def url_schemes(command: Sequence[str], icon: Path) -> SystemSwitch:
    """This system's way; ``command`` opens the link that stands behind it."""
    if sys.platform == "win32":
        return RegisteredProgram(WindowsRegistry(), command)
    if sys.platform == "darwin" or desktop_entry.in_flatpak():
        return BundleSchemes()
    if sys.platform == "linux":
        return XdgSchemes(command, icon)
    return NoSwitch()


class BundleSchemes:
    """Implements ``domain.desktop.SystemSwitch`` where the bundle (macOS, Flatpak) and the user decide."""

    def read(self) -> SwitchState:
        """The system's to say."""
        return SwitchState(problem="by_system")

    def set(self, on: bool) -> SwitchState:
        """Nothing to set."""
        return self.read()


class XdgSchemes:
    """Implements ``domain.desktop.SystemSwitch``. Source: MIME Applications Specification 1.0."""

    def __init__(self, command: Sequence[str], icon: Path) -> None:
        self._command = command
        self._icon = icon
        self._entry = desktop_entry.data_home() / "applications" / ENTRY
        self._list = desktop_entry.config_home() / "mimeapps.list"

    def read(self) -> SwitchState:
        """On where every scheme's first program is ours."""
        try:
            lines = self._lines()
            on = self._entry.exists() and all(_programs(lines, kind)[:1] == [ENTRY] for kind in TYPES)
        except (OSError, ValueError) as error:
            return SwitchState(problem="failed", detail=str(error))
        return SwitchState(on=on, problem="")

    def set(self, on: bool) -> SwitchState:
        """Take the first place, or leave it."""
        try:
            lines = self._lines()
            for kind in TYPES:
                others = [program for program in _programs(lines, kind) if program != ENTRY]
                lines = _with_programs(lines, kind, [ENTRY, *others] if on else others)
            if on:
                desktop_entry.write_whole(self._entry, self._text())
            desktop_entry.write_whole(self._list, "".join(f"{line}\n" for line in lines))
            if not on:
                self._entry.unlink(missing_ok=True)
        except (OSError, ValueError) as error:
            return SwitchState(on=self.read().on, problem="not_writable", detail=str(error))
        return self.read()

    def _lines(self) -> list[str]:
        return self._list.read_text(encoding="utf-8").splitlines() if self._list.exists() else []

    def _text(self) -> str:
        return desktop_entry.entry(
            {
                "Name": "Softphone",
                "Name[ja]": "ソフトフォン",
                "Exec": desktop_entry.exec_line(self._command, "%u"),
                "Icon": str(self._icon),
                "MimeType": "".join(f"{kind};" for kind in TYPES),
                "NoDisplay": "true",
                "StartupNotify": "true",
            }
        )


class RegisteredProgram:
    """Implements ``domain.desktop.SystemSwitch`` on Windows, which lets only the user choose a default."""

    def __init__(self, registry: Registry, command: Sequence[str]) -> None:
        self._registry = registry
        self._command = command

    def read(self) -> SwitchState:
        """On where we can be chosen; ``choose`` where we are not yet; an administrator's word stands."""
        if self._registry.get_for_everyone(_REGISTERED, PROGRAM) is not None:
            return SwitchState(on=True, problem="by_system")
        if self._registry.get(_REGISTERED, PROGRAM) is None:
            return SwitchState(problem="")
        chosen = self._registry.get(_CHOSEN, "ProgId") == PROGRAM
        return SwitchState(on=True, problem="" if chosen else "choose")

    def set(self, on: bool) -> SwitchState:
        """Offer ourselves to the system's settings, or no more."""
        try:
            if on:
                self._offer()
            else:
                self._registry.remove_value(_REGISTERED, PROGRAM)
                self._registry.remove_key(_CAPABILITIES)
                self._registry.remove_key(_CLASS)
                for scheme in SCHEMES:  # served by the setup wizard, and marked, where nobody did
                    if self._registry.get(rf"{_CLASSES}\{scheme}", PROGRAM) is not None:
                        self._registry.remove_key(rf"{_CLASSES}\{scheme}")
        except OSError as error:
            return SwitchState(on=self.read().on, problem="not_writable", detail=str(error))
        return self.read()

    def _offer(self) -> None:
        put = self._registry.put
        put(_CLASS, "", "URL:softphone")
        put(_CLASS, "URL Protocol", "")
        put(rf"{_CLASS}\shell\open\command", "", windows_command(self._command, "%1"))
        put(_CAPABILITIES, "ApplicationName", "Softphone")
        put(_CAPABILITIES, "ApplicationDescription", "SIP telephone")
        for scheme in SCHEMES:
            put(rf"{_CAPABILITIES}\URLAssociations", scheme, PROGRAM)
        put(_REGISTERED, PROGRAM, _CAPABILITIES)


def _programs(lines: Sequence[str], kind: str) -> list[str]:
    """The programs of a type in ``DEFAULTS``, the first first."""
    place = _place(lines, kind)
    if place is None:
        return []
    return [name for name in lines[place].partition("=")[2].strip().split(";") if name]


def _with_programs(lines: Sequence[str], kind: str, programs: Sequence[str]) -> list[str]:
    """The lines with other programs of a type, everything else as it was."""
    line = f"{kind}={''.join(f'{name};' for name in programs)}"
    place = _place(lines, kind)
    if place is not None:
        return [*lines[:place], *([line] if programs else []), *lines[place + 1 :]]
    if not programs:
        return list(lines)
    for index, each in enumerate(lines):
        if each.strip() == DEFAULTS:
            return [*lines[: index + 1], line, *lines[index + 1 :]]
    return [*lines, *([""] if lines else []), DEFAULTS, line]


def _place(lines: Sequence[str], kind: str) -> int | None:
    group = ""
    for index, line in enumerate(lines):
        if line.strip().startswith("["):
            group = line.strip()
        elif group == DEFAULTS and line.partition("=")[0].strip() == kind:
            return index
    return None
