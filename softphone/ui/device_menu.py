"""The menu behind 「音声」 in a call: microphone and speaker by name."""

from __future__ import annotations

from msgspec.structs import replace
from PySide6.QtGui import QActionGroup
from PySide6.QtWidgets import QMenu, QWidget

from softphone.app.phone import Phone
from softphone.ui import theme as tokens
from softphone.ui.call_menu import new_menu, open_beside
from softphone.ui.look import Look
from softphone.ui.view_state import device_options


def show_device_menu(look: Look, phone: Phone, beside: QWidget) -> QMenu:
    """Open the menu over ``beside``; a choice is taken at once, in the call."""
    menu = new_menu(look, beside, "deviceMenu", look.text("call_panel.audio"))
    for role, title in (("input", "microphone"), ("output", "speaker")):
        if role == "output":
            menu.addSeparator()
        menu.addAction(look.text(f"call_panel.{title}")).setEnabled(False)
        _add_devices(look, phone, menu, role)
    open_beside(menu, beside)
    return menu


def _add_devices(look: Look, phone: Phone, menu: QMenu, role: str) -> None:
    field = f"{role}_device"
    chosen = getattr(phone.settings.now.audio, field)
    group = QActionGroup(menu)
    for value, words in device_options(look.text, phone.devices.devices, chosen, role=role):
        action = menu.addAction(words)
        action.setCheckable(True)
        action.setChecked(value == chosen)
        if value == chosen:
            action.setIcon(look.icon("check", "accent", look.px(tokens.ICON_SMALL)))
        group.addAction(action)
        action.triggered.connect(
            lambda _=False, value=value: phone.devices.change(
                replace(phone.settings.now.audio, **{field: value})
            )
        )
