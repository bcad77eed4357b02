"""What one account is subscribed to: the extensions it watches (RFC 4235) and its voice messages (RFC 3842).

Beside them the presence of those extensions (``presence_watch``) and our own (``publication``).

registered   ─▸ every subscription begins, one after the other
unregistered ─▸ every one is dropped, every watched extension is told as unknown
NOTIFY       ─▸ parsed, joined to what is known ─▸ DialogInfoChanged, MessageSummaryChanged where it differs
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from softphone.domain.account import Account
from softphone.domain.dialog_info import DialogInfo
from softphone.domain.dialog_info_xml import DialogInfoInvalid, merge_dialog_info, parse_dialog_info
from softphone.domain.events import DialogInfoChanged, MessageSummaryChanged, PresencePublished
from softphone.domain.message_summary import MessageSummary, MessageSummaryInvalid, parse_message_summary
from softphone.domain.ports import EventSink
from softphone.domain.uri import HostPort
from softphone.engine.errors import LOGGER
from softphone.engine.presence_watch import PresenceWatch
from softphone.engine.publication import Publication
from softphone.engine.reachability import Found
from softphone.engine.request_queue import RequestQueue
from softphone.engine.subscription import DIALOG, MESSAGE_SUMMARY, Subscription
from softphone.engine.subscription_sender import SubscriptionSender
from softphone.sip.client import Hop
from softphone.sip.transaction import Scheduler, TimerHandle
from softphone.sip.transport import Flow

KEEP_ALIVE_S = 25.0  # below the 30 s after which many address translators forget a UDP binding
KEEP_ALIVE = b"\r\n\r\n"  # RFC 5626 §3.5.1


class WatchedExtension:
    """One watched extension: its subscription, what is known of it, what was told.

    ``presence`` follows: it is asked for once the server answered for the dialogs; None leaves it out.
    """

    def __init__(
        self,
        uri: str,
        account_key: str,
        *,
        emit: EventSink,
        sender: SubscriptionSender,
        presence: PresenceWatch | None,
    ) -> None:
        self._uri = uri
        self._account_key = account_key
        self._emit = emit
        self.presence = presence
        self._known: DialogInfo | None = None
        self._told: object = None
        self.subscription = Subscription(
            uri, DIALOG, sender=sender, on_state=self._take, on_unknown=self._unanswered
        )

    def unknown(self, status_code: int = 0) -> None:
        """Nothing is known any more, and the phone hears it."""
        self._known = None
        self._tell(None, status_code)

    def _unanswered(self, status_code: int) -> None:
        self.unknown(status_code)
        if self.presence is None:
            return
        if self.subscription.is_over:  # a server that refuses dialogs may still have presence
            self.presence.begin(self._uri)
        else:
            self.presence.lose(self._uri)

    def _take(self, body: bytes) -> None:
        if self.presence is not None:
            self.presence.begin(self._uri)
        if not body:  # Kamailio's way of saying that it knows of no dialog
            self._known = DialogInfo(entity=self._uri)
            self._tell(self._known)
            return
        try:
            document = parse_dialog_info(body)
        except DialogInfoInvalid as error:
            LOGGER.warning("dialog-info that cannot be read: %s", error)
            self.unknown()
            return
        merged = merge_dialog_info(self._known, document)
        if merged is None:
            self.subscription.ask_again()
            return
        self._known = merged
        self._tell(merged)

    def _tell(self, info: DialogInfo | None, status_code: int = 0) -> None:
        told = (info.dialogs if info else None, status_code)
        if told != self._told:
            self._told = told
            self._emit(
                DialogInfoChanged(
                    account_key=self._account_key, uri=self._uri, info=info, status_code=status_code
                )
            )


class AccountSubscriptions:
    """Thread: subscriptions, all of it."""

    def __init__(
        self,
        account: Account,
        password: str,
        *,
        queue: RequestQueue,
        scheduler: Scheduler,
        emit: EventSink,
        user_agent: str,
        keep_alive: Callable[[bytes, Flow], None],
    ) -> None:
        self.account = account
        self._sender = SubscriptionSender(
            account,
            password,
            queue=queue,
            scheduler=scheduler,
            user_agent=user_agent,
            on_back=self._start_waiting,
            on_forgotten=self._refresh_all,
        )
        self._scheduler = scheduler
        self._emit = emit
        self._keep_alive = keep_alive
        self._found: Found | None = None
        self._watched: dict[str, WatchedExtension] = {}
        self._ending: list[Subscription] = []
        self._summary_told: MessageSummary | None = None
        self._summary = Subscription(
            account.aor,
            MESSAGE_SUMMARY,
            sender=self._sender,
            on_state=self.take_summary,
            on_unknown=lambda _: None,  # a server without voice messages is no news
        )
        self._presence = PresenceWatch(account.key, emit=emit, sender=self._sender)
        self.publication = Publication(
            account.aor,
            sender=self._sender,
            on_etag=lambda etag: emit(PresencePublished(account_key=account.key, etag=etag)),
        )
        self._keep_alive_timer: TimerHandle | None = None

    # -- from the engine ---------------------------------------------------------------------------

    def registered(self, found: Found, local_port: int) -> None:
        """The account is registered through ``found``: begin, or after a renewal ask whether all is there."""
        if self._found == found:
            kept = next((each for each in self._all() if each.is_kept), None)
            if kept is not None:
                kept.refresh()
            else:
                self.publication.refresh()
            return
        self._found = found
        self._sender.hop = Hop(
            server=Flow(found.transport.value, found.address, found.port),
            local=HostPort(found.local_address, local_port),
        )
        self._presence.drop()
        for each in self._all():
            each.drop()
            each.start()
        self.publication.start()
        self._start_keep_alive()

    def unregistered(self) -> None:
        """The account is not registered any more: nothing is known."""
        self._found = self._sender.hop = None
        self._stop_keep_alive()
        for each in (*self._all(), *self._ending):
            each.drop()
        self.publication.drop()
        self._presence.drop()
        for extension in self._watched.values():
            extension.unknown()

    def watch(self, uri: str, *, presence: bool = False) -> None:
        """Watch an extension; again: try once more where the server refused."""
        extension = self._watched.get(uri)
        if extension is None:
            extension = self._watched[uri] = WatchedExtension(
                uri,
                self.account.key,
                emit=self._emit,
                sender=self._sender,
                presence=self._presence if presence else None,
            )
            if self._found is None:
                extension.unknown()
            else:
                extension.subscription.start()
        elif extension.subscription.is_over and self._found is not None:
            extension.subscription.start()

    def unwatch(self, uri: str) -> None:
        """Watch it no more."""
        extension = self._watched.pop(uri, None)
        if extension is not None:
            self._stop(extension.subscription)
            self._stop(self._presence.end(uri))

    def watched(self) -> tuple[tuple[str, bool], ...]:
        """The URIs of the watched extensions, and whether their presence is, too."""
        return tuple((uri, each.presence is not None) for uri, each in self._watched.items())

    def stop(self) -> None:
        """End everything; the server is told."""
        self._stop_keep_alive()
        self.publication.stop()
        for uri in tuple(self._watched):
            self.unwatch(uri)
        self._stop(self._summary)

    @property
    def is_ending(self) -> bool:
        """Some subscription that was stopped still waits for its last NOTIFY."""
        return any(each.call_id for each in self._ending)

    def flow_lost(self, flow: Flow) -> None:
        """A connection ended: the server may be gone, and cannot reach us until we come again."""
        hop = self._sender.hop
        if hop is not None and flow == hop.server:
            self._refresh_all()

    def take_summary(self, body: bytes) -> None:
        """Voice messages, from our subscription or out of the blue; no body says nothing."""
        if not body:
            return
        try:
            summary = parse_message_summary(body.decode("utf-8", "replace"))
        except MessageSummaryInvalid as error:
            LOGGER.warning("message-summary that cannot be read: %s", error)
            return
        if summary != self._summary_told:
            self._summary_told = summary
            self._emit(MessageSummaryChanged(account_key=self.account.key, summary=summary))

    def find(self, call_id: str) -> Subscription | None:
        """The subscription a NOTIFY with this Call-ID is for."""
        self._ending = [each for each in self._ending if each.call_id]
        return next((each for each in (*self._all(), *self._ending) if each.call_id == call_id), None)

    # -- inside ------------------------------------------------------------------------------------

    def _all(self) -> Iterator[Subscription]:
        yield self._summary
        for extension in self._watched.values():
            yield extension.subscription
        yield from self._presence.subscriptions()

    def _start_waiting(self) -> None:
        for each in tuple(self._all()):
            if each.is_waiting:
                each.start()

    def _refresh_all(self) -> None:
        for each in self._all():
            each.refresh()
        self.publication.refresh()

    def _stop(self, subscription: Subscription | None) -> None:
        if subscription is None:
            return
        if self._found is None:
            subscription.drop()
            return
        subscription.stop()
        if subscription.call_id:
            self._ending.append(subscription)

    def _start_keep_alive(self) -> None:
        self._stop_keep_alive()

        def again() -> None:
            hop = self._sender.hop
            if hop is not None:
                if any(each.is_kept for each in self._all()):
                    self._keep_alive(KEEP_ALIVE, hop.server)
                self._keep_alive_timer = self._scheduler.call_later(KEEP_ALIVE_S, again)

        self._keep_alive_timer = self._scheduler.call_later(KEEP_ALIVE_S, again)

    def _stop_keep_alive(self) -> None:
        if self._keep_alive_timer is not None:
            self._keep_alive_timer.cancel()
            self._keep_alive_timer = None
