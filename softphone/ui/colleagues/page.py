"""内線: what the colleagues do, at a glance; call them, hand a call over, pick up what rings there.

head        title, order, editing, adding
strips      voice messages, the call one could hand over
search      tiles, or how to begin
foot        while editing: what is done with the chosen one; what was just removed
"""

from __future__ import annotations

from functools import partial

from msgspec.structs import replace
from PySide6.QtCore import Qt
from PySide6.QtGui import QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from softphone.app.changes import (
    CallMoved,
    Change,
    ColleagueMoved,
    ColleaguesMoved,
    RegistrationMoved,
    SettingsMoved,
)
from softphone.app.phone import Phone
from softphone.domain.colleague import Colleague, ColleagueOrder
from softphone.ui import theme as tokens
from softphone.ui.buttons import IconButton, QuietButton
from softphone.ui.call_menu import close_menus, new_menu
from softphone.ui.colleagues.actions import ColleagueActions
from softphone.ui.colleagues.call_strip import CallStrip
from softphone.ui.colleagues.sheets import AddSheet, ChangeSheet, ColleagueSheet
from softphone.ui.colleagues.tile_list import TileList
from softphone.ui.colleagues.tile_view import rows_of, tile_view
from softphone.ui.empty_state import EmptyState
from softphone.ui.labels import Label, show_if
from softphone.ui.look import Look, on_look
from softphone.ui.places import PlacePage
from softphone.ui.search_field import SearchField
from softphone.ui.undo_bar import UndoBar
from softphone.ui.voicemail_strip import VoicemailStrip

SEARCHED_FROM = 9  # so many colleagues are seen at a glance; more are searched
_FOOT = {"back": "chevron-left", "on": "chevron-right", "change": "edit", "remove": "trash"}


class ColleaguesPage(PlacePage):
    """The place 内線. Thread: ui."""

    wide = True

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "colleaguesPage")
        self._editing = False
        self._stale = True
        self._sheet: ColleagueSheet | None = None
        self._actions = ColleagueActions(look, phone, self)
        self._make_parts()
        self._lay_out()
        self._connect()
        on_look(self, look, self._dress)
        self._refresh()

    def opened(self) -> None:
        self._refresh()
        if self._list.isVisible():
            self._list.take_focus()

    def closed(self) -> None:
        self.set_editing(False)
        if self._sheet is not None:
            self._sheet.dismiss()

    def find_here(self) -> bool:
        self._search.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self._search.selectAll()
        return self._search.isVisible()

    def handle(self, change: Change) -> None:
        self._voicemail.handle(change)
        if isinstance(change, CallMoved):
            self._call_strip.show_call(self._actions.call)
            if not change.call.is_live:
                close_menus(self)
        elif isinstance(change, ColleagueMoved | ColleaguesMoved | SettingsMoved | RegistrationMoved):
            if not self.isVisible():
                self._stale = True
            elif isinstance(change, ColleagueMoved) and self._order is not ColleagueOrder.STATE:
                self._show_line(change.extension)
            else:
                self._refresh()

    def keep(self) -> object:
        return self._search.text() or None

    def restore(self, kept: object) -> None:
        self._search.setText(str(kept))

    def set_editing(self, on: bool) -> None:
        """Tiles are put in order instead of called."""
        self._editing = on and bool(self.phone.colleagues.listed)
        self._search.clear()
        self._list.set_editing(self._editing)
        self._undo.forget()
        self._refresh()
        if self._editing:
            self._list.take_keyboard()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if self._editing and event.key() == Qt.Key.Key_Escape:
            self.set_editing(False)
            self._list.take_keyboard()
        else:
            super().keyPressEvent(event)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale:
            self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        close_menus(self)

    # -- parts -------------------------------------------------------------------------------------

    def _make_parts(self) -> None:
        look, text = self.look, self.look.text
        self._title = Label(look, "title", name="pageTitle")
        self._title.setText(text("colleagues.title"))
        self._sort = IconButton(look, text("colleagues.sort"), "colleagueSort", "sort")
        self._edit = IconButton(look, text("colleagues.edit"), "colleagueEdit", "edit")
        self._settings = IconButton(look, text("colleagues.settings"), "colleagueSettings", "settings")
        self._add = IconButton(
            look, text("colleagues.add"), "colleagueAddButton", "person-add", tone="accent"
        )
        self._done = QuietButton(look, text("colleagues.done"), "colleagueDone", icon="check", ground="fill")
        self._voicemail = VoicemailStrip(look, self.phone)
        self._call_strip = CallStrip(look)
        self._offline = Label(look, "small", "warn", wrap=True, name="colleaguesOffline")
        self._search = SearchField(
            look, "colleagueSearch", text("colleagues.search"), text("colleagues.search_hint")
        )
        self._list = TileList(look)
        self._empty = EmptyState(look, "people", "colleaguesEmpty")
        self._empty.say("people", text("colleagues.empty"), text("colleagues.empty_hint"))
        self._empty.add_action(text("colleagues.add"), "colleagueFirst", "person-add", self._open_add)
        self._nobody = EmptyState(look, "search", "colleaguesNobody")
        self._stack = QStackedWidget()
        for pane in (self._list, self._empty, self._nobody):
            self._stack.addWidget(pane)
        self._undo = UndoBar(look, "colleagueUndo")
        self._foot = QWidget()
        self._foot_keys = {
            action: IconButton(look, text(f"colleague_action.{action}"), f"colleague_{action}", icon)
            for action, icon in _FOOT.items()
        }

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._title, 1)
        for button in (self._sort, self._edit, self._settings, self._add, self._done):
            self._head.addWidget(button)
        foot = QHBoxLayout(self._foot)
        foot.setContentsMargins(0, 0, 0, 0)
        foot.addStretch(1)
        for key in self._foot_keys.values():
            foot.addWidget(key)
        foot.addStretch(1)
        self._column = QVBoxLayout(self)
        self._column.addLayout(self._head)
        for part in (self._voicemail, self._call_strip, self._offline, self._search):
            self._column.addWidget(part)
        self._column.addWidget(self._stack, 1)
        self._column.addWidget(self._foot)
        self._column.addWidget(self._undo)

    def _connect(self) -> None:
        self._sort.on_click(self._open_sort)
        self._edit.on_click(partial(self.set_editing, True))
        self._done.on_click(partial(self.set_editing, False))
        self._settings.on_click(partial(self.place_wanted.emit, "colleagues_page"))
        self._add.on_click(self._open_add)
        self._voicemail.told.connect(self.told)
        self._search.textChanged.connect(self._refresh)
        self._search.entered.connect(self._list.take_keyboard)
        self._search.downward.connect(self._list.take_keyboard)
        self._list.chosen.connect(self._chosen)
        self._list.menu_wanted.connect(self._open_menu)
        self._list.call_dropped.connect(self._dropped)
        self._list.moved.connect(self._move_before)
        self._list.stepped.connect(self._step)
        self._list.removed.connect(self._remove)
        for action, key in self._foot_keys.items():
            key.on_click(partial(self._use_foot, action))
        actions = self._actions
        actions.dial_wanted.connect(self.dial_wanted)
        actions.contact_wanted.connect(self.contact_wanted)
        actions.place_wanted.connect(self.place_wanted)
        actions.told.connect(self.told)
        actions.change_wanted.connect(self._open_change)
        actions.remove_wanted.connect(self._remove)

    # -- showing -----------------------------------------------------------------------------------

    def _refresh(self) -> None:
        """Show what holds now."""
        self._stale = False
        text, phone = self.look.text, self.phone
        lines = phone.colleagues.lines()
        search = "" if self._editing else self._search.text()
        rows = rows_of(text, lines, self._order, search)
        self._list.show_rows(rows)
        if search and not rows:
            self._nobody.say("search", text("colleagues.nobody"), text("colleagues.nobody_hint", text=search))
        self._stack.setCurrentWidget(
            self._list if rows else self._nobody if lines and search else self._empty
        )
        online = phone.accounts.registration.can_call
        self._offline.show_text("" if online or not lines else text("colleagues.offline"))
        self._call_strip.show_call(None if self._editing else self._actions.call)
        show_if(self._search, len(lines) >= SEARCHED_FROM and not self._editing)
        for part in (self._sort, self._edit):
            show_if(part, bool(lines) and not self._editing)
        for part in (self._settings, self._add):
            show_if(part, not self._editing)
        show_if(self._done, self._editing)
        show_if(self._foot, self._editing)

    def _show_line(self, extension: str) -> None:
        """One of them does something else: 250 that come at once are 250 tiles, not 250 lists."""
        line = self.phone.colleagues.line(extension)
        if line is not None:
            self._list.rows.show_tile(tile_view(self.look.text, line))

    @property
    def _order(self) -> ColleagueOrder:
        return ColleagueOrder.OWN if self._editing else self.phone.settings.now.presence.order

    def _dress(self) -> None:
        px = self.look.px
        side = px(tokens.SPACE_4)
        self._column.setContentsMargins(side, px(tokens.SPACE_3), side, px(tokens.SPACE_2))
        self._column.setSpacing(px(tokens.SPACE_2))
        self._head.setSpacing(0)

    # -- doing -------------------------------------------------------------------------------------

    def _chosen(self, extension: str) -> None:
        line = self.phone.colleagues.line(extension)
        if line is None:
            return
        if self._editing:
            self._open_change(extension)
        else:
            self._actions.choose(line, self._list.below(extension))

    def _open_menu(self, extension: str) -> None:
        line = self.phone.colleagues.line(extension)
        if line is not None:
            self._actions.show_menu(line, self._list.below(extension))

    def _dropped(self, extension: str, key: str) -> None:
        line = self.phone.colleagues.line(extension)
        if line is not None and self.phone.calls.find(key) is not None:
            self._actions.drop(line, key, self._list.below(extension))

    def _open_sort(self) -> None:
        menu = new_menu(self.look, self._sort, "colleagueSortMenu", self._sort.text())
        now = self.phone.settings.now.presence.order
        for order in ColleagueOrder:
            words = self.look.text(f"colleague_order.{order.value}")
            entry = menu.addAction(words, partial(self._set_order, order))
            entry.setObjectName(order.value)
            entry.setCheckable(True)
            entry.setChecked(order is now)
        below = self._sort.rect().bottomRight()
        below.setX(below.x() - menu.sizeHint().width())
        menu.popup(self._sort.mapToGlobal(below))

    def _set_order(self, order: ColleagueOrder) -> None:
        settings = self.phone.settings
        settings.change_fields(presence=replace(settings.now.presence, order=order))

    def _open_add(self) -> None:
        sheet = AddSheet(self.look, self, self.phone.colleagues)
        self._rise(sheet, sheet.field)

    def _open_change(self, extension: str) -> None:
        line = self.phone.colleagues.line(extension)
        if line is not None:
            sheet = ChangeSheet(self.look, self, self.phone.colleagues, line)
            self._rise(sheet, sheet.name_field.line)

    def _rise(self, sheet: ColleagueSheet, first: QWidget) -> None:
        if self._sheet is not None:
            self._sheet.dismiss()
        self._sheet = sheet
        sheet.done.connect(self._list.go_to)
        sheet.closed.connect(self._sheet_closed)
        sheet.rise(first)

    def _sheet_closed(self) -> None:
        self._sheet = None
        if self._list.isVisible():
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)

    def _use_foot(self, action: str) -> None:
        extension = self._list.current
        if not extension:
            self._list.take_keyboard()
        elif action == "change":
            self._open_change(extension)
        elif action == "remove":
            self._remove(extension)
        else:
            self._step(extension, -1 if action == "back" else 1)

    def _step(self, extension: str, by: int) -> None:
        """One place back or on, as the tiles stand."""
        shown = [each.extension for each in self.phone.colleagues.listed]
        self.phone.colleagues.move(extension, shown.index(extension) + by)
        self._list.go_to(extension)

    def _move_before(self, extension: str, other: str) -> None:
        shown = [each.extension for each in self.phone.colleagues.listed if each.extension != extension]
        self.phone.colleagues.move(extension, shown.index(other) if other in shown else len(shown))
        self._list.go_to(extension)

    def _remove(self, extension: str) -> None:
        line = self.phone.colleagues.line(extension)
        if line is None:
            return
        before = self.phone.colleagues.remove((extension,))
        place = [each.extension for each in before].index(extension)
        for beside in self.phone.colleagues.listed[:place][-1:] or self.phone.colleagues.listed[:1]:
            self._list.go_to(beside.extension)
        words = self.look.text("colleagues.removed", who=line.name or extension)
        self._undo.offer(words, partial(self._put_back, before, extension))
        if not self.phone.colleagues.listed:
            self.set_editing(False)

    def _put_back(self, before: tuple[Colleague, ...], extension: str) -> None:
        self.phone.colleagues.restore(before)
        self._list.go_to(extension)
