"""A line at the foot of a list: what was just done, and the way back."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout

from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton, QuietButton
from softphone.ui.labels import Label, show_if
from softphone.ui.look import Look, on_look, set_role


class Banner(QFrame):
    """Words and one button; stays until it is closed, acted on, or another one comes."""

    accessible_role = QAccessible.Role.Notification

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self._action: Callable[[], object] = self.hide
        self.setObjectName(name)
        self.setProperty("card", "info")
        self._words = Label(look, "body", wrap=True, name=f"{name}Words")
        self._act = QuietButton(look, "", f"{name}Action", ground="surface")
        self._act.on_click(self._acted)
        self._close = IconButton(look, look.text("notice_bar.dismiss"), f"{name}Close", "close")
        self._close.on_click(self.hide)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._words, 1)
        self._row.addWidget(self._act)
        self._row.addWidget(self._close)
        self.hide()
        on_look(self, look, self._dress)

    def say(
        self,
        words: str,
        action_words: str = "",
        action: Callable[[], object] | None = None,
        *,
        tone: str = "info",
        closes: bool = True,
    ) -> None:
        """Show ``words``; the button closes it and runs ``action``."""
        self._action = action or self.hide
        self._words.show_text(words)
        self._act.set_words(action_words)
        show_if(self._act, bool(action_words))
        show_if(self._close, closes)
        set_role(self, card=tone)
        self.setAccessibleName(words)
        self.show()

    def _acted(self) -> None:
        self.hide()
        self._action()

    def _dress(self) -> None:
        px = self._look.px
        self._row.setContentsMargins(
            px(tokens.SPACE_4), px(tokens.SPACE_2), px(tokens.SPACE_2), px(tokens.SPACE_2)
        )
        self._row.setSpacing(px(tokens.SPACE_1))
