"""Hot keys of Windows, on a message queue in memory."""

from __future__ import annotations

import ctypes
import queue
from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from softphone.desktop.hot_keys_windows import (
    ERROR_HOTKEY_ALREADY_REGISTERED,
    WM_HOTKEY,
    WindowsHotKeys,
    modifier_mask,
    virtual_key,
)
from softphone.domain.hot_key import KEYS, HotKey, parse_hot_key
from tests.helpers.dispatchers import SyncDispatcher


class FakeUser32:
    """The part of user32 and kernel32 that hot keys use. ``taken`` virtual keys are another program's."""

    def __init__(self) -> None:
        self.messages: queue.SimpleQueue[tuple[int, int]] = queue.SimpleQueue()
        self.registered: dict[int, tuple[int, int]] = {}
        self.taken: set[int] = set()

    def PeekMessageW(self, *arguments: Any) -> int:  # noqa: N802
        return 0

    def GetMessageW(self, reference: Any, *arguments: Any) -> int:  # noqa: N802
        number, word = self.messages.get(timeout=5)
        message = ctypes.cast(reference, ctypes.POINTER(type(reference._obj))).contents
        message.message, message.word = number, word
        return 1

    def PostThreadMessageW(self, thread: int, number: int, word: int, long: int) -> int:  # noqa: N802
        assert thread == 4711
        self.messages.put((number, word))
        return 1

    def RegisterHotKey(self, window: None, number: int, mask: int, code: int) -> int:  # noqa: N802
        if code in self.taken:
            return 0
        self.registered[number] = (mask, code)
        return 1

    def UnregisterHotKey(self, window: None, number: int) -> int:  # noqa: N802
        return int(self.registered.pop(number, None) is not None)

    def GetCurrentThreadId(self) -> int:  # noqa: N802
        return 4711

    def last_error(self) -> int:
        return ERROR_HOTKEY_ALREADY_REGISTERED


@pytest.fixture
def user32() -> FakeUser32:
    return FakeUser32()


@pytest.fixture
def dispatcher() -> SyncDispatcher:
    return SyncDispatcher()


@pytest.fixture
def keys(user32: FakeUser32, dispatcher: SyncDispatcher) -> Iterator[WindowsHotKeys]:
    keys = WindowsHotKeys(
        dispatcher, SimpleNamespace(user32=user32, kernel32=user32, last_error=user32.last_error)
    )
    yield keys
    keys.close()


def hold(keys: WindowsHotKeys, dispatcher: SyncDispatcher, **wanted: str) -> tuple[dict[str, str], list[str]]:
    """What could not be had, and what is pressed from now on."""
    told: list[dict[str, str]] = []
    pressed: list[str] = []
    parsed = {action: parse_hot_key(text) for action, text in wanted.items()}
    keys.hold(parsed, pressed.append, lambda troubles: told.append(dict(troubles)))
    dispatcher.run_until(lambda: told)
    return told[0], pressed


def test_a_key_is_registered_and_its_press_told(
    keys: WindowsHotKeys, dispatcher: SyncDispatcher, user32: FakeUser32
) -> None:
    troubles, pressed = hold(keys, dispatcher, answer="Ctrl+Alt+A", mute="F13")
    assert troubles == {}
    assert user32.registered == {0: (0x4003, 0x41), 1: (0x4000, 0x7C)}
    user32.messages.put((WM_HOTKEY, 1))
    user32.messages.put((WM_HOTKEY, 9))
    user32.messages.put((WM_HOTKEY, 0))
    dispatcher.run_until(lambda: pressed == ["mute", "answer"])


def test_a_key_of_another_program_is_told_and_the_next_has_its_own_number(
    keys: WindowsHotKeys, dispatcher: SyncDispatcher, user32: FakeUser32
) -> None:
    user32.taken = {0x41}
    troubles, pressed = hold(keys, dispatcher, answer="Ctrl+Alt+A", mute="F13")
    assert troubles == {"answer": "taken"}
    user32.messages.put((WM_HOTKEY, 0))
    dispatcher.run_until(lambda: pressed == ["mute"])


def test_other_keys_take_the_place_of_those_held_and_none_is_left_at_the_end(
    keys: WindowsHotKeys, dispatcher: SyncDispatcher, user32: FakeUser32
) -> None:
    hold(keys, dispatcher, answer="Ctrl+Alt+A", mute="F13")
    hold(keys, dispatcher, mute="F14")
    assert user32.registered == {0: (0x4000, 0x7D)}
    keys.close()
    assert user32.registered == {}


def test_who_wants_no_key_gets_no_thread(
    keys: WindowsHotKeys, dispatcher: SyncDispatcher, user32: FakeUser32
) -> None:
    told: list[object] = []
    keys.hold({}, lambda action: None, told.append)
    assert told == [{}]
    keys.close()
    assert user32.messages.empty()


def test_every_key_has_a_code_of_its_own() -> None:
    codes = [virtual_key(HotKey(key=key)) for key in KEYS]
    assert len(set(codes)) == len(KEYS)
    assert all(0 < code < 0xFF for code in codes)
    assert modifier_mask(parse_hot_key("Ctrl+Alt+Shift+Meta+A")) == 0x400F
