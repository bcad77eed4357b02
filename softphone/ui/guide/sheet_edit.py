"""Where the sheet of paper is pasted, typed or dropped, as text or as a file; and what was found in it."""

from __future__ import annotations

from PySide6.QtCore import QMimeData, Signal
from PySide6.QtWidgets import QHBoxLayout, QPlainTextEdit, QVBoxLayout, QWidget

from softphone.domain.provisioning import MAX_FILE_BYTES
from softphone.ui import theme as tokens
from softphone.ui.labels import IconLabel, Label
from softphone.ui.look import Look, on_look

_LINES = 6


class SheetEdit(QPlainTextEdit):
    """Plain text; Tab goes on. ``file_dropped`` carries a path, ``refused`` comes for what is too long."""

    file_dropped = Signal(str)
    refused = Signal()

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.setObjectName("sheetEdit")
        self.setAccessibleName(look.text("guide.sheet"))
        self.setPlaceholderText(look.text("guide.sheet_example"))
        self.setTabChangesFocus(True)

        def dress() -> None:
            line = self.fontMetrics().lineSpacing()
            self.setFixedHeight(_LINES * line + 2 * look.px(tokens.SPACE_3))

        on_look(self, look, dress)

    def insertFromMimeData(self, source: QMimeData) -> None:
        files = [url.toLocalFile() for url in source.urls() if url.isLocalFile()]
        if files:
            self.file_dropped.emit(files[0])
        elif len(source.text()) > MAX_FILE_BYTES:
            self.refused.emit()
        else:
            super().insertFromMimeData(source)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasUrls() or super().canInsertFromMimeData(source)


class FoundRow(QWidget):
    """One value that is looked for: a tick where it was found."""

    def __init__(self, look: Look, name: str) -> None:
        super().__init__()
        self._look = look
        self._name = name
        self._icon = IconLabel(look, "check", "good", tokens.ICON_SMALL)
        self._words = Label(look, "body", name=f"found_{name}")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(look.px(tokens.SPACE_2))
        row.addWidget(self._icon)
        row.addWidget(self._words, 1)
        self.show_found(False)

    def show_found(self, found: bool) -> None:
        """Whether it stands in the text."""
        text = self._look.text
        self._icon.show_icon("check" if found else "more", "good" if found else "text_soft")
        value = text(f"guide.on_sheet_{self._name}")
        words = text("guide.found" if found else "guide.not_found", value=value)
        self._words.show_text(words, "" if found else "soft")


def found_rows(look: Look, names: tuple[str, ...], column: QVBoxLayout) -> dict[str, FoundRow]:
    """A row for each of ``names``, put into ``column``."""
    rows = {name: FoundRow(look, name) for name in names}
    for row in rows.values():
        column.addWidget(row)
    return rows
