"""The far side of an engine under test: a registrar that takes everybody, and phones written by hand.

    with SipPeer() as peer:
        peer.accept_registration()
        dialog = peer.call()                 # an INVITE of theirs, answered by the engine
        dialog = peer.take_call()            # an INVITE of the engine, to be answered here

One UDP socket on 127.0.0.1. Nothing is answered by itself but retransmissions of what was taken already.
"""

from __future__ import annotations

import re
import secrets
import socket
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from tests.helpers.ports import LOOPBACK
from tests.helpers.raw_sip_agent import RawMessage, audio_offer

WAIT_S = 8.0
MEDIA_PORT = 40_000
SIPFRAG = "Content-Type: message/sipfrag;version=2.0"


@dataclass
class PeerDialog:
    """One dialog seen from the peer. ``ours`` and ``theirs`` are From/To values with tags."""

    peer: SipPeer
    call_id: str
    ours: str
    theirs: str
    invite: RawMessage
    cseq: int = 1
    answer: RawMessage = field(default_factory=lambda: RawMessage(""))

    @property
    def our_tag(self) -> str:
        return tag_of(self.ours)

    @property
    def their_tag(self) -> str:
        return tag_of(self.theirs)

    def request(self, method: str, *headers: str, body: str = "", cseq: int = 0) -> RawMessage:
        """Send a request inside the dialog."""
        if not cseq:
            self.cseq += 1
        return self.peer.request(
            method,
            *headers,
            body=body,
            call_id=self.call_id,
            from_=self.ours,
            to=self.theirs,
            cseq=cseq or self.cseq,
        )

    def cancel(self, *headers: str) -> RawMessage:
        """Take an INVITE of this peer back."""
        return self.peer.request(
            "CANCEL",
            *headers,
            call_id=self.call_id,
            from_=self.ours,
            to=self.invite.header("To"),
            cseq=1,
            branch=branch_of(self.invite),
        )

    def ack(self, *, cseq: int = 0, body: str = "") -> None:
        self.request("ACK", cseq=cseq or self.cseq, body=body)

    def notify(self, fragment: str, *, final: bool = False) -> RawMessage:
        """A NOTIFY of a REFER's progress; returns the engine's answer to it."""
        state = "terminated;reason=noresource" if final else "active;expires=60"
        sent = self.request(
            "NOTIFY",
            "Event: refer",
            f"Subscription-State: {state}",
            SIPFRAG,
            body=f"SIP/2.0 {fragment}\r\n",
        )
        return self.final(sent)

    def wait_request(self, method: str, timeout_s: float = WAIT_S) -> RawMessage:
        """The next request of this dialog."""
        return self.peer.wait(
            lambda m: is_request(m, method) and m.header("Call-ID") == self.call_id, method, timeout_s
        )

    def final(self, request: RawMessage, timeout_s: float = WAIT_S) -> RawMessage:
        return self.peer.final(request, timeout_s)

    def replaces(self) -> str:
        """A Replaces value by which somebody else takes the engine's place towards this peer."""
        return f"{self.call_id};to-tag={self.their_tag};from-tag={self.our_tag}"


class SipPeer:
    """A registrar and every phone behind it."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind((LOOPBACK, 0))
        self.port: int = self._socket.getsockname()[1]
        self.inbox: list[RawMessage] = []
        self.log: list[RawMessage] = []
        self.engine_uri = ""
        self._sources: dict[str, tuple[str, int]] = {}

    def close(self) -> None:
        self._socket.close()

    def __enter__(self) -> SipPeer:
        return self

    def __exit__(self, *exc_info: object) -> None:
        self.close()

    @property
    def contact(self) -> str:
        return f"Contact: <sip:peer@{LOOPBACK}:{self.port}>"

    def uri(self, user: str) -> str:
        return f"sip:{user}@{LOOPBACK}:{self.port}"

    def accept_registration(self) -> None:
        """Answer the engine's REGISTER with 200."""
        request = self.wait(lambda m: is_request(m, "REGISTER"), "REGISTER")
        match = re.search(r"<([^>]+)>", request.header("Contact"))
        assert match is not None
        self.engine_uri = match.group(1)
        self.reply(request, 200, f"Contact: <{self.engine_uri}>;expires=300")

    # -- calls of theirs ---------------------------------------------------------------------------

    def invite(
        self, *headers: str, body: str | None = None, from_: str = "<sip:peer@127.0.0.1>", call_id: str = ""
    ) -> PeerDialog:
        """Send an INVITE to the engine; with an audio offer unless ``body`` says otherwise."""
        call_id = call_id or secrets.token_hex(8)
        ours = f"{from_};tag={secrets.token_hex(4)}"
        offer = audio_offer(MEDIA_PORT) if body is None else body
        sent = self.request(
            "INVITE",
            *headers,
            body=offer,
            call_id=call_id,
            from_=ours,
            to=f"<sip:1001@{LOOPBACK}>",
            cseq=1,
        )
        return PeerDialog(self, call_id, ours, f"<sip:1001@{LOOPBACK}>", sent)

    def wait_answer(self, dialog: PeerDialog, status_code: int, *, ack: bool = True) -> RawMessage:
        """The engine's answer of this status to the dialog's INVITE; acknowledged where it is final."""
        answer = self.wait(
            lambda m: (
                m.status_code == status_code
                and m.header("Call-ID") == dialog.call_id
                and m.header("CSeq") == dialog.invite.header("CSeq")
            ),
            f"{status_code} to INVITE",
        )
        dialog.theirs, dialog.answer = answer.header("To"), answer
        if ack and status_code >= 300:
            self.request(
                "ACK",
                call_id=dialog.call_id,
                from_=dialog.ours,
                to=dialog.theirs,
                cseq=1,
                branch=branch_of(dialog.invite),
            )
        elif ack and status_code >= 200:
            dialog.ack(cseq=1)
        return answer

    # -- calls of the engine -----------------------------------------------------------------------

    def wait_invite(self, user: str = "", timeout_s: float = WAIT_S) -> RawMessage:
        """The next INVITE that begins a dialog, to ``user`` where given."""
        return self.wait(
            lambda m: (
                is_request(m, "INVITE")
                and "tag=" not in m.header("To")
                and m.text.startswith(f"INVITE sip:{user}")
            ),
            f"INVITE {user}",
            timeout_s,
        )

    def take_call(self, invite: RawMessage | None = None, *, body: str | None = None) -> PeerDialog:
        """Answer an INVITE of the engine with 200 and take its ACK."""
        request = invite or self.wait_invite()
        dialog = self.dialog_of(request)
        answer = audio_offer(MEDIA_PORT, "0 101") if body is None else body
        self.reply(request, 200, body=answer, to=dialog.ours)
        self.wait(
            lambda m: is_request(m, "ACK") and m.header("Call-ID") == dialog.call_id,
            "ACK",
        )
        return dialog

    @staticmethod
    def new_tag(request: RawMessage) -> str:
        """The request's To with a tag of its own."""
        return f"{request.header('To')};tag={secrets.token_hex(4)}"

    def dialog_of(self, request: RawMessage) -> PeerDialog:
        """The dialog this peer would make of an INVITE of the engine."""
        return PeerDialog(
            self, request.header("Call-ID"), self.new_tag(request), request.header("From"), request
        )

    # -- messages ----------------------------------------------------------------------------------

    def request(
        self,
        method: str,
        *headers: str,
        body: str = "",
        call_id: str = "",
        from_: str = "<sip:stranger@127.0.0.1>;tag=s",
        to: str = "",
        cseq: int = 1,
        branch: str = "",
    ) -> RawMessage:
        """Send a request to the engine; every part can be set."""
        lines = [
            f"{method} {self.engine_uri} SIP/2.0",
            f"Via: SIP/2.0/UDP {LOOPBACK}:{self.port};rport;branch={branch or new_branch()}",
            "Max-Forwards: 70",
            f"From: {from_}",
            f"To: {to or f'<sip:1001@{LOOPBACK}>'}",
            f"Call-ID: {call_id or secrets.token_hex(8)}",
            f"CSeq: {cseq} {method}",
            self.contact,
        ]
        return self._send(self._engine_address(), lines, headers, body)

    def reply(
        self,
        request: RawMessage,
        status_code: int,
        *headers: str,
        body: str = "",
        to: str = "",
        contact: bool = True,
    ) -> RawMessage:
        """Answer a request of the engine."""
        lines = [f"SIP/2.0 {status_code} Answer"]
        lines += [f"Via: {value}" for value in request.headers("Via")]
        lines += [f"{name}: {request.header(name)}" for name in ("From", "Call-ID", "CSeq")]
        lines.append(f"To: {to or request.header('To')}")
        if contact and request.method == "INVITE" and not any(h.startswith("Contact:") for h in headers):
            lines.append(self.contact)
        return self._send(self._sources[request.text], lines, headers, body)

    def send_again(self, request: RawMessage) -> None:
        """Send a request of this peer once more, as it was."""
        self._socket.sendto(request.text.encode(), self._engine_address())

    def final(self, request: RawMessage, timeout_s: float = WAIT_S) -> RawMessage:
        """The final answer to a request of this peer."""
        key = (request.header("Call-ID"), request.header("CSeq"))
        return self.wait(
            lambda m: m.status_code >= 200 and (m.header("Call-ID"), m.header("CSeq")) == key,
            f"answer to {key[1]}",
            timeout_s,
        )

    def wait(self, wanted: Callable[[RawMessage], bool], what: str, timeout_s: float = WAIT_S) -> RawMessage:
        """The oldest message not taken yet that is wanted."""
        deadline = time.monotonic() + timeout_s
        while True:
            for message in self.inbox:
                if wanted(message):
                    self.inbox.remove(message)
                    return message
            left_s = deadline - time.monotonic()
            came = [message.text.splitlines()[0] for message in self.inbox]
            assert left_s > 0, f"no {what}; came: {came}"
            self._read(left_s)

    def is_silent(self, wanted: Callable[[RawMessage], bool], for_s: float) -> bool:
        """Nothing that is wanted comes within ``for_s``."""
        deadline = time.monotonic() + for_s
        while (left_s := deadline - time.monotonic()) > 0:
            self._read(left_s)
        return not any(wanted(message) for message in self.inbox)

    def _send(
        self, where: tuple[str, int], lines: list[str], headers: tuple[str, ...], body: str
    ) -> RawMessage:
        lines = [*lines, *headers]
        if body and not any(line.startswith("Content-Type:") for line in lines):
            lines.append("Content-Type: application/sdp")
        lines.append(f"Content-Length: {len(body.encode())}")
        text = "\r\n".join(lines) + "\r\n\r\n" + body
        self._socket.sendto(text.encode(), where)
        return RawMessage(text)

    def _engine_address(self) -> tuple[str, int]:
        port = re.search(rf"{re.escape(LOOPBACK)}:([0-9]+)", self.engine_uri)
        assert port is not None, self.engine_uri
        return LOOPBACK, int(port.group(1))

    def _read(self, timeout_s: float) -> None:
        self._socket.settimeout(max(timeout_s, 0.001))
        try:
            data, source = self._socket.recvfrom(65_536)
        except TimeoutError:
            return
        message = RawMessage(data.decode("utf-8", "replace"))
        if not data.strip():
            return  # a keep-alive
        if message.status_code == 0 and any(message.text == seen.text for seen in self.log):
            return  # a retransmission
        self.log.append(message)
        self._sources[message.text] = source
        self.inbox.append(message)


def is_request(message: RawMessage, method: str) -> bool:
    return message.text.startswith(f"{method} ")


def tag_of(value: str) -> str:
    match = re.search(r";tag=([^;\s>]+)", value)
    return match.group(1) if match else ""


def branch_of(request: RawMessage) -> str:
    match = re.search(r"branch=([^;\r]+)", request.header("Via"))
    assert match is not None
    return match.group(1)


def new_branch() -> str:
    return f"z9hG4bK{secrets.token_hex(8)}"
