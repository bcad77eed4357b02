"""Scenes of the gallery: desktop. Each function sets a stage; ``SCENES`` has them by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from tests.helpers.fake_desktop import FakeSwitch, fake_desktop

PHONE_OPTIONS: dict[str, dict[str, object]] = {
    "desktop_page": {"desktop": fake_desktop(autostart=FakeSwitch(on=True))},
}


def desktop_page(stage: Any) -> None:
    """Everything can be set."""
    stage.kit.registered()
    stage.window.show_place("desktop")


def desktop_page_impossible(stage: Any) -> None:
    """A system on which nothing can be set."""
    stage.kit.registered()
    stage.window.show_place("desktop")


SCENES: dict[str, Callable[[Any], object]] = {
    each.__name__: each for each in (desktop_page, desktop_page_impossible)
}
