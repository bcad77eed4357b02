"""Asked before the window closes on a running call."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import PillButton
from softphone.ui.labels import Label
from softphone.ui.look import Look


class QuitDialog(QDialog):
    """Stay in the call with ``who``, or end it and quit."""

    def __init__(self, look: Look, parent: QWidget | None = None, who: str = "") -> None:
        super().__init__(parent)
        self._look = look
        text, px = look.text, look.px
        self.setObjectName("quitDialog")
        self.setProperty("ground", True)
        self.setWindowTitle(text("app.name"))
        title = Label(look, "title")
        title.setText(text("quit.title"))
        words = Label(look, "body", "soft", wrap=True)
        words.setText(text("quit.words_with", who=who) if who else text("quit.words"))
        stay = PillButton(look, text("quit.stay"), "quitStay", kind="accent", height=tokens.CONTROL_HEIGHT)
        stay.on_click(self.reject)
        leave = PillButton(look, text("quit.leave"), "quitLeave", kind="quiet", height=tokens.CONTROL_HEIGHT)
        leave.on_click(self.accept)
        column = QVBoxLayout(self)
        side = px(tokens.SPACE_5)
        column.setContentsMargins(side, side, side, side)
        column.setSpacing(px(tokens.SPACE_3))
        for widget in (title, words, stay, leave):
            column.addWidget(widget)
        self.setMinimumWidth(px(tokens.WINDOW_MIN_WIDTH) - 2 * side)
        stay.setFocus()

    def focusNextPrevChild(self, forward: bool) -> bool:
        self._look.tabbed(self)
        return super().focusNextPrevChild(forward)

    def ask(self) -> bool:
        """True where the user wants to quit."""
        return self.exec() == QDialog.DialogCode.Accepted
