"""One dialog: who, where to, by which route, and what comes in order (RFC 3261 §12).

    we begin it    ─▸ ClientDialog ─▸ request("SUBSCRIBE") … take_response
    they begin it  ─▸ ServerDialog(request) ─▸ request("BYE")

Builds requests without their Via: that belongs to the hop they leave by.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable

from softphone.sip.header import CSeq, HeaderInvalid, NameAddr, parse_name_addr
from softphone.sip.message import Headers, SipRequest, SipResponse, new_tag

MAX_FORWARDS = "70"


class Dialog:
    """What both sides keep of it. ``remote`` has a tag where the far side has one."""

    def __init__(self, sip_call_id: str, local: NameAddr, remote: NameAddr, remote_target: str) -> None:
        self.sip_call_id = sip_call_id
        self.local_tag = new_tag()
        self.remote_tag = remote.tag
        self.remote_target = remote_target
        self.route_set: list[str] = []
        self._local = NameAddr(local.uri, local.display_name, {"tag": self.local_tag})
        self._remote = remote
        self._sequence = 0
        self._remote_sequence = -1

    def request(
        self, method: str, *, contact: str = "", headers: Iterable[tuple[str, str]] = (), body: bytes = b""
    ) -> SipRequest:
        """The next request of this dialog, its CSeq counted."""
        self._sequence += 1
        tag = {"tag": self.remote_tag} if self.remote_tag else {}
        remote = NameAddr(self._remote.uri, self._remote.display_name, tag)
        lines = [
            ("Max-Forwards", MAX_FORWARDS),
            *(("Route", route) for route in self.route_set),
            ("From", str(self._local)),
            ("To", str(remote)),
            ("Call-ID", self.sip_call_id),
            ("CSeq", str(CSeq(self._sequence, method))),
            *([("Contact", f"<{contact}>")] if contact else []),
            *headers,
        ]
        return SipRequest(method, self.remote_target, Headers(lines), body)

    def is_in_order(self, request: SipRequest) -> bool:
        """False where ``request`` is older than what came already (RFC 3261 §12.2.2)."""
        if request.cseq.number <= self._remote_sequence:
            return False
        self._remote_sequence = request.cseq.number
        return True

    def refresh_target(self, message: SipRequest | SipResponse) -> None:
        """The far side may have moved; without a Contact it stays where it was."""
        self.remote_target = contact_of(message) or self.remote_target


class ClientDialog(Dialog):
    """Begun by us. Before the far side has a tag, ``request`` builds the requests that begin it."""

    def __init__(self, local: NameAddr, remote_uri: str) -> None:
        super().__init__(secrets.token_hex(16), local, NameAddr(remote_uri), remote_uri)

    @property
    def is_established(self) -> bool:
        """The far side has a tag."""
        return bool(self.remote_tag)

    def take_response(self, response: SipResponse) -> None:
        """A 2xx came: it makes the dialog, or names another target for it."""
        if not self.is_established:
            self.remote_tag = response.to.tag
            self.route_set = list(reversed(response.headers.get_all("Record-Route")))
        self.refresh_target(response)

    def accepts(self, request: SipRequest) -> bool:
        """``request`` belongs here; where no far side is known yet, any may be it (RFC 6665 §4.1.2.4)."""
        if request.call_id != self.sip_call_id or request.to.tag != self.local_tag:
            return False
        tag = request.from_.tag
        return bool(tag) and (not self.is_established or tag == self.remote_tag)

    def take_request(self, request: SipRequest) -> bool:
        """Take a request that ``accepts`` said yes to. False: it is out of order."""
        if not self.is_in_order(request):
            return False
        if not self.is_established:
            self.remote_tag = request.from_.tag
            self.route_set = request.headers.get_all("Record-Route")
        self.refresh_target(request)
        return True


class ServerDialog(Dialog):
    """Begun by the far side with ``request``."""

    def __init__(self, request: SipRequest) -> None:
        remote = request.from_
        super().__init__(request.call_id, request.to, remote, contact_of(request) or remote.uri)
        self.route_set = request.headers.get_all("Record-Route")
        self._remote_sequence = request.cseq.number


def contact_of(message: SipRequest | SipResponse) -> str:
    """The URI of a message's Contact; "" where there is none to read."""
    try:
        return parse_name_addr(message.headers.get("Contact")).uri
    except HeaderInvalid:
        return ""
