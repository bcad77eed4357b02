"""The called side of one dialog over the network: our address in it and the way its requests take.

    INVITE, SUBSCRIBE ─▶ UasDialog(request, flow) ─▶ send("BYE") ─▶ its Contact

Knows addresses and flows; never what a request means.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from softphone.registrar.addressing import Addressing
from softphone.sip.dialog import ServerDialog
from softphone.sip.header import HeaderInvalid, parse_name_addr
from softphone.sip.message import SipRequest, SipResponse
from softphone.sip.transaction import TransactionLayer
from softphone.sip.transport import Flow

logger = logging.getLogger(__name__)


def _ignore_response(response: SipResponse) -> None:
    logger.debug("answered: %s", response.start_line)


def _ignore_failure(status_code: int) -> None:
    logger.debug("unanswered: %d", status_code)


class UasDialog(ServerDialog):
    """One dialog that ``request`` begins; ``user`` is the user part of our own Contact."""

    def __init__(
        self,
        addressing: Addressing,
        transactions: TransactionLayer,
        request: SipRequest,
        flow: Flow,
        user: str,
    ) -> None:
        super().__init__(request)
        self._addressing = addressing
        self._transactions = transactions
        self._flow = flow
        self._user = user

    @property
    def local_host(self) -> str:
        """Our address as the other end sees it."""
        return self._addressing.local_address(self._flow).host

    @property
    def contact(self) -> str:
        """Our Contact."""
        return f"<{self._addressing.contact_uri(self._user, self._flow)}>"

    @property
    def flow(self) -> Flow:
        """The way there: a standing TCP connection is kept; over UDP the other end's own word decides."""
        if self._flow.transport == "tcp" and self._addressing.is_connected(self._flow):
            return self._flow
        try:
            next_hop = parse_name_addr(self.route_set[0]).uri if self.route_set else self.remote_target
        except HeaderInvalid:
            return self._flow
        return self._addressing.resolve(next_hop) or self._flow

    def send(
        self,
        method: str,
        *,
        headers: Iterable[tuple[str, str]] = (),
        body: bytes = b"",
        on_response: Callable[[SipResponse], None] = _ignore_response,
        on_failure: Callable[[int], None] = _ignore_failure,
    ) -> None:
        """Send a request inside the dialog; silence and dead lines go to ``on_failure`` as 408 and 503."""
        flow = self.flow
        request = self.request(method, headers=headers, body=body)
        request.headers.insert_first("Via", self._addressing.via(flow))
        self._transactions.request(request, flow, on_response, on_failure)
