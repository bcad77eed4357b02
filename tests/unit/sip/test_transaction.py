"""Transactions on a clock that is turned by hand: retransmission, absorption, time-outs."""

from __future__ import annotations

from softphone.sip.message import (
    Headers,
    SipMessage,
    SipRequest,
    SipResponse,
    parse_message,
    response_to,
)
from softphone.sip.transaction import ServerTransaction, SipTimers, TransactionLayer
from softphone.sip.transport import Flow, OnFailure
from tests.helpers.fake_scheduler import FakeScheduler

UDP = Flow("udp", "127.0.0.1", 5070)
TCP = Flow("tcp", "127.0.0.1", 5070)


class Bench:
    def __init__(self) -> None:
        self.clock = FakeScheduler()
        self.sent: list[tuple[float, str]] = []
        self.requests: list[ServerTransaction] = []
        self.acks: list[SipRequest] = []
        self.layer = TransactionLayer(self.clock, self._send, SipTimers())
        self.layer.on_request = self.requests.append
        self.layer.on_ack = lambda request, flow: self.acks.append(request)
        self.heard: list[int] = []

    def _send(self, message: SipMessage, flow: Flow, on_failure: OnFailure | None) -> None:
        self.sent.append((self.clock.now_s, message.start_line.split(" sip:")[0].removeprefix("SIP/2.0 ")))

    def client(self, method: str, flow: Flow) -> SipRequest:
        sent = request(method)
        self.layer.request(
            sent, flow, lambda response: self.heard.append(response.status_code), self.heard.append
        )
        return sent

    def answer(self, sent: SipRequest, status_code: int) -> None:
        self.layer.receive(response_to(sent, status_code, to_tag="t"), UDP)

    def times(self) -> list[float]:
        return [at_s for at_s, _ in self.sent]


def request(method: str) -> SipRequest:
    headers = Headers(
        [
            (
                "Via",
                f"SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK-{'x' if method in ('ACK', 'INVITE') else method}",
            ),
            ("From", "<sip:201@x>;tag=1"),
            ("To", "<sip:202@x>"),
            ("Call-ID", "c"),
            ("CSeq", f"1 {method}"),
        ]
    )
    parsed = parse_message(SipRequest(method, "sip:202@x", headers).to_bytes())
    assert isinstance(parsed, SipRequest)
    return parsed


def test_invite_doubles_its_interval_and_gives_up_with_408() -> None:
    bench = Bench()
    bench.client("INVITE", UDP)
    bench.clock.advance(40)
    assert bench.times() == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert bench.heard == [408]


def test_other_requests_repeat_at_most_every_four_seconds() -> None:
    bench = Bench()
    bench.client("OPTIONS", UDP)
    bench.clock.advance(12)
    assert bench.times() == [0, 0.5, 1.5, 3.5, 7.5, 11.5]


def test_nothing_is_repeated_over_tcp() -> None:
    bench = Bench()
    bench.client("INVITE", TCP)
    bench.clock.advance(40)
    assert len(bench.sent) == 1
    assert bench.heard == [408]


def test_a_refusal_is_acknowledged_each_time_but_told_once() -> None:
    bench = Bench()
    sent = bench.client("INVITE", UDP)
    bench.answer(sent, 180)
    bench.answer(sent, 486)
    bench.answer(sent, 486)
    assert [line for _, line in bench.sent] == ["INVITE", "ACK", "ACK"]
    assert bench.heard == [180, 486]


def test_every_2xx_of_a_forked_invite_is_told() -> None:
    bench = Bench()
    sent = bench.client("INVITE", UDP)
    bench.answer(sent, 200)
    bench.answer(sent, 200)
    bench.answer(sent, 486)
    assert bench.heard == [200, 200]


def test_a_repeated_request_gets_the_last_response_again() -> None:
    bench = Bench()
    bench.layer.receive(request("OPTIONS"), UDP)
    bench.requests[0].respond(response_to(request("OPTIONS"), 200))
    bench.layer.receive(request("OPTIONS"), UDP)
    assert [line for _, line in bench.sent] == ["200 OK", "200 OK"]
    bench.clock.advance(33)
    bench.layer.receive(request("OPTIONS"), UDP)
    assert len(bench.requests) == 2


def test_a_refused_invite_repeats_its_answer_until_the_ack() -> None:
    bench = Bench()
    bench.layer.receive(request("INVITE"), UDP)
    bench.requests[0].respond(response_to(request("INVITE"), 486, to_tag="t"))
    bench.clock.advance(1.6)
    assert bench.times() == [0, 0.5, 1.5]
    bench.layer.receive(request("ACK"), UDP)
    bench.clock.advance(20)
    assert len(bench.sent) == 3
    assert bench.acks == []


def test_the_ack_of_a_2xx_is_handed_on() -> None:
    bench = Bench()
    bench.layer.receive(request("INVITE"), UDP)
    bench.requests[0].respond(SipResponse(200, "OK", response_to(request("INVITE"), 200, to_tag="t").headers))
    bench.layer.receive(request("ACK"), UDP)
    assert [ack.method for ack in bench.acks] == ["ACK"]
    assert bench.layer.find_invite(request("INVITE")) is bench.requests[0]
