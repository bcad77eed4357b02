"""The banner while 着信拒否 or 不在時動作 is on: what happens to callers, and 解除."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QFrame, QHBoxLayout

from softphone.ui import theme as tokens
from softphone.ui.buttons import QuietButton
from softphone.ui.keypad_view import BannerView
from softphone.ui.labels import ElidedLabel, IconLabel, Label
from softphone.ui.look import Look, on_look, set_role


class AbsenceBanner(QFrame):
    """Takes no room while nothing is on. ``lifted``: callers are to get through again."""

    accessible_role = QAccessible.Role.Grouping

    lifted = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.setObjectName("absenceBanner")
        self._icon = IconLabel(look, "incoming", "accent", tokens.ICON)
        self._words = Label(look, "small", wrap=True, name="absenceWords")
        self._line = ElidedLabel(look, "small", name="absenceLine")
        self._view = BannerView()
        self._compact = False
        self._show_words()
        lift = QuietButton(look, look.text("keypad.lift"), "liftAbsence", tone="text", ground="surface")
        lift.on_click(self.lifted.emit)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._icon, 0, Qt.AlignmentFlag.AlignVCenter)
        for words in (self._words, self._line):
            self._row.addWidget(words, 1, Qt.AlignmentFlag.AlignVCenter)
        self._row.addWidget(lift, 0, Qt.AlignmentFlag.AlignVCenter)
        self.hide()
        on_look(self, look, self._dress)

    def show_view(self, view: BannerView) -> None:
        """Show ``view``."""
        self._view = view
        set_role(self, card=view.tone)
        self._icon.show_icon(view.icon, "accent" if view.tone == "info" else view.tone)
        self._show_words()
        self.setAccessibleName(view.words)
        self.setVisible(bool(view.words))

    def set_compact(self, compact: bool) -> None:
        """One line alone, where the keys need the room; the tool tip has it whole."""
        if compact != self._compact:
            self._compact = compact
            self._show_words()

    def _show_words(self) -> None:
        words = self._view.words
        self._words.show_text("" if self._compact else words)
        self._line.show_text(words if self._compact else "")

    def _dress(self) -> None:
        px = self._look.px
        self._row.setSpacing(px(tokens.SPACE_2))
        self._row.setContentsMargins(
            px(tokens.SPACE_3), px(tokens.SPACE_2), px(tokens.SPACE_2), px(tokens.SPACE_2)
        )
