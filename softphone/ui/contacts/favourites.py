"""お気に入り: tiles, a click calls. They are put in order by dragging, or with Alt and the arrow keys."""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QContextMenuEvent,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
)

from softphone.ui import theme as tokens
from softphone.ui.avatar import paint_avatar
from softphone.ui.call_menu import new_menu
from softphone.ui.look import Look, on_look
from softphone.ui.person_row import RowView

Index = QModelIndex | QPersistentModelIndex
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_STEPS = {Qt.Key.Key_Left: -1, Qt.Key.Key_Up: -1, Qt.Key.Key_Right: 1, Qt.Key.Key_Down: 1}


class _Tiles(QAbstractListModel):
    def __init__(self) -> None:
        super().__init__()
        self.views: list[RowView] = []

    def show_views(self, views: tuple[RowView, ...]) -> None:
        self.beginResetModel()
        self.views = list(views)
        self.endResetModel()

    def move(self, place: int, to: int) -> None:
        view = self.views.pop(place)
        self.views.insert(to, view)
        first, last = min(place, to), max(place, to)
        self.dataChanged.emit(self.index(first, 0), self.index(last, 0))

    def rowCount(self, parent: Index = QModelIndex()) -> int:
        return 0 if parent.isValid() else len(self.views)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        view = self.views[index.row()]
        return {
            Qt.ItemDataRole.DisplayRole: view.title,
            Qt.ItemDataRole.AccessibleTextRole: view.spoken,
            Qt.ItemDataRole.UserRole: view,
        }.get(Qt.ItemDataRole(role))


class _TilePainter(QStyledItemDelegate):
    def __init__(self, tiles: FavouriteTiles) -> None:
        super().__init__(tiles)
        self._tiles = tiles

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return self._tiles.gridSize()

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self._tiles.paint_tile(painter, option, index)


class FavouriteTiles(QListView):
    """Shows RowViews as tiles. Thread: ui.

    ``call_wanted``, ``opened`` and ``removed`` carry the RowView, ``ordered`` all keys in their new order.
    """

    call_wanted = Signal(object)
    opened = Signal(object)
    removed = Signal(object)
    ordered = Signal(tuple)

    def __init__(self, look: Look) -> None:
        super().__init__()
        self.look = look
        self._grip: QPoint | None = None
        self._dragged = -1
        self._tiles = _Tiles()
        self.setObjectName("favouriteTiles")
        self.setAccessibleName(look.text("contacts.favourites"))
        self.setAccessibleDescription(look.text("contacts.favourites_keys"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setViewMode(QListView.ViewMode.IconMode)
        self.setMovement(QListView.Movement.Static)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setUniformItemSizes(True)
        self.setSpacing(0)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setModel(self._tiles)
        self.setItemDelegate(_TilePainter(self))
        on_look(self, look, self._fit)

    def show_views(self, views: tuple[RowView, ...]) -> None:
        """Show these favourites in this order; the current one stays current."""
        current = self._current()
        if views == tuple(self._tiles.views):
            return
        self._tiles.show_views(views)
        keys = [view.key for view in views]
        if current is not None and current.key in keys:
            self.setCurrentIndex(self._tiles.index(keys.index(current.key), 0))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        self.look.keyboard = True
        view = self._current()
        step = _STEPS.get(Qt.Key(event.key()), 0)
        if view is None:
            super().keyPressEvent(event)
        elif step and event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self._move(self.currentIndex().row(), self.currentIndex().row() + step)
            self._tell_order()
        elif event.key() in _ENTER:
            self.call_wanted.emit(view)
        elif event.key() == Qt.Key.Key_Space:
            self.opened.emit(view)
        elif event.key() == Qt.Key.Key_Delete:
            self.removed.emit(view)
        else:
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.look.keyboard = False
        at = event.position().toPoint()
        self._grip = at if event.button() is Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._grip is None or not event.buttons() & Qt.MouseButton.LeftButton:
            super().mouseMoveEvent(event)
            return
        if self._dragged < 0 and (at - self._grip).manhattanLength() >= self.look.px(tokens.SPACE_3):
            self._dragged = self.indexAt(self._grip).row()
        over = self.indexAt(at).row()
        if self._dragged >= 0 and over >= 0 and over != self._dragged:
            self._move(self._dragged, over)
            self._dragged = over

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, dragged = self._grip, self._dragged
        self._grip, self._dragged = None, -1
        super().mouseReleaseEvent(event)
        self.viewport().update()
        if dragged >= 0:
            self._tell_order()
            return
        index = self.indexAt(event.position().toPoint())
        view = index.data(Qt.ItemDataRole.UserRole)
        if pressed is not None and isinstance(view, RowView) and self.indexAt(pressed) == index:
            self.call_wanted.emit(view)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        keyboard = event.reason() is QContextMenuEvent.Reason.Keyboard
        index = self.currentIndex() if keyboard else self.indexAt(event.pos())
        view = index.data(Qt.ItemDataRole.UserRole)
        if isinstance(view, RowView):
            self._open_menu(view, index.row())

    def paint_tile(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one tile; its delegate asks."""
        view = index.data(Qt.ItemDataRole.UserRole)
        look, px = self.look, self.look.px
        cell = QRectF(option.rect).adjusted(2, 2, -2, -2)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        lifted = index.row() == self._dragged
        painter.setPen(Qt.PenStyle.NoPen)
        if self.hasFocus() and look.keyboard and index == self.currentIndex():
            painter.setPen(QPen(look.color("focus"), px(tokens.FOCUS_WIDTH)))
        painter.setBrush(look.color("accent_soft" if lifted else "fill" if hovered else "surface"))
        painter.drawRoundedRect(cell, px(tokens.RADIUS_CARD), px(tokens.RADIUS_CARD))
        side = px(tokens.AVATAR_MEDIUM)
        disc = QRectF(cell.center().x() - side / 2, cell.y() + px(tokens.SPACE_2), side, side)
        paint_avatar(painter, look, disc, "name", view.initial, view.photo_id)
        y = disc.bottom() + px(tokens.SPACE_1)
        for words, role, color in ((view.title, "body_bold", "text"), (view.side, "small", "text_soft")):
            metrics = QFontMetrics(look.font(role))
            row = QRectF(
                cell.x() + px(tokens.SPACE_1), y, cell.width() - px(tokens.SPACE_2), metrics.height()
            )
            painter.setFont(look.font(role))
            painter.setPen(look.color(color))
            said = metrics.elidedText(words, Qt.TextElideMode.ElideRight, int(row.width()))
            painter.drawText(row, Qt.AlignmentFlag.AlignCenter, said)
            y = row.bottom()
        painter.restore()

    def _open_menu(self, view: RowView, place: int) -> None:
        text = self.look.text
        menu = new_menu(self.look, self, "favouriteMenu", view.title)
        menu.addAction(text("contacts.open_card"), lambda: self.opened.emit(view))
        earlier = menu.addAction(text("contacts.move_earlier"), lambda: self._step(place, -1))
        earlier.setEnabled(place > 0)
        later = menu.addAction(text("contacts.move_later"), lambda: self._step(place, 1))
        later.setEnabled(place < len(self._tiles.views) - 1)
        menu.addSeparator()
        menu.addAction(text("contacts.unstar"), lambda: self.removed.emit(view))
        menu.popup(self.viewport().mapToGlobal(self.visualRect(self._tiles.index(place, 0)).center()))

    def _step(self, place: int, step: int) -> None:
        self._move(place, place + step)
        self._tell_order()

    def _move(self, place: int, to: int) -> None:
        if 0 <= to < len(self._tiles.views):
            self._tiles.move(place, to)
            self.setCurrentIndex(self._tiles.index(to, 0))

    def _tell_order(self) -> None:
        self.ordered.emit(tuple(view.key for view in self._tiles.views))

    def _current(self) -> RowView | None:
        view = self.currentIndex().data(Qt.ItemDataRole.UserRole) if self.currentIndex().isValid() else None
        return view if isinstance(view, RowView) else None

    def _fit(self) -> None:
        # Qt keeps room for a scroll bar whether there is one or not.
        bar = self.style().pixelMetric(QStyle.PixelMetric.PM_ScrollBarExtent, None, self)
        width = max(self.maximumViewportSize().width() - bar - 1, 1)
        columns = max(width // self.look.px(tokens.TILE_WIDTH), 1)
        self.setGridSize(QSize(width // columns, self.look.px(tokens.TILE_HEIGHT)))
