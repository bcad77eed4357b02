"""電話帳: the list, a person's card, the editor; one of them is in front.

list ─▸ card ─▸ editor          what is typed and not saved stays in ``ContactService.draft``
  ◂──────◂────────┘             until it is saved or somebody says that it may go
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from functools import cached_property, partial

from msgspec.structs import replace
from PySide6.QtCore import QPoint, QTimer
from PySide6.QtGui import QCursor
from PySide6.QtWidgets import QStackedLayout

from softphone.app.calls import CannotCall
from softphone.app.changes import Change, ContactsMoved, HistoryMoved
from softphone.app.phone import Phone
from softphone.app.text import party_title, result_text
from softphone.domain.call import Direction
from softphone.domain.contact import Contact, ContactEdit
from softphone.domain.dial_string import DialStringInvalid
from softphone.domain.history import CallRecord, CallResult, HistoryQuery
from softphone.ui.call_menu import new_menu
from softphone.ui.contacts.card import CardView, ContactCard, RecentView
from softphone.ui.contacts.editor import ContactEditor
from softphone.ui.contacts.exchange import ExchangeDesk
from softphone.ui.contacts.list_pane import ContactListPane
from softphone.ui.contacts.row_menu import show_row_menu
from softphone.ui.contacts.unsaved_sheet import UnsavedSheet
from softphone.ui.contacts.words import source_name
from softphone.ui.history.day_words import when_words
from softphone.ui.look import Look
from softphone.ui.person_row import RowView
from softphone.ui.places import PlacePage
from softphone.ui.view_state import call_problem, problem_notice, timer_text

MAX_RECENT = 5


class ContactsPage(PlacePage):
    """The place 電話帳. Thread: ui."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "contactsPage")
        self._stale = True
        self._deletion: object = None
        self._sheet: UnsavedSheet | None = None
        self._list = ContactListPane(look, phone, self._source_name)
        self._list.opened.connect(self._open)
        self._list.call_wanted.connect(lambda view: self.dial_wanted.emit(view.number))
        self._list.call_dropped.connect(self._call_dropped)
        self._list.menu_wanted.connect(self._open_menu)
        self._list.add_wanted.connect(lambda: self.show_contact(Contact()))
        self._list.ordered.connect(phone.contacts.order_favourites)
        self._list.unstarred.connect(lambda view: phone.contacts.set_favourite(view.key, False))
        self._exchange = ExchangeDesk(look, phone, self)
        self._list.more_wanted.connect(self._exchange.show_menu)
        self._exchange.undo_offered.connect(self._list.undo.offer)
        self._list.import_wanted.connect(self._exchange.take)
        self._list.offer_more()
        self._stack = QStackedLayout(self)
        self._stack.addWidget(self._list)
        if phone.contacts.draft is not None:
            self._take_up(phone.contacts.draft)

    @cached_property
    def _card(self) -> ContactCard:
        """Made when the first card is shown."""
        card, contacts = ContactCard(self.look), self.phone.contacts
        card.back_wanted.connect(self._to_list)
        card.call_wanted.connect(self.dial_wanted)
        card.edit_wanted.connect(self._edit)
        card.copy_wanted.connect(self._copy)
        card.delete_wanted.connect(self._delete)
        card.star_wanted.connect(lambda who, on: contacts.set_favourite(who.key, on))
        self._stack.addWidget(card)
        return card

    @cached_property
    def _editor(self) -> ContactEditor:
        """Made when somebody is edited for the first time."""
        editor = ContactEditor(self.look, self._other_of)
        editor.back_wanted.connect(lambda: self._leave(self._from_editor))
        editor.saved.connect(self._save)
        editor.edited.connect(self._keep_draft)
        self._stack.addWidget(editor)
        return editor

    def opened(self) -> None:
        self._refresh()
        front = self._stack.currentWidget()
        if front is self._list:
            self._list.take_focus()

    def find_here(self) -> bool:
        if self._stack.currentWidget() is not self._list:
            return False
        self._list.take_focus()
        return True

    def handle(self, change: Change) -> None:
        if isinstance(change, ContactsMoved):
            self._stale = True
            QTimer.singleShot(0, self, self._look_at_undo)  # when the change is noted
        if isinstance(change, ContactsMoved | HistoryMoved) and self.isVisible():
            self._refresh()

    def _look_at_undo(self) -> None:
        """What is offered to be taken back is the last change still; a directory's are none."""
        if self.phone.contacts.last_change is not self._deletion:
            self._list.undo.forget()

    def may_close(self) -> bool:
        if self.phone.contacts.draft is None:
            return True
        self._leave(lambda: self.window().close())
        return False

    def show_contact(self, contact: Contact) -> None:
        if contact.key and contact.key == self._shown_key and self.phone.contacts.draft is None:
            return
        self._leave(partial(self._show, contact))

    @property
    def _shown_key(self) -> str:
        front = self._stack.currentWidget()
        return front.contact.key if isinstance(front, ContactCard) and front.contact is not None else ""

    def _show(self, contact: Contact) -> None:
        if contact.key or contact.source:
            self._show_card(self.phone.contacts.book.get(contact.key) or contact)
        else:
            self._edit(contact)

    def _refresh(self) -> None:
        if self._stale:
            self._stale = False
            self._list.read_again()
        if not isinstance(self._stack.currentWidget(), ContactCard):
            return
        contact = self._card.contact
        assert contact is not None
        now = self.phone.contacts.book.get(contact.key) if contact.key else contact
        if now is not None:
            self._card.show_view(self._card_view(now))
        else:
            self._to_list()

    def _open(self, view: RowView) -> None:
        contact = self.phone.contacts.book.get(view.key)
        if contact is not None:
            self._show_card(contact)

    def _show_card(self, contact: Contact) -> None:
        self._card.show_view(self._card_view(contact))
        self._stack.setCurrentWidget(self._card)
        self._card.take_focus()

    def _to_list(self) -> None:
        self._stack.setCurrentWidget(self._list)
        self._list.take_list_focus()

    def _edit(self, contact: Contact) -> None:
        self._editor.show_contact(contact)
        self._editor.suggest_groups(self.phone.contacts.book.groups())
        self._stack.setCurrentWidget(self._editor)
        self._editor.take_focus()

    def _take_up(self, draft: ContactEdit) -> None:
        """Go on with what was typed in a window that is gone."""
        self._editor.show_contact(draft.saved[0], draft.photos)
        self._stack.setCurrentWidget(self._editor)

    def _copy(self, contact: Contact) -> None:
        """An entry of a directory, to be saved as one's own."""
        photos = {contact.photo_id: self.phone.contacts.book.photo(contact.photo_id)}
        own = replace(contact, key="", source="", favourite=0)
        self._edit(own)
        self.phone.contacts.draft = ContactEdit(saved=(own,), photos=photos if contact.photo_id else {})

    def _save(self, edit: ContactEdit) -> None:
        """Stored and shown; where it could not be stored, that is told and what is typed stays."""
        service = self.phone.contacts
        service.draft, kept = None, service.draft
        if not service.apply(edit):
            service.draft = kept or edit
            return
        key = edit.saved[0].key or next(iter(service.added), "")
        saved = service.book.get(key)
        if saved is not None:
            self._refresh()
            self._list.go_to(key)
            self._show_card(saved)

    def _delete(self, contact: Contact) -> None:
        if self.phone.contacts.delete((contact.key,)):
            self._to_list()
            self._deletion = self.phone.contacts.last_change
            words = self.look.text("contacts.deleted", who=contact.shown_name)
            self._list.undo.offer(words, partial(self._undelete, contact.key))

    def _undelete(self, key: str) -> None:
        if self.phone.contacts.undo():
            self._refresh()
            self._list.go_to(key)

    def _open_menu(self, view: RowView, at: QPoint) -> None:
        contact = self.phone.contacts.book.get(view.key)
        if contact is not None:
            run = partial(self._run, contact)
            show_row_menu(self.look, self, at, contact, self.phone.numbers.shown, run)

    def _run(self, contact: Contact, action: str, number: str) -> None:
        """Do what the menu of a row says."""
        if action == "call":
            self.dial_wanted.emit(number)
        elif action in ("star", "unstar"):
            self.phone.contacts.set_favourite(contact.key, action == "star")
        else:
            does = {
                "open": self._show_card,
                "edit": self._edit,
                "copy": self._copy,
                "delete": self._delete,
            }
            does[action](contact)

    def _call_dropped(self, key: str, view: RowView) -> None:
        """Ask how the call is to be handed over."""
        call = self.phone.calls.find(key)
        if call is None:
            return
        text = self.look.text
        menu = new_menu(self.look, self, "dropMenu", text("call_action.transfer_to"))
        who = text("transfer.drop", who=party_title(text, call), other=view.title)
        menu.addAction(who).setEnabled(False)
        for action in ("consult", "blind"):
            run = partial(self._hand_over, action, key, view.number)
            menu.addAction(text(f"sheet.{action}"), run).setObjectName(action)
        menu.popup(QCursor.pos())

    def _hand_over(self, action: str, key: str, number: str) -> None:
        transfers = self.phone.transfers
        try:
            (transfers.consult if action == "consult" else transfers.blind)(key, number)
        except (DialStringInvalid, CannotCall) as error:
            problem = call_problem(self.look.text, error, self.phone.accounts.registration)
            self.told.emit(problem_notice(self.look.text, problem))
        else:
            self.place_wanted.emit("keypad")

    def _other_of(self, key: str, number: str) -> str:
        """Who else has a number, of one's own entries."""
        book = self.phone.contacts.book
        found = (book.get(each) for each in book.matching(number) if each != key) if number else ()
        return next((each.shown_name for each in found if each is not None and not each.source), "")

    def _keep_draft(self) -> None:
        self.phone.contacts.draft = self._editor.draft if self._editor.is_changed else None

    def _from_editor(self) -> None:
        """Back to the card one came from, else to the list."""
        contact = self._card.contact
        edited = self._editor.draft.saved[0].key
        if contact is not None and edited and contact.key == edited:
            self._show_card(self.phone.contacts.book.get(edited) or contact)
        else:
            self._to_list()

    def _leave(self, then: Callable[[], object]) -> None:
        """Do ``then`` where nothing typed is lost by it; else ask first."""
        draft = self.phone.contacts.draft
        if draft is None:
            then()
            return
        self._stack.setCurrentWidget(self._editor)
        if self._sheet is not None:
            self._sheet.dismiss()
        who = draft.saved[0].shown_name or self.look.text("contacts.new")
        self._sheet = UnsavedSheet(self.look, self, who)
        self._sheet.chosen.connect(partial(self._left, then))
        self._sheet.closed.connect(self._sheet_closed)
        self._sheet.ask()

    def _left(self, then: Callable[[], object], what: str) -> None:
        if what == "discard":
            self.phone.contacts.draft = None
        elif not self._editor.save() or self.phone.contacts.draft is not None:
            return
        then()

    def _sheet_closed(self) -> None:
        self._sheet = None

    def _card_view(self, contact: Contact) -> CardView:
        return CardView(
            contact=contact,
            shown=tuple(self.phone.numbers.shown(each.number) for each in contact.numbers),
            recent=self._recent(contact),
            source=self._source_name(contact.source),
        )

    def _recent(self, contact: Contact) -> tuple[RecentView, ...]:
        """The last calls with any of their numbers."""
        rows = self.phone.history.rows
        found: dict[str, CallRecord] = {}
        for each in contact.numbers:
            for record in rows.page(HistoryQuery(number=each.number), 0, MAX_RECENT):
                found[record.key] = record
        newest = sorted(found.values(), key=lambda record: record.started_at_s, reverse=True)
        return tuple(self._recent_view(record) for record in newest[:MAX_RECENT])

    def _recent_view(self, record: CallRecord) -> RecentView:
        text = self.look.text
        came = record.direction is Direction.RECIPIENT
        missed = record.result is CallResult.MISSED
        words = [text("contacts.call_in" if came else "contacts.call_out")]
        if record.result is CallResult.ANSWERED:
            words.append(timer_text(record.duration_s))
        else:
            words.append(result_text(text, record))
        return RecentView(
            icon="incoming" if came else "outgoing",
            tone="bad" if missed else "text_soft",
            words="  ·  ".join(words),
            when=when_words(text, datetime.fromtimestamp(record.started_at_s), date.today()),
        )

    def _source_name(self, source: str) -> str:
        return source_name(self.phone, source)
