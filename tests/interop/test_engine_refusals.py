"""What must not end the engine, and what must end in a clear answer: a raw peer over UDP."""

from __future__ import annotations

import re
import secrets
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from softphone.domain.commands import Answer, Hangup, MakeCall, Ping, SetHold
from softphone.domain.errors import FailureCause
from softphone.domain.events import CallCreated, CallStateChanged, CommandFailed, MediaChanged, Pong
from softphone.domain.media import MediaDirection
from tests.helpers.engine_driver import EngineDriver

PLAIN = "RTP/AVP"
DTLS = "UDP/TLS/RTP/SAVPF"
FINGERPRINT = "a=fingerprint:sha-256 " + ":".join(["AA"] * 32) + "\r\na=setup:actpass\r\n"


class RawPeer:
    """A registrar that takes everybody, and a caller; every message is written by hand."""

    def __init__(self) -> None:
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        self._socket.bind(("127.0.0.1", 0))
        self._socket.settimeout(5.0)
        self.port = self._socket.getsockname()[1]
        self.contact_uri = ""
        self._address = ("", 0)

    def close(self) -> None:
        self._socket.close()

    def accept_registration(self) -> None:
        request = self.receive(r"^REGISTER ")
        match = re.search(r"Contact: <([^>]+)>", request)
        assert match is not None
        self.contact_uri = match.group(1)
        self.reply(request, 200, f"Contact: <{self.contact_uri}>;expires=300\r\n")

    def receive(self, pattern: str) -> str:
        """The next message that matches."""
        while True:
            data, self._address = self._socket.recvfrom(65_536)
            message = data.decode()
            if re.search(pattern, message, re.S | re.M):
                return message

    def reply(self, request: str, status_code: int, headers: str = "") -> None:
        kept = re.findall(r"^((?:Via|From|To|Call-ID|CSeq):.*)\r$", request, re.M)
        head = "\r\n".join([f"SIP/2.0 {status_code} Reply", *kept])
        self._socket.sendto(f"{head}\r\n{headers}Content-Length: 0\r\n\r\n".encode(), self._address)

    def send(self, method: str, call_id: str, cseq: int, *, to_tag: str = "", profile: str = "") -> None:
        """A request of the dialog ``call_id``; with ``profile`` it carries an offer."""
        body = ""
        if profile:
            body = (
                f"v=0\r\no=- 1 {cseq} IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
                f"m=audio 40000 {profile} 0\r\na=rtpmap:0 PCMU/8000\r\n"
                + (FINGERPRINT if profile == DTLS else "")
            )
        branch = (
            f"z9hG4bK{call_id}{cseq}" if method in ("INVITE", "ACK") else f"z9hG4bK{secrets.token_hex(8)}"
        )
        lines = (
            f"{method} {self.contact_uri} SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{self.port};rport;branch={branch}",
            "Max-Forwards: 70",
            f"From: <sip:raw@127.0.0.1>;tag={call_id[:8]}",
            f"To: <sip:1001@127.0.0.1>{to_tag}",
            f"Call-ID: {call_id}",
            f"CSeq: {cseq} {method}",
            f"Contact: <sip:raw@127.0.0.1:{self.port}>",
            *(("Content-Type: application/sdp",) if body else ()),
            f"Content-Length: {len(body)}",
        )
        self._socket.sendto(("\r\n".join(lines) + "\r\n\r\n" + body).encode(), self._address)

    def invite(self, profile: str = PLAIN) -> tuple[str, int, str]:
        """Call; returns the Call-ID, the first answer beyond 100 and its To tag; acknowledges a refusal."""
        call_id = secrets.token_hex(10)
        self.send("INVITE", call_id, 1, profile=profile)
        answer = self.receive(rf"^SIP/2\.0 (?!100).*{call_id}")
        tag = to_tag(answer)
        status_code = int(answer[8:11])
        if status_code >= 300:
            self.send("ACK", call_id, 1, to_tag=tag)
        return call_id, status_code, tag


def to_tag(message: str) -> str:
    match = re.search(r"^To: .*?(;tag=[^\s;]+)", message, re.M)
    assert match is not None
    return match.group(1)


@pytest.fixture
def peer() -> Iterator[RawPeer]:
    raw = RawPeer()
    yield raw
    raw.close()


@pytest.fixture
def engine(tmp_path: Path, peer: RawPeer) -> Iterator[EngineDriver]:
    with EngineDriver(tmp_path, "engine") as driver:
        driver.configure()
        driver.set_account("1001", peer.port, "secret")
        peer.accept_registration()
        driver.registration("registered")
        yield driver


def talk(engine: EngineDriver, peer: RawPeer) -> tuple[str, str, str]:
    """A confirmed call: our key, the Call-ID, the To tag."""
    call_id, status_code, _ = peer.invite()
    assert status_code == 180
    key = engine.wait(CallCreated).key
    engine.send(Answer(key=key))
    tag = to_tag(peer.receive(rf"^SIP/2\.0 200.*{call_id}"))
    peer.send("ACK", call_id, 1, to_tag=tag)
    engine.wait(CallStateChanged, lambda event: event.state.value == "confirmed")
    engine.wait(MediaChanged)
    return key, call_id, tag


def is_well(engine: EngineDriver) -> bool:
    mark = engine.send(Ping(sequence=1))
    return engine.wait(Pong, since=mark).sequence == 1


def test_dtls_is_refused_and_survived(engine: EngineDriver, peer: RawPeer) -> None:
    for _ in range(5):
        assert peer.invite(DTLS)[1] == 488
    _, call_id, tag = talk(engine, peer)
    peer.send("INVITE", call_id, 2, to_tag=tag, profile=DTLS)
    refusal = peer.receive(rf"^SIP/2\.0 [2-6].*{call_id}.*CSeq: 2 INVITE|^SIP/2\.0 [2-6].*CSeq: 2 INVITE")
    peer.send("ACK", call_id, 2, to_tag=tag)
    assert refusal[8:11] == "488"
    assert is_well(engine)


def test_the_next_caller_hears_busy(engine: EngineDriver, peer: RawPeer) -> None:
    talk(engine, peer)
    assert peer.invite()[1] == 486
    assert sum(isinstance(event, CallCreated) for event in engine.events) == 1


def test_a_flood_is_refused_and_survived(engine: EngineDriver, peer: RawPeer) -> None:
    codes = {peer.invite()[1] for _ in range(150)}
    assert codes == {180, 486}
    assert is_well(engine)


def test_a_hold_that_is_refused_changes_nothing(engine: EngineDriver, peer: RawPeer) -> None:
    key, _, _ = talk(engine, peer)
    mark = engine.send(SetHold(key=key, held=True))
    peer.reply(peer.receive(r"^INVITE .*a=sendonly"), 488)
    failed = engine.wait(CommandFailed, since=mark)
    assert (failed.command, failed.key) == ("SetHold", key)
    changes = [event for event in engine.events if isinstance(event, MediaChanged)]
    assert all(change.local_media is MediaDirection.SENDRECV for change in changes)


def test_a_server_that_says_nothing_is_told_within_seconds(engine: EngineDriver, peer: RawPeer) -> None:
    engine.send(MakeCall(key="out", account_key="main", uri=f"sip:55@127.0.0.1:{peer.port}"))
    peer.receive(r"^INVITE ")
    ended = engine.wait(CallStateChanged, lambda event: event.state.value == "terminated")
    assert ended.cause is FailureCause.SERVER_TIMEOUT


def test_hanging_up_on_a_silent_server_is_told_at_once(engine: EngineDriver, peer: RawPeer) -> None:
    engine.send(MakeCall(key="out", account_key="main", uri=f"sip:55@127.0.0.1:{peer.port}"))
    peer.receive(r"^INVITE ")
    engine.send(Hangup(key="out"))
    ended = engine.wait(CallStateChanged, lambda event: event.state.value == "terminated", timeout_s=1.5)
    assert ended.cause is FailureCause.NONE


def test_an_invite_too_long_for_one_datagram_still_goes_by_udp(engine: EngineDriver, peer: RawPeer) -> None:
    engine.send(MakeCall(key="out", account_key="main", uri=f"sip:{'5' * 500}@127.0.0.1:{peer.port}"))
    request = peer.receive(r"^INVITE ")
    assert len(request) > 1300
    peer.reply(request, 486)
