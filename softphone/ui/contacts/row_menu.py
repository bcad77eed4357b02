"""What can be done with a person of the list, by a right click or the menu key."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QMenu, QWidget

from softphone.domain.contact import Contact
from softphone.ui import theme as tokens
from softphone.ui.call_menu import new_menu
from softphone.ui.contacts.words import label_words
from softphone.ui.look import Look


def show_row_menu(
    look: Look,
    beside: QWidget,
    at: QPoint,
    contact: Contact,
    shown: Callable[[str], str],
    run: Callable[[str, str], None],
) -> QMenu:
    """Call each number, open, edit, star, delete: ``run`` takes an action and, for a call, the number."""
    text = look.text
    menu = new_menu(look, beside, "contactMenu", contact.shown_name)

    def add(icon: str, words: str, action: str, number: str = "", tone: str = "text_soft") -> None:
        picture = look.icon(icon, tone, look.px(tokens.ICON))
        menu.addAction(picture, words, partial(run, action, number)).setObjectName(action)

    for own in contact.numbers:
        label = label_words(text, own.label)
        words = text("contacts.call_number", label=label, number=shown(own.number))
        add("phone-fill", words, "call", own.number, "good")
    if contact.numbers:
        copy = partial(QGuiApplication.clipboard().setText, contact.numbers[0].number)
        icon = look.icon("copy", "text_soft", look.px(tokens.ICON))
        menu.addAction(icon, text("contacts.copy_number"), copy)
        menu.addSeparator()
    add("user", text("contacts.open_card"), "open")
    if contact.source:
        add("person-add", text("contacts.copy_to_own"), "copy")
    else:
        add("edit", text("contacts.edit"), "edit")
        starred = bool(contact.favourite)
        words = text("contacts.unstar") if starred else text("contacts.star")
        add("favourite-fill" if starred else "favourite", words, "unstar" if starred else "star")
        menu.addSeparator()
        add("trash", text("contacts.delete"), "delete", tone="bad")
    menu.popup(at)
    return menu
