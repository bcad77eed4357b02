"""The tiles of 内線: as many columns as there is room for; mouse, keyboard and what is dropped on them."""

from __future__ import annotations

from PySide6.QtCore import QPoint, QSize, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QFrame, QListView

from softphone.ui import theme as tokens
from softphone.ui.call_drag import CALL_FORMAT
from softphone.ui.colleagues.tile_delegate import TileDelegate
from softphone.ui.colleagues.tile_model import COLLEAGUE_FORMAT, TileModel
from softphone.ui.colleagues.tile_view import Row
from softphone.ui.look import Look, on_look

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}
_ALT = Qt.KeyboardModifier.AltModifier


class TileList(QListView):
    """Thread: ui. Every signal carries an extension.

    ``chosen`` a click or Enter, ``menu_wanted`` the other button or the menu key, ``call_dropped`` also the
    key of the call. While editing: ``moved`` with whom it goes before ("" the end), ``stepped`` one place
    back or on, ``removed``.
    """

    chosen = Signal(str)
    menu_wanted = Signal(str)
    call_dropped = Signal(str, str)
    moved = Signal(str, str)
    stepped = Signal(str, int)
    removed = Signal(str)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self._look = look
        self._pressed = ""
        self.rows = TileModel()
        self._delegate = TileDelegate(look, self)
        self.setObjectName("colleagueList")
        self.setAccessibleName(look.text("colleagues.list"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setModel(self.rows)
        self.setItemDelegate(self._delegate)
        self.setFlow(QListView.Flow.LeftToRight)
        self.setWrapping(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.viewport().setAutoFillBackground(False)
        self.setSelectionMode(QAbstractItemView.SelectionMode.NoSelection)
        self.setMouseTracking(True)
        self.setAcceptDrops(True)
        self.set_editing(False)
        on_look(self, look, self._dress)

    def show_rows(self, rows: tuple[Row, ...]) -> None:
        """Show these; the keyboard stays with whom it is on."""
        current = self.rows.tile(self.currentIndex())
        if self.rows.show_rows(rows) and current is not None:
            self.setCurrentIndex(self.rows.place_of(current.extension))

    def set_editing(self, editing: bool) -> None:
        """Tiles are put in order instead of called."""
        self.rows.editing = editing
        self.setDragEnabled(editing)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.SingleSelection if editing else mode.NoSelection)
        self.setAccessibleDescription(
            self._look.text("colleagues.edit_keys" if editing else "colleagues.keys")
        )
        self.viewport().update()

    @property
    def current(self) -> str:
        """The extension the keyboard is on; "" for none."""
        tile = self.rows.tile(self.currentIndex())
        return tile.extension if tile is not None else ""

    def go_to(self, extension: str) -> None:
        """The keyboard goes on there."""
        index = self.rows.place_of(extension)
        self.setCurrentIndex(index)
        self.scrollTo(index)

    def take_keyboard(self) -> None:
        """The arrow key led here: the keyboard goes on with the first tile, unless it stood on one."""
        self._look.keyboard = True
        self.take_focus()

    def take_focus(self) -> None:
        """The place was opened: the keyboard is here, no ring says so before it is used."""
        if not self.current:
            tiles = (self.rows.index(place) for place in range(self.rows.rowCount()))
            first = next((index for index in tiles if self.rows.tile(index) is not None), None)
            if first is not None:
                self.setCurrentIndex(first)
        self.setFocus(Qt.FocusReason.OtherFocusReason)

    def below(self, extension: str) -> QPoint:
        """Where a menu about a tile opens, on the screen."""
        rect = self.visualRect(self.rows.place_of(extension))
        return self.viewport().mapToGlobal(rect.bottomLeft() + QPoint(self._look.px(tokens.SPACE_2), 0))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self._look.keyboard = True
        extension, key = self.current, event.key()
        if extension and key in _ENTER:
            self.chosen.emit(extension)
        elif extension and self.rows.editing and event.modifiers() & _ALT and key in _STEPS:
            self.stepped.emit(extension, _STEPS[Qt.Key(key)])
        elif extension and self.rows.editing and key == Qt.Key.Key_Delete:
            self.removed.emit(extension)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._look.keyboard = False
        self._pressed = self._at(event.position().toPoint())
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        super().mouseReleaseEvent(event)
        released = self._at(event.position().toPoint())
        by_left = event.button() is Qt.MouseButton.LeftButton
        if by_left and released and released == self._pressed and not self.rows.editing:
            self.chosen.emit(released)
        self._pressed = ""

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if self.rows.editing and (extension := self._at(event.position().toPoint())):
            self.chosen.emit(extension)
        event.accept()  # else the second click would call once more

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        by_mouse = event.reason() is QContextMenuEvent.Reason.Mouse
        extension = self._at(event.pos()) if by_mouse else self.current
        if extension:
            self.menu_wanted.emit(extension)

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        data = event.mimeData()
        event.setAccepted(
            data.hasFormat(CALL_FORMAT) or (self.rows.editing and data.hasFormat(COLLEAGUE_FORMAT))
        )

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        over = self._at(event.position().toPoint())
        self._show_drop(over)
        event.setAccepted(bool(over) or event.mimeData().hasFormat(COLLEAGUE_FORMAT))

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        self._show_drop("")

    def dropEvent(self, event: QDropEvent) -> None:
        self._show_drop("")
        over, data = self._at(event.position().toPoint()), event.mimeData()
        event.acceptProposedAction()
        if data.hasFormat(CALL_FORMAT):
            if over:
                self.call_dropped.emit(over, bytes(data.data(CALL_FORMAT).data()).decode())
        elif data.hasFormat(COLLEAGUE_FORMAT) and self.rows.editing:
            moved = bytes(data.data(COLLEAGUE_FORMAT).data()).decode()
            if moved != over:
                self.moved.emit(moved, over)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)

    def _at(self, point: QPoint) -> str:
        tile = self.rows.tile(self.indexAt(point))
        return tile.extension if tile is not None else ""

    def _show_drop(self, extension: str) -> None:
        if self._delegate.drop != extension:
            self._delegate.drop = extension
            self.viewport().update()

    def _fit(self) -> None:
        """Share the width among as many columns as have room."""
        px = self._look.px
        room = self.width() - self.verticalScrollBar().sizeHint().width() - 1  # whether it is there or not
        pair = 2 if room >= 2 * px(tokens.COLLEAGUE_WIDTH) else 1
        columns = max(room // px(tokens.COLLEAGUE_WIDE), pair)
        if (room // columns, room) != (self._delegate.tile_width, self._delegate.row_width):
            self._delegate.tile_width, self._delegate.row_width = room // columns, room
            self.scheduleDelayedItemsLayout()

    def _dress(self) -> None:
        self._delegate.tile_width = 0
        self._fit()
        self.scheduleDelayedItemsLayout()
        self.verticalScrollBar().setSingleStep(self._look.px(tokens.COLLEAGUE_HEIGHT) // 2)

    def sizeHint(self) -> QSize:
        return QSize(self._look.px(tokens.COLLEAGUE_WIDTH), self._look.px(tokens.COLLEAGUE_HEIGHT) * 3)
