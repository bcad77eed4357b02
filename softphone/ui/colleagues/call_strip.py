"""The call one could hand over, over the tiles: dragged onto one, or the tile is clicked."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from softphone.app.text import party_title
from softphone.domain.call import Call
from softphone.ui import theme as tokens
from softphone.ui.call_drag import CallDrag
from softphone.ui.labels import ElidedLabel, IconLabel, Label, show_if
from softphone.ui.look import Look, on_look


class CallStrip(QFrame):
    """Hidden while there is no call. Thread: ui."""

    accessible_role = QAccessible.Role.Grouping

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._key = ""
        self.setObjectName("colleagueCall")
        self.setProperty("card", "info")
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._who = ElidedLabel(look, "body_bold", name="colleagueCallWho")
        self._hint = Label(look, "small", "soft", wrap=True, name="colleagueCallHint")
        self._hint.setText(look.text("colleague_call.hint"))
        self._words = QVBoxLayout()
        self._words.setSpacing(0)
        self._words.addWidget(self._who)
        self._words.addWidget(self._hint)
        self._row = QHBoxLayout(self)
        self._row.addWidget(IconLabel(look, "grip", "accent", tokens.ICON))
        self._row.addLayout(self._words, 1)
        self._drag = CallDrag(self, lambda: self._key)
        on_look(self, look, self._dress)
        self.hide()

    def show_call(self, call: Call | None) -> None:
        """Show this call; None hides the strip."""
        self._key = call.key if call is not None else ""
        if call is not None:
            words = self._look.text("colleague_call.talking", who=party_title(self._look.text, call))
            self._who.show_text(words)
            self.setAccessibleName(words)
        show_if(self, call is not None)

    def _dress(self) -> None:
        px = self._look.px
        self._row.setContentsMargins(px(tokens.SPACE_3), *(px(tokens.SPACE_2),) * 3)
        self._row.setSpacing(px(tokens.SPACE_2))
