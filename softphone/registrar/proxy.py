"""The stateful proxy: one request in, branches out, one answer back (RFC 3261 §16).

    request ─▶ forward(transaction, Plan) ─▶ Fork ─▶ build(request, target): Via, Record-Route, Max-Forwards

A proxy, no B2BUA: phones see each other's own messages, tags and forked answers, so Replaces, REFER,
several 18x and late offers are tested end to end; what a PBX must do itself (park, voicemail, conference,
pickup by number) is an application that takes the call as a called side (`inbound_call`). A hunt group,
forwarding or single-number reach is another ``Plan`` (`plan`), carried out by a ``Fork`` (`fork`).
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Callable

from softphone.registrar.addressing import Addressing
from softphone.registrar.fork import Fork
from softphone.registrar.plan import Plan, Target
from softphone.sip.header import HeaderInvalid, parse_name_addr, parse_via
from softphone.sip.message import SipRequest, SipResponse
from softphone.sip.transaction import ServerTransaction, TransactionLayer
from softphone.sip.transport import Flow

logger = logging.getLogger(__name__)

MAX_FORWARDS = 70
_BRANCH_HASH_CHARS = 16


class Proxy:
    """Forwards requests and remembers the ones that may still be cancelled.

    ``on_answer`` is told each response of each branch, with the request as it was sent there.
    """

    def __init__(self, addressing: Addressing, transactions: TransactionLayer, realm: str) -> None:
        self.addressing = addressing
        self.transactions = transactions
        self.on_answer: Callable[[SipRequest, Target, SipResponse], None] = _nobody
        self._realm = realm
        self._forks: dict[int, Fork] = {}

    def forward(self, transaction: ServerTransaction, plan: Plan) -> None:
        """Carry out ``plan`` for a request."""
        fork = Fork(self, transaction, plan)
        self._forks[id(transaction)] = fork
        fork.start()

    def cancel(self, transaction: ServerTransaction, reason: str = "") -> bool:
        """The caller gave this INVITE up, perhaps with a Reason. False where it is not ours."""
        fork = self._forks.get(id(transaction))
        if fork:
            fork.cancel(reason)
        return fork is not None

    def forks(self) -> list[Fork]:
        """What is under way, the oldest first."""
        return list(self._forks.values())

    def forward_ack(self, request: SipRequest, flow: Flow) -> None:
        """Pass the ACK of a 2xx on, without state (RFC 3261 §16.11)."""
        forwarded = request.copy()
        target = self.next_hop(forwarded)
        if target:
            self._hop(forwarded)
            forwarded.headers.insert_first("Via", self.addressing.via(target.flow))
            self.transactions.send(forwarded, target.flow, None)

    def next_hop(self, request: SipRequest) -> Target | None:
        """Where a request inside a dialog goes: its next Route, else its Request-URI."""
        routes = request.headers.get_all("Route")
        try:
            uri = parse_name_addr(routes[0]).uri if routes else request.uri
        except HeaderInvalid:
            return None
        flow = self.addressing.resolve(uri)
        return Target(request.uri, flow) if flow else None

    def is_looping(self, request: SipRequest) -> bool:
        """True where this very request went through us before (RFC 3261 §16.3 step 4)."""
        key = loop_key(request)
        for value in request.headers.get_all("Via"):
            try:
                via = parse_via(value)
            except HeaderInvalid:
                continue
            if self.addressing.is_ours_via(via) and key in via.branch:
                return True
        return False

    def build(self, request: SipRequest, target: Target, arriving: Flow) -> SipRequest:
        """The request as it leaves for ``target`` (RFC 3261 §16.6)."""
        forwarded = request.copy()
        forwarded.uri = target.uri
        self._hop(forwarded)
        if not request.to.tag and request.method in ("INVITE", "SUBSCRIBE", "REFER"):
            for route in reversed(self.addressing.record_routes(arriving, target.flow)):
                forwarded.headers.insert_first("Record-Route", route)
        for name, value in target.headers:
            forwarded.headers.set(name, *([value] if value else []))
        for route in reversed(target.route):
            forwarded.headers.insert_first("Route", route)
        forwarded.headers.insert_first("Via", self.addressing.via(target.flow, loop_key(request)))
        return forwarded

    def forget(self, transaction: ServerTransaction) -> None:
        """A fork is over."""
        self._forks.pop(id(transaction), None)

    def clear(self) -> None:
        """Drop every fork and its clocks."""
        for fork in list(self._forks.values()):
            fork.drop()

    def _hop(self, request: SipRequest) -> None:
        left = int(request.headers.get("Max-Forwards") or MAX_FORWARDS + 1) - 1
        request.headers.set("Max-Forwards", str(max(left, 0)))
        kept = [
            v for v in request.headers.get_all("Proxy-Authorization") if f'realm="{self._realm}"' not in v
        ]
        request.headers.set("Proxy-Authorization", *kept)


def loop_key(request: SipRequest) -> str:
    """What makes this request this request (RFC 3261 §16.6 step 8)."""
    parts = (request.uri, request.headers.get("From"), request.headers.get("To"), request.call_id)
    text = "|".join((*parts, str(request.cseq.number), *request.headers.get_all("Route")))
    return hashlib.sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:_BRANCH_HASH_CHARS]


def _nobody(request: SipRequest, target: Target, response: SipResponse) -> None:
    logger.debug("%s said %s", target.uri, response.start_line)
