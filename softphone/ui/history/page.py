"""履歴: every call, found as one types; details, call back, delete with a way back, export.

head · search, span · kinds · list (or why it is empty) · what was just done
a row opened: its details, in the list's place
"""

from __future__ import annotations

from datetime import date, datetime

from PySide6.QtCore import QEvent, QPoint, Qt, QTimer
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from softphone.app.changes import Change, ContactsMoved, HistoryMoved
from softphone.app.history import Export
from softphone.app.phone import Phone
from softphone.domain.history import CallRecord, HistoryKind
from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton
from softphone.ui.call_menu import new_menu, open_below
from softphone.ui.empty_state import EmptyState
from softphone.ui.history.actions import MAX_DELETED, CallActions
from softphone.ui.history.banner import Banner
from softphone.ui.history.call_list import CallList
from softphone.ui.history.clear_sheet import ClearSheet, ground_of
from softphone.ui.history.detail import DetailView
from softphone.ui.history.filters import CallFilters
from softphone.ui.history.model import CallListModel
from softphone.ui.history.table_row import table_cells, table_head
from softphone.ui.labels import Label
from softphone.ui.look import Look, on_look
from softphone.ui.places import PlacePage
from softphone.ui.undo_bar import UndoBar

SEEN_MS = 1200  # missed calls that were in sight for so long were looked at
_SHOWS_MISSED = (HistoryKind.ALL, HistoryKind.MISSED, HistoryKind.INCOMING)


class HistoryPage(PlacePage):
    """The place 履歴. Thread: ui."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "historyPage")
        self._in_front = False
        self._stale = True
        self._banner = Banner(look, "historyBanner")
        self._undo_bar = UndoBar(look, "historyUndo")
        self._export: Export | None = None
        self._actions = CallActions(look, phone, self)
        self._actions.dial_wanted.connect(self.dial_wanted)
        self._actions.contact_wanted.connect(self.contact_wanted)
        self._actions.delete_wanted.connect(self._delete)
        self._actions.said.connect(self._say)
        self._calls = CallListModel(phone.history.rows, look.text, phone.numbers.shown, self._today)
        self._seen = QTimer(self)
        self._seen.setObjectName("seenTimer")
        self._seen.setSingleShot(True)
        self._seen.setInterval(SEEN_MS)
        self._seen.timeout.connect(self._mark_seen)
        self._stack = QStackedWidget()
        self._stack.addWidget(self._make_list())
        self._detail: DetailView | None = None
        self._foot = QHBoxLayout()
        self._foot.addWidget(self._banner)
        self._foot.addWidget(self._undo_bar)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._stack, 1)
        column.addLayout(self._foot)
        on_look(self, look, self._dress)

    def opened(self) -> None:
        """Show what the history is now; the keyboard stands on the list."""
        self._in_front = True
        if self._stale:
            self._take_over(())
        self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        self._look_at_it()

    def closed(self) -> None:
        """Missed calls that were new are so no longer."""
        self._in_front = False
        self._seen.stop()
        self._calls.rest()
        self._undo_bar.forget()
        if self._export is None:
            self._banner.hide()

    def handle(self, change: Change) -> None:
        """Calls came, went or were looked at; people got other names."""
        if isinstance(change, HistoryMoved | ContactsMoved):
            if not self._in_front:
                self._stale = True
                return
            self._take_over(change.deleted if isinstance(change, HistoryMoved) else ())
            self._look_at_it()

    def keep(self) -> object:
        return self._filters.keep()

    def restore(self, kept: object) -> None:
        if isinstance(kept, tuple):
            self._filters.restore(kept)

    def event(self, event: QEvent) -> bool:
        if event.type() is QEvent.Type.WindowActivate:
            self._look_at_it()
        return super().event(event)

    def find_here(self) -> bool:
        self._back()
        self._filters.search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._filters.search.selectAll()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Undo):
            self._undo()
        elif event.key() == Qt.Key.Key_Escape and self._filters.narrow:
            self._filters.reset()
        else:
            super().keyPressEvent(event)

    def _make_list(self) -> QWidget:
        look = self.look
        title = Label(look, "title", name="pageTitle")
        title.setText(look.text("nav.history"))
        self._more = IconButton(look, look.text("history.more"), "historyMore", "more")
        self._more.on_click(self._open_more)
        self._head = QHBoxLayout()
        self._head.addWidget(title, 1)
        self._head.addWidget(self._more)
        self._filters = CallFilters(look, self._now)
        self._filters.changed.connect(self._filter)
        self._filters.search.downward.connect(self._enter_list)
        self._list = CallList(look, self._calls, "historyList")
        self._list.opened.connect(self._open)
        self._actions.details_wanted.connect(lambda: self._open(self._list.currentIndex().row()))
        self._list.called.connect(self._call)
        self._list.menu_wanted.connect(self._open_menu)
        self._list.delete_wanted.connect(self._delete)
        self._list.copy_wanted.connect(lambda: self._actions.run("copy", self._chosen()))
        self._list.left_upwards.connect(self._filters.search.setFocus)
        self._empty = EmptyState(look, "history", "historyEmpty")
        self._lead_on = self._empty.add_action("", "historyEmptyAction", "", self._act_on_empty)
        self._room = QStackedWidget()
        self._room.addWidget(self._list)
        self._room.addWidget(self._empty)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addLayout(self._head)
        column.addWidget(self._filters)
        column.addWidget(self._room, 1)
        return side

    # What is shown.

    def _filter(self) -> None:
        if self._filters.query != self._calls.query:
            self._calls.show_query(self._filters.query)
            self._list.verticalScrollBar().setValue(0)
        self._show_room()
        self._look_at_it()

    def _take_over(self, deleted: tuple[str, ...]) -> None:
        """Follow the history; what one reads and has selected stays where it was."""
        self._stale = False
        if self._filters.query != self._calls.query:  # the first time, or another day began
            self._calls.show_query(self._filters.query)
        else:
            self._follow(deleted)
        self._show_room()
        if (record := self._whole) is not None and self._detail is not None:
            now = self.phone.history.rows.get(record.key)
            if now is None:
                self._back()
            else:
                self._detail.open_record(now, self._today())

    def _follow(self, deleted: tuple[str, ...]) -> None:
        current, before = self._list.currentIndex().row(), self._calls.rowCount()
        sight = self._list.rows_in_sight
        top_row = sight[1 if len(sight) > 1 else 0] if sight else 0
        top = self._list.visualRect(self._calls.index(top_row)).top()
        record = self._calls.record(top_row)
        chosen = self._calls.record(current) if current >= 0 else None
        if self._calls.refresh(deleted):
            return
        moved = self._calls.rowCount() - before
        if record is not None and (row := self._calls.row_of(record.key, top_row + moved)) >= 0:
            self._list.show_row(row, top)
        if chosen is not None and (row := self._calls.row_of(chosen.key, current + moved)) >= 0:
            self._list.select_row(row)

    def _show_room(self) -> None:
        found = self._calls.rowCount() > 0
        self._room.setCurrentWidget(self._list if found else self._empty)
        if found:
            return
        text, kind = self.look.text, self._filters.query.kind
        if self._filters.narrow:
            icon, why, way_on = "search", "not_found", "reset"
        elif kind is not HistoryKind.ALL:
            icon, why, way_on = _EMPTY_ICONS[kind], kind.value, "all"
        else:
            icon, why, way_on = "history", "none", "keypad"
        self._empty.say(icon, text(f"history_empty.{why}"), text(f"history_empty.{why}_hint"))
        self._lead_on.set_words(text(f"history_empty.{way_on}"))

    def _act_on_empty(self) -> None:
        if self._filters.narrow or self._filters.query.kind is not HistoryKind.ALL:
            self._filters.reset()
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.place_wanted.emit("keypad")

    def _look_at_it(self) -> None:
        """Missed calls are in sight: they count as seen soon."""
        if self._in_front and self.window().isActiveWindow() and self.phone.history.unseen_missed:
            self._seen.start()

    def _mark_seen(self) -> None:
        shown = self._whole is None and not self._filters.narrow
        if shown and self.window().isActiveWindow() and self._filters.query.kind in _SHOWS_MISSED:
            self.phone.history.mark_seen()

    # What is done.

    def _chosen(self) -> tuple[CallRecord, ...]:
        """The selected calls, as many as are deleted at once."""
        if self._whole is not None:
            return (self._whole,)
        rows = self._list.selected_rows(MAX_DELETED)
        return tuple(record for row in rows if (record := self._calls.record(row)) is not None)

    def _enter_list(self) -> None:
        if self._calls.rowCount():
            self._list.select_row(max(self._list.currentIndex().row(), 0))
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _open(self, row: int) -> None:
        if (record := self._calls.record(row)) is not None:
            self._list.select_row(row)
            self._show_detail(record)

    def _open_key(self, key: str) -> None:
        if (record := self.phone.history.rows.get(key)) is not None:
            self._show_detail(record)

    @property
    def _whole(self) -> CallRecord | None:
        """The call whose details are in front."""
        front = self._stack.currentWidget()
        return front.record if isinstance(front, DetailView) else None

    def _show_detail(self, record: CallRecord) -> None:
        if self._detail is None:  # made when it is first wanted: the list is seen the sooner
            self._detail = DetailView(self.look, self.phone, self._actions)
            self._detail.back_wanted.connect(self._back)
            self._detail.all_wanted.connect(self._show_party)
            self._detail.call_shown.connect(self._open_key)
            self._stack.addWidget(self._detail)
        self._detail.open_record(record, self._today())
        self._stack.setCurrentWidget(self._detail)
        self._detail.take_focus()
        self._detail.await_second_click()

    def _back(self) -> None:
        if self._whole is not None:
            self._stack.setCurrentIndex(0)
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _show_party(self, number: str, name: str) -> None:
        self._filters.reset()
        self._filters.show_party(number, name)
        self._back()

    def _call(self, row: int) -> None:
        if (record := self._calls.record(row)) is not None:
            self._actions.run("call", (record,))

    def _open_menu(self, place: QPoint) -> None:
        if records := self._chosen():
            self._actions.show_menu(place, records)

    def _delete(self) -> None:
        text = self.look.text
        if self._whole is None and self._list.selected_count > MAX_DELETED:
            self._say(text("history.too_many", count=f"{MAX_DELETED:,}"), "warn")
            return
        records = self._chosen()
        row = self._list.currentIndex().row()
        if not records or not self.phone.history.delete(tuple(record.key for record in records)):
            return
        self._back()
        if self._calls.rowCount():
            self._list.select_row(min(max(row - len(records) + 1, 0), self._calls.rowCount() - 1))
        self._banner.hide()
        self._undo_bar.offer(text("history.deleted", count=f"{len(records):,}"), self._undo)

    def _undo(self) -> None:
        self._undo_bar.forget()
        if self.phone.history.undo():
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _say(self, words: str, tone: str = "info") -> None:
        self._undo_bar.forget()
        self._banner.say(words, tone=tone)

    def _open_more(self) -> None:
        text = self.look.text
        menu = new_menu(self.look, self._more, "historyMoreMenu", text("history.more"))
        entries = {
            "export": (self._ask_export, self.phone.history.can_export and self._export is None),
            "clear": (self._ask_clear, self.phone.history.rows.count() > 0),
            "settings": (lambda: self.place_wanted.emit("history_settings"), True),
        }
        for name, (action, enabled) in entries.items():
            entry = menu.addAction(text(f"history_more.{name}"))
            entry.setObjectName(name)
            entry.setEnabled(enabled)
            entry.triggered.connect(action)
        open_below(menu, self._more)

    def _ask_clear(self) -> None:
        sheet = ClearSheet(self.look, ground_of(self), self.phone.history.rows.count())
        sheet.confirmed.connect(self.phone.history.clear)
        sheet.ask()

    def _ask_export(self) -> None:
        text = self.look.text
        name = text("history_export.file", date=f"{self._today():%Y%m%d}")
        path, _ = QFileDialog.getSaveFileName(
            self, text("history_export.title"), name, text("history_export.filter")
        )
        if path:
            self.export_to(path)

    def export_to(self, path: str) -> None:
        """Write what is shown into ``path``, said at the foot."""
        text, shown = self.look.text, self.phone.numbers.shown
        export = self.phone.history.export(
            path,
            self._filters.query,
            table_head(text),
            lambda record: table_cells(text, record, shown),
            self._export_moved,
        )
        self._export = export if export.state == "running" else None

    def _export_moved(self, export: Export) -> None:
        text = self.look.text
        if export.state == "running":
            words = text("history_export.running", written=f"{export.written:,}", total=f"{export.total:,}")
            self._banner.say(words, text("history_export.cancel"), export.cancel, closes=False)
            return
        self._export = None
        file = export.path.replace("\\", "/").rpartition("/")[2]
        if export.state == "finished":
            self._say(text("history_export.finished", count=f"{export.written:,}", file=file))
        elif export.state == "cancelled":
            self._say(text("history_export.cancelled"))
        else:
            self._say(text("history_export.failed", file=file, reason=export.reason), "warn")

    def _now(self) -> datetime:
        return datetime.fromtimestamp(self.phone.history.now_s())

    def _today(self) -> date:
        return self._now().date()

    def _dress(self) -> None:
        px = self.look.px
        side = px(tokens.SPACE_5)
        self._head.setContentsMargins(side, px(tokens.SPACE_3), px(tokens.SPACE_3), px(tokens.SPACE_1))
        edge = px(tokens.SPACE_3)
        self._foot.setContentsMargins(edge, 0, edge, px(tokens.SPACE_2))


_EMPTY_ICONS = {
    HistoryKind.MISSED: "missed",
    HistoryKind.INCOMING: "incoming",
    HistoryKind.OUTGOING: "outgoing",
    HistoryKind.RECORDED: "record",
}
