"""The local registrar: sockets, faults, ladder and transactions around a switchboard.

    transport ─▶ ladder ─▶ faults ─▶ transactions ─▶ Switchboard

Never crashes on foreign bytes: what cannot be answered is ignored. Binds to loopback unless told otherwise.
Thread: everything on the loop that ran ``start``; see ``RegistrarThread`` for use from another.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from softphone.registrar import faults as fault
from softphone.registrar.addressing import Addressing
from softphone.registrar.config import RegistrarConfig
from softphone.registrar.events import OnEvent, RegistrarEvent
from softphone.registrar.faults import Faults
from softphone.registrar.ladder import Ladder
from softphone.registrar.location import Binding
from softphone.registrar.mailbox import Mailbox
from softphone.registrar.switchboard import Switchboard
from softphone.sip.message import (
    MessageMalformed,
    SipMessage,
    SipRequest,
    new_tag,
    parse_message,
    response_to,
)
from softphone.sip.transaction import ServerTransaction, TimerHandle, TransactionLayer
from softphone.sip.transport import Flow, OnFailure, TransportLayer

logger = logging.getLogger(__name__)

EXPIRY_CHECK_S = 1.0


class Registrar:
    """One server. ``port`` is the same for UDP and TCP; after ``stop`` it can be started again on it.

    ``internal_errors`` counts what should never happen; a test asserts that it stayed 0.
    """

    def __init__(self, config: RegistrarConfig, on_event: OnEvent | None = None) -> None:
        self.config = config
        self.faults = Faults()
        self.port = config.port
        self._internal_errors = 0
        self._on_event = on_event
        self._ladder = Ladder()
        self._transport = TransportLayer(config.host, self._receive)
        self._transactions: TransactionLayer | None = None
        self._switchboard: Switchboard | None = None
        self._expiry_timer: TimerHandle | None = None

    @property
    def internal_errors(self) -> int:
        """How often something was caught that should never happen."""
        return self._internal_errors + (self._switchboard.internal_errors if self._switchboard else 0)

    async def start(self) -> None:
        """Listen; all registrations and calls begin anew.

        Errors: SipBindFailed, of which SipPortBusy.
        """
        loop = asyncio.get_running_loop()
        self.port = await self._transport.start(self.port)
        transactions = TransactionLayer(loop, self._send, self.config.timers)
        addressing = Addressing(self._transport, (*self.config.domains, self.config.realm))
        switchboard = Switchboard(self.config, self.faults, addressing, transactions, self._emit, loop.time)
        transactions.on_request = self._serve
        transactions.on_ack = switchboard.receive_ack
        self._transactions, self._switchboard = transactions, switchboard
        self._check_expiry()

    async def stop(self) -> None:
        """End every call with BYE, forget every binding, close every socket."""
        if self._expiry_timer:
            self._expiry_timer.cancel()
        if self._switchboard and self._transactions:
            await self._switchboard.close()
            self._transactions.clear()
        self._switchboard = self._transactions = None
        await self._transport.stop()

    def bindings(self, user: str) -> list[Binding]:
        """Where the phones of ``user`` are now."""
        return self._switchboard.bindings(user) if self._switchboard else []

    def active_calls(self) -> int:
        """Calls to numbers of ours that are up or ringing."""
        return self._switchboard.active_calls() if self._switchboard else 0

    def active_subscriptions(self) -> int:
        """How many subscriptions live."""
        return self._switchboard.active_subscriptions() if self._switchboard else 0

    def mailbox(self, owner: str) -> Mailbox | None:
        """The voicemail box of an extension; None while stopped, or where there is none."""
        return self._switchboard.mailboxes.box(owner) if self._switchboard else None

    def ladder(self, *, whole: bool = False) -> str:
        """The last messages as text, credentials taken out; ``whole`` with headers and bodies."""
        return self._ladder.text(whole=whole)

    def note_exception(self, loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        """The loop's exception handler: a timer of ours raised, which should never happen."""
        self._internal_errors += 1
        logger.error("on the loop: %s", context.get("message"), exc_info=context.get("exception"))

    def _emit(self, event: RegistrarEvent) -> None:
        if self._on_event:
            self._on_event(event)

    def _check_expiry(self) -> None:
        if self._switchboard:
            self._switchboard.expire()
            self._expiry_timer = asyncio.get_running_loop().call_later(EXPIRY_CHECK_S, self._check_expiry)

    def _send(self, message: SipMessage, flow: Flow, on_failure: OnFailure | None) -> None:
        self._send_bytes(message.to_bytes(), flow, on_failure)

    def _send_bytes(self, data: bytes, flow: Flow, on_failure: OnFailure | None = None) -> None:
        self._ladder.add(asyncio.get_running_loop().time(), flow, data, sent=True)
        self._transport.send(data, flow, on_failure)

    def _receive(self, data: bytes, flow: Flow) -> None:
        if not data.strip(b"\r\n\x00 "):
            return  # a keep-alive
        loop = asyncio.get_running_loop()
        self._ladder.add(loop.time(), flow, data, sent=False)
        try:
            message = parse_message(data)
        except MessageMalformed as error:
            self._answer_malformed(error, flow)
            return
        except Exception:
            self._internal_errors += 1
            logger.exception("while parsing a message from %s", flow)
            return
        struck = (
            self.faults.take(message.method, fault.WIRE_FAULTS) if isinstance(message, SipRequest) else None
        )
        if isinstance(struck, fault.Malformed):
            self._send_bytes(struck.data, flow)
        elif isinstance(struck, fault.CloseConnection):
            self._transport.close_flow(flow)
        elif isinstance(struck, fault.Delay):
            loop.call_later(struck.delay_s, self._take, message, flow)
        elif struck is None:
            self._take(message, flow)

    def _take(self, message: SipMessage, flow: Flow) -> None:
        if self._transactions is None:
            return  # a delayed request after the stop
        try:
            self._transactions.receive(message, flow)
        except Exception:
            self._internal_errors += 1
            logger.exception("while taking %s from %s", message.start_line.split(" ")[0], flow)

    def _answer_malformed(self, error: MessageMalformed, flow: Flow) -> None:
        """400 (or 505) where enough came to answer, else silence; an ACK is never answered."""
        request = error.request
        logger.debug("malformed from %s: %s", flow, error)
        if request is None or request.method == "ACK":
            return
        needed = ("Via", "From", "To", "Call-ID", "CSeq")
        if all(request.headers.get(name) for name in needed):
            phrase = str(error).splitlines()[0][:60].encode("ascii", "replace").decode()
            response = response_to(request, error.status_code, f"Bad Request ({phrase})", to_tag=new_tag())
            self._send(response, flow, None)

    def _serve(self, transaction: ServerTransaction) -> None:
        try:
            if self._switchboard:
                self._switchboard.serve(transaction)
        except Exception:
            self._internal_errors += 1
            logger.exception("while serving %s", transaction.request.method)
            transaction.respond(response_to(transaction.request, 500, to_tag=new_tag()))
