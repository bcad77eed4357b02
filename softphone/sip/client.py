"""Sending requests as a user agent: Via, digest answers, our address as the server sees it (RFC 3261 §8.1).

send(build, hop, …) ─▸ Via, credentials ─▸ TransactionLayer ─▸ 401/407: once more with an answer ─▸ on_final
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable
from dataclasses import dataclass, field

from softphone.domain.uri import HostPort
from softphone.sip.authorization import Credentials
from softphone.sip.header import HeaderInvalid, Via, parse_number
from softphone.sip.message import SipRequest, SipResponse
from softphone.sip.transaction import ClientTransaction, TransactionLayer, new_branch
from softphone.sip.transport import Flow

_MAX_ANSWERS = 3  # a fresh challenge, and a nonce that ran out meanwhile

OnFinal = Callable[[int, SipResponse | None], None]


@dataclass
class Hop:
    """The way to one server: where it is, and who we are on it.

    ``contact`` is where the server reaches us: our own address, or what it wrote into received and rport
    (RFC 3581) when something between translates addresses.
    """

    server: Flow
    local: HostPort
    contact: HostPort = field(init=False)

    def __post_init__(self) -> None:
        self.contact = self.local

    def contact_uri(self, user: str) -> str:
        """Our Contact; ``user`` escaped as it has to be."""
        parameters = ";transport=tcp" if self.server.transport == "tcp" else ""
        return f"sip:{user}@{self.contact}{parameters}"

    def learn(self, via: Via) -> None:
        """See our address as the server wrote it into a response's top Via."""
        received = via.parameters.get("received", "")
        if not received:
            return
        if received == self.local.host and self.server.transport == "tcp":
            return  # rport is the connection's; we listen on another one
        with contextlib.suppress(HeaderInvalid):
            port = parse_number(via.parameters.get("rport", ""), 65_535)
            self.contact = HostPort(received, port)


class Exchange:
    """One request until its final response, through every challenge; ``cancel`` ends it silently."""

    def __init__(
        self,
        layer: TransactionLayer,
        hop: Hop,
        credentials: Credentials,
        build: Callable[[], SipRequest],
        on_final: OnFinal,
    ) -> None:
        self._layer = layer
        self._hop = hop
        self._credentials = credentials
        self._build = build
        self._on_final = on_final
        self._answers = 0
        self._transaction: ClientTransaction | None = None

    def start(self) -> None:
        """Build the request anew and send it."""
        request = self._build()
        hop = self._hop
        parameters = {"rport": "", "branch": new_branch()}
        via = Via(hop.server.transport, hop.local.host, hop.local.port, parameters)
        request.headers.insert_first("Via", str(via))
        self._credentials.apply(request)
        self._transaction = self._layer.request(request, hop.server, self._take, self._failed)

    def cancel(self) -> None:
        """Nothing more is told."""
        if self._transaction is not None:
            self._transaction.end()
            self._transaction = None

    def _take(self, response: SipResponse) -> None:
        if response.status_code < 200:
            return
        self._transaction = None
        self._hop.learn(response.top_via)
        if response.status_code in (401, 407) and self._may_answer(response):
            self._answers += 1
            self.start()
            return
        self._on_final(response.status_code, response)

    def _may_answer(self, response: SipResponse) -> bool:
        """Whether credentials may help: not where they were refused on a nonce made for this request."""
        challenge = self._credentials.learn(response)
        if challenge is None or self._answers >= _MAX_ANSWERS:
            return False
        return self._answers == 0 or challenge.stale

    def _failed(self, status_code: int) -> None:
        self._transaction = None
        self._on_final(status_code, None)
