"""A scripted SIP agent for tests: sends what it is told, byte for byte, and shows what came.

    agent = RawSipAgent("201", registrar.port)
    agent.register("pw")
    invite = agent.invite("9196")
    agent.wait_response(200)

Speaks UDP or TCP on 127.0.0.1. Uses none of the registrar's own parsing, so that a shared mistake shows.
"""

from __future__ import annotations

import hashlib
import re
import secrets
import socket
import time
from dataclasses import dataclass

RECEIVE_TIMEOUT_S = 3.0


@dataclass(frozen=True)
class RawMessage:
    """One message as text. ``status_code`` 0 for a request, ``method`` of the CSeq."""

    text: str

    @property
    def status_code(self) -> int:
        match = re.match(r"SIP/2\.0 ([0-9]{3})", self.text)
        return int(match.group(1)) if match else 0

    @property
    def method(self) -> str:
        return self.header("CSeq").split()[-1]

    @property
    def body(self) -> str:
        return self.text.partition("\r\n\r\n")[2]

    def header(self, name: str) -> str:
        values = self.headers(name)
        return values[0] if values else ""

    def headers(self, name: str) -> list[str]:
        head = self.text.partition("\r\n\r\n")[0]
        return re.findall(rf"^{re.escape(name)}:[ \t]*(.*?)\r?$", head, re.MULTILINE | re.IGNORECASE)


class RawSipAgent:
    """One user's phone, or a stranger's."""

    def __init__(self, user: str, server_port: int, *, transport: str = "udp", password: str = "") -> None:
        self.user = user
        self.password = password or f"pw{user}"
        self.transport = transport
        self.server_port = server_port
        self._socket = self._open()
        self.port = self._socket.getsockname()[1]
        self.tag = secrets.token_hex(4)
        self.cseq = 0
        self.inbox: list[RawMessage] = []
        self.taken: set[tuple[str, str]] = set()
        self._stream = b""
        self._nonce_count = 0

    @property
    def contact(self) -> str:
        suffix = ";transport=tcp" if self.transport == "tcp" else ""
        return f"<sip:{self.user}@127.0.0.1:{self.port}{suffix}>"

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> RawSipAgent:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    def send_bytes(self, data: bytes) -> None:
        if self.transport == "tcp":
            self._socket.sendall(data)
        else:
            self._socket.sendto(data, ("127.0.0.1", self.server_port))

    def uri(self, user: str = "") -> str:
        return f"sip:{user}@127.0.0.1:{self.server_port}" if user else f"sip:127.0.0.1:{self.server_port}"

    def request(
        self,
        method: str,
        uri: str,
        *,
        headers: tuple[str, ...] = (),
        body: str = "",
        call_id: str = "",
        cseq: int = 0,
        to: str = "",
        from_: str = "",
        branch: str = "",
        max_forwards: int = 70,
    ) -> str:
        """Build a request; every part can be set."""
        if not cseq:
            self.cseq += 1
            cseq = self.cseq
        lines = [
            f"{method} {uri} SIP/2.0",
            f"Via: SIP/2.0/{self.transport.upper()} 127.0.0.1:{self.port}"
            f";branch={branch or 'z9hG4bK' + secrets.token_hex(6)};rport",
            f"From: {from_ or f'<{self.uri(self.user)}>;tag={self.tag}'}",
            f"To: {to or f'<{uri}>'}",
            f"Call-ID: {call_id or secrets.token_hex(8)}",
            f"CSeq: {cseq} {method}",
            f"Max-Forwards: {max_forwards}",
            *headers,
        ]
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body.encode())}")
        return "\r\n".join(lines) + "\r\n\r\n" + body

    def send(self, text: str) -> RawMessage:
        self.send_bytes(text.encode())
        return RawMessage(text)

    def exchange(self, text: str) -> RawMessage:
        """Send a request, answer one challenge, and return the final response."""
        sent = self.send(text)
        response = self.wait_final(sent)
        if response.status_code in (401, 407):
            response = self.wait_final(self.send(self.authorized(sent, response)))
        return response

    def authorized(self, request: RawMessage, challenge: RawMessage) -> str:
        """The request again, with credentials, a new branch and the next CSeq."""
        if request.method == "INVITE":
            self.send(self.ack_of(request, challenge, same_branch=True))
        proxy = challenge.status_code == 407
        value = challenge.header("Proxy-Authenticate" if proxy else "WWW-Authenticate")
        line = f"{'Proxy-' if proxy else ''}Authorization: {self.credentials(request, value)}"
        self.cseq += 1
        text = re.sub(r"^CSeq: [0-9]+", f"CSeq: {self.cseq}", request.text, flags=re.MULTILINE)
        text = re.sub(r"branch=[^;]+", f"branch=z9hG4bK{secrets.token_hex(6)}", text, count=1)
        text = re.sub(r"^(Proxy-)?Authorization:.*\r\n", "", text, flags=re.MULTILINE)
        return text.replace("\r\nMax-Forwards:", f"\r\n{line}\r\nMax-Forwards:", 1)

    def credentials(self, request: RawMessage, challenge: str) -> str:
        fields = dict(re.findall(r'(\w+)="?([^",]+)"?', challenge))
        name = fields.get("algorithm", "MD5")
        method, uri = request.text.split(" ")[:2]
        self._nonce_count += 1
        nc, cnonce = f"{self._nonce_count:08x}", secrets.token_hex(4)

        def hashed(text: str) -> str:
            return hashlib.new({"MD5": "md5", "SHA-256": "sha256"}[name], text.encode()).hexdigest()

        ha1 = hashed(f"{self.user}:{fields['realm']}:{self.password}")
        ha2 = hashed(f"{method}:{uri}")
        response = hashed(f"{ha1}:{fields['nonce']}:{nc}:{cnonce}:auth:{ha2}")
        return (
            f'Digest username="{self.user}", realm="{fields["realm"]}", uri="{uri}", '
            f'nonce="{fields["nonce"]}", '
            f'response="{response}", algorithm={name}, qop=auth, nc={nc}, cnonce="{cnonce}"'
        )

    def register(
        self, expires_s: int = 300, *, contact: str = "", headers: tuple[str, ...] = (), call_id: str = ""
    ) -> RawMessage:
        """REGISTER with digest; returns the final response."""
        lines = (f"Contact: {contact or self.contact}", f"Expires: {expires_s}", *headers)
        to = f"<{self.uri(self.user)}>"
        return self.exchange(self.request("REGISTER", self.uri(), headers=lines, to=to, call_id=call_id))

    def invite(self, number: str, *, body: str = "", headers: tuple[str, ...] = ()) -> RawMessage:
        """Send an INVITE with credentials. Returns it as sent last; its responses wait in the inbox."""
        lines = (f"Contact: {self.contact}", *headers)
        first = self.send(self.request("INVITE", self.uri(number), headers=lines, body=body))
        challenge = self.wait_final(first)
        assert challenge.status_code == 407, challenge.text
        return self.send(self.authorized(first, challenge))

    def ack_of(
        self, invite: RawMessage, response: RawMessage, *, same_branch: bool = False, body: str = ""
    ) -> str:
        match = re.search(r"branch=([^;\r]+)", invite.header("Via"))
        branch = match.group(1) if match and same_branch else ""
        return self._in_dialog("ACK", invite, response, branch, body=body)

    def in_dialog(
        self,
        method: str,
        invite: RawMessage,
        response: RawMessage,
        *,
        body: str = "",
        headers: tuple[str, ...] = (),
    ) -> RawMessage:
        """Send a request inside the dialog that ``invite`` and its 2xx made."""
        self.cseq += 1
        lines = (f"Contact: {self.contact}", *headers)
        return self.send(self._in_dialog(method, invite, response, "", self.cseq, lines, body))

    def from_callee(
        self, method: str, invite: RawMessage, *, headers: tuple[str, ...] = (), body: str = ""
    ) -> RawMessage:
        """Send a request inside the dialog that this agent's 2xx to ``invite`` made."""
        routes = tuple(f"Route: {value}" for value in invite.headers("Record-Route"))
        contact = re.search(r"<([^>]+)>", invite.header("Contact"))
        assert contact, invite.text
        self.cseq += 1
        text = self.request(
            method,
            contact.group(1),
            headers=(*routes, f"Contact: {self.contact}", *headers),
            body=body,
            call_id=invite.header("Call-ID"),
            cseq=self.cseq,
            to=invite.header("From"),
            from_=f"{invite.header('To')};tag={self.tag}",
        )
        return self.send(text)

    def _in_dialog(
        self,
        method: str,
        invite: RawMessage,
        response: RawMessage,
        branch: str,
        cseq: int = 0,
        headers: tuple[str, ...] = (),
        body: str = "",
    ) -> str:
        routes = tuple(f"Route: {value}" for value in reversed(response.headers("Record-Route")))
        contact = re.search(r"<([^>]+)>", response.header("Contact"))
        uri = contact.group(1) if contact and not branch else invite.text.split(" ")[1]
        return self.request(
            method,
            uri,
            headers=(*routes, *headers),
            body=body,
            call_id=invite.header("Call-ID"),
            cseq=cseq or int(invite.header("CSeq").split()[0]),
            to=response.header("To"),
            from_=invite.header("From"),
            branch=branch,
        )

    def cancel(self, invite: RawMessage) -> RawMessage:
        branch = re.search(r"branch=([^;\r]+)", invite.header("Via"))
        assert branch
        return self.send(
            self.request(
                "CANCEL",
                invite.text.split(" ")[1],
                call_id=invite.header("Call-ID"),
                cseq=int(invite.header("CSeq").split()[0]),
                to=invite.header("To"),
                from_=invite.header("From"),
                branch=branch.group(1),
            )
        )

    def reply(
        self,
        request: RawMessage,
        status_code: int,
        reason: str = "",
        *,
        body: str = "",
        headers: tuple[str, ...] = (),
        contact: str = "",
    ) -> None:
        """Answer a request that came in, with this agent's tag and Contact, or another."""
        lines = [f"SIP/2.0 {status_code} {reason or 'Answer'}"]
        for name in ("Via", "Record-Route", "From", "To", "Call-ID", "CSeq"):
            for value in request.headers(name):
                tagged = value if name != "To" or "tag=" in value else f"{value};tag={self.tag}"
                lines.append(f"{name}: {tagged}")
        lines += [f"Contact: {contact or self.contact}", *headers]
        if body:
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body.encode())}")
        self.send("\r\n".join(lines) + "\r\n\r\n" + body)

    def wait_request(
        self, method: str, timeout_s: float = RECEIVE_TIMEOUT_S, *, after: RawMessage | None = None
    ) -> RawMessage:
        """The next request; with ``after`` no retransmission of that one."""

        def wanted(m: RawMessage) -> bool:
            again = after is not None and all(
                m.header(name) == after.header(name) for name in ("Call-ID", "CSeq")
            )
            return m.status_code == 0 and m.text.startswith(f"{method} ") and not again

        return self._wait(wanted, method, timeout_s)

    def wait_response(self, status_code: int, timeout_s: float = RECEIVE_TIMEOUT_S) -> RawMessage:
        return self._wait(lambda m: m.status_code == status_code, str(status_code), timeout_s)

    def wait_final(self, request: RawMessage, timeout_s: float = RECEIVE_TIMEOUT_S) -> RawMessage:
        """The final response to this very request."""
        key = (request.header("Call-ID"), request.header("CSeq"))
        return self._wait(
            lambda m: m.status_code >= 200 and (m.header("Call-ID"), m.header("CSeq")) == key,
            key[1],
            timeout_s,
        )

    def receive_bytes(self, timeout_s: float) -> bytes:
        """The next bytes as they come; empty where none do, or the connection was closed."""
        self._socket.settimeout(max(timeout_s, 0.001))
        try:
            return self._socket.recv(65536)
        except (TimeoutError, ConnectionError):
            return b""

    def _wait(self, wanted, what: str, timeout_s: float) -> RawMessage:  # type: ignore[no-untyped-def]
        deadline = time.monotonic() + timeout_s
        while True:
            for message in self.inbox:
                if wanted(message):
                    self.inbox.remove(message)
                    return message
            left_s = deadline - time.monotonic()
            assert left_s > 0, f"{self.user}: no {what}; came: {[m.text.splitlines()[0] for m in self.inbox]}"
            self._read(left_s)

    def _read(self, timeout_s: float) -> None:
        data = self.receive_bytes(timeout_s)
        if self.transport == "udp":
            if data:
                self.inbox.append(RawMessage(data.decode("utf-8", "replace")))
            return
        self._stream += data
        while b"\r\n\r\n" in self._stream:
            head = self._stream.partition(b"\r\n\r\n")[0]
            length = re.search(rb"^Content-Length:\s*([0-9]+)", head, re.MULTILINE | re.IGNORECASE)
            end = len(head) + 4 + (int(length.group(1)) if length else 0)
            if len(self._stream) < end:
                return
            self.inbox.append(RawMessage(self._stream[:end].decode("utf-8", "replace")))
            self._stream = self._stream[end:]

    def _open(self) -> socket.socket:
        if self.transport == "tcp":
            return socket.create_connection(("127.0.0.1", self.server_port), timeout=RECEIVE_TIMEOUT_S)
        agent_socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        agent_socket.bind(("127.0.0.1", 0))
        return agent_socket


def audio_offer(port: int, formats: str = "9 0 8 101", direction: str = "sendrecv", version: int = 1) -> str:
    """An SDP offer of one audio stream on 127.0.0.1."""
    lines = [
        "v=0",
        f"o=- 1 {version} IN IP4 127.0.0.1",
        "s=-",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        f"m=audio {port} RTP/AVP {formats}",
        "a=rtpmap:101 telephone-event/8000",
        "a=fmtp:101 0-15",
        f"a={direction}",
    ]
    return "\r\n".join(lines) + "\r\n"
