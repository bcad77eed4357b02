"""ライセンス: every part of the program in a list, the chosen one's licence in full beside it."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, QRectF, QSize, Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QFontDatabase,
    QFontMetrics,
    QPainter,
    QPen,
    QResizeEvent,
    QTextOption,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHBoxLayout,
    QListView,
    QPlainTextEdit,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from softphone.ui import theme as tokens
from softphone.ui.buttons import QuietButton
from softphone.ui.labels import Label, show_if
from softphone.ui.licence_parts import Part, find_parts, licence_text, load_parts
from softphone.ui.look import Look, on_look
from softphone.ui.reading_window import ReadingWindow
from softphone.ui.search_field import SearchField
from softphone.ui.web_page import is_web_page

Index = QModelIndex | QPersistentModelIndex
_PART = Qt.ItemDataRole.UserRole


class _Parts(QAbstractListModel):
    """The parts that are shown."""

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self.parts: tuple[Part, ...] = ()

    def show_parts(self, parts: tuple[Part, ...]) -> None:
        """Other rows."""
        self.beginResetModel()
        self.parts = parts
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.parts)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        part = self.parts[index.row()]
        if role == Qt.ItemDataRole.DisplayRole:
            return _titled(part)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self._look.text("licences.spoken", name=_titled(part), licence=part.licence)
        return part if role == _PART else None


class _Row(QStyledItemDelegate):
    """A part: its name and version, its licence below."""

    def __init__(self, look: Look, parent: QListView) -> None:
        super().__init__(parent)
        self._look = look
        self._list = parent

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._look.px(tokens.ROW_HEIGHT))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        look, px = self._look, self._look.px
        part = index.data(_PART)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        body = QRectF(option.rect).adjusted(1, 1, -1, -1)
        if chosen or option.state & QStyle.StateFlag.State_MouseOver:
            painter.setBrush(look.color("accent_soft" if chosen else "fill"))
            if chosen and self._list.hasFocus() and look.keyboard:
                painter.setPen(QPen(look.color("focus"), px(tokens.FOCUS_WIDTH)))
            painter.drawRoundedRect(body, px(tokens.RADIUS_FIELD), px(tokens.RADIUS_FIELD))
        room = body.adjusted(px(tokens.SPACE_3), 0, -px(tokens.SPACE_3), 0)
        name, licence = QFontMetrics(look.font("body_bold")), QFontMetrics(look.font("small"))
        top = room.center().y() - (name.height() + licence.height()) / 2
        version = round(min(licence.horizontalAdvance(part.version), room.width() / 2))
        gap = px(tokens.SPACE_2) if version else 0
        color = look.color("accent" if chosen else "text")
        line = QRectF(room.x(), top, room.width() - version - gap, name.height())
        _write(painter, look, line, part.name, "body_bold", color.name())
        soft = look.color("text_soft").name()
        side = QRectF(room.right() - version, top, version, name.height())
        _write(painter, look, side, part.version, "small", soft)
        below = QRectF(room.x(), top + name.height(), room.width(), licence.height())
        _write(painter, look, below, part.licence, "small", soft)
        painter.restore()


class LicenceWindow(ReadingWindow):
    """Thread: ui. ``folder`` is resources/licences."""

    _search: SearchField

    def __init__(self, look: Look, folder: Path, parent: QWidget) -> None:
        super().__init__(look, "licenceWindow", parent)
        text = look.text
        self._folder = folder
        self._parts: tuple[Part, ...] = ()
        self._shown: Part | None = None
        self.setWindowTitle(text("licences.title"))
        self._search = SearchField(
            look, "licenceSearch", text("licences.search"), text("licences.search_hint")
        )
        self._search.searched.connect(self._searched)
        self._search.downward.connect(self._to_list)
        self._search.entered.connect(self._to_list)
        self._none = Label(look, "small", "soft", wrap=True, name="licenceNone")
        self._model = _Parts(look)
        self._list.setObjectName("licenceList")
        self._list.setAccessibleName(text("licences.list"))
        self._list.setMouseTracking(True)
        self._list.setUniformItemSizes(True)
        self._list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self._list.setModel(self._model)
        self._list.setItemDelegate(_Row(look, self._list))
        self._list.selectionModel().currentChanged.connect(self._chosen)
        self._name = Label(look, "title", wrap=True, name="licencePart")
        self._facts = Label(look, "small", "soft", wrap=True, name="licenceFacts")
        self._page = QuietButton(look, text("licences.page"), "licencePage", icon="external", flush=True)
        self._page.on_click(self._open_page)
        self._text = QPlainTextEdit()
        self._text.setObjectName("licenceText")
        self._text.setAccessibleName(text("licences.text"))
        self._text.setReadOnly(True)
        self._text.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByKeyboard | Qt.TextInteractionFlag.TextSelectableByMouse
        )
        self._text.setTabChangesFocus(True)
        self._text.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._text.setWordWrapMode(QTextOption.WrapMode.WordWrap)  # what is centred by blanks stays whole
        self._lay_out()
        self._load()
        on_look(self, look, self._dress)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._share()

    def _share(self) -> None:
        """The list has its width, but never more than two fifths: the text is what is read."""
        self._side_box.setFixedWidth(min(self._look.px(tokens.LICENCES_LIST), self.width() * 2 // 5))

    def _load(self) -> None:
        try:
            self._parts = load_parts(self._folder)
        except (OSError, ValueError):  # a file of the installation is gone or damaged
            self._none.show_text(self._look.text("licences.unreadable"), "bad")
            self._show(None)
            return
        self._searched()

    def _searched(self) -> None:
        if not self._parts:
            return
        words = self._search.wanted
        found = find_parts(self._parts, words)
        self._model.show_parts(found)
        self._none.show_text("" if found else self._look.text("licences.nothing", words=words))
        row = found.index(self._shown) if self._shown in found else 0
        self._list.setCurrentIndex(self._model.index(row, 0))
        if not found:
            self._show(None)

    def _to_list(self) -> None:
        if self._model.parts:
            self._look.keyboard = True
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _chosen(self, index: QModelIndex) -> None:
        if index.isValid():
            self._show(self._model.parts[index.row()])

    def _show(self, part: Part | None) -> None:
        self._shown = part
        for widget in (self._name, self._facts, self._page, self._text):
            show_if(widget, part is not None)
        if part is None:
            return
        text = self._look.text
        within = text("licences.within", within=part.within) if part.within else ""
        self._name.show_text(_titled(part))
        self._facts.show_text("\n".join(line for line in (part.licence, within) if line))
        show_if(self._page, is_web_page(part.homepage))
        self._page.setToolTip(part.homepage)
        try:
            words = licence_text(self._folder, part)
        except OSError:
            words = text("licences.unreadable")
        self._text.setPlainText(words)
        self._text.setAccessibleDescription(_titled(part))

    def _open_page(self) -> None:
        if self._shown is not None and is_web_page(self._shown.homepage):
            QDesktopServices.openUrl(QUrl(self._shown.homepage))

    def _lay_out(self) -> None:
        self._side_box = QWidget()
        self._side = QVBoxLayout(self._side_box)
        for widget in (self._search, self._none):
            self._side.addWidget(widget)
        self._side.addWidget(self._list, 1)
        head = QHBoxLayout()
        head.addWidget(self._name, 1)
        head.addWidget(self._page, 0, Qt.AlignmentFlag.AlignTop)
        self._main_box = QWidget()
        self._main = QVBoxLayout(self._main_box)
        self._main.addLayout(head)
        self._main.addWidget(self._facts)
        self._main.addWidget(self._text, 1)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self._side_box)
        self._row.addWidget(self._main_box, 1)

    def _dress(self) -> None:
        px = self._look.px
        gap = px(tokens.SPACE_4)
        self._row.setContentsMargins(gap, gap, gap, gap)
        self._row.setSpacing(gap)
        for column in (self._side, self._main):
            column.setContentsMargins(0, 0, 0, 0)
            column.setSpacing(px(tokens.SPACE_2))
        font = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        font.setPixelSize(self._look.font("small").pixelSize())
        self._text.setFont(font)
        self._text.setStyleSheet(f"font-family: '{font.family()}'; font-size: {font.pixelSize()}px;")
        room = self.screen().availableGeometry()
        width, height = px(tokens.LICENCES_WIDTH), px(tokens.HELP_HEIGHT)
        self.resize(min(width, room.width()), min(height, room.height()))
        self._share()


def _titled(part: Part) -> str:
    return f"{part.name} {part.version}".strip()


def _write(painter: QPainter, look: Look, room: QRectF, words: str, role: str, color: str) -> None:
    """One line that ends in … where there is no room."""
    painter.setFont(look.font(role))
    painter.setPen(color)
    said = painter.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, int(room.width()) + 1)
    painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, said)
