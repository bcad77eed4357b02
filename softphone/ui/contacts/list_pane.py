"""The phone book as a list: head, search, who is shown, the rows with their index, or the favourites."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from softphone.app.phone import Phone
from softphone.domain.contact import ContactQuery
from softphone.ui import theme as tokens
from softphone.ui.accessible import announce
from softphone.ui.buttons import IconButton
from softphone.ui.contacts.favourites import FavouriteTiles
from softphone.ui.contacts.filters import FilterBar
from softphone.ui.contacts.index_bar import IndexBar
from softphone.ui.contacts.model import ContactModel
from softphone.ui.contacts.words import contact_row
from softphone.ui.empty_state import EmptyState
from softphone.ui.labels import Label
from softphone.ui.look import Look, on_look
from softphone.ui.people_list import PeopleList
from softphone.ui.person_row import RowView
from softphone.ui.search_field import SearchField
from softphone.ui.undo_bar import UndoBar

MAX_FOUND = 300  # rows of a search: the best stand first


class ContactListPane(QWidget):
    """Reads the phone book and shows it. Thread: ui.

    ``opened``, ``call_wanted``, ``unstarred`` carry a RowView, ``call_dropped`` a call's key and a RowView,
    ``menu_wanted`` a RowView and where, ``ordered`` the favourites' keys. ``add_wanted``, ``import_wanted``
    and ``more_wanted`` (its button) are clicks.
    """

    opened = Signal(object)
    call_wanted = Signal(object)
    unstarred = Signal(object)
    call_dropped = Signal(str, object)
    ordered = Signal(tuple)
    menu_wanted = Signal(object, QPoint)
    add_wanted = Signal()
    more_wanted = Signal(QWidget)
    import_wanted = Signal()

    def __init__(self, look: Look, phone: Phone, source_name: Callable[[str], str]) -> None:
        super().__init__()
        self._look = look
        self._phone = phone
        self._source_name = source_name
        text = look.text
        self._title = Label(look, "title", name="contactsTitle")
        self._title.setText(text("nav.contacts"))
        self._add = IconButton(look, text("contacts.add"), "addContact", "person-add", tone="accent")
        self._add.on_click(self.add_wanted.emit)
        self._more = IconButton(look, text("contacts.more"), "contactsMore", "more")
        self._more.on_click(lambda: self.more_wanted.emit(self._more))
        self._more.hide()
        self.field = SearchField(look, "contactSearch", text("contacts.search"), text("contacts.search_hint"))
        self.field.textChanged.connect(self._typed)
        self.field.searched.connect(self._typed)  # kana that an input method still holds
        self._asked = ""
        self.filters = FilterBar(look, lambda: phone.contacts.book.groups(), lambda: self._sources)
        self.filters.chosen.connect(self.refresh)
        self._sources: tuple[tuple[str, str], ...] = ()
        self._build_rows()
        self.undo = UndoBar(look, "contactUndo")
        self._lay_out()
        on_look(self, look, self._dress)

    def refresh(self) -> None:
        """Read anew what is asked for, and show it."""
        text = self._asked = self.field.wanted
        query = self.filters.query
        if query.favourites and not text:
            self._show_favourites()
            return
        asked = ContactQuery(text=text, group=query.group, favourites=query.favourites, source=query.source)
        rows = self._phone.contacts.book.rows(asked, MAX_FOUND if text else 0)
        rows = self._phone.search.with_found_number(rows, text) if text else rows
        if asked == ContactQuery():
            shared = sorted({row.source for row in rows} - {""})
            own = (("", self._look.text("contacts.own")),)
            self._sources = own + tuple((key, self._source_name(key)) for key in shared)
        current = self._list.row_at(self._list.currentIndex())
        self._model.show_rows(rows, tuple(text.split()))
        self._index.setVisible(not text and len(self._model.places) > 1)
        self._index.show_headings(tuple(self._model.places))
        if text and rows:
            announce(self.field, self._look.text("search.count", count=len(rows)))
        if rows:
            self._stack.setCurrentWidget(self._rows)
            self._keep(current)
        else:
            self._show_nobody(text)

    def _typed(self) -> None:
        if self.field.wanted != self._asked:
            self.refresh()

    def read_again(self) -> None:
        """The phone book is another."""
        self.filters.fit()
        self.refresh()

    def go_to(self, key: str) -> None:
        """Have the row of an entry in sight, and current."""
        place = self._model.place_of(key)
        if place >= 0:
            index = self._model.index(place, 0)
            self._list.setCurrentIndex(index)
            self._list.scrollTo(index)

    def take_focus(self) -> None:
        """The keyboard goes to the search."""
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_list_focus(self) -> None:
        """The keyboard goes back to the row one came from."""
        if self._stack.currentWidget() is self._tile_page:
            self._tiles.setFocus(Qt.FocusReason.OtherFocusReason)
        elif self._model.rowCount():
            self._list.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            self.take_focus()

    def offer_more(self) -> None:
        """There is something behind 「その他」."""
        self._more.show()

    def _build_rows(self) -> None:
        look, text = self._look, self._look.text
        self._model = ContactModel(text, self._phone.numbers.shown, self._source_name)
        self._list = PeopleList(look, "contactList", text("nav.contacts"), letters=True)
        self._list.setModel(self._model)
        self._list.opened.connect(self.opened)
        self._list.call_wanted.connect(self.call_wanted)
        self._list.menu_wanted.connect(self.menu_wanted)
        self._list.call_dropped.connect(self.call_dropped)
        self._list.left_upwards.connect(self.take_focus)
        self._list.typed.connect(self._type_on)
        self._index = IndexBar(look)
        self._index.jumped.connect(self._jump)
        self._tiles = FavouriteTiles(look)
        self._tiles.call_wanted.connect(self.call_wanted)
        self._tiles.opened.connect(self.opened)
        self._tiles.removed.connect(self.unstarred)
        self._tiles.ordered.connect(self.ordered)
        self._nobody = EmptyState(look, "contacts", "contactsEmpty")
        self._first = self._nobody.add_action(
            text("contacts.add"), "addFirst", "person-add", self.add_wanted.emit
        )
        self._from_file = self._nobody.add_action(
            text("exchange.from_file"), "importFirst", "download", self.import_wanted.emit
        )
        self.field.downward.connect(self._into_rows)
        self.field.entered.connect(self._into_rows)

    def _lay_out(self) -> None:
        self._head = QHBoxLayout()
        self._head.addWidget(self._title, 1)
        self._head.addWidget(self._more)
        self._head.addWidget(self._add)
        self._rows = QWidget()
        row = QHBoxLayout(self._rows)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._list, 1)
        row.addWidget(self._index)
        self._stack = QStackedWidget()
        self._tile_page = QWidget()
        self._tile_box = QVBoxLayout(self._tile_page)
        self._tile_box.addWidget(self._tiles)
        for widget in (self._rows, self._tile_page, self._nobody):
            self._stack.addWidget(widget)
        self._foot = QVBoxLayout()
        self._foot.addWidget(self.undo)
        self._top = QVBoxLayout()
        self._top.addLayout(self._head)
        self._top.addWidget(self.field)
        self._top.addWidget(self.filters)
        self._outer = QVBoxLayout(self)
        self._outer.addLayout(self._top)
        self._outer.addWidget(self._stack, 1)
        self._outer.addLayout(self._foot)

    def _show_favourites(self) -> None:
        book, numbers = self._phone.contacts.book, self._phone.numbers
        rows = book.rows(ContactQuery(favourites=True))
        views = (contact_row(self._look.text, row, numbers.shown(row.number)) for row in rows)
        self._tiles.show_views(tuple(views))
        if rows:
            self._stack.setCurrentWidget(self._tile_page)
        else:
            text = self._look.text
            self._first.hide()
            self._from_file.hide()
            self._nobody.say("favourite", text("contacts.no_favourites"), text("contacts.no_favourites_hint"))
            self._stack.setCurrentWidget(self._nobody)

    def _show_nobody(self, asked: str) -> None:
        text = self._look.text
        empty = not asked and self.filters.query == ContactQuery()
        self._first.setVisible(empty)
        self._from_file.setVisible(empty)
        if empty:
            self._nobody.say("contacts", text("contacts.empty"), text("contacts.empty_hint"))
        elif asked:
            title = text("contacts.not_found", text=asked)
            announce(self.field, title)
            self._nobody.say("search", title, text("contacts.not_found_hint"))
        else:
            self._nobody.say("contacts", text("contacts.nobody_here"), text("contacts.nobody_here_hint"))
        self._stack.setCurrentWidget(self._nobody)

    def _keep(self, current: RowView | None) -> None:
        """The current row stays current, where it still is."""
        place = self._model.place_of(current.key) if current is not None else -1
        if place >= 0:
            self._list.setCurrentIndex(self._model.index(place, 0))
        else:
            self._list.scrollToTop()

    def _into_rows(self) -> None:
        if self._stack.currentWidget() is self._rows and self._model.rowCount():
            self._list.take_keyboard()
        elif self._stack.currentWidget() is self._tile_page:
            self._look.keyboard = True
            self._tiles.setFocus(Qt.FocusReason.TabFocusReason)

    def _type_on(self, letters: str) -> None:
        self.take_focus()
        self.field.insert(letters)

    def _jump(self, heading: str) -> None:
        place = self._model.places.get(heading)
        if place is not None:
            self._list.scrollTo(self._model.index(place, 0), QAbstractItemView.ScrollHint.PositionAtTop)

    def _dress(self) -> None:
        px = self._look.px
        side = px(tokens.SPACE_5)
        self._outer.setContentsMargins(0, 0, 0, 0)
        self._outer.setSpacing(px(tokens.SPACE_1))
        self._top.setContentsMargins(side, px(tokens.SPACE_3), side, px(tokens.SPACE_1))
        self._top.setSpacing(px(tokens.SPACE_2))
        self._foot.setContentsMargins(px(tokens.SPACE_3), 0, px(tokens.SPACE_3), px(tokens.SPACE_2))
        self._tile_box.setContentsMargins(px(tokens.SPACE_4), 0, px(tokens.SPACE_3), 0)
        self._head.setSpacing(0)
