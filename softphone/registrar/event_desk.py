"""What can be watched, put together: the three event packages over the dialogs, publications and boxes.

DialogBook ──────┬▶ dialog ──────────┐
PublicationStore ┴▶ presence ────────┼▶ EventServer ─▶ NOTIFY
Mailboxes ────────▶ message-summary ─┘
"""

from __future__ import annotations

from collections.abc import Callable

from softphone.domain.uri import SipUri
from softphone.registrar.addressing import Addressing
from softphone.registrar.answering import reply
from softphone.registrar.dialog_events import DialogBook, DialogPackage
from softphone.registrar.events import Registered, RegistrarEvent, Unregistered
from softphone.registrar.mailbox import Mailboxes
from softphone.registrar.message_waiting import MessageWaitingPackage
from softphone.registrar.numbers import HEAR_MESSAGES_NUMBER
from softphone.registrar.presence import ON_THE_PHONE, Presence, PresencePackage, PublicationStore
from softphone.registrar.subscription import EventServer
from softphone.sip.transaction import ServerTransaction, TransactionLayer


class EventDesk:
    """Answers SUBSCRIBE and PUBLISH. ``is_registered``: has a user a phone; ``is_known``: is it a number."""

    def __init__(
        self,
        addressing: Addressing,
        transactions: TransactionLayer,
        book: DialogBook,
        mailboxes: Mailboxes,
        is_registered: Callable[[str], bool],
        is_known: Callable[[str], bool],
    ) -> None:
        self._book = book
        self._is_registered = is_registered
        self._publications = PublicationStore(transactions.scheduler)
        self._shown: dict[str, Presence] = {}
        self._events = EventServer(
            addressing,
            transactions,
            (
                DialogPackage(book, is_known),
                PresencePackage(self._presence, is_known),
                MessageWaitingPackage(mailboxes.summary, HEAR_MESSAGES_NUMBER),
            ),
        )
        self._publications.on_change = self._presence_may_change
        book.on_change = self._dialogs_changed
        mailboxes.on_change = lambda owner: self._events.changed("message-summary", owner)

    def serve(self, transaction: ServerTransaction, uri: SipUri, user: str) -> None:
        """Answer a SUBSCRIBE or PUBLISH outside any dialog, of a user who proved to be ``user``."""
        request = transaction.request
        if request.method == "SUBSCRIBE":
            self._events.subscribe(transaction, uri, user)
        elif request.headers.get("Event").partition(";")[0].strip().lower() != "presence":
            reply(transaction, 489, headers=[("Allow-Events", "presence")])
        elif uri.user != user:
            reply(transaction, 403)
        else:
            self._publications.publish(transaction, uri.user)

    def serve_in_dialog(self, transaction: ServerTransaction) -> bool:
        """Answer a request in a subscription's dialog. False where there is none."""
        return self._events.serve_in_dialog(transaction)

    def follow(self, event: RegistrarEvent) -> None:
        """A phone came or went."""
        if not isinstance(event, (Registered, Unregistered)):
            return
        is_lost = isinstance(event, Unregistered) and event.reason == "expired"
        if is_lost and not self._is_registered(event.user):
            self._book.gone(event.user)
        self._presence_may_change(event.user)

    def count(self) -> int:
        """How many subscriptions live."""
        return self._events.count()

    def close(self) -> None:
        """End every subscription, forget every publication."""
        self._events.close()
        self._publications.close()

    def _dialogs_changed(self, resource: str) -> None:
        self._events.changed("dialog", resource)
        self._presence_may_change(resource)

    def _presence_may_change(self, resource: str) -> None:
        presence = self._presence(resource)
        if self._shown.get(resource) != presence:
            self._shown[resource] = presence
            self._events.changed("presence", resource)

    def _presence(self, resource: str) -> Presence:
        published = self._publications.published(resource)
        presence = published or Presence(is_open=self._is_registered(resource))
        if self._book.is_talking(resource) and ON_THE_PHONE not in presence.activities:
            presence = Presence(presence.is_open, presence.note, (*presence.activities, ON_THE_PHONE))
        return presence
