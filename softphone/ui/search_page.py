"""Search everywhere: one field over contacts, history and directories. Ctrl+K opens it, Esc goes back.

The keyboard stays in the field: the arrow keys choose below it, Enter calls, Shift+Enter shows the card.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QStackedWidget, QVBoxLayout, QWidget

from softphone.app.changes import Change, ContactsMoved, HistoryMoved
from softphone.app.phone import Phone
from softphone.app.search import SearchResults
from softphone.domain.contact import Contact, ContactNumber
from softphone.ui import theme as tokens
from softphone.ui.accessible import announce
from softphone.ui.buttons import IconButton
from softphone.ui.contacts.words import source_name
from softphone.ui.empty_state import EmptyState
from softphone.ui.labels import IconLabel, Label, card, hairline
from softphone.ui.look import Look, on_look
from softphone.ui.people_list import PeopleList
from softphone.ui.person_row import RowView
from softphone.ui.places import PlacePage
from softphone.ui.scrolling import scrolling
from softphone.ui.search_field import SearchField
from softphone.ui.search_rows import SearchModel, search_rows

_SHIFT = Qt.KeyboardModifier.ShiftModifier


class _Field(SearchField):
    """The field of the page: Esc goes back where nothing is typed, Shift+Enter opens."""

    def __init__(self, look: Look, page: SearchPage) -> None:
        super().__init__(look, "searchField", look.text("search.field"), look.text("search.hint"))
        self._page = page
        self.setAccessibleDescription(look.text("search.keys"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and not self.text():
            self._page.back_wanted.emit()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and event.modifiers() & _SHIFT:
            self._page.open_current()
        else:
            super().keyPressEvent(event)


class SearchPage(PlacePage):
    """The place of the search, without a tab. Thread: ui."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "searchPage")
        text = look.text
        self._results = SearchResults(text="")
        self._back = IconButton(look, text("search.back"), "searchBack", "chevron-left")
        self._back.on_click(self.back_wanted.emit)
        self.field = _Field(look, self)
        self.field.textChanged.connect(self._typed)
        self.field.searched.connect(self._typed)  # kana that an input method still holds
        self.field.entered.connect(self._call_current)
        self.field.downward.connect(self._into_rows)
        self._model = SearchModel()
        self._list = PeopleList(look, "searchList", text("search.found"), mixed=True, leads=True)
        self._list.setModel(self._model)
        self._list.opened.connect(self._open)
        self._list.call_wanted.connect(self._call)
        self._list.left_upwards.connect(self._to_field)
        self._list.typed.connect(self._type_on)
        self._nothing = EmptyState(look, "search", "searchNothing")
        self._waiting = Label(look, "small", "soft", name="searchWaiting")
        self._waiting.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        self._lay_out()
        self._show(self._results)
        on_look(self, look, self._dress)

    def opened(self) -> None:
        self.field.selectAll()
        self._to_field()
        self._search()

    def handle(self, change: Change) -> None:
        if isinstance(change, ContactsMoved | HistoryMoved) and self.isVisible():
            self._search()

    def keep(self) -> object:
        return self.field.text() or None

    def restore(self, kept: object) -> None:
        self.field.setText(str(kept))

    def open_current(self) -> None:
        """Show the card of the row that is chosen."""
        view = self._list.row_at(self._list.currentIndex())
        if view is not None:
            self._open(view)

    def _lay_out(self) -> None:
        self._top = QHBoxLayout()
        self._top.addWidget(self._back)
        self._top.addWidget(self.field, 1)
        self._teach = scrolling(self._lessons())
        self._stack = QStackedWidget()
        rows = QWidget()
        self._box = QHBoxLayout(rows)
        self._box.addWidget(self._list)
        self._rows = rows
        for widget in (self._teach, rows, self._nothing):
            self._stack.addWidget(widget)
        self._outer = QVBoxLayout(self)
        self._outer.addLayout(self._top)
        self._outer.addWidget(self._stack, 1)
        self._outer.addWidget(self._waiting)

    def _lessons(self) -> QWidget:
        """What can be typed, by examples."""
        text, px = self.look.text, self.look.px
        inner = QWidget()
        column = QVBoxLayout(inner)
        side = px(tokens.SPACE_5)
        column.setContentsMargins(side, px(tokens.SPACE_6), side, px(tokens.SPACE_4))
        column.setSpacing(px(tokens.SPACE_3))
        for words, role, tone in (
            (text("search.teach"), "title", ""),
            (text("search.teach_hint"), "body", "soft"),
        ):
            label = Label(self.look, role, tone, wrap=True)
            label.setText(words)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            column.addWidget(label)
        frame = card()
        rows = QVBoxLayout(frame)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setSpacing(0)
        for name in ("kanji", "kana", "romaji", "number"):
            if rows.count():
                rows.addWidget(hairline())
            rows.addWidget(self._lesson(text(f"search.teach_{name}"), text(f"search.teach_{name}_hint")))
        column.addWidget(frame)
        column.addStretch(1)
        return inner

    def _lesson(self, words: str, example: str) -> QFrame:
        px = self.look.px
        frame = QFrame()
        row = QHBoxLayout(frame)
        row.setContentsMargins(*(px(tokens.SPACE_4), px(tokens.SPACE_3)) * 2)
        row.setSpacing(px(tokens.SPACE_3))
        said, shown = Label(self.look, "body"), Label(self.look, "body", "accent")
        said.setText(words)
        shown.setText(example)
        row.addWidget(IconLabel(self.look, "search", "text_faint", tokens.ICON_SMALL))
        row.addWidget(said, 1)
        row.addWidget(shown)
        return frame

    def _typed(self) -> None:
        if self.field.wanted != self._results.text:
            self._search()

    def _search(self) -> None:
        self.phone.search.search(self.field.wanted, self._show)

    def _show(self, results: SearchResults) -> None:
        self._results = results
        current = self._list.row_at(self._list.currentIndex())
        chosen = current.key if current is not None and self._list.hasFocus() else ""
        rows = search_rows(self.look.text, results, self.phone.numbers.shown, self._source_name)
        self._model.show_views(rows)
        place = self._model.place_of(chosen) if chosen else -1
        if place >= 0:
            self._list.setCurrentIndex(self._model.index(place, 0))
        else:
            self._list.lead()
        self._waiting.show_text(self.look.text("search.waiting") if results.waiting else "")
        if rows:
            count = sum(not view.heading for view in rows)
            announce(self.field, self.look.text("search.count", count=count))
            self._stack.setCurrentWidget(self._rows)
        elif results.text:
            text = self.look.text
            self._nothing.say(
                "search", text("search.nothing", text=results.text), text("search.nothing_hint")
            )
            announce(self.field, text("search.nothing", text=results.text))
            self._stack.setCurrentWidget(self._nothing)
        else:
            self._stack.setCurrentWidget(self._teach)

    def _call_current(self) -> None:
        view = self._list.row_at(self._list.currentIndex())
        if view is not None and self._stack.currentWidget() is self._rows:
            self._call(view)

    def _call(self, view: RowView) -> None:
        if view.number:
            self.dial_wanted.emit(view.number)
        else:
            self._open(view)

    def _open(self, view: RowView) -> None:
        """The card of who was found; who called and is not known can be added."""
        kind, _, rest = view.key.partition("-")
        contact = self.phone.contacts.book.get(view.key)
        if contact is None and kind == "directory":
            contact = self._results.directory[int(rest)]
        elif contact is None and kind == "call":
            record = next(each for each in self._results.calls if each.key == rest)
            known = self.phone.contacts.book.get(record.person.contact_key) if record.person else None
            remote = record.remote
            unknown = Contact(name=remote.display_name, numbers=(ContactNumber(remote.number),))
            contact = known or unknown
        elif contact is None and kind == "dial":
            contact = Contact(numbers=(ContactNumber(view.number),))
        if contact is not None:
            self.contact_wanted.emit(contact)

    def _into_rows(self) -> None:
        if self._stack.currentWidget() is self._rows:
            first = self._list.currentIndex()
            self._list.take_keyboard()
            following = self._model.index(first.row() + 1, 0)
            if following.isValid() and not self._model.row(following.row()).heading:
                self._list.setCurrentIndex(following)

    def _to_field(self) -> None:
        self.field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _type_on(self, letters: str) -> None:
        self._to_field()
        self.field.end(False)
        self.field.insert(letters)

    def _source_name(self, source: str) -> str:
        return source_name(self.phone, source)

    def _dress(self) -> None:
        px = self.look.px
        self._outer.setContentsMargins(0, 0, 0, px(tokens.SPACE_1))
        self._outer.setSpacing(px(tokens.SPACE_1))
        self._box.setContentsMargins(px(tokens.SPACE_3), 0, px(tokens.SPACE_1), 0)
        self._top.setContentsMargins(
            px(tokens.SPACE_2), px(tokens.SPACE_3), px(tokens.SPACE_5), px(tokens.SPACE_1)
        )
        self._top.setSpacing(px(tokens.SPACE_1))
