"""Asked before what was typed of a person would be lost."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import PillButton
from softphone.ui.look import Look
from softphone.ui.sheet import Sheet


class UnsavedSheet(Sheet):
    """保存 · 破棄; closing it goes on with the editing. ``chosen`` carries save or discard."""

    chosen = Signal(str)

    def __init__(self, look: Look, over: QWidget, who: str) -> None:
        text = look.text
        super().__init__(
            look, over, "unsavedSheet", text("contacts.unsaved"), text("contacts.unsaved_hint", who=who)
        )
        height = tokens.CONTROL_HEIGHT + tokens.SPACE_1
        self._save = PillButton(look, text("contacts.save"), "unsavedSave", kind="accent", height=height)
        self._save.on_click(lambda: self._choose("save"))
        discard = PillButton(look, text("contacts.discard"), "unsavedDiscard", kind="raised", height=height)
        discard.on_click(lambda: self._choose("discard"))
        self.content.addWidget(self._save)
        self.content.addWidget(discard)

    def ask(self) -> None:
        """Rise, the keyboard on 保存."""
        self.rise(self._save)

    def _choose(self, what: str) -> None:
        self.dismiss()
        self.chosen.emit(what)
