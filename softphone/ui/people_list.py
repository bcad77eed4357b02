"""A list of people: a model over a snapshot, rows of one height, its letters in the gutter.

Enter calls, the space bar (or Shift+Enter, or a click) opens; a call dropped on a row is for that person.
"""

from __future__ import annotations

from PySide6.QtCore import (
    QAbstractListModel,
    QMimeData,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import (
    QDrag,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPalette,
    QPen,
    QPixmap,
)
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QListView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from softphone.ui import theme as tokens
from softphone.ui.call_drop import CallDrop
from softphone.ui.look import Look, on_look
from softphone.ui.person_row import RowView, call_spot, paint_heading, paint_row

Index = QModelIndex | QPersistentModelIndex
_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_SHIFT, _CONTROL = Qt.KeyboardModifier.ShiftModifier, Qt.KeyboardModifier.ControlModifier


class PeopleModel(QAbstractListModel):
    """Rows by their place. Override ``row``, ``heading`` and ``rowCount``. Thread: ui."""

    def row(self, place: int) -> RowView:
        """What stands in a row."""
        raise NotImplementedError

    def heading(self, place: int) -> str:
        """The letter a row stands under; "" where the list has none."""
        return ""

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if not index.isValid():
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.row(index.row()).title
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return self.row(index.row()).spoken
        if role == Qt.ItemDataRole.UserRole:
            return self.row(index.row())
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if index.isValid() and self.row(index.row()).heading:
            return Qt.ItemFlag.NoItemFlags
        return super().flags(index) | Qt.ItemFlag.ItemIsDragEnabled | Qt.ItemFlag.ItemIsDropEnabled


class _RowPainter(QStyledItemDelegate):
    """Paints the rows of its list."""

    def __init__(self, people: PeopleList) -> None:
        super().__init__(people)
        self._people = people

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(0, self._people.height_of(index))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        self._people.paint_row(painter, option, index)


def _viewport() -> QWidget:
    """As Qt's own; asked for that one, PySide would first make every class of widgets there is: 20 ms."""
    viewport = QWidget()
    viewport.setBackgroundRole(QPalette.ColorRole.Base)
    viewport.setAutoFillBackground(True)
    return viewport


class PeopleList(QListView):
    """Shows a PeopleModel. Thread: ui.

    ``opened`` and ``call_wanted`` carry the RowView, ``call_dropped`` the key of a call and the RowView it
    was dropped on, ``left_upwards``: the
    arrow key leads above the first row; ``typed`` letters that are meant for a field;
    ``menu_wanted`` a RowView and where. ``leads``: the current
    row stands out though the keyboard is elsewhere; ``mixed``: headings stand between the rows.
    """

    opened = Signal(object)
    call_wanted = Signal(object)
    call_dropped = Signal(str, object)
    left_upwards = Signal()
    typed = Signal(str)
    menu_wanted = Signal(object, QPoint)

    def __init__(
        self,
        look: Look,
        name: str,
        words: str,
        *,
        letters: bool = False,
        mixed: bool = False,
        leads: bool = False,
        row: int = tokens.PERSON_ROW,
    ) -> None:
        super().__init__()
        self.look = look
        self._row = row
        self._leads = leads
        self._letters = letters
        self._drop_row = -1
        self._grip: QPoint | None = None
        self.setViewport(_viewport())
        self.setObjectName(name)
        self.setAccessibleName(words)
        self.setAccessibleDescription(look.text("people_list.keys"))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setUniformItemSizes(not mixed)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setMouseTracking(True)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.customContextMenuRequested.connect(self._ask_menu)
        drop = CallDrop(self.viewport(), lambda at: self._callable_at(at) is not None)
        drop.over.connect(lambda at: self._show_drop(self.indexAt(at).row()))
        drop.dropped.connect(self._dropped)
        self.setItemDelegate(_RowPainter(self))
        on_look(self, look, self._dress)

    @property
    def row_height(self) -> int:
        """px."""
        return self.look.px(self._row)

    def height_of(self, index: Index) -> int:
        """px of one row."""
        view = self.row_at(index)
        heading = view is not None and view.heading
        return self.look.px(tokens.HEADING_ROW) if heading else self.row_height

    def row_at(self, index: Index) -> RowView | None:
        """What stands at ``index``."""
        view = index.data(Qt.ItemDataRole.UserRole) if index.isValid() else None
        return view if isinstance(view, RowView) else None

    def take_keyboard(self) -> None:
        """The keyboard goes on here, on the first row unless there is a current one."""
        model = self.model()
        if not self.currentIndex().isValid() and model is not None and model.rowCount():
            self.lead()
        self.look.keyboard = True
        self.setFocus(Qt.FocusReason.TabFocusReason)

    def lead(self) -> None:
        """The first row that is no heading becomes the current one."""
        model = self.model()
        if isinstance(model, PeopleModel):
            first = next((n for n in range(model.rowCount()) if not model.row(n).heading), -1)
            self.setCurrentIndex(model.index(first, 0))

    def call_rect(self, index: Index) -> QRect:
        """Where the key of a row stands that calls, in the viewport."""
        return call_spot(self.look, QRectF(self.visualRect(index))).toRect()

    def paint_row(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        """Paint one row; its delegate asks."""
        view = self.row_at(index)
        if view is None:
            return
        look = self.look
        rect = QRectF(option.rect)
        if view.heading:
            paint_heading(painter, look, rect, view.title)
            return
        state = option.state
        hovered = bool(state & QStyle.StateFlag.State_MouseOver)
        focused = self.hasFocus() and look.keyboard and index == self.currentIndex()
        leads = self._leads and index == self.currentIndex()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = self._gutter
        ground = rect.adjusted(left + 1, 1, -1, -1)
        radius = look.px(tokens.RADIUS_FIELD)
        painter.setPen(Qt.PenStyle.NoPen)
        if index.row() == self._drop_row or focused:
            painter.setBrush(look.color("accent_soft"))
            painter.setPen(QPen(look.color("focus"), look.px(tokens.FOCUS_WIDTH)))
            painter.drawRoundedRect(ground, radius, radius)
        elif hovered or leads:
            painter.setBrush(look.color("fill"))
            painter.drawRoundedRect(ground, radius, radius)
        paint_row(painter, look, rect, view, calls=hovered or focused or leads, left=left)
        painter.restore()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self._letters:
            self._paint_letters()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        view = self.row_at(self.currentIndex())
        shift = event.modifiers() & _SHIFT
        if event.key() in _ENTER and not event.modifiers() & _CONTROL:
            if view is not None:
                (self.opened if shift or not view.number else self.call_wanted).emit(view)
        elif event.key() == Qt.Key.Key_Space and view is not None:
            self.opened.emit(view)
        elif event.key() == Qt.Key.Key_Up and self._is_first():
            self.left_upwards.emit()
        elif event.text().strip() and event.text().isprintable() and not event.modifiers() & _CONTROL:
            self.typed.emit(event.text())
        else:
            self.look.keyboard = True
            super().keyPressEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self.look.keyboard = False
        self._grip = event.position().toPoint() if event.button() is Qt.MouseButton.LeftButton else None
        super().mousePressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        pressed, self._grip = self._grip, None
        super().mouseReleaseEvent(event)
        at = event.position().toPoint()
        index = self.indexAt(at)
        view = self.row_at(index)
        if view is None or pressed is None or self.indexAt(pressed) != index:
            return
        if view.number and self.call_rect(index).contains(at):
            self.call_wanted.emit(view)
        else:
            self.opened.emit(view)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        at = event.position().toPoint()
        if self._grip is not None and event.buttons() & Qt.MouseButton.LeftButton:
            if (at - self._grip).manhattanLength() >= self._drag_distance:
                self._drag(self.indexAt(self._grip))
            return
        super().mouseMoveEvent(event)
        view = self.row_at(self.indexAt(at))
        on_key = view is not None and bool(view.number) and self.call_rect(self.indexAt(at)).contains(at)
        self.viewport().setToolTip(self.look.text("people_list.call") if on_key else "")

    def _is_first(self) -> bool:
        model, row = self.model(), self.currentIndex().row()
        return isinstance(model, PeopleModel) and all(model.row(place).heading for place in range(row))

    @property
    def _drag_distance(self) -> int:
        return 2 * self.look.px(tokens.SPACE_2)

    @property
    def _gutter(self) -> float:
        return self.look.px(tokens.GUTTER) if self._letters else 0.0

    def _drag(self, index: Index) -> None:
        """Take a person along: their number can be dropped where a number is typed."""
        view, self._grip = self.row_at(index), None
        if view is None or not view.number:
            return
        data = QMimeData()
        data.setText(view.number)
        drag = QDrag(self)
        drag.setMimeData(data)
        drag.setPixmap(self._picture(index))
        drag.exec(Qt.DropAction.CopyAction)

    def _picture(self, index: Index) -> QPixmap:
        return self.viewport().grab(self.visualRect(index))

    def _ask_menu(self, at: QPoint) -> None:
        view = self.row_at(self.indexAt(at))
        if view is not None and not view.heading:
            self.menu_wanted.emit(view, self.viewport().mapToGlobal(at))

    def _callable_at(self, at: QPoint) -> RowView | None:
        view = self.row_at(self.indexAt(at))
        return view if view is not None and view.number else None

    def _dropped(self, key: str, at: QPoint) -> None:
        view = self._callable_at(at)
        if view is not None:
            self.call_dropped.emit(key, view)

    def _show_drop(self, row: int) -> None:
        if row != self._drop_row:
            self._drop_row = row
            self.viewport().update()

    def _paint_letters(self) -> None:
        """Each letter beside the first of its rows; that of the topmost row stays in sight."""
        model = self.model()
        first = self.indexAt(QPoint(self.width() // 2, 0))
        if not isinstance(model, PeopleModel) or not first.isValid():
            return
        painter = QPainter(self.viewport())
        painter.setFont(self.look.font("small_bold"))
        painter.setPen(self.look.color("accent"))
        bottom = self.viewport().height()
        high = self.row_height
        place, edge = model.rowCount() - 1, float(bottom + high)
        last = self.indexAt(QPoint(self.width() // 2, bottom - 1))
        place = last.row() if last.isValid() else place
        while place >= first.row():
            letter = model.heading(place)
            begins = place == 0 or model.heading(place - 1) != letter
            if begins or place == first.row():
                top = float(self.visualRect(model.index(place, 0)).top())
                top = min(max(top, 0.0), edge - high)
                spot = QRectF(0, top, self._gutter, high)
                painter.drawText(spot, Qt.AlignmentFlag.AlignCenter, letter)
                edge = top
            place -= 1

    def _dress(self) -> None:
        self.scheduleDelayedItemsLayout()
        self.verticalScrollBar().setSingleStep(self.row_height)
