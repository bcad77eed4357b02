"""SIP transactions: retransmission, absorption and time-outs (RFC 3261 §17 as corrected by RFC 6026).

    transport ─▶ TransactionLayer.receive ─┬─▶ ServerTransaction (a retransmission: the last response again)
                                           ├─▶ on_request(new ServerTransaction), on_ack(ACK of a 2xx)
                                           └─▶ ClientTransaction ─▶ on_response / on_failure

Works on any Scheduler, so that a test can turn the clock. Never decides what a request means.
"""

from __future__ import annotations

import logging
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from softphone.sip.header import MAGIC_COOKIE, CSeq, Via
from softphone.sip.message import Headers, SipMessage, SipRequest, SipResponse
from softphone.sip.transport import Flow, OnFailure

logger = logging.getLogger(__name__)

DEFAULT_SIP_PORT = 5060


@dataclass(frozen=True)
class SipTimers:
    """The clockwork (RFC 3261 table 4, §16.6 step 11), in seconds. Tests use shorter ones."""

    t1_s: float = 0.5
    t2_s: float = 4.0
    t4_s: float = 5.0
    c_s: float = 181.0

    @property
    def transaction_s(self) -> float:
        """Timers B, F, H, J, L and M."""
        return 64 * self.t1_s


class TimerHandle(Protocol):
    """A started timer."""

    def cancel(self) -> None:
        """Stop it."""


class Scheduler(Protocol):
    """What an asyncio loop and a test's fake clock have in common. Times in seconds."""

    def time(self) -> float:
        """Now, on a clock that never goes back."""

    def call_later(self, delay: float, callback: Callable[[], None], /) -> TimerHandle:
        """Call ``callback`` once, ``delay`` seconds from now."""


SendMessage = Callable[[SipMessage, Flow, OnFailure | None], None]
OnResponse = Callable[[SipResponse], None]


def new_branch(loop_key: str = "") -> str:
    """A fresh Via branch; ``loop_key`` stands in front so that a loop can be seen (RFC 3261 §16.6 step 8)."""
    return f"{MAGIC_COOKIE}{loop_key}.{secrets.token_hex(8)}"


def response_flow(via: Via, flow: Flow) -> Flow:
    """Where responses to a request with this top Via go (RFC 3261 §18.2.2, RFC 3581)."""
    if flow.transport != "udp" or "rport" in via.parameters:
        return flow
    return Flow("udp", flow.host, via.port or DEFAULT_SIP_PORT)


def mark_received(request: SipRequest, flow: Flow) -> None:
    """Write ``received`` and ``rport`` into the top Via (RFC 3261 §18.2.1, RFC 3581 §4)."""
    via = request.top_via
    if "rport" in via.parameters:
        via = via.with_parameters(received=flow.host, rport=str(flow.port))
    elif via.host != flow.host:
        via = via.with_parameters(received=flow.host)
    else:
        return
    rest = request.headers.get_all("Via")[1:]
    request.headers.set("Via", str(via), *rest)


def build_cancel(request: SipRequest) -> SipRequest:
    """The CANCEL of a request we sent (RFC 3261 §9.1)."""
    headers = Headers([("Via", request.headers.get("Via")), ("Max-Forwards", "70")])
    for name in ("Route", "From", "To", "Call-ID"):
        for value in request.headers.get_all(name):
            headers.add(name, value)
    headers.add("CSeq", str(CSeq(request.cseq.number, "CANCEL")))
    return SipRequest("CANCEL", request.uri, headers)


def build_ack(request: SipRequest, response: SipResponse) -> SipRequest:
    """The ACK of a final response that is no 2xx (RFC 3261 §17.1.1.3)."""
    ack = build_cancel(request)
    ack.method = "ACK"
    ack.headers.set("To", response.headers.get("To"))
    ack.headers.set("CSeq", str(CSeq(request.cseq.number, "ACK")))
    return ack


class _Timed:
    """Timers that all stop together."""

    def __init__(self, scheduler: Scheduler) -> None:
        self._scheduler = scheduler
        self._timers: dict[str, TimerHandle] = {}

    def start(self, name: str, delay_s: float, callback: Callable[[], None]) -> None:
        self.stop(name)
        self._timers[name] = self._scheduler.call_later(delay_s, callback)

    def stop(self, name: str) -> None:
        timer = self._timers.pop(name, None)
        if timer:
            timer.cancel()

    def stop_all(self) -> None:
        for name in list(self._timers):
            self.stop(name)


class ServerTransaction:
    """One request that came in. ``request`` is ours to read, ``respond`` to answer."""

    def __init__(self, layer: TransactionLayer, key: str, request: SipRequest, flow: Flow) -> None:
        self.request = request
        self.flow = flow
        self.final_status = 0
        self.on_final: Callable[[SipResponse], None] | None = None
        self.on_response: Callable[[SipResponse], None] | None = None
        self._layer = layer
        self._key = key
        self._timers = _Timed(layer.scheduler)
        self._reply_flow = response_flow(request.top_via, flow)
        self._last: SipResponse | None = None
        self._interval_s = layer.timers.t1_s

    @property
    def is_answered(self) -> bool:
        """True once a final response was sent."""
        return self.final_status != 0

    def respond(self, response: SipResponse) -> None:
        """Send a response. After a final one only further 2xx of an INVITE go out; others are dropped."""
        is_invite = self.request.method == "INVITE"
        if self.is_answered and not (
            is_invite and self.final_status < 300 and 200 <= response.status_code < 300
        ):
            return
        self._last = response
        is_first_final = response.status_code >= 200 and not self.is_answered
        if self.on_response:
            self.on_response(response)
        if is_first_final and self.on_final:
            self.on_final(response)
        self._layer.send(response, self._reply_flow, None)
        if not is_first_final:
            return
        self.final_status = response.status_code
        lifetime_s = self._layer.timers.transaction_s
        if is_invite and response.status_code >= 300 and self.flow.transport == "udp":
            self._timers.start("G", self._interval_s, self._resend)
        if not is_invite and self.flow.transport != "udp":
            lifetime_s = 0.0
        self._timers.start("end", lifetime_s, self.end)

    def repeat(self) -> None:
        """The request came again: say again what was said last; a 2xx is the dialog's to repeat."""
        accepted = self.request.method == "INVITE" and 200 <= self.final_status < 300
        if self._last and not accepted:
            self._layer.send(self._last, self._reply_flow, None)

    def acknowledged(self) -> None:
        """The ACK of our final non-2xx came."""
        self._timers.stop_all()
        linger_s = self._layer.timers.t4_s if self.flow.transport == "udp" else 0.0
        self._timers.start("end", linger_s, self.end)

    def end(self) -> None:
        """Forget it."""
        self._timers.stop_all()
        self._layer.forget_server(self._key)

    def _resend(self) -> None:
        if self._last:
            self._layer.send(self._last, self._reply_flow, None)
        self._interval_s = min(2 * self._interval_s, self._layer.timers.t2_s)
        self._timers.start("G", self._interval_s, self._resend)


class ClientTransaction:
    """One request we sent. Responses go to ``on_response``, silence and dead lines to ``on_failure``."""

    def __init__(
        self,
        layer: TransactionLayer,
        key: str,
        request: SipRequest,
        flow: Flow,
        on_response: OnResponse,
        on_failure: Callable[[int], None],
    ) -> None:
        self.request = request
        self.flow = flow
        self.state = "calling"  # trying/calling, proceeding, completed, accepted, terminated (RFC 3261 §17.1)
        self._layer = layer
        self._key = key
        self._timers = _Timed(layer.scheduler)
        self._on_response = on_response
        self._on_failure = on_failure
        self._interval_s = layer.timers.t1_s
        self._ack: SipRequest | None = None

    def start(self) -> None:
        """Send, and start the clocks A/E and B/F."""
        self._layer.send(self.request, self.flow, lambda: self._fail(503))
        if self.flow.transport == "udp":
            self._timers.start("resend", self._interval_s, self._resend)
        self._timers.start("timeout", self._layer.timers.transaction_s, lambda: self._fail(408))

    def receive(self, response: SipResponse) -> None:
        """Take a response that matches."""
        if self.request.method == "INVITE":
            self._receive_invite(response)
        elif self.state in ("calling", "proceeding"):
            if response.status_code < 200:
                self.state = "proceeding"
                self._interval_s = self._layer.timers.t2_s
            else:
                self.state = "completed"
                self._timers.stop_all()
                self._timers.start(
                    "end", self._layer.timers.t4_s if self.flow.transport == "udp" else 0.0, self.end
                )
            self._on_response(response)

    def end(self) -> None:
        """Forget it; nothing is reported any more."""
        self.state = "terminated"
        self._timers.stop_all()
        self._layer.forget_client(self._key)

    def _receive_invite(self, response: SipResponse) -> None:
        code = response.status_code
        if self.state == "completed":
            if code >= 300 and self._ack:
                self._layer.send(self._ack, self.flow, None)
            return
        if self.state == "accepted":
            if 200 <= code < 300:
                self._on_response(response)
            return
        self._timers.stop_all()
        if code < 200:
            self.state = "proceeding"
        elif code < 300:
            self.state = "accepted"
            self._timers.start("end", self._layer.timers.transaction_s, self.end)
        else:
            self.state = "completed"
            self._ack = build_ack(self.request, response)
            self._layer.send(self._ack, self.flow, None)
            linger_s = self._layer.timers.transaction_s if self.flow.transport == "udp" else 0.0
            self._timers.start("end", linger_s, self.end)
        self._on_response(response)

    def _resend(self) -> None:
        self._layer.send(self.request, self.flow, None)
        longest_s = self._layer.timers.t2_s
        doubled_s = 2 * self._interval_s
        self._interval_s = doubled_s if self.request.method == "INVITE" else min(doubled_s, longest_s)
        self._timers.start("resend", self._interval_s, self._resend)

    def _fail(self, status_code: int) -> None:
        if self.state in ("calling", "proceeding"):
            self.end()
            self._on_failure(status_code)


class TransactionLayer:
    """Matches messages to transactions (RFC 3261 §17.1.3, §17.2.3)."""

    def __init__(self, scheduler: Scheduler, send: SendMessage, timers: SipTimers) -> None:
        self.scheduler = scheduler
        self.send = send
        self.timers = timers
        self.on_request: Callable[[ServerTransaction], None] = _nobody
        self.on_ack: Callable[[SipRequest, Flow], None] = _nobody_acks
        self._servers: dict[str, ServerTransaction] = {}
        self._clients: dict[str, ClientTransaction] = {}

    def receive(self, message: SipMessage, flow: Flow) -> None:
        """Take one parsed message."""
        if isinstance(message, SipResponse):
            client = self._clients.get(f"{message.top_via.branch}|{message.cseq.method}")
            if client:
                client.receive(message)
            return
        mark_received(message, flow)
        method = "INVITE" if message.method == "ACK" else message.method
        key = _server_key(message, method)
        server = self._servers.get(key)
        if message.method == "ACK":
            if server and server.final_status >= 300:
                server.acknowledged()
            else:
                self.on_ack(message, flow)
        elif server:
            server.repeat()
        else:
            server = self._servers[key] = ServerTransaction(self, key, message, flow)
            self.on_request(server)

    def find_invite(self, cancel: SipRequest) -> ServerTransaction | None:
        """The INVITE a CANCEL means (RFC 3261 §9.2)."""
        return self._servers.get(_server_key(cancel, "INVITE"))

    def request(
        self, request: SipRequest, flow: Flow, on_response: OnResponse, on_failure: Callable[[int], None]
    ) -> ClientTransaction:
        """Send a request whose top Via is ours. ``on_failure`` gets 408 for silence, 503 for a dead line."""
        key = f"{request.top_via.branch}|{request.method}"
        client = ClientTransaction(self, key, request, flow, on_response, on_failure)
        self._clients[key] = client
        client.start()
        return client

    def clear(self) -> None:
        """Drop everything, all timers stopped."""
        for server in list(self._servers.values()):
            server.end()
        for client in list(self._clients.values()):
            client.end()

    def forget_server(self, key: str) -> None:
        """A server transaction is over."""
        self._servers.pop(key, None)

    def forget_client(self, key: str) -> None:
        """A client transaction is over."""
        self._clients.pop(key, None)


def _server_key(request: SipRequest, method: str) -> str:
    via = request.top_via
    if via.branch.startswith(MAGIC_COOKIE):
        return f"{via.branch}|{via.sent_by}|{method}"
    tag = request.from_.tag
    return f"{request.call_id}|{request.cseq.number}|{tag}|{via.sent_by}|{method}"  # RFC 2543, §17.2.3


def _nobody(transaction: ServerTransaction) -> None:
    logger.debug("no taker for %s", transaction.request.start_line)


def _nobody_acks(request: SipRequest, flow: Flow) -> None:
    logger.debug("no taker for %s from %s", request.start_line, flow)
