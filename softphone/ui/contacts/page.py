"""電話帳."""

from __future__ import annotations

from softphone.app.phone import Phone
from softphone.domain.contact import Contact
from softphone.ui.look import Look
from softphone.ui.places import PlacePage


class ContactsPage(PlacePage):
    """The place 電話帳. Thread: ui."""

    def __init__(self, look: Look, phone: Phone) -> None:
        super().__init__(look, phone, "contactsPage")

    def show_contact(self, contact: Contact) -> None:
        """Open an entry; one without a key is new."""
