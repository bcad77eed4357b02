"""Systems that are asked whether the screen is locked. Linux, which tells, is met in interop."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest

from softphone.desktop.lock import AskedLock, mac_is_locked, windows_is_locked


class FakeUser32:
    """``desktop`` 0: it cannot be opened."""

    def __init__(self, desktop: int, switches: bool) -> None:
        self._desktop = desktop
        self._switches = switches
        self.open = 0

    def OpenInputDesktop(self, flags: int, inherit: bool, access: int) -> int:  # noqa: N802
        assert access == 0x0100  # DESKTOP_SWITCHDESKTOP
        self.open += bool(self._desktop)
        return self._desktop

    def SwitchDesktop(self, desktop: int) -> int:  # noqa: N802
        return int(self._switches)

    def CloseDesktop(self, desktop: int) -> int:  # noqa: N802
        self.open -= 1
        return 1


@pytest.mark.parametrize(
    ("desktop", "switches", "locked"), [(7, True, False), (7, False, True), (0, True, True)]
)
def test_windows_is_locked_where_its_desktop_is_not_ours(desktop: int, switches: bool, locked: bool) -> None:
    user32 = FakeUser32(desktop, switches)
    assert windows_is_locked(SimpleNamespace(user32=user32)) is locked
    assert user32.open == 0


class FakeMac:
    """CoreGraphics and CoreFoundation in one. ``session`` None: no window server, else whether locked."""

    def __init__(self, session: bool | None) -> None:
        self.released: list[int | None] = []

        def release(pointer: Any) -> None:
            self.released.append(pointer.value)

        self.CGSessionCopyCurrentDictionary = _Function(1 if session is not None else None)
        self.CFStringCreateWithCString = _Function(2)
        self.CFDictionaryGetValue = _Function(3 if session is not None else None)
        self.CFBooleanGetValue = _Function(int(bool(session)))
        self.CFRelease = release


class _Function:
    """A function of a library: it has a ``restype``, as ctypes wants it."""

    def __init__(self, result: int | None) -> None:
        self.restype: object = None
        self._result = result

    def __call__(self, *arguments: object) -> int | None:
        return self._result


@pytest.mark.parametrize(("session", "locked"), [(None, False), (False, False), (True, True)])
def test_a_mac_is_locked_where_its_session_says_so(session: bool | None, locked: bool) -> None:
    mac = FakeMac(session)
    assert mac_is_locked(lambda path: mac) is locked
    assert mac.released == ([] if session is None else [2, 1])


def test_a_system_that_cannot_be_asked_hides_nothing() -> None:
    def gone() -> bool:
        raise OSError("no such library")

    lock = AskedLock(gone)
    lock.watch(lambda: None)
    assert not lock.locked
    lock.stop()
    assert AskedLock(lambda: True).locked
