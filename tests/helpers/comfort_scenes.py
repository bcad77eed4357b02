"""Scenes of the gallery: keys, headset, a hidden caller. Each function sets a stage; ``SCENES`` has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from msgspec.structs import replace
from PySide6.QtWidgets import QAbstractButton

from softphone.domain.settings import HideCaller, HotKeySettings
from tests.helpers.fake_surroundings import FakeHeadset, FakeHotKeys, fake_surroundings

NO_HEADSET = FakeHeadset(name="")
DENIED = FakeHeadset(name="Poly Voyager Focus 2", code="denied")
CHOSEN = HotKeySettings(answer="Ctrl+Alt+A", hang_up="Ctrl+Alt+Q", mute="Ctrl+Shift+F9", show_window="F13")

PHONE_OPTIONS: dict[str, dict[str, object]] = {
    "keys": {"surroundings": fake_surroundings()},
    "keys_none": {"surroundings": fake_surroundings(headset=NO_HEADSET)},
    "keys_troubles": {
        "surroundings": fake_surroundings(hot_keys=FakeHotKeys(taken=("Ctrl+Alt+Q",)), headset=DENIED)
    },
    "keys_wayland": {"surroundings": fake_surroundings(hot_keys=FakeHotKeys("wayland"), headset=NO_HEADSET)},
}


def _open(stage: Any) -> None:
    stage.kit.phone.surroundings.start()
    stage.kit.registered()
    stage.window.show_place("keys")


def _choose(stage: Any) -> None:
    settings = stage.kit.phone.settings
    settings.change_fields(desktop=replace(settings.now.desktop, hot_keys=CHOSEN))


def keys(stage: Any) -> None:
    """Some are chosen, the headset is in use; the fourth field waits for keys."""
    _open(stage)
    _choose(stage)
    stage.find(QAbstractButton, "dial_selection").setFocus()
    stage.click("dial_selection")


def keys_none(stage: Any) -> None:
    """As it is at first."""
    _open(stage)


def keys_troubles(stage: Any) -> None:
    """Another program has one of the keys, the headset cannot be opened."""
    _open(stage)
    _choose(stage)


def keys_wayland(stage: Any) -> None:
    """A desktop that hands out no keys."""
    _open(stage)


def incoming_hidden(stage: Any) -> None:
    """The small window of a caller who is not to be read."""
    settings = stage.kit.phone.settings
    settings.change_fields(desktop=replace(settings.now.desktop, hide_caller=HideCaller.ALWAYS))
    stage.kit.registered()
    stage.away()
    stage.kit.incoming(number="202", name="山田 花子")
    stage.settle()
    stage.shown = stage.incoming_window()


def _widen(stage: Any) -> None:
    px = stage.window.look.px
    stage.window.resize(px(1000), px(680))
    stage.settle()


def wide_keypad(stage: Any) -> None:
    """A wide window: the list on the left, the keypad on the right."""
    stage.kit.registered()
    _widen(stage)


def wide_call(stage: Any) -> None:
    """A call beside the phone book."""
    stage.talk()
    _widen(stage)
    stage.window.show_place("contacts")


SCENES: dict[str, Callable[[Any], object]] = {
    each.__name__: each
    for each in (
        keys,
        keys_none,
        keys_troubles,
        keys_wayland,
        incoming_hidden,
        wide_keypad,
        wide_call,
    )
}
