"""Keys of the whole desktop on a real X server, pressed by xdotool; in the end with the real program."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from softphone.desktop.hot_keys_x11 import X11HotKeys
from softphone.domain.hot_key import parse_hot_key
from tests.helpers.child import Child
from tests.helpers.desk_programs import Screen
from tests.helpers.dispatchers import SyncDispatcher
from tests.helpers.phone_process import program_command
from tests.helpers.waiting import wait_for

ROOT = Path(__file__).parents[2]
SETTINGS = """
[desktop.hot_keys]
mute = "Ctrl+Alt+M"
hang_up = "Ctrl+Alt+Q"
"""


@pytest.fixture
def screen(tmp_path: Path, stack: ExitStack, requires_peer: Callable[..., None]) -> Screen:
    requires_peer("Xvfb", "xdotool")
    return stack.enter_context(Screen(tmp_path))


class Hands:
    """The adapter on a screen, and what it told."""

    def __init__(self, screen: Screen) -> None:
        self.dispatcher = SyncDispatcher()
        self.keys = X11HotKeys(self.dispatcher, screen.display)
        self.pressed: list[str] = []
        self._told: list[dict[str, str]] = []

    def hold(self, **wanted: str) -> dict[str, str]:
        """Hold these; what could not be had."""
        self._told.clear()
        parsed = {action: parse_hot_key(text) for action, text in wanted.items()}
        self.keys.hold(parsed, self.pressed.append, lambda troubles: self._told.append(dict(troubles)))
        return self.wait_told()

    def wait_told(self) -> dict[str, str]:
        """The next answer."""
        self.dispatcher.run_until(lambda: self._told, what="an answer")
        return self._told.pop(0)

    def wait_pressed(self, *actions: str) -> None:
        """Exactly these were pressed since the last time."""
        self.dispatcher.run_until(
            lambda: tuple(self.pressed) == actions, what=f"{actions}, not {self.pressed}"
        )
        self.pressed.clear()


@pytest.fixture
def hands(screen: Screen) -> Iterator[Hands]:
    hands = Hands(screen)
    yield hands
    hands.keys.close()


def test_a_key_acts_wherever_it_is_pressed(screen: Screen, hands: Hands) -> None:
    assert hands.hold(answer="Ctrl+Alt+A", mute="Pause", show_window="Shift+Meta+PageUp") == {}
    screen.xdotool("key", "ctrl+alt+a")
    screen.xdotool("key", "Pause")
    screen.xdotool("key", "super+shift+Prior")
    screen.xdotool("key", "a", "ctrl+a", "ctrl+alt+shift+a")
    screen.xdotool("key", "ctrl+alt+a")
    hands.wait_pressed("answer", "mute", "show_window", "answer")


def test_it_acts_with_caps_and_number_lock_on(screen: Screen, hands: Hands) -> None:
    assert hands.hold(answer="Ctrl+Alt+A") == {}
    for lock in ("Caps_Lock", "Num_Lock"):
        screen.xdotool("key", lock)
        screen.xdotool("key", "ctrl+alt+a")
        hands.wait_pressed("answer")


def test_a_key_held_down_acts_once(screen: Screen, hands: Hands) -> None:
    assert hands.hold(mute="Ctrl+Alt+M", answer="Ctrl+Alt+A") == {}
    screen.xdotool("keydown", "ctrl", "keydown", "alt", "keydown", "m", "sleep", "1.5", "keyup", "m")
    screen.xdotool("key", "a")
    screen.xdotool("keyup", "alt", "keyup", "ctrl")
    hands.wait_pressed("mute", "answer")


def test_a_key_that_another_program_holds_is_told_and_had_once_it_is_free(
    screen: Screen, hands: Hands
) -> None:
    other = Hands(screen)
    assert other.hold(answer="Ctrl+Alt+A") == {}
    assert hands.hold(answer="Ctrl+Alt+A", mute="Pause") == {"answer": "taken"}
    screen.xdotool("key", "ctrl+alt+a", "Pause")
    hands.wait_pressed("mute")
    other.wait_pressed("answer")
    other.keys.close()
    assert hands.hold(answer="Ctrl+Alt+A", mute="Pause") == {}
    screen.xdotool("key", "ctrl+alt+a")
    hands.wait_pressed("answer")


def test_a_key_let_go_is_everybodys_again(screen: Screen, hands: Hands) -> None:
    assert hands.hold(answer="Ctrl+Alt+A", mute="Pause") == {}
    assert hands.hold(mute="Pause") == {}
    screen.xdotool("key", "ctrl+alt+a", "Pause")
    hands.wait_pressed("mute")
    assert hands.hold() == {}
    other = Hands(screen)
    assert other.hold(mute="Pause") == {}
    other.keys.close()


def test_a_display_that_ends_is_told(screen: Screen, hands: Hands) -> None:
    assert hands.hold(answer="Ctrl+Alt+A") == {}
    screen.stop()
    assert hands.wait_told() == {"answer": "lost"}


class DemoWindow(Child):
    """The real program with its window on a screen, on its own registrar."""

    def __init__(self, screen: Screen, folder: Path) -> None:
        self._folder = folder
        folder.mkdir()
        (folder / "settings.toml").write_text(SETTINGS)
        self._environment = {**screen.environment, "QT_QPA_PLATFORM": "xcb"}
        super().__init__(
            [*program_command(), "--config-dir", folder, "--lang", "en", "--demo"],
            log_path=folder.with_suffix(".log"),
            environment=self._environment,
            directory=ROOT,
        )

    def ctl(self, *words: str) -> dict[str, Any]:
        """What ``softphone ctl`` is answered; {} while nobody answers."""
        done = subprocess.run(
            [*program_command(), "--config-dir", self._folder, "ctl", *words, "--json"],
            env=self._environment,
            cwd=ROOT,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return dict(json.loads(done.stdout)) if done.stdout.startswith("{") else {}

    def events(self) -> Child:
        """``softphone ctl events``, listening when it is given."""
        events = Child(
            [*program_command(), "--config-dir", self._folder, "ctl", "events"],
            log_path=self._folder.with_suffix(".events"),
            environment=self._environment,
            directory=ROOT,
        )
        events.wait_ready(lambda: "{" in events.log(), 15.0, "no events")
        return events

    def calls(self) -> list[dict[str, Any]]:
        """The live calls."""
        return list(self.ctl("calls").get("calls", ()))


def test_keys_mute_and_end_a_call_of_the_real_program(
    screen: Screen, tmp_path: Path, stack: ExitStack
) -> None:
    phone = stack.enter_context(DemoWindow(screen, tmp_path / "phone"))
    wait_for(lambda: phone.ctl("dial", "9196").get("ok"), 30.0, what=f"a call\n{phone.log_tail()}")
    wait_for(lambda: [call["state"] for call in phone.calls()] == ["confirmed"], 15.0, what="an answer")
    events = stack.enter_context(phone.events())
    for muted in ("true", "false"):
        screen.xdotool("key", "ctrl+alt+m")
        wait_for(lambda muted=muted: f'"muted": {muted}' in events.log(), 10.0, what=f"muted: {muted}")
    screen.xdotool("key", "ctrl+alt+q")
    wait_for(lambda: not phone.calls(), 10.0, what="the end")
