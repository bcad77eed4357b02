"""A note under a control: a quiet word, or what is wrong with it, told by an icon too."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.labels import IconLabel, Label
from softphone.ui.look import Look


class Note(QWidget):
    """Takes no room while there is nothing to say."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._icon = IconLabel(look, "octagon", "bad", tokens.ICON_SMALL)
        self._words = Label(look, "small", "soft", wrap=True, name=name)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(tokens.SPACE_1))
        row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(self._words, 1)
        self.hide()

    def show_words(self, words: str) -> None:
        """Say something by the way."""
        self._show(words, "soft")

    def show_problem(self, words: str) -> None:
        """Say what is wrong."""
        self._show(words, "bad")

    def clear(self) -> None:
        """Nothing to say."""
        self._show("", "soft")

    def _show(self, words: str, tone: str) -> None:
        self._words.show_text(words, tone)
        self._icon.setVisible(tone == "bad")
        self.setVisible(bool(words))
