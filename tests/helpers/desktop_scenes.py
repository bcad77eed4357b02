"""Scenes of the gallery: desktop. Each function sets a stage; ``SCENES`` has them by name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QPoint
from PySide6.QtWidgets import QApplication

from softphone.domain.call import TerminatedReason
from softphone.domain.events import MuteChanged
from softphone.domain.media import MediaDirection
from softphone.ui.desktop_desk import DesktopDesk
from tests.helpers.fake_desktop import FakeSwitch, fake_desktop
from tests.helpers.fake_surroundings import fake_surroundings

PHONE_OPTIONS: dict[str, dict[str, object]] = {
    "desktop_page": {
        "desktop": fake_desktop(autostart=FakeSwitch(on=True)),
        "surroundings": fake_surroundings(),
    },
}


def desktop_page(stage: Any) -> None:
    """Everything can be set."""
    stage.kit.registered()
    stage.window.show_place("desktop")


def desktop_page_impossible(stage: Any) -> None:
    """A system on which nothing can be set."""
    stage.kit.registered()
    stage.window.show_place("desktop")


def desk(stage: Any) -> DesktopDesk:
    """The window on a desktop with a tray; taken off it when the window goes."""
    return DesktopDesk(stage.kit.phone, stage.window, lambda: False, has_tray=lambda: True)


def mini_bar(stage: Any) -> None:
    """Talking, while another program is in front."""
    desk(stage)
    stage.talk()
    _away(stage)


def mini_bar_held(stage: Any) -> None:
    """The far side waits."""
    desk(stage)
    stage.media(stage.talk("0312345678", ""), local=MediaDirection.SENDONLY)
    _away(stage)


def mini_bar_muted(stage: Any) -> None:
    """Muted, with a long name."""
    desk(stage)
    key = stage.talk("09012345678", "株式会社ながいなまえの会社 東日本営業本部 山田花子")
    stage.kit.engine.emit(MuteChanged(key=key, muted=True))
    _away(stage)


def tray_menu(stage: Any) -> None:
    """Somebody rings, two calls were missed."""
    stage.kit.registered()
    made = desk(stage)
    for key in ("in-1", "in-2"):
        stage.kit.incoming(key, "0312345678", "佐藤 次郎")
        stage.kit.ended(key, TerminatedReason.CANCELLED)
    stage.kit.incoming("in-3", "202", "山田 花子")
    made.tray.menu.popup(stage.window.mapToGlobal(QPoint(0, 0)))
    stage.shown = made.tray.menu


def tray_menu_quiet(stage: Any) -> None:
    """Nothing goes on."""
    stage.kit.registered()
    made = desk(stage)
    made.tray.menu.popup(stage.window.mapToGlobal(QPoint(0, 0)))
    stage.shown = made.tray.menu


def _away(stage: Any) -> None:
    stage.away()
    stage.shown = next(
        w for w in QApplication.topLevelWidgets() if w.objectName() == "miniBar" and w.isVisible()
    )


SCENES: dict[str, Callable[[Any], object]] = {
    each.__name__: each
    for each in (
        desktop_page,
        desktop_page_impossible,
        mini_bar,
        mini_bar_held,
        mini_bar_muted,
        tray_menu,
        tray_menu_quiet,
    )
}
