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

from softphone.domain.uri import UriInvalid, parse_sip_uri
from softphone.registrar.addressing import Addressing
from softphone.registrar.events import CallEnded, DigitHeard, OnEvent
from softphone.registrar.plan import Target
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
from softphone.registrar.uas_dialog import UasDialog
from softphone.sip.header import HeaderInvalid, NameAddr, parse_name_addr
from softphone.sip.message import SipRequest, SipResponse, response_to
from softphone.sip.transaction import ServerTransaction, TimerHandle, TransactionLayer

logger = logging.getLogger(__name__)

ALLOW = "INVITE, ACK, CANCEL, BYE, OPTIONS, UPDATE, INFO"
SUPPORTED = ("timer", "replaces")
ALL_CODECS = (G722, PCMU, PCMA)
_MAX_WAITING_DIGITS = 64
_REFRESH_SLACK_S = 32.0
_INFO_DIGIT = re.compile(rb"Signal\s*=\s*([0-9*#A-Da-d])")


class CallSurroundings(Protocol):
    """What a call needs of the server around it."""

    addressing: Addressing
    transactions: TransactionLayer
    emit: OnEvent


class InboundCall:
    """One ``dialog``. ``number`` is what was dialled; ``emit`` tells the registrar's observer."""

    def __init__(self, server: CallSurroundings, transaction: ServerTransaction, number: str) -> None:
        self.number = number
        self.emit = server.emit
        self.agreement: AudioAgreement | None = None
        self.is_over = False
        self.on_over: Callable[[], None] | None = None
        self.on_info: Callable[[str, bytes], None] | None = None
        self._server = server
        self._invite = transaction
        self._request = transaction.request
        self.dialog = UasDialog(
            server.addressing, server.transactions, transaction.request, transaction.flow, number
        )
        self._digits: asyncio.Queue[str] = asyncio.Queue()
        self._established = asyncio.Event()
        self._stream: AudioStream | None = None
        self._codecs: tuple[str, ...] = ALL_CODECS
        self._over = asyncio.Event()
        self._local: LocalAudio | None = None
        self._sdp = b""
        self._offered = False
        self._unacknowledged: dict[int, tuple[ServerTransaction, SipResponse]] = {}
        self._resend_timers: dict[int, TimerHandle] = {}
        self._session_timer: TimerHandle | None = None

    @property
    def caller(self) -> str:
        """The user who proved to be the caller (RFC 3325); empty for a stranger."""
        try:
            return parse_sip_uri(parse_name_addr(self._request.headers.get("P-Asserted-Identity")).uri).user
        except (HeaderInvalid, UriInvalid):
            return ""

    @property
    def caller_identity(self) -> NameAddr:
        """The caller as its phone presents it (From)."""
        return self._request.from_

    @property
    def is_answered(self) -> bool:
        """True once a 2xx was sent."""
        return 200 <= self._invite.final_status < 300

    @property
    def codec(self) -> str:
        """The codec agreed on; PCMU as long as nothing is."""
        return self.agreement.codec if self.agreement else PCMU

    async def open_audio(self, codecs: tuple[str, ...] = ALL_CODECS) -> AudioStream:
        """Open an RTP socket and agree on a codec of ``codecs``; nothing is sent yet.

        Errors: NoCommonMedia, SdpInvalid, OSError.
        """
        host = self.dialog.local_host
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

    async def wait_established(self) -> None:
        """Until the answer's ACK came: both sides know the media now."""
        await self._established.wait()

    async def wait_digit(self, timeout_s: float) -> str:
        """The next DTMF digit, by telephone-event or INFO; empty where none comes in time."""
        try:
            return await asyncio.wait_for(self._digits.get(), timeout_s)
        except TimeoutError:
            return ""

    def replaceable_target(self) -> Target | None:
        """The caller's phone, to take another call in this one's place (RFC 3891); None if it cannot."""
        if "replaces" not in self._request.headers.values("Supported") or self.is_over:
            return None
        value = f"{self.dialog.sip_call_id};to-tag={self.dialog.remote_tag};from-tag={self.dialog.local_tag}"
        return Target(
            self.dialog.remote_target,
            self.dialog.flow,
            user=self.caller,
            headers=(("Replaces", value), ("Require", "replaces")),
        )

    def send_info(self, content_type: str, body: bytes) -> None:
        """Pass an INFO on to the caller (RFC 6086 §2, the legacy way)."""
        self.dialog.send("INFO", headers=[("Content-Type", content_type)], body=body)

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
        if not self.is_over and self.is_answered:
            self.dialog.send("BYE")
            self.emit(CallEnded(self.dialog.sip_call_id))
        self.end()

    def end(self) -> None:
        """Free everything."""
        if self.is_over:
            return
        self.is_over = True
        for timer in self._resend_timers.values():
            timer.cancel()
        if self._session_timer:
            self._session_timer.cancel()
        if self._stream:
            self._stream.close()
        self._over.set()
        if self.on_over:
            self.on_over()

    def receive(self, transaction: ServerTransaction) -> None:
        """A request inside the dialog."""
        request = transaction.request
        if not self.dialog.is_in_order(request):
            self._respond(500, to=transaction)
            return
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
            self._receive_info(request)
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
                return
        self._established.set()

    def _receive_info(self, request: SipRequest) -> None:
        match = _INFO_DIGIT.search(request.body)
        if match:
            self._heard(match.group(1).decode().upper(), "info")
        if self.on_info:
            self.on_info(request.headers.get("Content-Type"), request.body)

    def _renegotiate(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        self.dialog.refresh_target(request)
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
            self._expect_refresh(request)

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
        self._expect_refresh(transaction.request)
        timers = self._server.transactions.timers
        deadline_s = self._server.transactions.scheduler.time() + timers.transaction_s
        self._repeat_later(number, timers.t1_s, deadline_s)

    def _expect_refresh(self, request: SipRequest) -> None:
        """A caller that stops refreshing is hung up shortly before its session expires (RFC 4028 §10)."""
        if self._session_timer:
            self._session_timer.cancel()
            self._session_timer = None
        interval_s = _session_interval_s(request)
        if interval_s and not self.is_over:
            left_s = interval_s - min(_REFRESH_SLACK_S, interval_s / 3)
            self._session_timer = self._server.transactions.scheduler.call_later(left_s, self.hang_up)

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
        lines.append(("Contact", self.dialog.contact))
        lines += [("Allow", ALLOW), ("Supported", ", ".join(SUPPORTED)), *headers]
        if body:
            lines.append(("Content-Type", "application/sdp"))
        response = response_to(
            transaction.request,
            status_code,
            reason_phrase,
            to_tag=self.dialog.local_tag,
            headers=lines,
            body=body,
        )
        transaction.respond(response)
        return response

    def _heard(self, digit: str, method: str) -> None:
        if self._digits.qsize() < _MAX_WAITING_DIGITS:
            self._digits.put_nowait(digit)
        self.emit(DigitHeard(self.dialog.sip_call_id, digit, method))


def _session_timer(request: SipRequest) -> tuple[tuple[str, str], ...]:
    """Agree to a session timer the caller keeps itself (RFC 4028 §9)."""
    interval_s = _session_interval_s(request)
    return (("Require", "timer"), ("Session-Expires", f"{interval_s};refresher=uac")) if interval_s else ()


def _session_interval_s(request: SipRequest) -> int:
    """The session interval a caller that knows session timers asks for; 0 for none."""
    expires = request.headers.get("Session-Expires").partition(";")[0].strip()
    knows = "timer" in request.headers.values("Supported")
    return int(expires) if knows and expires.isascii() and expires.isdigit() and len(expires) < 10 else 0
