"""A dialog seen from the side that began it: who, where to, and what comes in order (RFC 3261 §12).

Builds requests without their Via: that belongs to the hop they leave by.
"""

from __future__ import annotations

import contextlib
import secrets

from softphone.sip.header import CSeq, HeaderInvalid, NameAddr, parse_name_addr
from softphone.sip.message import Headers, SipRequest, SipResponse, new_tag

MAX_FORWARDS = "70"


class ClientDialog:
    """One dialog. Before the far side has a tag, ``request`` builds the requests that begin it."""

    def __init__(self, local: NameAddr, remote_uri: str) -> None:
        self.call_id = secrets.token_hex(16)
        self.local_tag = new_tag()
        self.remote_tag = ""
        self._local = local
        self._remote_uri = remote_uri
        self._target = remote_uri
        self._routes: list[str] = []
        self._sequence = 0
        self._remote_sequence = -1

    @property
    def is_established(self) -> bool:
        """The far side has a tag."""
        return bool(self.remote_tag)

    def request(self, method: str, *, contact: str, headers: tuple[tuple[str, str], ...] = ()) -> SipRequest:
        """The next request of this dialog, its CSeq counted."""
        self._sequence += 1
        local = NameAddr(self._local.uri, self._local.display_name, {"tag": self.local_tag})
        remote = NameAddr(self._remote_uri, "", {"tag": self.remote_tag} if self.remote_tag else {})
        lines = [
            ("Max-Forwards", MAX_FORWARDS),
            *(("Route", route) for route in self._routes),
            ("From", str(local)),
            ("To", str(remote)),
            ("Call-ID", self.call_id),
            ("CSeq", str(CSeq(self._sequence, method))),
            ("Contact", f"<{contact}>"),
            *headers,
        ]
        return SipRequest(method, self._target, Headers(lines))

    def take_response(self, response: SipResponse) -> None:
        """A 2xx came: it makes the dialog, or names another target for it."""
        if not self.is_established:
            self.remote_tag = response.to.tag
            self._routes = list(reversed(response.headers.get_all("Record-Route")))
        self._take_target(response.headers)

    def accepts(self, request: SipRequest) -> bool:
        """``request`` belongs here; where no far side is known yet, any may be it (RFC 6665 §4.1.2.4)."""
        if request.call_id != self.call_id or request.to.tag != self.local_tag:
            return False
        tag = request.from_.tag
        return bool(tag) and (not self.is_established or tag == self.remote_tag)

    def take_request(self, request: SipRequest) -> bool:
        """Take a request that ``accepts`` said yes to. False: it is out of order (RFC 3261 §12.2.2)."""
        number = request.cseq.number
        if number <= self._remote_sequence:
            return False
        self._remote_sequence = number
        if not self.is_established:
            self.remote_tag = request.from_.tag
            self._routes = request.headers.get_all("Record-Route")
        self._take_target(request.headers)
        return True

    def _take_target(self, headers: Headers) -> None:
        with contextlib.suppress(HeaderInvalid):  # without a Contact the old target stays
            self._target = parse_name_addr(headers.get("Contact")).uri
