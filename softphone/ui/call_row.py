"""A call that is not in front: one row with who, what it does, for how long, and its own keys."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from softphone.ui import theme as tokens
from softphone.ui.avatar import Avatar
from softphone.ui.buttons import Button, IconButton, QuietButton
from softphone.ui.call_menu import show_actions
from softphone.ui.call_view import CallView
from softphone.ui.labels import ElidedLabel, IconLabel
from softphone.ui.look import Look, on_look


class CallRow(QFrame):
    """Shows one CallView small. ``wanted`` carries an action and the call's key."""

    accessible_role = QAccessible.Role.Grouping

    wanted = Signal(str, str)

    def __init__(self, look: Look, key: str) -> None:
        super().__init__()
        self._look = look
        self.key = key
        self._view: CallView | None = None
        self.setObjectName(f"callRow_{key}")
        self.setProperty("card", True)
        self._avatar = Avatar(look, "small")
        self._name = ElidedLabel(look, "body_bold", name="rowName")
        self._icon = IconLabel(look, "pause", "text_soft", tokens.ICON_SMALL)
        self._state = ElidedLabel(look, "small", "text_soft", name="rowState")
        self._keys: dict[str, Button] = {}
        self._state_line = QHBoxLayout()
        self._state_line.addWidget(self._icon)
        self._state_line.addWidget(self._state, 1)
        self._lines = QVBoxLayout()
        self._lines.addStretch(1)
        self._lines.addWidget(self._name)
        self._lines.addLayout(self._state_line)
        self._lines.addStretch(1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._avatar)
        self._row.addLayout(self._lines, 1)
        on_look(self, look, self._dress)

    def show_view(self, view: CallView) -> None:
        """Show ``view``."""
        if view == self._view:
            return
        if self._view is None or view.row != self._view.row:
            self._make_keys(view)
        self._view = view
        ringing = view.phase == "ringing"
        icon = "people" if view.phase == "conference" else "user"
        self._avatar.show_person(view.initial, ringing=ringing, icon=icon, photo_id=view.photo_id)
        self._name.show_text(view.name)
        tone = "good" if ringing else "warn" if view.tone == "warn" else "text_soft"
        self._icon.show_icon(view.icon, tone)
        time = view.since or ("" if ringing else view.timer)
        self._state.show_text("  ".join(part for part in (view.state_words, time) if part))
        more = [part for part in (view.company, view.number, view.detail, view.line) if part]
        self.setAccessibleName(" ".join((view.name, view.state_words, *more)))
        self.setToolTip("\n".join(more))

    def _make_keys(self, view: CallView) -> None:
        text = self._look.text
        for old in self._keys.values():
            self._row.removeWidget(old)
            old.hide()
            old.deleteLater()
        self._keys.clear()
        for action in view.row:
            name = f"row_{action}"
            if action == "more":
                key: Button = IconButton(self._look, text("call_panel.answers"), name, "more")
                key.on_click(self._open_menu)
            elif action in ("hang_up", "decline"):
                key = IconButton(self._look, text(f"call_panel.{action}"), name, "hang-up-fill", tone="bad")
            else:
                tone = "good" if action == "answer" else "accent"
                key = QuietButton(self._look, text(f"call_action.{action}"), name, tone=tone, ground="fill")
            if action != "more":
                key.on_click(partial(self.wanted.emit, action, self.key))
            self._keys[action] = key
            self._row.addWidget(key)
            key.show()

    def _open_menu(self) -> None:
        if self._view is not None:
            key = self.key
            show_actions(self._look, self, self._view.menu, lambda action: self.wanted.emit(action, key))

    def _dress(self) -> None:
        px = self._look.px
        inset = px(tokens.SPACE_1)
        self._row.setContentsMargins(inset, inset, px(tokens.SPACE_2), inset)
        self._row.setSpacing(px(tokens.SPACE_1))
        self._lines.setSpacing(px(tokens.SPACE_1) // 2)
        self._state_line.setSpacing(px(tokens.SPACE_1))
