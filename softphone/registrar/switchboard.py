"""The switchboard: what a request means and who gets it.

    serve(transaction) ─┬─ in a dialog ──▶ InboundCall | proxy
                        ├─ REGISTER ─────▶ RegistrationService
                        └─ else: 407 ────▶ _route ─▶ proxy with a Plan | an application of ours

Hunt groups, forwarding and feature codes belong here: each is another Plan or another application.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable

from softphone.domain.uri import SipUri, UriInvalid, parse_sip_uri
from softphone.registrar import faults as fault
from softphone.registrar.addressing import Addressing
from softphone.registrar.config import RegistrarConfig
from softphone.registrar.digest import DigestAuthenticator, Verdict
from softphone.registrar.events import (
    AuthenticationFailed,
    CallAnswered,
    CallEnded,
    CallFailed,
    CallStarted,
    OnEvent,
)
from softphone.registrar.faults import Faults
from softphone.registrar.inbound_call import ALLOW, SUPPORTED, InboundCall
from softphone.registrar.location import Binding, Location
from softphone.registrar.numbers import Application, default_applications
from softphone.registrar.proxy import Plan, Proxy, Stage, Target
from softphone.registrar.registration import RegistrationService
from softphone.registrar.sdp import NoCommonMedia, SdpInvalid, parse_sdp
from softphone.sip.header import HeaderInvalid, parse_name_addr
from softphone.sip.message import SipRequest, SipResponse, new_tag, response_to
from softphone.sip.transaction import ServerTransaction, TransactionLayer
from softphone.sip.transport import Flow

logger = logging.getLogger(__name__)

ANONYMOUS_HOST = "anonymous.invalid"  # RFC 3323 §4.1.1.3


class Switchboard:
    """Serves requests from ``start`` of a registrar to its ``stop``; its calls and bindings live as long."""

    def __init__(
        self,
        config: RegistrarConfig,
        faults: Faults,
        addressing: Addressing,
        transactions: TransactionLayer,
        emit: OnEvent,
        now: Callable[[], float],
    ) -> None:
        self.addressing = addressing
        self.transactions = transactions
        self.emit = emit
        self.internal_errors = 0
        self._config = config
        self._faults = faults
        self._applications = default_applications() if config.applications is None else config.applications
        self._proxy = Proxy(addressing, transactions, config.realm)
        passwords = {config.auth_ids.get(user, user): word for user, word in config.users.items()}
        self._digest = DigestAuthenticator(
            config.realm, config.algorithms, passwords, now, config.nonce_lifetime_s
        )
        self._location = Location(
            now,
            min_expires_s=config.min_expires_s,
            max_expires_s=config.max_expires_s,
            default_expires_s=config.default_expires_s,
        )
        self._registration = RegistrationService(self._location, faults, emit)
        self._calls: dict[tuple[str, str], InboundCall] = {}
        self._call_of: dict[int, InboundCall] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    def bindings(self, user: str) -> list[Binding]:
        """Where the phones of ``user`` are now."""
        return self._location.bindings(user)

    def active_calls(self) -> int:
        """Calls to numbers of ours that are up or ringing."""
        return len(self._calls)

    def expire(self) -> None:
        """Forget bindings whose time is over."""
        self._registration.expire()

    async def close(self) -> None:
        """End every call with BYE and drop every fork."""
        tasks = list(self._tasks)
        for call in list(self._calls.values()):
            call.hang_up()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        self._proxy.clear()

    def serve(self, transaction: ServerTransaction) -> None:
        """Answer a new request, now or later."""
        request = transaction.request
        if request.method == "CANCEL":
            self._serve_cancel(transaction)
            return
        struck = self._faults.take(request.method, (fault.Answer,))
        if isinstance(struck, fault.Answer):
            self._reply(transaction, struck.status_code, struck.reason_phrase, struck.headers)
            return
        self.addressing.learn(request, transaction.flow)
        self._strip_own_routes(request)
        try:
            uri = parse_sip_uri(request.uri)
        except UriInvalid as error:
            self._reply(transaction, 416 if error.code == "scheme" else 400)
            return
        if request.to.tag:
            self._serve_in_dialog(transaction, uri)
        elif request.headers.get("Max-Forwards") == "0" and request.method != "REGISTER":
            self._reply(transaction, 483)
        elif self._proxy.is_looping(request):
            self._reply(transaction, 482)
        elif request.headers.values("Proxy-Require"):
            unsupported = ", ".join(request.headers.values("Proxy-Require"))
            self._reply(transaction, 420, headers=(("Unsupported", unsupported),))
        else:
            self._serve_first(transaction, uri)

    def _serve_first(self, transaction: ServerTransaction, uri: SipUri) -> None:
        request = transaction.request
        if request.method == "REGISTER":
            user = self._authenticated(transaction, 401, request.to.uri)
            if user:
                transaction.respond(self._registration.register(request, transaction.flow, user))
        elif request.method == "OPTIONS" and self.addressing.is_ours(uri) and not uri.user:
            self._reply(
                transaction, 200, headers=(("Allow", f"{ALLOW}, REGISTER"), ("Accept", "application/sdp"))
            )
        elif request.method in (
            "ACK",
            "BYE",
            "PRACK",
            "UPDATE",
            "INFO",
            "NOTIFY",
        ) and self.addressing.is_ours(uri):
            self._reply(transaction, 481)
        else:
            user = self._authenticated(transaction, 407, request.from_.uri)
            if user:
                self._route(transaction, uri, user)

    def _serve_in_dialog(self, transaction: ServerTransaction, uri: SipUri) -> None:
        request = transaction.request
        if request.method == "BYE":
            self.emit(CallEnded(request.call_id))
        call = self._calls.get((request.call_id, request.to.tag))
        if call and not request.headers.get("Route"):
            call.receive(transaction)
            return
        target = self._proxy.next_hop(request)
        if self.addressing.is_ours(uri) and not request.headers.get("Route"):
            self._reply(transaction, 481)
        elif request.headers.get("Max-Forwards") == "0":
            self._reply(transaction, 483)
        elif target is None:
            self._reply(transaction, 404)
        else:
            self._proxy.forward(transaction, Plan((Stage((target,)),)))

    def _serve_cancel(self, transaction: ServerTransaction) -> None:
        invite = self.transactions.find_invite(transaction.request)
        if invite is None:
            self._reply(transaction, 481)
            return
        self._reply(transaction, 200)
        call = self._call_of.get(id(invite))
        if call:
            call.cancel()
        elif not self._proxy.cancel(invite):
            self._reply(invite, 487)

    def receive_ack(self, request: SipRequest, flow: Flow) -> None:
        """Take the ACK of a 2xx: ours, or to be passed on."""
        self._strip_own_routes(request)
        call = self._calls.get((request.call_id, request.to.tag))
        if call:
            call.receive_ack(request)
        elif request.to.tag:
            try:
                ours = self.addressing.is_ours(parse_sip_uri(request.uri)) and not request.headers.get(
                    "Route"
                )
            except UriInvalid:
                return
            if not ours and request.headers.get("Max-Forwards") != "0":
                self._proxy.forward_ack(request, flow)

    # --- who and where

    def _authenticated(self, transaction: ServerTransaction, status_code: int, identity: str) -> str:
        """The user a request comes from; empty where a challenge or a refusal was sent.

        ``identity`` is the URI the request claims: To of REGISTER, From of everything else.
        """
        request = transaction.request
        name, challenge = (
            ("Authorization", "WWW-Authenticate")
            if status_code == 401
            else ("Proxy-Authorization", "Proxy-Authenticate")
        )
        verdict, username = self._digest.verify(request.headers.get_all(name), request.method)
        if verdict is not Verdict.MISSING:
            struck = self._faults.take(request.method, fault.AUTHENTICATION_FAULTS)
            if struck:
                verdict = Verdict.STALE if isinstance(struck, fault.Stale) else Verdict.WRONG
        if verdict is Verdict.ACCEPTED:
            user = next((u for u in self._config.users if self._config.auth_ids.get(u, u) == username), "")
            if self._may_claim(user, identity):
                return user
            self._reply(transaction, 403, "Identity does not match the credentials")
            return ""
        if verdict is Verdict.WRONG:
            self.emit(AuthenticationFailed(username, request.method))
        values = self._digest.challenge(stale=verdict is Verdict.STALE)
        self._reply(transaction, status_code, headers=tuple((challenge, value) for value in values))
        return ""

    @staticmethod
    def _may_claim(user: str, identity: str) -> bool:
        try:
            claimed = parse_sip_uri(identity)
        except UriInvalid:
            return False
        return claimed.user == user or claimed.host.lower() == ANONYMOUS_HOST

    def _route(self, transaction: ServerTransaction, uri: SipUri, caller: str) -> None:
        """Decide where an authenticated request outside any dialog goes."""
        request = transaction.request
        request.headers.set("P-Asserted-Identity", f"<{SipUri(caller, self._config.realm)}>")  # RFC 3325 §5
        if request.method == "INVITE":
            self._follow_call(transaction, caller, uri.user or uri.host)
        if not self.addressing.is_ours(uri):
            flow = self.addressing.resolve(request.uri) if self._is_phone(uri) else None
            if flow is None:
                self._reply(transaction, 403, "Relaying denied")
            else:
                self._proxy.forward(transaction, Plan((Stage((Target(request.uri, flow),)),)))
        elif uri.user in self._applications:
            self._run_application(transaction, uri.user)
        elif request.method in ("SUBSCRIBE", "PUBLISH"):
            self._reply(transaction, 489)
        elif uri.user not in self._config.users:
            self._reply(transaction, 404 if uri.user else 405, headers=(("Allow", ALLOW),))
        else:
            self._proxy.forward(transaction, self._plan_for(uri.user))

    def _plan_for(self, user: str) -> Plan:
        """All phones of ``user`` at once; none is 480."""
        targets = tuple(self._target(binding) for binding in self._location.bindings(user))
        return Plan((Stage(targets),) if targets else ())

    def _target(self, binding: Binding) -> Target:
        """A phone's Contact over the flow it registered from; another UDP address where it names one."""
        flow = binding.flow
        resolved = self.addressing.resolve(binding.contact_uri)
        if resolved and (
            resolved.transport == "udp" == flow.transport or not self.addressing.is_connected(flow)
        ):
            flow = resolved
        return Target(binding.contact_uri, flow, binding.path)

    def _is_phone(self, uri: SipUri) -> bool:
        """True for a Contact that is registered or was seen in a call: what a REFER may name."""
        if self.addressing.knows(uri):
            return True
        bindings = (binding for user in self._config.users for binding in self._location.bindings(user))
        contacts = (parse_sip_uri(binding.contact_uri) for binding in bindings)
        return any((contact.host, contact.port) == (uri.host, uri.port) for contact in contacts)

    def _strip_own_routes(self, request: SipRequest) -> None:
        """Take our own Route values off the top (RFC 3261 §16.4)."""
        routes = request.headers.get_all("Route")
        while routes:
            try:
                if not self.addressing.is_ours(parse_sip_uri(parse_name_addr(routes[0]).uri)):
                    break
            except (HeaderInvalid, UriInvalid):
                break
            routes.pop(0)
        request.headers.set("Route", *routes)

    # --- numbers of our own

    def _run_application(self, transaction: ServerTransaction, number: str) -> None:
        request = transaction.request
        unsupported = [option for option in request.headers.values("Require") if option not in SUPPORTED]
        if unsupported:
            self._reply(transaction, 420, headers=(("Unsupported", ", ".join(unsupported)),))
        elif request.method == "OPTIONS":
            self._reply(transaction, 200, headers=(("Allow", ALLOW), ("Accept", "application/sdp")))
        elif request.method != "INVITE":
            self._reply(transaction, 405, headers=(("Allow", ALLOW),))
        else:
            call = InboundCall(self, transaction, number)
            key = (request.call_id, call.local_tag)
            self._calls[key] = call
            self._call_of[id(transaction)] = call
            task = asyncio.get_running_loop().create_task(self._run(call, self._applications[number]))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

            def over() -> None:
                self._calls.pop(key, None)
                self._call_of.pop(id(transaction), None)
                task.cancel()

            call.on_over = over

    async def _run(self, call: InboundCall, application: Application) -> None:
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

    # --- telling

    def _follow_call(self, transaction: ServerTransaction, caller: str, callee: str) -> None:
        call_id = transaction.request.call_id
        self._reply(transaction, 100)
        self.emit(CallStarted(call_id, caller, callee))

        def finished(response: SipResponse) -> None:
            if response.status_code < 300:
                self.emit(CallAnswered(call_id, callee, _codec_of(response.body)))
            else:
                self.emit(CallFailed(call_id, callee, response.status_code))

        transaction.on_final = finished

    @staticmethod
    def _reply(
        transaction: ServerTransaction,
        status_code: int,
        reason_phrase: str = "",
        headers: tuple[tuple[str, str], ...] = (),
    ) -> None:
        tag = "" if status_code == 100 else new_tag()
        transaction.respond(
            response_to(transaction.request, status_code, reason_phrase, to_tag=tag, headers=headers)
        )


def _codec_of(body: bytes) -> str:
    """The codec of an SDP answer; empty where there is none to read."""
    try:
        media = parse_sdp(body).media
    except SdpInvalid:
        return ""
    return media[0].encoding(media[0].formats[0])[0] if media and media[0].formats else ""
