"""Something on the card that is under way or wrong, with what can be done about it."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import PillButton
from softphone.ui.call_view import NoteView
from softphone.ui.labels import IconLabel, Label
from softphone.ui.look import Look, on_look

_FIRST = ("complete", "follow")  # what one most likely wants
_COLORS = {"info": "accent", "warn": "warn", "bad": "bad"}


class CallNote(QFrame):
    """Shows one NoteView. ``wanted`` carries the name of an action."""

    accessible_role = QAccessible.Role.Grouping

    wanted = Signal(str)

    def __init__(self, look: Look, view: NoteView) -> None:
        super().__init__()
        self._look = look
        self.setObjectName("callNote")
        self.setProperty("card", view.tone)
        self.setAccessibleName(" ".join(part for part in (view.words, view.detail) if part))
        words = Label(look, "body_bold", wrap=True, name="noteWords")
        words.show_text(view.words)
        detail = Label(look, "small", "soft", wrap=True, name="noteDetail")
        detail.show_text(view.detail)
        self._lines = QVBoxLayout()
        self._lines.addWidget(words)
        self._lines.addWidget(detail)
        self._top = QHBoxLayout()
        icon = IconLabel(look, view.icon, _COLORS[view.tone], tokens.ICON)
        self._top.addWidget(icon, 0, Qt.AlignmentFlag.AlignTop)
        self._top.addLayout(self._lines, 1)
        self._buttons = QHBoxLayout()
        for action in view.actions:
            button = PillButton(
                look,
                look.text(f"call_action.{action}"),
                f"{action}Button",
                kind="accent" if action in _FIRST else "surface",
                height=tokens.CONTROL_HEIGHT - tokens.SPACE_1,
            )
            button.on_click(partial(self.wanted.emit, action))
            self._buttons.addWidget(button)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._top)
        if view.actions:
            self._column.addLayout(self._buttons)
        on_look(self, look, self._dress)

    def _dress(self) -> None:
        px = self._look.px
        edge = px(tokens.SPACE_3)
        self._column.setContentsMargins(
            edge, edge, edge, px(tokens.SPACE_2) if self._buttons.count() else edge
        )
        self._column.setSpacing(px(tokens.SPACE_2))
        self._lines.setSpacing(px(tokens.SPACE_1) // 2)
        self._top.setSpacing(px(tokens.SPACE_2))
        self._buttons.setSpacing(px(tokens.SPACE_1))


class CallNotes(QWidget):
    """The notes of the call in front, one under the other; made anew only where they are others."""

    wanted = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._views: tuple[NoteView, ...] = ()
        self._shown: list[CallNote] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self.hide()

    def show_views(self, views: tuple[NoteView, ...]) -> None:
        """Show ``views``; none takes no room."""
        if views == self._views:
            return
        self._views = views
        while self._shown:
            old = self._shown.pop()
            self._column.removeWidget(old)
            old.hide()
            old.deleteLater()
        for view in views:
            note = CallNote(self._look, view)
            note.wanted.connect(self.wanted)
            self._column.addWidget(note)
            note.show()
            self._shown.append(note)
        self.setVisible(bool(views))
