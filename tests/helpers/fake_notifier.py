"""A server of subscriptions in a test's hands: it sees every SUBSCRIBE and says what the test wants.

notifier = FakeNotifier(); queue = RequestQueue(notifier.layer)
notifier.answer(notifier.asked[-1], 200); notifier.notify(notifier.asked[-1], "active", body)
"""

from __future__ import annotations

import itertools
from collections.abc import Callable

from softphone.sip.message import Headers, SipMessage, SipRequest, response_to
from softphone.sip.transaction import SipTimers, TransactionLayer
from softphone.sip.transport import Flow, OnFailure
from tests.helpers.fake_scheduler import FakeScheduler

SERVER = Flow("udp", "127.0.0.1", 5060)
TAG = "notifier"


class FakeNotifier:
    """``asked`` has every SUBSCRIBE once, retransmissions left out; ``clock`` is everybody's."""

    def __init__(self) -> None:
        self.clock = FakeScheduler()
        self.asked: list[SipRequest] = []
        self.layer = TransactionLayer(self.clock, self._send, SipTimers())
        self._branches: set[str] = set()
        self._sequence = itertools.count(1)

    def answer(self, request: SipRequest, status_code: int, **headers: object) -> None:
        """Answer one SUBSCRIBE; a 2xx grants what was asked for unless ``Expires`` says otherwise."""
        lines = {"Contact": "<sip:notifier@127.0.0.1>", "Expires": request.headers.get("Expires")}
        lines |= {name.replace("_", "-"): str(value) for name, value in headers.items()}
        self.layer.receive(
            response_to(request, status_code, to_tag=TAG, headers=tuple(lines.items())), SERVER
        )

    def notify(
        self,
        request: SipRequest,
        state: str = "active;expires=1800",
        body: bytes = b"",
        *,
        tag: str = TAG,
        sequence: int = 0,
        event: str = "",
        content_type: str = "",
    ) -> SipRequest:
        """The NOTIFY of the subscription that ``request`` made or refreshed."""
        lines = [
            ("Via", "SIP/2.0/UDP 127.0.0.1:5060;branch=z9hG4bKnotify"),
            ("From", f"<{request.uri}>;tag={tag}"),
            ("To", request.headers.get("From")),
            ("Call-ID", request.call_id),
            ("CSeq", f"{sequence or next(self._sequence)} NOTIFY"),
            ("Contact", "<sip:notifier@127.0.0.1>"),
            ("Event", event or request.headers.get("Event")),
            ("Subscription-State", state),
            ("Content-Type", content_type or request.headers.get("Accept")),
        ]
        return SipRequest("NOTIFY", "sip:us", Headers(lines), body)

    def after(self, seconds: float) -> None:
        """Let time pass."""
        self.clock.advance(self.clock.now_s + seconds)

    def asked_of(self, accept: Callable[[SipRequest], bool]) -> list[SipRequest]:
        """The SUBSCRIBEs that ``accept`` takes."""
        return [request for request in self.asked if accept(request)]

    def _send(self, message: SipMessage, flow: Flow, on_failure: OnFailure | None) -> None:
        assert isinstance(message, SipRequest)
        branch = message.top_via.branch
        if branch not in self._branches:
            self._branches.add(branch)
            self.asked.append(message)
