"""The engine's subscriber: what PJSIP cannot subscribe to, on a socket, a loop and a thread of its own.

    engine thread ─▸ post ─▸ │ subscriptions thread: asyncio ─▸ AccountSubscriptions ─▸ emit
                             │      ▴ NOTIFY                          │ SUBSCRIBE
                             │      └──── transactions ◂──▸ sockets ◂─┘

Never touches pjsua2. Its own Contact makes NOTIFYs come here; PJSIP would answer them with 481. Idle it costs
one keep-alive per account every 25 s and the refreshes.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable

from softphone.domain.account import Account, RegistrationState
from softphone.domain.errors import FailureCause
from softphone.domain.events import RegistrationChanged
from softphone.domain.ports import EventSink
from softphone.domain.presence import Presence
from softphone.domain.uri import UriInvalid, parse_sip_uri
from softphone.engine.errors import LOGGER, EngineError, log_exception
from softphone.engine.reachability import Found
from softphone.engine.request_queue import RequestQueue
from softphone.engine.subscription import Subscription
from softphone.engine.subscriptions import AccountSubscriptions
from softphone.sip.message import (
    MessageMalformed,
    SipMessage,
    SipRequest,
    new_tag,
    parse_message,
    response_to,
)
from softphone.sip.transaction import (
    ServerTransaction,
    SipTimers,
    TransactionLayer,
    mark_received,
    response_flow,
)
from softphone.sip.transport import Flow, OnFailure, SipBindFailed, TransportLayer

MAX_WATCHED = 256
START_LIMIT_S = 2.0
CLOSE_LIMIT_S = 1.0
_ANY_HOST = "0.0.0.0"
# What leaves the registration as it was: a person asks for it again, nothing is known yet.
_PASSING = (RegistrationState.REGISTERING, RegistrationState.UNCONFIGURED)


class Subscriber:
    """Thread: engine, the public methods but the two it says; everything else on its own."""

    def __init__(self, emit: EventSink) -> None:
        self._emit = emit
        self._watched: set[tuple[str, str]] = set()
        self._accounts: dict[str, tuple[Account, str]] = {}
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: threading.Thread | None = None
        self._service: _Service | None = None
        self._stopped = threading.Event()
        self._stopped.set()

    def open(self, user_agent: str, bind_host: str) -> None:
        """Bind the sockets and start the thread; does nothing the second time.

        Where there is no socket to be had the phone works on without subscriptions; the log says so.
        """
        if self._thread is not None:
            return
        ready = threading.Event()
        arguments = (user_agent, bind_host or _ANY_HOST, ready)
        self._thread = threading.Thread(target=self._run, args=arguments, name="subscriptions", daemon=True)
        self._thread.start()
        ready.wait(START_LIMIT_S)

    def set_account(self, account: Account, password: str) -> None:
        """Take an account, or another one under the same key; watched extensions stay with the key."""
        if self._accounts.get(account.key) != (account, password):
            self._accounts[account.key] = (account, password)
            self._post(lambda service: service.set_account(account, password))

    def remove_account(self, account_key: str) -> None:
        """Forget an account and what it watched."""
        self._accounts.pop(account_key, None)
        self._watched = {each for each in self._watched if each[0] != account_key}
        self._post(lambda service: service.remove_account(account_key))

    def follow(self, event: RegistrationChanged, found: Found | None) -> None:
        """The registration of an account changed; ``found`` is the way it took."""
        key = event.account_key
        if event.state is RegistrationState.REGISTERED and found is not None:
            self._post(lambda service: service.registered(key, found))
        elif event.state not in _PASSING:
            self._post(lambda service: service.unregistered(key))

    def watch(self, account_key: str, uri: str, *, presence: bool = False) -> None:
        """Watch an extension; nothing changes where it is watched already and its server agreed.

        Errors: EngineError with TOO_MANY_SUBSCRIPTIONS for the 257th, INVALID_NUMBER for no SIP URI.
        """
        _check_uri(uri)
        if (account_key, uri) not in self._watched and len(self._watched) >= MAX_WATCHED:
            raise EngineError(FailureCause.TOO_MANY_SUBSCRIPTIONS, f"at most {MAX_WATCHED} extensions")
        self._watched.add((account_key, uri))
        self._post(lambda service: service.account(account_key).watch(uri, presence=presence))

    def unwatch(self, account_key: str, uri: str) -> None:
        """Watch it no more; nothing happens where it is not watched."""
        if (account_key, uri) in self._watched:
            self._watched.discard((account_key, uri))
            self._post(lambda service: service.account(account_key).unwatch(uri))

    def publish(self, account_key: str, presence: Presence | None, etag: str) -> None:
        """Say this of ourselves to the account's server, as long as it is registered."""
        self._post(lambda service: service.account(account_key).publication.publish(presence, etag))

    def take_summary(self, account_key: str, body: bytes) -> None:
        """A message-summary that came to PJSIP's address unasked."""
        self._post(lambda service: service.account(account_key).take_summary(body))

    def stop_soon(self) -> None:
        """End every subscription; ``is_stopped`` says when the server has answered them all."""
        if self._service is not None:
            self._stopped.clear()
            self._post(lambda service: service.stop(self._stopped.set))

    @property
    def is_stopped(self) -> bool:
        """No answer is waited for any more. Thread: any."""
        return self._stopped.is_set()

    def close(self) -> None:
        """Close the sockets and end the thread, whatever is still under way."""
        loop, thread = self._loop, self._thread
        self._loop = self._service = None
        if loop is not None and thread is not None:
            loop.call_soon_threadsafe(loop.stop)
            thread.join(CLOSE_LIMIT_S)

    def _post(self, action: Callable[[_Service], None]) -> None:
        loop, service = self._loop, self._service
        if loop is None or service is None:
            return

        def run() -> None:
            try:
                action(service)
            except Exception:  # noqa: BLE001 - nothing may leave here
                log_exception("the subscriptions")

        loop.call_soon_threadsafe(run)

    def _run(self, user_agent: str, host: str, ready: threading.Event) -> None:
        """Thread: subscriptions."""
        # The selector loop everywhere: Windows' proactor loop stops reading UDP after a port unreachable.
        loop = asyncio.SelectorEventLoop()
        service = _Service(loop, host, user_agent, self._emit)
        try:
            loop.run_until_complete(service.open())
            self._loop, self._service = loop, service
            ready.set()
            loop.run_forever()
            loop.run_until_complete(service.close())
        except SipBindFailed as error:
            LOGGER.error("no subscriptions: %s", error)
        except Exception:  # noqa: BLE001 - nothing may leave here
            log_exception("the subscriptions")
        finally:
            ready.set()
            loop.close()


class _Service:
    """Sockets, transactions and accounts. Thread: subscriptions, all of it."""

    def __init__(self, loop: asyncio.AbstractEventLoop, host: str, user_agent: str, emit: EventSink) -> None:
        self._loop = loop
        self._user_agent = user_agent
        self._emit = emit
        self._transport = TransportLayer(host, self._receive, on_lost=self._flow_lost)
        self._transactions = TransactionLayer(loop, self._send, SipTimers())
        self._transactions.on_request = self._serve
        self._queue = RequestQueue(self._transactions)
        self._accounts: dict[str, AccountSubscriptions] = {}
        self._leaving: list[AccountSubscriptions] = []
        self._tag = new_tag()

    async def open(self) -> None:
        """Bind the sockets. Errors: SipBindFailed."""
        await self._transport.start(0)

    async def close(self) -> None:
        """Close every socket."""
        self._transactions.clear()
        await self._transport.stop()

    def account(self, key: str) -> AccountSubscriptions:
        """Errors: KeyError."""
        return self._accounts[key]

    def set_account(self, account: Account, password: str) -> None:
        """The old one's subscriptions end, the new one's begin when it is registered."""
        watched, own = self._leave(account.key)
        self._accounts[account.key] = fresh = AccountSubscriptions(
            account,
            password,
            queue=self._queue,
            scheduler=self._loop,
            emit=self._emit,
            user_agent=self._user_agent,
            keep_alive=self._transport.send,
        )
        for uri, presence in watched:
            fresh.watch(uri, presence=presence)
        fresh.publication.publish(own)

    def remove_account(self, key: str) -> None:
        self._leave(key)

    def registered(self, key: str, found: Found) -> None:
        if key in self._accounts:
            self._accounts[key].registered(found, self._transport.port)

    def unregistered(self, key: str) -> None:
        if key in self._accounts:
            self._accounts[key].unregistered()

    def stop(self, done: Callable[[], None]) -> None:
        """End every subscription, quickly; ``done`` when nothing is under way any more."""
        self._queue.hurry()
        for key in list(self._accounts):
            self._leave(key)

        def look() -> None:
            if self._queue.is_empty:
                done()
            else:
                self._loop.call_later(0.02, look)

        look()

    def _leave(self, key: str) -> tuple[tuple[tuple[str, bool], ...], Presence | None]:
        """End an account; gives what it watched and what it said of us."""
        account = self._accounts.pop(key, None)
        if account is None:
            return (), None
        watched, own = account.watched(), account.publication.wanted
        account.stop()
        self._leaving = [*(each for each in self._leaving if each.is_ending), account]
        return watched, own

    # -- messages ----------------------------------------------------------------------------------

    def _flow_lost(self, flow: Flow) -> None:
        for account in self._accounts.values():
            account.flow_lost(flow)

    def _send(self, message: SipMessage, flow: Flow, on_failure: OnFailure | None) -> None:
        self._transport.send(message.to_bytes(), flow, on_failure)

    def _receive(self, data: bytes, flow: Flow) -> None:
        if not data.strip(b"\r\n\x00 "):
            return  # a keep-alive
        try:
            message = parse_message(data)
            if isinstance(message, SipRequest) and self._is_strange(message):
                self._refuse(message, flow)
            else:
                self._transactions.receive(message, flow)
        except MessageMalformed as error:
            LOGGER.info("a message from %s that is none: %s", flow, error)
        except Exception:  # noqa: BLE001 - nothing may leave here
            log_exception("a message for the subscriptions")

    def _is_strange(self, request: SipRequest) -> bool:
        return request.method != "NOTIFY" or self._find(request.call_id) is None

    def _refuse(self, request: SipRequest, flow: Flow) -> None:
        """Answer without keeping anything: whoever floods us fills no memory (RFC 3261 §8.2.7)."""
        if request.method == "ACK":
            return
        mark_received(request, flow)
        if request.method == "NOTIFY":
            answer = response_to(request, 481, to_tag=self._tag)
        else:
            answer = response_to(request, 405, to_tag=self._tag, headers=(("Allow", "NOTIFY"),))
        self._send(answer, response_flow(request.top_via, flow), None)

    def _serve(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        subscription = self._find(request.call_id)
        status_code, headers = subscription.take_notify(request) if subscription else (481, ())
        transaction.respond(response_to(request, status_code, to_tag=self._tag, headers=headers))

    def _find(self, call_id: str) -> Subscription | None:
        for account in (*self._accounts.values(), *self._leaving):
            found = account.find(call_id)
            if found is not None:
                return found
        return None


def _check_uri(uri: str) -> None:
    try:
        parse_sip_uri(uri)
    except UriInvalid as error:
        raise EngineError(FailureCause.INVALID_NUMBER, error.code) from None
    if any(char.isspace() or not char.isprintable() or char in '<>"' for char in uri):
        raise EngineError(FailureCause.INVALID_NUMBER, "character")
