"""The called side of one dialog: what is remembered of it and how a request is sent inside it (RFC 3261 §12).

    INVITE, SUBSCRIBE ─▶ UasDialog(request, flow) ─▶ send("BYE") ─▶ its Contact

Knows tags, targets, routes and sequence numbers; never what a request means.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable

from softphone.registrar.addressing import Addressing
from softphone.sip.header import CSeq, HeaderInvalid, NameAddr, parse_name_addr
from softphone.sip.message import Headers, SipRequest, SipResponse, new_tag
from softphone.sip.transaction import TransactionLayer
from softphone.sip.transport import Flow

logger = logging.getLogger(__name__)


def _ignore_response(response: SipResponse) -> None:
    logger.debug("answered: %s", response.start_line)


def _ignore_failure(status_code: int) -> None:
    logger.debug("unanswered: %d", status_code)


class UasDialog:
    """One dialog that ``request`` begins; ``user`` is the user part of our own Contact."""

    def __init__(
        self,
        addressing: Addressing,
        transactions: TransactionLayer,
        request: SipRequest,
        flow: Flow,
        user: str,
    ) -> None:
        self.local_tag = new_tag()
        self.sip_call_id = request.call_id
        self.remote_tag = request.from_.tag
        self._addressing = addressing
        self._transactions = transactions
        self._request = request
        self._flow = flow
        self._user = user
        self.remote_target = contact_of(request) or request.from_.uri
        self._remote_cseq = request.cseq.number
        self._local_cseq = 0

    @property
    def local_host(self) -> str:
        """Our address as the other end sees it."""
        return self._addressing.local_address(self._flow).host

    @property
    def contact(self) -> str:
        """Our Contact."""
        return f"<{self._addressing.contact_uri(self._user, self._flow)}>"

    @property
    def record_routes(self) -> list[str]:
        """What a 2xx to the first request repeats."""
        return self._request.headers.get_all("Record-Route")

    @property
    def flow(self) -> Flow:
        """The way there: a standing TCP connection is kept; over UDP the other end's own word decides."""
        if self._flow.transport == "tcp" and self._addressing.is_connected(self._flow):
            return self._flow
        routes = self.record_routes
        try:
            next_hop = parse_name_addr(routes[0]).uri if routes else self.remote_target
        except HeaderInvalid:
            return self._flow
        return self._addressing.resolve(next_hop) or self._flow

    def is_in_order(self, request: SipRequest) -> bool:
        """False where the request is older than what came already (RFC 3261 §12.2.2)."""
        if request.cseq.number <= self._remote_cseq:
            return False
        self._remote_cseq = request.cseq.number
        return True

    def refresh_target(self, request: SipRequest) -> None:
        """The other end may have moved."""
        self.remote_target = contact_of(request) or self.remote_target

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
        to_value = parse_name_addr(self._request.headers.get("To"))
        local = NameAddr(to_value.uri, to_value.display_name, {"tag": self.local_tag})
        self._local_cseq += 1
        lines = Headers([("Via", self._addressing.via(flow)), ("Max-Forwards", "70")])
        for route in self.record_routes:
            lines.add("Route", route)
        lines.add("From", str(local))
        lines.add("To", self._request.headers.get("From"))
        lines.add("Call-ID", self.sip_call_id)
        lines.add("CSeq", str(CSeq(self._local_cseq, method)))
        for name, value in headers:
            lines.add(name, value)
        request = SipRequest(method, self.remote_target, lines, body)
        self._transactions.request(request, flow, on_response, on_failure)


def contact_of(request: SipRequest) -> str:
    """The URI of a request's Contact; empty where there is none to read."""
    try:
        return parse_name_addr(request.headers.get("Contact")).uri
    except HeaderInvalid:
        return ""
