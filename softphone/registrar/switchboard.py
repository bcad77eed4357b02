"""The switchboard: what a request means and who gets it.

    serve(transaction) ─┬─ in a dialog ──▶ InboundCall | proxy
                        ├─ REGISTER ─────▶ RegistrationService
                        └─ else: 407 ────▶ _route ─▶ proxy with a Plan | an application of ours

Hunt groups, forwarding and feature codes belong here: each is another Plan or another application.
"""

from __future__ import annotations

from collections.abc import Callable

from softphone.domain.uri import SipUri, UriInvalid, parse_sip_uri
from softphone.registrar import faults as fault
from softphone.registrar.addressing import Addressing
from softphone.registrar.answering import reply
from softphone.registrar.application_runner import ApplicationRunner
from softphone.registrar.config import RegistrarConfig
from softphone.registrar.events import (
    CallAnswered,
    CallEnded,
    CallFailed,
    CallStarted,
    OnEvent,
)
from softphone.registrar.faults import Faults
from softphone.registrar.gate import Gate
from softphone.registrar.inbound_call import ALLOW
from softphone.registrar.location import Binding, Location
from softphone.registrar.numbers import default_applications
from softphone.registrar.plan import Plan, Stage, Target
from softphone.registrar.proxy import Proxy
from softphone.registrar.registration import RegistrationService
from softphone.registrar.sdp import SdpInvalid, parse_sdp
from softphone.sip.header import HeaderInvalid, parse_name_addr
from softphone.sip.message import SipRequest, SipResponse
from softphone.sip.transaction import ServerTransaction, TransactionLayer
from softphone.sip.transport import Flow

IN_DIALOG_ONLY = ("ACK", "BYE", "PRACK", "UPDATE", "INFO", "NOTIFY")


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
        self._config = config
        self._faults = faults
        self._applications = default_applications() if config.applications is None else config.applications
        self._proxy = Proxy(addressing, transactions, config.realm)
        self._runner = ApplicationRunner(addressing, transactions, emit)
        self._gate = Gate(config, faults, emit, now)
        self._location = Location(
            now,
            min_expires_s=config.min_expires_s,
            max_expires_s=config.max_expires_s,
            default_expires_s=config.default_expires_s,
        )
        self._registration = RegistrationService(self._location, faults, emit)

    @property
    def internal_errors(self) -> int:
        """How often something was caught that should never happen."""
        return self._runner.internal_errors

    def bindings(self, user: str) -> list[Binding]:
        """Where the phones of ``user`` are now."""
        return self._location.bindings(user)

    def active_calls(self) -> int:
        """Calls to numbers of ours that are up or ringing."""
        return self._runner.active_calls()

    def expire(self) -> None:
        """Forget bindings whose time is over."""
        self._registration.expire()

    async def close(self) -> None:
        """End every call with BYE and drop every fork."""
        await self._runner.close()
        self._proxy.clear()

    def serve(self, transaction: ServerTransaction) -> None:
        """Answer a new request, now or later."""
        request = transaction.request
        if request.method == "CANCEL":
            self._serve_cancel(transaction)
            return
        struck = self._faults.take(request.method, (fault.Answer,))
        if isinstance(struck, fault.Answer):
            reply(transaction, struck.status_code, struck.reason_phrase, struck.headers)
            return
        self.addressing.learn(request, transaction.flow)
        self._strip_own_routes(request)
        try:
            uri = parse_sip_uri(request.uri)
        except UriInvalid as error:
            reply(transaction, 416 if error.code == "scheme" else 400)
            return
        if request.to.tag:
            self._serve_in_dialog(transaction, uri)
        elif request.headers.get("Max-Forwards") == "0" and request.method != "REGISTER":
            reply(transaction, 483)
        elif self._proxy.is_looping(request):
            reply(transaction, 482)
        elif request.headers.values("Proxy-Require"):
            unsupported = ", ".join(request.headers.values("Proxy-Require"))
            reply(transaction, 420, headers=(("Unsupported", unsupported),))
        else:
            self._serve_first(transaction, uri)

    def _serve_first(self, transaction: ServerTransaction, uri: SipUri) -> None:
        request = transaction.request
        if request.method == "REGISTER":
            user = self._gate.authenticate(transaction, 401, request.to.uri)
            if user:
                transaction.respond(self._registration.register(request, transaction.flow, user))
        elif request.method == "OPTIONS" and self.addressing.is_ours(uri) and not uri.user:
            reply(transaction, 200, headers=(("Allow", f"{ALLOW}, REGISTER"), ("Accept", "application/sdp")))
        elif request.method in IN_DIALOG_ONLY and self.addressing.is_ours(uri):
            reply(transaction, 481)
        else:
            user = self._gate.authenticate(transaction, 407, request.from_.uri)
            if user:
                self._route(transaction, uri, user)

    def _serve_in_dialog(self, transaction: ServerTransaction, uri: SipUri) -> None:
        request = transaction.request
        if request.method == "BYE":
            self.emit(CallEnded(request.call_id))
        call = self._runner.find(request)
        if call and not request.headers.get("Route"):
            call.receive(transaction)
            return
        target = self._proxy.next_hop(request)
        if self.addressing.is_ours(uri) and not request.headers.get("Route"):
            reply(transaction, 481)
        elif request.headers.get("Max-Forwards") == "0":
            reply(transaction, 483)
        elif target is None:
            reply(transaction, 404)
        else:
            self._proxy.forward(transaction, Plan((Stage((target,)),)))

    def _serve_cancel(self, transaction: ServerTransaction) -> None:
        invite = self.transactions.find_invite(transaction.request)
        if invite is None:
            reply(transaction, 481)
            return
        reply(transaction, 200)
        reason = transaction.request.headers.get("Reason")
        if not self._runner.cancel(invite) and not self._proxy.cancel(invite, reason):
            reply(invite, 487)

    def receive_ack(self, request: SipRequest, flow: Flow) -> None:
        """Take the ACK of a 2xx: ours, or to be passed on."""
        self._strip_own_routes(request)
        call = self._runner.find(request)
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

    def _route(self, transaction: ServerTransaction, uri: SipUri, caller: str) -> None:
        """Decide where an authenticated request outside any dialog goes."""
        request = transaction.request
        request.headers.set("P-Asserted-Identity", f"<{SipUri(caller, self._config.realm)}>")  # RFC 3325 §5
        if request.method == "INVITE":
            self._follow_call(transaction, caller, uri.user or uri.host)
        if not self.addressing.is_ours(uri):
            flow = self.addressing.resolve(request.uri) if self._is_phone(uri) else None
            if flow is None:
                reply(transaction, 403, "Relaying denied")
            else:
                self._proxy.forward(transaction, Plan((Stage((Target(request.uri, flow),)),)))
        elif uri.user in self._applications:
            self._runner.run(transaction, uri.user, self._applications[uri.user])
        elif request.method in ("SUBSCRIBE", "PUBLISH"):
            reply(transaction, 489)
        elif uri.user not in self._config.users:
            reply(transaction, 404 if uri.user else 405, headers=(("Allow", ALLOW),))
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

    # --- telling

    def _follow_call(self, transaction: ServerTransaction, caller: str, callee: str) -> None:
        call_id = transaction.request.call_id
        reply(transaction, 100)
        self.emit(CallStarted(call_id, caller, callee))

        def finished(response: SipResponse) -> None:
            if response.status_code < 300:
                self.emit(CallAnswered(call_id, callee, _codec_of(response.body)))
            else:
                self.emit(CallFailed(call_id, callee, response.status_code))

        transaction.on_final = finished


def _codec_of(body: bytes) -> str:
    """The codec of an SDP answer; empty where there is none to read."""
    try:
        media = parse_sdp(body).media
    except SdpInvalid:
        return ""
    return media[0].encoding(media[0].formats[0])[0] if media and media[0].formats else ""
