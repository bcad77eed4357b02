"""A call that is not in front: one row with who, what it does and what can be done."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from softphone.ui import theme as tokens
from softphone.ui.avatar import Avatar
from softphone.ui.buttons import QuietButton
from softphone.ui.labels import ElidedLabel
from softphone.ui.look import Look, on_look
from softphone.ui.view_state import CallView


class CallRow(QFrame):
    """Shows one CallView small."""

    answer_wanted = Signal(str)
    decline_wanted = Signal(str)
    hold_wanted = Signal(str, bool)

    def __init__(self, look: Look, key: str) -> None:
        super().__init__()
        self._look = look
        self._key = key
        self.setObjectName(f"callRow_{key}")
        self.setProperty("card", True)
        text = look.text
        self._avatar = Avatar(look, small=True)
        self._name = ElidedLabel(look, "body_bold", name="rowName")
        self._state = ElidedLabel(look, "small", "text_soft", name="rowState")
        self._decline = QuietButton(look, text("call_panel.decline"), "rowDecline", tone="bad")
        self._answer = QuietButton(look, text("call_panel.answer"), "rowAnswer", tone="good")
        self._resume = QuietButton(look, text("call_panel.resume"), "rowResume")
        self._decline.on_click(lambda: self.decline_wanted.emit(self._key))
        self._answer.on_click(lambda: self.answer_wanted.emit(self._key))
        self._resume.on_click(lambda: self.hold_wanted.emit(self._key, False))
        words = QVBoxLayout()
        words.addWidget(self._name)
        words.addWidget(self._state)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._avatar)
        self._row.addLayout(words, 1)
        for button in (self._decline, self._answer, self._resume):
            self._row.addWidget(button)
        self._words = words
        on_look(self, look, self._dress)

    def show_view(self, view: CallView) -> None:
        """Show ``view``."""
        self._avatar.show_person(view.initial, ringing=view.phase == "ringing")
        self._name.show_text(view.name)
        self._state.show_text("  ".join(part for part in (view.state_words, view.timer) if part))
        self._decline.setVisible(view.phase == "ringing")
        self._answer.setVisible(view.phase == "ringing")
        self._resume.setVisible(view.held and view.phase == "talking")

    def _dress(self) -> None:
        inset = self._look.px(tokens.SPACE_2)
        self._row.setContentsMargins(inset, inset, inset, inset)
        self._row.setSpacing(self._look.px(tokens.SPACE_1))
        self._words.setSpacing(0)
