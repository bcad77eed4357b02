"""The calls to numbers of ours: one InboundCall and one task each, from INVITE to the end.

INVITE 9196 ─▶ run(transaction, number, application) ─▶ task: application.serve(call) ─▶ hang_up
in-dialog request, ACK, CANCEL ─▶ the call it belongs to
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from softphone.registrar.addressing import Addressing
from softphone.registrar.answering import reply
from softphone.registrar.events import OnEvent
from softphone.registrar.inbound_call import ALLOW, SUPPORTED, InboundCall
from softphone.registrar.numbers import Application
from softphone.registrar.sdp import NoCommonMedia, SdpInvalid
from softphone.sip.header import parse_parameters
from softphone.sip.message import SipRequest
from softphone.sip.transaction import ServerTransaction, TransactionLayer

logger = logging.getLogger(__name__)


class ApplicationRunner:
    """Runs applications; ``internal_errors`` counts those that raised what they should not."""

    def __init__(self, addressing: Addressing, transactions: TransactionLayer, emit: OnEvent) -> None:
        self.addressing = addressing
        self.transactions = transactions
        self.emit = emit
        self.internal_errors = 0
        self.on_over: Callable[[InboundCall], None] | None = None
        self._calls: dict[tuple[str, str], InboundCall] = {}
        self._call_of: dict[int, InboundCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def active_calls(self) -> int:
        """Calls that are up or ringing."""
        return len(self._calls)

    def run(self, transaction: ServerTransaction, number: str, application: Application) -> None:
        """Answer a request outside any dialog for ``number``; an INVITE begins a call."""
        request = transaction.request
        unsupported = [option for option in request.headers.values("Require") if option not in SUPPORTED]
        if unsupported:
            reply(transaction, 420, headers=[("Unsupported", ", ".join(unsupported))])
        elif request.method == "OPTIONS":
            reply(transaction, 200, headers=[("Allow", ALLOW), ("Accept", "application/sdp")])
        elif request.method != "INVITE":
            reply(transaction, 405, headers=[("Allow", ALLOW)])
        elif request.headers.get("Replaces"):
            self._replace(transaction, number, application)
        else:
            self._begin(transaction, number, application)

    def find(self, request: SipRequest) -> InboundCall | None:
        """The call whose dialog a request is in."""
        return self._calls.get((request.call_id, request.to.tag))

    def cancel(self, invite: ServerTransaction) -> bool:
        """The caller gave this INVITE up. False where it is no call of ours."""
        call = self._call_of.get(id(invite))
        if call:
            call.cancel()
        return call is not None

    async def close(self) -> None:
        """End every call with BYE and every task."""
        tasks = list(self._tasks)
        for call in list(self._calls.values()):
            call.hang_up()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _replace(self, transaction: ServerTransaction, number: str, application: Application) -> None:
        """A call handed over to ``number``: it takes the place of the one that consulted (RFC 3891 §3)."""
        call_id, _, rest = transaction.request.headers.get("Replaces").partition(";")
        parameters = parse_parameters(rest)
        replaced = self._calls.get((call_id.strip(), parameters.get("to-tag", "")))
        if replaced is None or replaced.dialog.remote_tag != parameters.get("from-tag", ""):
            reply(transaction, 481)
        elif "early-only" in parameters and replaced.is_answered:
            reply(transaction, 486)
        else:
            replaced.hang_up()
            self._begin(transaction, number, application)

    def _begin(self, transaction: ServerTransaction, number: str, application: Application) -> None:
        call = InboundCall(self, transaction, number)
        key = (transaction.request.call_id, call.dialog.local_tag)
        self._calls[key] = call
        self._call_of[id(transaction)] = call
        task = asyncio.get_running_loop().create_task(self._serve(call, application))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

        def over() -> None:
            self._calls.pop(key, None)
            self._call_of.pop(id(transaction), None)
            task.cancel()
            if self.on_over:
                self.on_over(call)

        call.on_over = over

    async def _serve(self, call: InboundCall, application: Application) -> None:
        try:
            await application.serve(call)
            call.hang_up()
        except NoCommonMedia:
            call.reject(488)
        except SdpInvalid:
            call.reject(400, "Bad session description")
        except OSError:
            logger.exception("no RTP socket for %s", call.number)
            call.reject(503)
        except Exception:
            self.internal_errors += 1
            logger.exception("in the application of %s", call.number)
            call.reject(500)
