"""Names and what belongs to them, in two columns."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QVBoxLayout

from softphone.ui import theme as tokens
from softphone.ui.labels import Label
from softphone.ui.look import Look


class FigureTable:
    """Names and values in two columns of a section."""

    def __init__(self, look: Look, column: QVBoxLayout, name: str) -> None:
        self._look = look
        self._name = name
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(look.px(tokens.SPACE_3))
        self._grid.setVerticalSpacing(look.px(tokens.SPACE_2))
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[Label, Label]] = []
        column.addLayout(self._grid)

    def show_rows(self, rows: tuple[tuple[str, str], ...]) -> None:
        """Show ``rows``; their number stays the same."""
        for place, (name, value) in enumerate(rows):
            if place >= len(self._rows):
                self._rows.append(self._add_row(place))
            title, label = self._rows[place]
            title.setText(name)
            label.show_text(value)
            label.setAccessibleName(f"{name}: {value}")

    def _add_row(self, place: int) -> tuple[Label, Label]:
        title = Label(self._look, "small", "soft")
        label = Label(self._look, "small", wrap=True, name=f"{self._name}_{place}")
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        label.setAlignment(Qt.AlignmentFlag.AlignRight)
        self._grid.addWidget(title, place, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(label, place, 1)
        return title, label
