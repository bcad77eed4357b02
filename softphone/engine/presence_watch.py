"""The presence of the watched extensions, beside their dialogs (RFC 3856). Extra: nobody is nagged for it.

    the server answered for the dialogs of an extension ─▸ begin ─▸ one probe ─┬─▸ NOTIFY: all the others
                                                                               ├─▸ 404, 403: the next one
                                                                               └─▸ 489, 405, 501: no more
    the server fell silent on its dialogs ─▸ lose: what a silent server once said is not shown

At most one request is spent on a server that knows no presence.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from softphone.domain.events import PresenceChanged
from softphone.domain.ports import EventSink
from softphone.domain.presence import Presence
from softphone.domain.presence_xml import CONTENT_TYPE, PresenceInvalid, parse_presence
from softphone.engine.errors import LOGGER
from softphone.engine.subscription import EventPackage, Sender, Subscription

PRESENCE = EventPackage("presence", CONTENT_TYPE, 1800)
_NO_PACKAGE = frozenset((405, 489, 501))


class _Person:
    """One extension's subscription, and what was told of it."""

    def __init__(self, subscription: Subscription) -> None:
        self.subscription = subscription
        self.asked = False
        self.told: Presence | None = None


class PresenceWatch:
    """Thread: subscriptions, all of it."""

    def __init__(self, account_key: str, *, emit: EventSink, sender: Sender) -> None:
        self._account_key = account_key
        self._emit = emit
        self._sender = sender
        self._persons: dict[str, _Person] = {}
        self._agreed = False  # the server has presence
        self._refused = False  # the server has none

    def begin(self, uri: str) -> None:
        """The server speaks of ``uri``: ask for its presence too. Nothing happens the second time."""
        if self._refused or uri in self._persons:
            return
        self._persons[uri] = _Person(
            Subscription(
                uri,
                PRESENCE,
                sender=self._sender,
                on_state=partial(self._take, uri),
                on_unknown=partial(self._unknown, uri),
            )
        )
        self._ask()

    def lose(self, uri: str) -> None:
        """Nothing the server said of ``uri`` holds any more; ``begin`` begins anew."""
        person = self._persons.pop(uri, None)
        if person is not None:
            person.subscription.drop()
            self._tell(uri, person, None)
            self._ask()

    def end(self, uri: str) -> Subscription | None:
        """Watch it no more: gives what is left to be ended."""
        person = self._persons.pop(uri, None)
        self._ask()
        return person.subscription if person is not None else None

    def drop(self) -> None:
        """The server is gone, or another one comes: nothing is known of anybody."""
        for uri in tuple(self._persons):
            person = self._persons.pop(uri)
            person.subscription.drop()
            self._tell(uri, person, None)
        self._agreed = self._refused = False

    def subscriptions(self) -> Iterator[Subscription]:
        """Those that were asked for."""
        return (person.subscription for person in self._persons.values() if person.asked)

    def _ask(self) -> None:
        """Ask for everybody, or for one until the server says that it has presence at all."""
        for person in tuple(self._persons.values()):
            if not self._agreed and any(not each.is_over for each in self.subscriptions()):
                return
            if not person.asked:
                person.asked = True
                person.subscription.start()

    def _take(self, uri: str, body: bytes) -> None:
        person = self._persons.get(uri)
        if person is None:
            return
        if not self._agreed:
            self._agreed = True
            self._ask()
        presence: Presence | None = None
        if body:  # without one nobody has published anything
            try:
                presence = parse_presence(body)
            except PresenceInvalid as error:
                LOGGER.warning("a presence document that cannot be read: %s", error)
        self._tell(uri, person, presence)

    def _unknown(self, uri: str, status_code: int) -> None:
        if status_code in _NO_PACKAGE:
            LOGGER.info("the server has no presence")
            self.drop()
            self._refused = True
            return
        person = self._persons.get(uri)
        if person is not None:
            self._tell(uri, person, None)
            self._ask()

    def _tell(self, uri: str, person: _Person, presence: Presence | None) -> None:
        if presence != person.told:
            person.told = presence
            self._emit(PresenceChanged(account_key=self._account_key, uri=uri, presence=presence))
