"""外線: the trunk, and who a caller is on it (RFC 3325, RFC 3323).

    phone ─ 0312345678 ─▶ target(): From, P-Asserted-Identity, Privacy ─▶ HOST:PORT of the trunk
    phone ◀─ its DID ──── is_peer(flow): trusted, its identity is passed on

Headers are changed on the trunk's side only; the proxy gives the caller its own From and To back. What the
phone itself writes into Contact, SDP and later requests of the dialog is passed on: this is no anonymizer.
"""

from __future__ import annotations

import asyncio

from softphone.domain.dial_plan import CallerId
from softphone.domain.identity import Anonymity
from softphone.domain.pbx import PbxPlan
from softphone.domain.uri import (
    DEFAULT_SIP_PORT,
    SipUri,
    UriInvalid,
    parse_host_port,
    parse_sip_uri,
)
from softphone.registrar.dial_plan import OutsideNumber, national
from softphone.registrar.inbound_call import InboundCall
from softphone.registrar.plan import Target
from softphone.registrar.sdp import PCMA, PCMU
from softphone.registrar.tones import announcement
from softphone.sip.header import HeaderInvalid, NameAddr, parse_name_addr
from softphone.sip.message import SipRequest
from softphone.sip.transport import Flow

ANONYMOUS_URI = "sip:anonymous@anonymous.invalid"  # RFC 3323 §4.1.1.3
WITHHELD_NAMES = {
    Anonymity.WITHHELD: "Anonymous",
    Anonymity.PAYPHONE: "Coin line/payphone",
    Anonymity.NOT_AVAILABLE: "Interaction with other service",
    Anonymity.OUT_OF_AREA: "Unavailable",
}  # TTC JJ-90.30
ANNOUNCEMENT_S = 2.0


class Trunk:
    """The outside line. Without a ``trunk`` in the plan nobody is its peer and it has no target."""

    def __init__(self, pbx: PbxPlan, realm: str) -> None:
        self._pbx = pbx
        self._realm = realm
        self._peer = parse_host_port(pbx.trunk) if pbx.trunk else None
        self._dids = {national(number): to for number, to in pbx.dids.items()}

    def is_peer(self, flow: Flow) -> bool:
        """True for what comes from the trunk's own address."""
        peer = self._peer
        return peer is not None and (flow.host, flow.port) == (peer.host, peer.port or DEFAULT_SIP_PORT)

    def is_peer_uri(self, uri: SipUri) -> bool:
        """True for a Contact at the trunk's address: what a transfer to an outside party names."""
        return self.is_peer(Flow("udp", uri.host, uri.port or DEFAULT_SIP_PORT))

    def called(self, number: str) -> str:
        """The extension or hunt group behind an outside number of ours; empty where there is none."""
        return self._dids.get(national(number), "")

    def target(self, number: OutsideNumber, request: SipRequest, caller: str) -> Target | None:
        """The branch to an outside number, with what the trunk may see of ``caller``."""
        if self._peer is None:
            return None
        port = self._peer.port or DEFAULT_SIP_PORT
        flow = Flow("udp", self._peer.host, port)
        uri = str(SipUri(number.number, self._peer.host, port))
        headers = (("To", f"<{uri}>"), *self._identity(number.caller_id, request, caller))
        return Target(uri, flow, headers=headers)

    def _identity(self, caller_id: CallerId, request: SipRequest, caller: str) -> tuple[tuple[str, str], ...]:
        """The headers that say who calls; an empty value takes a header away."""
        if not caller:
            return ()  # a call from outside that is forwarded there again
        shown = self._shown_number(request, caller)
        is_withheld = caller_id is CallerId.WITHHOLD or (
            caller_id is CallerId.DEFAULT and is_private(request)
        )
        asserted = ("P-Asserted-Identity", f"<{SipUri(shown, self._realm)}>")
        no_wish = ("P-Preferred-Identity", "")
        tag = {"tag": request.from_.tag}
        if is_withheld:
            anonymous = NameAddr(ANONYMOUS_URI, WITHHELD_NAMES[Anonymity.WITHHELD], tag)
            return (("From", str(anonymous)), asserted, no_wish, ("Privacy", "id"))
        from_ = NameAddr(str(SipUri(shown, self._realm)), parameters=tag)
        return (("From", str(from_)), asserted, no_wish, ("Privacy", ""))

    def _shown_number(self, request: SipRequest, caller: str) -> str:
        """What the phone prefers, where it is a number of its own; else its usual one, or the extension."""
        own = self._pbx.outside_numbers.get(caller, ())
        preferred = _user_of(request.headers.get("P-Preferred-Identity"))
        if preferred and national(preferred) in {national(number) for number in own}:
            return national(preferred)
        return own[0] if own else caller


class OutsideLine:
    """The built-in outside line: an announcement, then one's own voice."""

    async def serve(self, call: InboundCall) -> None:
        """180, 200, announcement, echo."""
        stream = await call.open_audio((PCMU, PCMA))
        call.ring()
        call.answer()
        await asyncio.sleep(0)
        stream.play_once(announcement())
        await asyncio.sleep(ANNOUNCEMENT_S)
        stream.reflect()
        await call.wait_over()


def is_private(request: SipRequest) -> bool:
    """True where the caller asks that its identity be withheld (RFC 3323, RFC 3325 §9.3)."""
    values = request.headers.get_all("Privacy")
    kinds = {part.strip().lower() for value in values for part in value.split(";")}
    return bool(kinds & {"id", "user", "header"}) or request.from_.uri.startswith(ANONYMOUS_URI)


def asserted_user(request: SipRequest) -> str:
    """The user part of P-Asserted-Identity; empty where there is none to read."""
    return _user_of(request.headers.get("P-Asserted-Identity"))


def anonymous_request(request: SipRequest, anonymity: Anonymity) -> SipRequest:
    """The same call, come as 非通知, 公衆電話, 通知不可 or 表示圏外."""
    hidden = request.copy()
    name = NameAddr(ANONYMOUS_URI, WITHHELD_NAMES[anonymity], {"tag": request.from_.tag})
    hidden.headers.set("From", str(name))
    hidden.headers.set("Privacy", "id")
    hidden.headers.remove("P-Asserted-Identity")
    return hidden


def _user_of(value: str) -> str:
    try:
        return parse_sip_uri(parse_name_addr(value).uri).user if value else ""
    except (HeaderInvalid, UriInvalid):
        return ""
