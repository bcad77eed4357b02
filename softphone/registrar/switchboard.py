"""The switchboard: what a request means and who gets it.

    serve(transaction) ─┬─ in a dialog ──▶ InboundCall | proxy
                        ├─ REGISTER ─────▶ RegistrationService
                        └─ else: 407 ────▶ _route ─▶ proxy with a Plan | an application of ours

Who is called by a number, and what follows when nobody answers, is the router's (`routing`).
"""

from __future__ import annotations

from collections.abc import Callable

from softphone.domain.uri import SipUri, UriInvalid, parse_sip_uri
from softphone.registrar import faults as fault
from softphone.registrar.addressing import Addressing
from softphone.registrar.answering import reply
from softphone.registrar.application_runner import ApplicationRunner
from softphone.registrar.config import RegistrarConfig
from softphone.registrar.dialog_events import DialogBook
from softphone.registrar.event_desk import EventDesk
from softphone.registrar.events import (
    CallAnswered,
    CallEnded,
    CallFailed,
    CallStarted,
    OnEvent,
    RegistrarEvent,
)
from softphone.registrar.faults import Faults
from softphone.registrar.gate import Gate
from softphone.registrar.inbound_call import ALLOW
from softphone.registrar.location import Binding, Location
from softphone.registrar.mailbox import Mailboxes
from softphone.registrar.numbers import LEAVE_MESSAGE_NUMBER, default_applications
from softphone.registrar.pickup import Pickup
from softphone.registrar.plan import Cause, Plan, Stage, Target
from softphone.registrar.proxy import Proxy
from softphone.registrar.registration import RegistrationService
from softphone.registrar.routing import Router
from softphone.registrar.sdp import SdpInvalid, parse_sdp
from softphone.registrar.service_numbers import service_applications
from softphone.registrar.trunk import Trunk, asserted_user
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
        self._book = DialogBook()
        self.mailboxes = Mailboxes(config.users)
        self._applications = {
            **service_applications(
                self.mailboxes,
                config.users,
                self._book,
                park_s=config.park_s,
                silence_s=config.message_silence_s,
            ),
            **(default_applications() if config.applications is None else config.applications),
        }
        self._proxy = Proxy(addressing, transactions, config.realm)
        self._proxy.on_answer = self._follow_branch
        self._runner = ApplicationRunner(addressing, transactions, emit)
        self._runner.on_over = lambda call: self._book.ended(
            call.dialog.sip_call_id, call.dialog.local_tag, call.dialog.remote_tag
        )
        self._gate = Gate(config, faults, emit, now)
        self._location = Location(
            now,
            min_expires_s=config.min_expires_s,
            max_expires_s=config.max_expires_s,
            default_expires_s=config.default_expires_s,
        )
        self._desk = EventDesk(
            addressing,
            transactions,
            self._book,
            self.mailboxes,
            is_registered=lambda user: bool(self._location.bindings(user)),
            is_known=lambda number: number in config.users or number in self._applications,
        )
        self._registration = RegistrationService(self._location, faults, self._tell)
        self._trunk = Trunk(config.pbx, config.realm)
        self._router = self._make_router(config)

    def _make_router(self, config: RegistrarConfig) -> Router:
        router = Router(
            config.pbx,
            config.users,
            self._applications,
            self._runner,
            Pickup(config.pbx.pickup_groups, self._proxy.forks, config.realm),
            self._trunk,
            self._phones,
            config.realm,
            self.emit,
        )
        router.on_unanswered = self._box_plan
        return router

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

    def active_subscriptions(self) -> int:
        """How many subscriptions live."""
        return self._desk.count()

    def expire(self) -> None:
        """Forget bindings whose time is over."""
        self._registration.expire()

    async def close(self) -> None:
        """End every call with BYE, drop every fork and end every subscription."""
        await self._runner.close()
        self._desk.close()
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
        elif self._trunk.is_peer(transaction.flow):
            self._route_from_outside(transaction, uri)
        elif self.addressing.is_own_flow(transaction.flow):
            self._route_call(transaction, uri, asserted_user(request))
        else:
            user = self._gate.authenticate(transaction, 407, request.from_.uri)
            if user:
                self._route(transaction, uri, user)

    def _serve_in_dialog(self, transaction: ServerTransaction, uri: SipUri) -> None:
        request = transaction.request
        if self._desk.serve_in_dialog(transaction):
            return
        if request.method == "BYE":
            self.emit(CallEnded(request.call_id))
            self._book.ended(request.call_id, request.from_.tag, request.to.tag)
        elif request.method in ("INVITE", "UPDATE"):
            self._book.renegotiated(request)
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
        replacing = self._router.replacing(transaction) if request.method == "INVITE" else None
        if replacing:
            self._proxy.forward(transaction, replacing)
        elif not self.addressing.is_ours(uri):
            flow = self.addressing.resolve(request.uri) if self._is_phone(uri) else None
            if flow is None:
                reply(transaction, 403, "Relaying denied")
            else:
                self._proxy.forward(transaction, Plan((Stage((Target(request.uri, flow),)),)))
        elif request.method == "INVITE":
            self._route_call(transaction, uri, caller)
        elif request.method in ("SUBSCRIBE", "PUBLISH"):
            self._desk.serve(transaction, uri, caller)
        elif uri.user in self._applications:
            self._runner.run(transaction, uri.user, self._applications[uri.user])
        elif uri.user not in self._config.users:
            reply(transaction, 404 if uri.user else 405, headers=(("Allow", ALLOW),))
        else:
            phones = self._phones(uri.user)
            self._proxy.forward(transaction, Plan((Stage(phones),) if phones else ()))

    def _route_call(self, transaction: ServerTransaction, uri: SipUri, caller: str) -> None:
        if uri.user:
            self._proxy.forward(transaction, self._router.plan(transaction, uri.user, caller))
        else:
            reply(transaction, 405, headers=(("Allow", ALLOW),))

    def _route_from_outside(self, transaction: ServerTransaction, uri: SipUri) -> None:
        """A request of the trunk, which is trusted: a call to one of our outside numbers."""
        request = transaction.request
        number = self._trunk.called(uri.user)
        if request.method == "OPTIONS":
            reply(transaction, 200, headers=(("Allow", ALLOW),))
        elif request.method != "INVITE":
            reply(transaction, 405, headers=(("Allow", "INVITE, OPTIONS"),))
        elif not number:
            reply(transaction, 404)
        else:
            self._follow_call(transaction, asserted_user(request) or request.from_.uri, number)
            self._proxy.forward(transaction, self._router.plan(transaction, number, ""))

    def _phones(self, user: str) -> tuple[Target, ...]:
        """All phones of ``user``, the most wanted first."""
        return tuple(self._target(binding) for binding in self._location.bindings(user))

    def _target(self, binding: Binding) -> Target:
        """A phone's Contact over the flow it registered from; another UDP address where it names one."""
        flow = binding.flow
        resolved = self.addressing.resolve(binding.contact_uri)
        if resolved and (
            resolved.transport == "udp" == flow.transport or not self.addressing.is_connected(flow)
        ):
            flow = resolved
        return Target(binding.contact_uri, flow, binding.path, binding.user)

    def _is_phone(self, uri: SipUri) -> bool:
        """True for a Contact that is registered or was seen in a call: what a REFER may name."""
        if self.addressing.knows(uri) or self._trunk.is_peer_uri(uri):
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
        self._book.caller_sent(transaction.request, caller)
        transaction.on_response = lambda response: self._book.caller_got(transaction.request, response)

    def _follow_branch(self, request: SipRequest, target: Target, response: SipResponse) -> None:
        if request.method == "INVITE" and target.user and not request.to.tag:
            self._book.callee_said(request, target.user, response)

    def _box_plan(self, extension: str, cause: Cause) -> Plan | None:
        """The voicemail box that takes an unanswered call, whatever the cause."""
        number = LEAVE_MESSAGE_NUMBER + extension
        if extension not in self._config.pbx.voicemail or number not in self._applications:
            return None
        application = self._applications[number]
        return Plan(otherwise=lambda transaction: self._runner.run(transaction, number, application))

    def _tell(self, event: RegistrarEvent) -> None:
        self.emit(event)
        self._desk.follow(event)


def _codec_of(body: bytes) -> str:
    """The codec of an SDP answer; empty where there is none to read."""
    try:
        media = parse_sdp(body).media
    except SdpInvalid:
        return ""
    return media[0].encoding(media[0].formats[0])[0] if media and media[0].formats else ""
