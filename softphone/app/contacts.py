"""電話帳: the people one knows, changed in one place, every change to be taken back."""

from __future__ import annotations

from collections.abc import Callable

from msgspec.structs import replace

from softphone.app.changes import ContactsMoved, Notice, Observer
from softphone.domain.contact import Contact, ContactEdit, ContactQuery, Person
from softphone.domain.ports import Contacts, StoreFailed

MAX_UNDO = 20


class ContactService:
    """Reads and changes the phone book. Thread: main. ``book`` is for reading.

    ``draft`` is what somebody typed and has not saved, with its new pictures: it outlives every window.
    """

    def __init__(self, book: Contacts, tell: Observer) -> None:
        self.book = book
        self._tell = tell
        self._undo: list[ContactEdit | Callable[[], bool]] = []
        self.draft: ContactEdit | None = None

    @property
    def can_undo(self) -> bool:
        """The last change can be taken back."""
        return bool(self._undo)

    @property
    def last_change(self) -> ContactEdit | Callable[[], bool] | None:
        """What ``undo`` would do; another one after each change, None for nothing."""
        return self._undo[-1] if self._undo else None

    @property
    def added(self) -> tuple[str, ...]:
        """The keys of the entries that the last change made."""
        last = self._undo[-1] if self._undo else None
        return last.deleted if isinstance(last, ContactEdit) else ()

    def find(self, number: str) -> Person | None:
        """Who has this number, whatever way it is written."""
        return self.book.find(number) if number else None

    def save(self, contact: Contact, photos: dict[str, bytes] | None = None) -> bool:
        """Store an entry. False where it could not be: told."""
        return self.apply(ContactEdit(saved=(contact,), photos=photos or {}))

    def delete(self, keys: tuple[str, ...]) -> bool:
        """Forget entries. False where that could not be: told."""
        return self.apply(ContactEdit(deleted=keys))

    def apply(self, edit: ContactEdit) -> bool:
        """Change the phone book; ``undo`` takes it back. False where it could not be: told."""
        back = self._write(edit)
        if back is None:
            return False
        self._remember(back)
        return True

    def undo(self) -> bool:
        """Take the last change back. False where there is none or it could not be."""
        if not self._undo:
            return False
        last = self._undo.pop()
        return self._write(last) is not None if isinstance(last, ContactEdit) else last()

    def set_favourite(self, key: str, on: bool) -> bool:
        """Put an entry behind the other favourites, or take it from them. False where it could not be."""
        contact = self.book.get(key)
        if contact is None:
            return False
        places = [row.favourite for row in self.book.rows(ContactQuery(favourites=True))]
        return self.save(replace(contact, favourite=max(places, default=0) + 1 if on else 0))

    def order_favourites(self, keys: tuple[str, ...]) -> bool:
        """Have the favourites stand in this order. False where it could not be: told."""
        found = [contact for contact in map(self.book.get, keys) if contact is not None]
        moved = tuple(
            replace(contact, favourite=place)
            for place, contact in enumerate(found, 1)
            if contact.favourite != place
        )
        return self.apply(ContactEdit(saved=moved)) if moved else True

    def write_part(self, edit: ContactEdit) -> ContactEdit | None:
        """Write a part of something larger, told by ``finish_parts``; returns what takes it back.

        None where it could not be written: that is told.
        """
        try:
            return self.book.apply(edit)
        except StoreFailed as error:
            self._tell(Notice(f"contacts_not_saved_{error.trouble.code}", {}, "error"))
            return None

    def finish_parts(self, take_back: Callable[[], bool] | None) -> None:
        """All parts are written; ``undo`` calls ``take_back`` for the whole of them."""
        if take_back is not None:
            self._remember(take_back)
        self._tell(ContactsMoved())

    def forget_parts(self, take_back: Callable[[], bool]) -> bool:
        """They are taken back in another way. False where they were already."""
        known = take_back in self._undo
        self._undo = [each for each in self._undo if each != take_back]
        return known

    def _remember(self, back: ContactEdit | Callable[[], bool]) -> None:
        self._undo = [*self._undo[-(MAX_UNDO - 1) :], back]

    def _write(self, edit: ContactEdit) -> ContactEdit | None:
        back = self.write_part(edit)
        if back is not None:
            self._tell(ContactsMoved())
        return back
