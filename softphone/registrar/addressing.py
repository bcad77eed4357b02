"""Which addresses are ours, and over which flow an address is reached (RFC 3261 §16.6, RFC 3263 without DNS).

A phone behind TCP names a port nobody listens on, or one that is not the connection's: every Contact seen is
remembered with the flow it came over and used as long as that connection stands.
"""

from __future__ import annotations

import ipaddress
from collections import OrderedDict

from softphone.domain.uri import HostPort, SipUri, UriInvalid, parse_sip_uri
from softphone.sip.header import HeaderInvalid, Via, parse_name_addr, parse_parameters
from softphone.sip.message import SipRequest, SipResponse
from softphone.sip.transaction import DEFAULT_SIP_PORT, new_branch
from softphone.sip.transport import Flow, TransportLayer

_MAX_LEARNED = 2048


class Addressing:
    """Our own names and the way to everybody else."""

    def __init__(self, transport: TransportLayer, domains: tuple[str, ...]) -> None:
        self._transport = transport
        self._domains = frozenset(domain.lower() for domain in domains)
        self._learned: OrderedDict[tuple[str, int], Flow] = OrderedDict()

    def is_ours(self, uri: SipUri) -> bool:
        """True where the URI's host and port name this server."""
        host = uri.host.lower()
        if host in self._domains:
            return True
        return self._transport.is_our_host(host) and uri.port in (0, self._transport.port)

    def is_ours_via(self, via: Via) -> bool:
        """True for a Via this server wrote."""
        return self._transport.is_our_host(via.host.lower()) and via.port == self._transport.port

    def own_flow(self, flow: Flow) -> Flow:
        """The way to ourselves, as the far end of ``flow`` would come."""
        address = self.local_address(flow)
        return Flow("udp", address.host, address.port)

    def is_own_flow(self, flow: Flow) -> bool:
        """True for what we sent to ourselves."""
        return (
            flow.transport == "udp"
            and flow.port == self._transport.port
            and self._transport.is_our_host(flow.host)
        )

    def is_connected(self, flow: Flow) -> bool:
        """True for UDP, and for TCP while the connection stands."""
        return self._transport.is_connected(flow)

    def local_address(self, flow: Flow) -> HostPort:
        """Our address as the far end of ``flow`` sees it."""
        return HostPort(self._transport.local_host(flow.host), self._transport.port)

    def contact_uri(self, user: str, flow: Flow) -> str:
        """The Contact of a number of ours."""
        parameters = ";transport=tcp" if flow.transport == "tcp" else ""
        address = self.local_address(flow)
        return str(SipUri(user, address.host, address.port, parameters=parameters))

    def via(self, flow: Flow, loop_key: str = "") -> str:
        """A fresh Via for a request that leaves over ``flow``."""
        address = self.local_address(flow)
        return str(
            Via(flow.transport, address.host, address.port, {"branch": new_branch(loop_key), "rport": ""})
        )

    def record_routes(self, arriving: Flow, leaving: Flow) -> list[str]:
        """Our Record-Route, doubled where the transport changes (RFC 5658), the top one first."""
        sides = [leaving] if leaving.transport == arriving.transport else [leaving, arriving]
        routes = []
        for side in sides:
            parameters = ";transport=tcp;lr" if side.transport == "tcp" else ";lr"
            routes.append(f"<sip:{self.local_address(side)}{parameters}>")
        return routes

    def learn(self, message: SipRequest | SipResponse, flow: Flow) -> None:
        """Remember whose Contact lives behind ``flow``."""
        for value in message.headers.get_all("Contact"):
            try:
                uri = parse_sip_uri(parse_name_addr(value).uri)
            except (HeaderInvalid, UriInvalid):
                continue
            if flow.transport == "tcp" or _ip_host(uri.host) is None:
                key = (uri.host.lower(), uri.port)
                self._learned[key] = flow
                self._learned.move_to_end(key)
        while len(self._learned) > _MAX_LEARNED:
            self._learned.popitem(last=False)

    def knows(self, uri: SipUri) -> bool:
        """True where a Contact with this address was seen."""
        return (uri.host.lower(), uri.port) in self._learned

    def resolve(self, uri_text: str) -> Flow | None:
        """The flow to a URI, or None: unreadable, or a name nobody registered from."""
        try:
            uri = parse_sip_uri(uri_text)
        except UriInvalid:
            return None
        transport = parse_parameters(uri.parameters).get("transport", "udp").lower()
        learned = self._learned.get((uri.host.lower(), uri.port))
        if learned and learned.transport == transport and self._transport.is_connected(learned):
            return learned
        host = "127.0.0.1" if uri.host.lower() == "localhost" else _ip_host(uri.host)
        if host is None or transport not in ("udp", "tcp"):
            return None
        return Flow(transport, host, uri.port or DEFAULT_SIP_PORT)


def _ip_host(host: str) -> str | None:
    try:
        return str(ipaddress.ip_address(host))
    except ValueError:
        return None
