"""The help: the user guide in a window of its own. Contents and search on the left, the page on the right.

pages (Markdown) ─▸ help_markup ─▸ QTextBrowser, coloured and sized by the tokens
"""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QImage,
    QKeyEvent,
    QKeySequence,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton
from softphone.ui.help_markup import to_html
from softphone.ui.help_pages import FIRST, HelpPage, find_pages, load_pages
from softphone.ui.labels import Label
from softphone.ui.look import Look, on_look
from softphone.ui.reading_window import ReadingWindow
from softphone.ui.style_sheet import help_sheet
from softphone.ui.web_page import is_web_page

_PLACE = "place"  # the scheme of links that lead into the phone: place:account

Index = QModelIndex | QPersistentModelIndex


class _Contents(QAbstractListModel):
    """The pages, or those in which something was found, with how often."""

    def __init__(self) -> None:
        super().__init__()
        self._rows: tuple[tuple[HelpPage, int], ...] = ()

    def show_rows(self, rows: tuple[tuple[HelpPage, int], ...]) -> None:
        """Other rows; a count of 0 is not shown."""
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def row_of(self, name: str) -> int:
        """Where a page is; -1 where it is not."""
        return next((row for row, (page, _) in enumerate(self._rows) if page.name == name), -1)

    def name_at(self, row: int) -> str:
        """The page of a row."""
        return self._rows[row][0].name

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self._rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            page, count = self._rows[index.row()]
            return f"{page.title}  {count}" if count else page.title
        return None


class _Page(QTextBrowser):
    """A page; its pictures are made as large as they are shown, so that their words stay legible."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        name = QUrl(name)
        if kind != QTextDocument.ResourceType.ImageResource.value:
            return super().loadResource(kind, name)
        file = next((f for f in (Path(p) / name.path() for p in self.searchPaths()) if f.is_file()), None)
        image = QImage(str(file) if file is not None else "")
        ratio = self.devicePixelRatioF()
        width = round(self._look.px(tokens.HELP_PICTURE) * ratio)
        smooth = Qt.TransformationMode.SmoothTransformation
        image = image.convertToFormat(QImage.Format.Format_RGB32).scaledToWidth(width, smooth)
        image.setDevicePixelRatio(ratio)
        return image


class HelpWindow(ReadingWindow):
    """Thread: ui. ``place_wanted`` names a place of the phone that a link leads to."""

    place_wanted = Signal(str)

    def __init__(self, look: Look, folder: Path, parent: QWidget) -> None:
        super().__init__(look, "helpWindow", parent)
        text = look.text
        self._pages = load_pages(folder, text.language)
        self._open = ""
        self._before: list[str] = []
        self._origin = ""  # where one was when a search began
        self.setWindowTitle(text("help.title"))
        self._back = IconButton(look, text("help.back"), "helpBack", "chevron-left")
        self._back.on_click(self.go_back)
        self._search = QLineEdit()
        self._search.setObjectName("helpSearch")
        self._search.setAccessibleName(text("help.search"))
        self._search.setPlaceholderText(text("help.search"))
        self._search.setClearButtonEnabled(False)
        self._search.textChanged.connect(self._searched)
        self._search.returnPressed.connect(self._next)
        self._model = _Contents()
        self._list.setObjectName("helpContents")
        self._list.setAccessibleName(text("help.contents"))
        self._list.setModel(self._model)
        self._list.selectionModel().currentChanged.connect(self._chosen)
        self._none = Label(look, "small", "soft", wrap=True, name="helpNone")
        self._view = _Page(look)
        self._view.setObjectName("helpPage")
        self._view.setAccessibleName(text("help.page"))
        self._view.setFrameShape(QFrame.Shape.NoFrame)
        self._view.setOpenLinks(False)
        self._view.setSearchPaths([str(folder / "pictures" / text.language)])
        self._view.anchorClicked.connect(self._follow)
        self._lay_out()
        on_look(self, look, self._dress)

    @property
    def page(self) -> str:
        """The page that is shown."""
        return self._open

    def open_page(self, name: str) -> None:
        """Show a page; one that is not there is the first."""
        if all(page.name != name for page in self._pages):
            name = FIRST
        if self._open and name != self._open:
            self._before.append(self._open)
        self._show_page(name)

    def go_back(self) -> None:
        """To the page before."""
        if self._before:
            self._show_page(self._before.pop())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.FindNext):
            self._next()
        elif event.matches(QKeySequence.StandardKey.Back):
            self.go_back()
        else:
            super().keyPressEvent(event)

    def _leave(self) -> None:
        """A search ends; without one the window closes."""
        if self._search.text():
            self._search.clear()
            self._search.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.close()

    def _show_page(self, name: str) -> None:
        self._open = name
        page = next(page for page in self._pages if page.name == name)
        width = self._look.px(tokens.HELP_PICTURE)
        self._view.document().setDefaultStyleSheet(help_sheet(self._look.theme))
        self._view.setHtml(to_html(page.markdown, picture_width_px=width))
        self.setWindowTitle(self._look.text("help.window", page=page.title))
        self._view.setAccessibleDescription(page.title)
        self._back.setEnabled(bool(self._before))
        self._mark_row()
        self._mark_words()

    def _mark_row(self) -> None:
        row = self._model.row_of(self._open)
        selection = self._list.selectionModel()
        selection.blockSignals(True)
        self._list.setCurrentIndex(self._model.index(row) if row >= 0 else QModelIndex())
        selection.blockSignals(False)
        self._list.viewport().update()

    def _chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self.open_page(self._model.name_at(index.row()))

    def _searched(self, words: str) -> None:
        hits = find_pages(self._pages, words)
        searching = bool(words.strip())
        self._keep_origin(searching)
        self._model.show_rows(hits if searching else tuple((page, 0) for page in self._pages))
        nothing = searching and not hits
        self._none.show_text(self._look.text("help.nothing", words=words.strip()) if nothing else "")
        if hits and self._model.row_of(self._open) < 0:
            self._show_page(hits[0][0].name)
        else:
            self._mark_row()
            self._mark_words()

    def _keep_origin(self, searching: bool) -> None:
        """Back leads to where the search began, not through everything that was found while typing."""
        if searching:
            self._origin = self._origin or self._open
        elif self._origin:
            if self._origin != self._open:
                self._before.append(self._origin)
                self._back.setEnabled(True)
            self._origin = ""

    def _next(self) -> None:
        """To the next place on the page where the words stand; after the last to the first."""
        words = self._search.text().split()
        if not words:
            return
        if not self._view.find(words[0]):
            self._view.moveCursor(QTextCursor.MoveOperation.Start)
            self._view.find(words[0])
        bar = self._view.verticalScrollBar()
        bar.setValue(bar.value() + self._view.cursorRect().top() - self._view.height() // 4)

    def _mark_words(self) -> None:
        """Every place where a word of the search stands, on a soft ground; the first comes into sight."""
        marks = []
        for word in self._search.text().split():
            cursor = QTextCursor(self._view.document())
            while not (cursor := self._view.document().find(word, cursor)).isNull():
                mark = QTextEdit.ExtraSelection()
                mark.cursor = cursor
                mark.format.setBackground(self._look.color("warn_soft"))
                mark.format.setForeground(self._look.color("text"))
                marks.append(mark)
        self._view.setExtraSelections(marks)
        self._view.moveCursor(QTextCursor.MoveOperation.Start)
        if marks:
            self._next()

    def _follow(self, url: QUrl) -> None:
        """A page of the guide, a place of the phone, or the browser; nothing else is opened."""
        if url.scheme() == _PLACE:
            self.place_wanted.emit(url.path())
        elif url.isRelative() and url.path().endswith(".md"):
            self.open_page(url.path().removesuffix(".md"))
        elif is_web_page(url.toString()):
            QDesktopServices.openUrl(url)

    def _lay_out(self) -> None:
        top = QHBoxLayout()
        top.addWidget(self._back)
        top.addWidget(self._search, 1)
        self._side_box = QWidget()
        self._side = QVBoxLayout(self._side_box)
        self._side.addLayout(top)
        self._side.addWidget(self._none)
        self._side.addWidget(self._list, 1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._side_box)
        self._row.addWidget(self._view, 1)
        self._searched("")

    def _dress(self) -> None:
        px = self._look.px
        gap = px(tokens.SPACE_3)
        self._row.setContentsMargins(gap, gap, 0, 0)
        self._row.setSpacing(gap)
        self._side.setContentsMargins(0, 0, 0, gap)
        self._side.setSpacing(px(tokens.SPACE_2))
        self._side_box.setFixedWidth(px(tokens.HELP_CONTENTS))
        self._view.document().setDocumentMargin(px(tokens.SPACE_4))
        room = self.screen().availableGeometry()
        width, height = px(tokens.HELP_WIDTH), px(tokens.HELP_HEIGHT)
        self.resize(min(width, room.width()), min(height, room.height()))
        if self._open:
            self._show_page(self._open)
