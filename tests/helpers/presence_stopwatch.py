"""How long a phone takes to see what a colleague does: from the moment it is said on the wire.

    phone, source = WholePhone(…), PbxSource(kamailio.port)
    ms = times_ms(phone, source, "dialog", 20)

A source says in turn that an extension is busy and free; the clock runs from before its request leaves to the
change that the services tell the window.
"""

from __future__ import annotations

import time
from typing import Protocol

from softphone.app.changes import Change, LineMoved, MessageSummaryMoved, PresenceMoved
from softphone.domain.dialog_info import LineState, line_state
from softphone.domain.presence import PresenceState, presence_state
from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer
from tests.helpers.subscriber import publish
from tests.helpers.waiting import wait_for
from tests.helpers.whole_phone import WholePhone

SEEN_LIMIT_S = 5.0
COLLEAGUE = "1001"  # of whom it is said; the messages are the watcher's own
WATCHER = "1000"
PACKAGES = ("dialog", "presence", "message-summary")
_TYPES = {
    "dialog": "application/dialog-info+xml",
    "presence": "application/pidf+xml",
    "message-summary": "application/simple-message-summary",
}


class Source(Protocol):
    """Whoever says it. ``packages`` are those it can speak of."""

    packages: tuple[str, ...]

    def say(self, package: str, busy: bool) -> None:
        """Say it once."""


class PbxSource:
    """A part of the PBX that publishes to Kamailio for anybody (RFC 3903)."""

    packages = PACKAGES

    def __init__(self, port: int) -> None:
        self._agent = RawSipAgent("1900", port)
        self._etags: dict[str, str] = {}
        self._calls = 0

    def close(self) -> None:
        self._agent.close()

    def say(self, package: str, busy: bool) -> None:
        user = WATCHER if package == "message-summary" else COLLEAGUE
        # A dialog that is over stays so for Kamailio: the next call is another publication.
        is_new = package == "message-summary" or (package == "dialog" and busy)
        etag = "" if is_new else self._etags.get(package, "")
        match = (f"SIP-If-Match: {etag}",) if etag else ()
        self._calls += busy
        headers = (f"Event: {package}", "Expires: 300", *match)
        body = _body(package, busy, self._calls)
        text = self._agent.request("PUBLISH", self._agent.uri(user), headers=headers, body=body)
        answer = self._agent.wait_final(self._agent.send(text.replace("application/sdp", _TYPES[package])))
        assert answer.status_code == 200, answer.text
        self._etags[package] = answer.header("SIP-ETag")


class PhoneSource:
    """The colleague's own telephone at our registrar: it calls, and publishes what its user says."""

    packages = ("dialog", "presence")

    def __init__(self, port: int) -> None:
        self._agent = RawSipAgent(COLLEAGUE, port)
        self._etag = ""
        self._call: tuple[RawMessage, RawMessage] | None = None
        assert self._agent.register().status_code == 200

    def close(self) -> None:
        self._agent.close()

    def say(self, package: str, busy: bool) -> None:
        if package == "presence":
            match = (f"SIP-If-Match: {self._etag}",) if self._etag else ()
            answer = publish(self._agent, _body(package, busy, 0), headers=match)
            assert answer.status_code == 200, answer.text
            self._etag = answer.header("SIP-ETag")
        elif busy:
            invite = self._agent.invite("9196", body=audio_offer(4000))
            self._call = invite, self._agent.wait_final(invite)
            self._agent.send(self._agent.ack_of(*self._call))
        elif self._call is not None:
            self._agent.wait_final(self._agent.in_dialog("BYE", *self._call))
            self._call = None


def times_ms(phone: WholePhone, source: Source, package: str, count: int) -> list[float]:
    """Milliseconds from the word on the wire to the change told, ``count`` times, busy and free in turn."""
    seen: list[tuple[float, Change]] = []
    stop = phone.do(lambda: phone.services.observe(lambda change: seen.append((time.monotonic(), change))))
    samples = []
    try:
        for number in range(count):
            busy = number % 2 == 0
            seen.clear()
            began_s = time.monotonic()
            source.say(package, busy)
            told = wait_for(
                lambda busy=busy: [at for at, change in tuple(seen) if _is_told(change, package, busy)],
                SEEN_LIMIT_S,
                what=f"{package} {busy}",
            )
            samples.append((told[0] - began_s) * 1000)
    finally:
        phone.do(stop)
    return samples


def _is_told(change: Change, package: str, busy: bool) -> bool:
    if isinstance(change, LineMoved) and package == "dialog":
        state = line_state(change.info)
        return change.extension == COLLEAGUE and state is (LineState.TALKING if busy else LineState.IDLE)
    if isinstance(change, PresenceMoved) and package == "presence":
        away = presence_state(change.presence) is PresenceState.AWAY
        return change.extension == COLLEAGUE and away is busy
    if isinstance(change, MessageSummaryMoved) and package == "message-summary":
        return bool(change.summary.new) is busy
    return False


def _body(package: str, busy: bool, call: int) -> str:
    if package == "dialog":
        state = "confirmed" if busy else "terminated"
        return (
            '<?xml version="1.0"?><dialog-info xmlns="urn:ietf:params:xml:ns:dialog-info"'
            f' version="{call}" state="full" entity="sip:{COLLEAGUE}@127.0.0.1">'
            f'<dialog id="d{call}" call-id="c{call}" local-tag="l" remote-tag="r" direction="recipient">'
            f"<state>{state}</state></dialog></dialog-info>\r\n"
        )
    if package == "presence":
        return (
            '<?xml version="1.0"?><presence xmlns="urn:ietf:params:xml:ns:pidf"'
            ' xmlns:d="urn:ietf:params:xml:ns:pidf:data-model" xmlns:r="urn:ietf:params:xml:ns:pidf:rpid"'
            f' entity="sip:{COLLEAGUE}@127.0.0.1"><tuple id="t"><status><basic>open</basic></status></tuple>'
            f'<d:person id="p"><r:activities>{"<r:away/>" if busy else ""}</r:activities></d:person>'
            "</presence>\r\n"
        )
    counts = "2/1" if busy else "0/3"
    waiting = "yes" if busy else "no"
    return f"Messages-Waiting: {waiting}\r\nMessage-Account: sip:*97@127.0.0.1\r\nVoice-Message: {counts}\r\n"
