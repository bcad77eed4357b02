"""What stands where there is nothing yet: a picture, what will be here, and how to begin."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import QuietButton
from softphone.ui.labels import IconLabel, Label
from softphone.ui.look import Look, on_look

_CENTER = Qt.AlignmentFlag.AlignHCenter


class EmptyState(QWidget):
    """An icon, a title, a sentence, and what can be done about it."""

    def __init__(self, look: Look, icon: str, name: str) -> None:
        super().__init__()
        self._look = look
        self.setObjectName(name)
        self._title = Label(look, "heading", wrap=True, name=f"{name}Title")
        self._title.setAlignment(_CENTER)
        self._words = Label(look, "body", "soft", wrap=True, name=f"{name}Words")
        self._words.setAlignment(_CENTER)
        self._column = QVBoxLayout(self)
        self._column.addStretch(2)
        self._icon = IconLabel(look, icon, "text_faint", tokens.ROUND_BUTTON)
        self._column.addWidget(self._icon, 0, _CENTER)
        self._column.addWidget(self._title)
        self._column.addWidget(self._words)
        self._end = self._column.count()
        self._column.addStretch(3)
        on_look(self, look, self._dress)

    def say(self, icon: str, title: str, words: str) -> None:
        """Other words."""
        self._icon.show_icon(icon, "text_faint")
        self._title.show_text(title)
        self._words.show_text(words)

    def add_action(self, words: str, name: str, icon: str, action: Callable[[], object]) -> QuietButton:
        """A button under the words."""
        button = QuietButton(self._look, words, name, icon=icon, ground="fill")
        button.on_click(action)
        self._column.insertWidget(self._end, button, 0, _CENTER)
        self._end += 1
        return button

    def _dress(self) -> None:
        px = self._look.px
        side = px(tokens.SPACE_6)
        self._column.setContentsMargins(side, px(tokens.SPACE_4), side, px(tokens.SPACE_4))
        self._column.setSpacing(px(tokens.SPACE_2))
