"""Menus of the call screen: by name of what can be done, or by who is meant."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtCore import QPoint, Qt
from PySide6.QtWidgets import QMenu, QWidget

from softphone.ui import theme as tokens
from softphone.ui.look import Look
from softphone.ui.shortcuts import keys_of

ICONS = {
    "keypad": "keypad",
    "audio": "speaker",
    "record": "record",
    "stop_recording": "stop",
    "leave": "leave",
    "swap": "swap",
    "switch": "swap",
    "add_call": "person-add",
    "park": "park",
    "hang_up_all": "hang-up-fill",
    "answer_held": "pause",
    "end_and_answer": "hang-up-fill",
    "decline": "hang-up-fill",
    "decline_busy": "close",
    "to_voicemail": "voicemail",
    "to_number": "transfer",
    "transfer_to": "transfer",
    "join": "people",
}


def new_menu(look: Look, beside: QWidget, name: str, words: str) -> QMenu:
    """An empty menu with round corners; it is gone once it is hidden."""
    menu = QMenu(beside)
    menu.setObjectName(name)
    menu.setWindowFlag(Qt.WindowType.FramelessWindowHint)
    menu.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)  # its corners are round
    menu.setAccessibleName(words)
    menu.setMaximumWidth(look.px(tokens.WINDOW_WIDTH - tokens.SPACE_4))
    menu.aboutToHide.connect(menu.deleteLater)
    return menu


def open_beside(menu: QMenu, beside: QWidget) -> None:
    """Open over the upper edge of ``beside``, flush with its right side."""
    size = menu.sizeHint()
    menu.popup(beside.mapToGlobal(QPoint(beside.width() - size.width(), -size.height())))


def open_below(menu: QMenu, beside: QWidget) -> None:
    """Open under ``beside``, flush with its right side."""
    menu.popup(beside.mapToGlobal(QPoint(beside.width() - menu.sizeHint().width(), beside.height())))


def close_menus(root: QWidget) -> None:
    """Close what is open in ``root``: it was about a call that is not there any more."""
    for menu in root.findChildren(QMenu):
        menu.close()


def show_actions(
    look: Look, beside: QWidget, names: Iterable[str], run: Callable[[str], None], *, name: str = "moreMenu"
) -> QMenu:
    """A menu of actions by name ("" is a line between them)."""
    menu = new_menu(look, beside, name, look.text("call_panel.more"))
    for each in names:
        if not each:
            menu.addSeparator()
            continue
        icon = look.icon(ICONS[each], "text_soft", look.px(tokens.ICON))
        # Behind the tab stands what is only told: the window itself runs the keys.
        words = "\t".join(filter(None, (look.text(f"call_action.{each}"), keys_of(each))))
        menu.addAction(icon, words, partial(run, each)).setObjectName(each)
    open_beside(menu, beside)
    return menu


def show_joinable(
    look: Look, beside: QWidget, others: Iterable[tuple[str, str]], join: Callable[[str], None]
) -> QMenu:
    """Whom to take into the conference: (key, name) each; "" is somebody new."""
    menu = new_menu(look, beside, "joinMenu", look.text("call_action.join"))
    for key, who in others:
        icon = look.icon("people" if key else "person-add", "text_soft", look.px(tokens.ICON))
        words = look.text("conference.with", who=who) if key else look.text("call_action.add_call")
        menu.addAction(icon, words, partial(join, key))
    open_beside(menu, beside)
    return menu


def show_drop(look: Look, beside: QWidget, dragged: str, onto: str, run: Callable[[str], None]) -> QMenu:
    """What a call dropped on another means: hand it over, or talk together."""
    menu = new_menu(look, beside, "dropMenu", look.text("call_action.transfer_to"))
    words = {
        "transfer_to": look.text("transfer.drop", who=dragged, other=onto),
        "join": look.text("conference.drop", who=dragged, other=onto),
    }
    for action, said in words.items():
        icon = look.icon(ICONS[action], "text_soft", look.px(tokens.ICON))
        menu.addAction(icon, said, partial(run, action)).setObjectName(action)
    open_beside(menu, beside)
    return menu
