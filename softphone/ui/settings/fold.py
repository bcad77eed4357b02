"""詳細: what few need, folded away until it is asked for."""

from __future__ import annotations

from PySide6.QtWidgets import QVBoxLayout, QWidget

from softphone.ui import theme as tokens
from softphone.ui.buttons import QuietButton
from softphone.ui.look import Look


class Fold(QWidget):
    """A button that shows and hides ``column``."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._toggle = QuietButton(
            look, look.text("settings.details"), "detailsButton", icon="chevron-right", flush=True
        )
        self._toggle.setCheckable(True)
        self._toggle.toggled.connect(self._show)
        self._body = QWidget()
        self.column = QVBoxLayout(self._body)
        outer = QVBoxLayout(self)
        for column in (self.column, outer):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(look.px(tokens.SPACE_3))
        outer.addWidget(self._toggle)
        outer.addWidget(self._body)
        self._body.hide()

    def open(self) -> None:
        """Show what is in it."""
        self._toggle.setChecked(True)

    def _show(self, shown: bool) -> None:
        self._body.setVisible(shown)
        self._toggle.icon_name = "chevron-down" if shown else "chevron-right"
        self._toggle.update()
