"""What screen readers are told: the role and the value of widgets painted by us, and what changes.

A widget class says ``accessible_role``, and has ``accessible_value`` where it has a value. Everything else
(names, states, actions, what can be focused) Qt knows by itself. Only asked while a reader runs.
"""

from __future__ import annotations

from PySide6.QtCore import QObject
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent, QAccessibleInterface
from PySide6.QtWidgets import QAccessibleWidget, QWidget


class PaintedInterface(QAccessibleWidget):
    """A widget of ours as a reader sees it."""

    def text(self, kind: QAccessible.Text) -> str:
        if kind is QAccessible.Text.Value:
            value = getattr(self.object(), "accessible_value", None)
            return str(value()) if value is not None else ""
        return super().text(kind)


def announce(widget: QWidget, words: str, *, urgent: bool = False) -> None:
    """Have a reader say what changed where the keyboard is not; ``urgent`` breaks in on what it says."""
    if not words or not QAccessible.isActive():
        return
    event = QAccessibleAnnouncementEvent(widget, words)
    if urgent:
        event.setPoliteness(QAccessible.AnnouncementPoliteness.Assertive)
    QAccessible.updateAccessibility(event)


def _interface(class_name: str, thing: QObject) -> QAccessibleInterface | None:
    """Qt asks for every class a widget is of, the outermost first; None leaves it to Qt."""
    role = getattr(thing, "accessible_role", None)
    if role is None or not isinstance(thing, QWidget):
        return None
    return PaintedInterface(thing, role)


def tell_readers() -> None:
    """Have Qt ask us. Thread: main, once a program."""
    QAccessible.installFactory(_interface)
