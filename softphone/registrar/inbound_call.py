"""A call to a number of the registrar's own: the dialog from the called side (RFC 3261 §12, §13.3, §14).

    INVITE ─▶ InboundCall ─▶ application.serve(call): ring, progress, answer, reject, wait_over
              ▲ ACK, re-INVITE, UPDATE, INFO, BYE, CANCEL arrive here and are answered by themselves

An application is a short coroutine; it never sees a header. Works on the registrar's loop only.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Callable
from typing import Protocol

from softphone.registrar.addressing import Addressing
from softphone.registrar.events import DigitHeard, OnEvent
from softphone.registrar.rtp import AudioStream
from softphone.registrar.sdp import (
    G722,
    PCMA,
    PCMU,
    AudioAgreement,
    LocalAudio,
    NoCommonMedia,
    SdpInvalid,
    accept_audio,
    answer_audio,
    offer_audio,
    parse_sdp,
)
from softphone.sip.header import CSeq, HeaderInvalid, NameAddr, parse_name_addr
from softphone.sip.message import Headers, SipRequest, SipResponse, new_tag, response_to
from softphone.sip.transaction import ServerTransaction, TimerHandle, TransactionLayer

logger = logging.getLogger(__name__)

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO"
SUPPORTED = ("timer",)
ALL_CODECS = (G722, PCMU, PCMA)
_INFO_DIGIT = re.compile(rb"Signal\s*=\s*([0-9*#A-Da-d])")


class CallSurroundings(Protocol):
    """What a call needs of the server around it."""

    addressing: Addressing
    transactions: TransactionLayer
    emit: OnEvent


class InboundCall:
    """One dialog. ``number`` is what was dialled."""

    def __init__(self, server: CallSurroundings, transaction: ServerTransaction, number: str) -> None:
        self.number = number
        self.local_tag = new_tag()
        self.agreement: AudioAgreement | None = None
        self.is_over = False
        self.on_over: Callable[[], None] | None = None
        self._server = server
        self._invite = transaction
        self._request = transaction.request
        self._flow = transaction.flow
        self._remote_target = _contact_of(self._request) or self._request.from_.uri
        self._remote_cseq = self._request.cseq.number
        self._stream: AudioStream | None = None
        self._codecs: tuple[str, ...] = ALL_CODECS
        self._over = asyncio.Event()
        self._local: LocalAudio | None = None
        self._sdp = b""
        self._offered = False
        self._unacknowledged: dict[int, tuple[ServerTransaction, SipResponse]] = {}
        self._resend_timers: dict[int, TimerHandle] = {}

    @property
    def sip_call_id(self) -> str:
        """The Call-ID."""
        return self._request.call_id

    async def open_audio(self, codecs: tuple[str, ...] = ALL_CODECS) -> AudioStream:
        """Open an RTP socket and agree on a codec of ``codecs``; nothing is sent yet.

        Errors: NoCommonMedia, SdpInvalid, OSError.
        """
        host = self._server.addressing.local_address(self._flow).host
        self._codecs = codecs
        self._stream = await AudioStream.open(host, lambda digit: self._heard(digit, "telephone-event"))
        self._local = LocalAudio(host, self._stream.port, self._stream.port)
        if self._request.body:
            self._sdp = self._answer_offer(self._request.body)
        else:
            self._sdp, self._offered = offer_audio(self._local, codecs), True
        return self._stream

    def ring(self) -> None:
        """180."""
        self._respond(180)

    def progress(self) -> None:
        """183 with the answer: early media (RFC 3960)."""
        self._respond(183, body=self._sdp)

    def answer(self) -> None:
        """200, repeated until its ACK comes."""
        self._accept(self._invite, self._sdp)

    def reject(self, status_code: int, reason_phrase: str = "") -> None:
        """A final answer that is no."""
        self._respond(status_code, reason_phrase)
        self.end()

    async def wait_over(self) -> None:
        """Until one side ended the call."""
        await self._over.wait()

    def cancel(self) -> None:
        """The caller gave up before the answer."""
        if not self._invite.is_answered:
            self._respond(487)
            self.end()

    def hang_up(self) -> None:
        """BYE, if it was answered and is not over yet."""
        if not self.is_over and self._invite.final_status and self._invite.final_status < 300:
            self._send_bye()
        self.end()

    def end(self) -> None:
        """Free everything."""
        if self.is_over:
            return
        self.is_over = True
        for timer in self._resend_timers.values():
            timer.cancel()
        if self._stream:
            self._stream.close()
        self._over.set()
        if self.on_over:
            self.on_over()

    def receive(self, transaction: ServerTransaction) -> None:
        """A request inside the dialog."""
        request = transaction.request
        if request.cseq.number <= self._remote_cseq:
            self._respond(500, to=transaction)  # RFC 3261 §12.2.2
            return
        self._remote_cseq = request.cseq.number
        if request.method == "INVITE" and self._unacknowledged:
            self._respond(491, to=transaction)  # RFC 3261 §14.2
        elif request.method in ("INVITE", "UPDATE"):
            self._renegotiate(transaction)
        elif request.method == "BYE":
            self._respond(200, to=transaction)
            if not self._invite.is_answered:
                self._respond(487)
            self.end()
        elif request.method == "INFO":
            match = _INFO_DIGIT.search(request.body)
            if match:
                self._heard(match.group(1).decode().upper(), "info")
            self._respond(200, to=transaction)
        elif request.method == "OPTIONS":
            self._respond(200, to=transaction)
        else:
            self._respond(405, to=transaction)

    def receive_ack(self, request: SipRequest) -> None:
        """The ACK of one of our 2xx; it may carry the answer to our offer."""
        number = request.cseq.number
        if self._unacknowledged.pop(number, None) is None:
            return
        timer = self._resend_timers.pop(number, None)
        if timer:
            timer.cancel()
        if self._offered:
            self._offered = False
            try:
                self._agree(accept_audio(parse_sdp(request.body), self._codecs))
            except (NoCommonMedia, SdpInvalid):
                self.hang_up()

    def _renegotiate(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        self._remote_target = _contact_of(request) or self._remote_target
        body = b""
        try:
            if request.body:
                body = self._answer_offer(request.body)
            elif request.method == "INVITE" and self._local:
                body, self._offered = offer_audio(self._next_local(), self._codecs), True
        except (NoCommonMedia, SdpInvalid):
            self._respond(488, to=transaction)
            return
        if request.method == "INVITE":
            self._accept(transaction, body)
        else:
            self._respond(200, to=transaction, body=body, headers=_session_timer(request))

    def _answer_offer(self, body: bytes) -> bytes:
        sdp, agreement = answer_audio(parse_sdp(body), self._next_local(), self._codecs)
        self._agree(agreement)
        return sdp

    def _next_local(self) -> LocalAudio:
        if self._local is None:
            raise NoCommonMedia
        local = self._local
        self._local = LocalAudio(local.host, local.port, local.session_id, local.version + 1)
        return local

    def _agree(self, agreement: AudioAgreement) -> None:
        self.agreement = agreement
        if self._stream:
            self._stream.agree(agreement)

    def _accept(self, transaction: ServerTransaction, body: bytes) -> None:
        number = transaction.request.cseq.number
        response = self._respond(200, to=transaction, body=body, headers=_session_timer(transaction.request))
        self._unacknowledged[number] = (transaction, response)
        timers = self._server.transactions.timers
        deadline_s = self._server.transactions.scheduler.time() + timers.transaction_s
        self._repeat_later(number, timers.t1_s, deadline_s)

    def _repeat_later(self, number: int, interval_s: float, deadline_s: float) -> None:
        """RFC 3261 §13.3.1.4: repeat the 2xx until ACK, over any transport; then give up with BYE."""
        scheduler = self._server.transactions.scheduler

        def repeat() -> None:
            if scheduler.time() >= deadline_s:
                self.hang_up()
                return
            transaction, response = self._unacknowledged[number]
            transaction.respond(response)
            self._repeat_later(number, min(2 * interval_s, self._server.transactions.timers.t2_s), deadline_s)

        left_s = max(deadline_s - scheduler.time(), 0.0)
        self._resend_timers[number] = scheduler.call_later(min(interval_s, left_s), repeat)

    def _respond(
        self,
        status_code: int,
        reason_phrase: str = "",
        *,
        to: ServerTransaction | None = None,
        body: bytes = b"",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> SipResponse:
        transaction = to or self._invite
        lines = [("Record-Route", value) for value in transaction.request.headers.get_all("Record-Route")]
        lines.append(("Contact", f"<{self._server.addressing.contact_uri(self.number, self._flow)}>"))
        lines += [("Allow", ALLOW), ("Supported", ", ".join(SUPPORTED)), *headers]
        if body:
            lines.append(("Content-Type", "application/sdp"))
        response = response_to(
            transaction.request, status_code, reason_phrase, to_tag=self.local_tag, headers=lines, body=body
        )
        transaction.respond(response)
        return response

    def _send_bye(self) -> None:
        routes = self._request.headers.get_all("Record-Route")
        next_hop = parse_name_addr(routes[0]).uri if routes else self._remote_target
        resolved = self._server.addressing.resolve(next_hop)
        flow = self._flow if resolved is None or self._flow.transport == "tcp" else resolved
        to_value = parse_name_addr(self._request.headers.get("To"))
        local = NameAddr(to_value.uri, to_value.display_name, {"tag": self.local_tag})
        headers = Headers([("Via", self._server.addressing.via(flow)), ("Max-Forwards", "70")])
        for route in routes:
            headers.add("Route", route)
        headers.add("From", str(local))
        headers.add("To", self._request.headers.get("From"))
        headers.add("Call-ID", self.sip_call_id)
        headers.add("CSeq", str(CSeq(1, "BYE")))
        bye = SipRequest("BYE", self._remote_target, headers)
        self._server.transactions.request(bye, flow, _ignore_response, _ignore_failure)

    def _heard(self, digit: str, method: str) -> None:
        self._server.emit(DigitHeard(self.sip_call_id, digit, method))


def _session_timer(request: SipRequest) -> tuple[tuple[str, str], ...]:
    """Agree to a session timer the caller keeps itself (RFC 4028 §9)."""
    expires = request.headers.get("Session-Expires").partition(";")[0].strip()
    if not expires.isdigit() or "timer" not in request.headers.values("Supported"):
        return ()
    return (("Require", "timer"), ("Session-Expires", f"{expires};refresher=uac"))


def _contact_of(request: SipRequest) -> str:
    try:
        return parse_name_addr(request.headers.get("Contact")).uri
    except HeaderInvalid:
        return ""


def _ignore_response(response: SipResponse) -> None:
    logger.debug("answered: %s", response.start_line)


def _ignore_failure(status_code: int) -> None:
    logger.debug("unanswered BYE: %d", status_code)
