"""What the subscriptions of one account share: the way to the server, who we are, whether it is alive.

Implements ``subscription.Sender``. Requests leave through the queue that all accounts share.
"""

from __future__ import annotations

from collections.abc import Callable

from softphone.domain.account import Account
from softphone.domain.uri import escape_user
from softphone.engine.request_queue import QueuedRequest, RequestQueue
from softphone.sip.authorization import Credentials
from softphone.sip.client import Hop, OnFinal
from softphone.sip.dialog import ClientDialog
from softphone.sip.header import NameAddr
from softphone.sip.message import SipRequest
from softphone.sip.transaction import Scheduler

FORGOTTEN_ONCE_S = 5.0


class SubscriptionSender:
    """Thread: subscriptions, all of it. ``hop`` is None while the account is not registered.

    ``on_back``: the server answers after it was silent. ``on_forgotten``: it lost a subscription it should
    have, at most once in 5 s.
    """

    def __init__(
        self,
        account: Account,
        password: str,
        *,
        queue: RequestQueue,
        scheduler: Scheduler,
        user_agent: str,
        on_back: Callable[[], None],
        on_forgotten: Callable[[], None],
    ) -> None:
        self.hop: Hop | None = None
        self._account = account
        self._credentials = Credentials(account.username, password)
        self._queue = queue
        self._scheduler = scheduler
        self._user_agent = user_agent
        self._on_back = on_back
        self._on_forgotten = on_forgotten
        self._silent = False
        self._forgotten_at_s = -FORGOTTEN_ONCE_S

    @property
    def scheduler(self) -> Scheduler:
        """The clock."""
        return self._scheduler

    def new_dialog(self, uri: str) -> ClientDialog:
        """A dialog from the account's address to ``uri``."""
        return ClientDialog(NameAddr(self._account.aor, self._account.display_name), uri)

    def contact_uri(self) -> str:
        """Where NOTIFYs reach us."""
        assert self.hop is not None
        return self.hop.contact_uri(escape_user(self._account.user_id))

    def send(self, build: Callable[[], SipRequest], on_final: OnFinal) -> QueuedRequest:
        """Put a request in line."""
        assert self.hop is not None

        def signed() -> SipRequest:
            request = build()
            request.headers.add("User-Agent", self._user_agent)
            return request

        return self._queue.send(self.hop, self._credentials, signed, on_final)

    def answered(self) -> None:
        """The server took a subscription."""
        if self._silent:
            self._silent = False
            self._on_back()

    def unanswered(self) -> None:
        """The server said nothing."""
        self._silent = True

    def forgotten(self) -> None:
        """The server lost one subscription: it may have lost all, as after a restart."""
        now_s = self._scheduler.time()
        if now_s - self._forgotten_at_s >= FORGOTTEN_ONCE_S:
            self._forgotten_at_s = now_s
            self._on_forgotten()
