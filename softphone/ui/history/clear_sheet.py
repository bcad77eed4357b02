"""Asks before every call is forgotten."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QMainWindow, QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import PillButton
from softphone.ui.labels import Label
from softphone.ui.look import Look
from softphone.ui.sheet import Sheet


class ClearSheet(Sheet):
    """``confirmed``: the user wants it. The keyboard stands on what does no harm."""

    confirmed = Signal()

    def __init__(self, look: Look, over: QWidget, count: int) -> None:
        text = look.text
        title = text("history_clear.title")
        super().__init__(look, over, "clearSheet", title, text("history_clear.count", count=f"{count:,}"))
        hint = Label(look, "small", "soft", wrap=True, name="clearHint")
        hint.setText(text("history_clear.hint"))
        delete = PillButton(look, text("history_clear.delete"), "clearConfirm", kind="hang_up", icon="trash")
        delete.on_click(self._confirm)
        self._keep = PillButton(look, text("history_clear.keep"), "clearKeep", kind="raised")
        self._keep.on_click(self.dismiss)
        line = QHBoxLayout()
        line.setContentsMargins(self.ring, 0, self.ring, look.px(tokens.SPACE_2))
        line.addWidget(hint)
        self.content.addLayout(line)
        for button in (delete, self._keep):
            self.content.addWidget(button)

    def ask(self) -> None:
        """Rise over the window."""
        self.rise(self._keep)

    def _confirm(self) -> None:
        self.dismiss()
        self.confirmed.emit()


def ground_of(widget: QWidget) -> QWidget:
    """What a sheet asked for by ``widget`` rises over."""
    window = widget.window()
    ground = window.centralWidget() if isinstance(window, QMainWindow) else None
    return ground or window
