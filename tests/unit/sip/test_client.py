"""Requests of a user agent: challenges answered, refusals told, addresses learnt."""

from __future__ import annotations

from softphone.domain.uri import HostPort
from softphone.sip.authorization import Credentials
from softphone.sip.client import Exchange, Hop
from softphone.sip.dialog import ClientDialog
from softphone.sip.header import NameAddr
from softphone.sip.message import SipMessage, SipRequest, response_to
from softphone.sip.transaction import SipTimers, TransactionLayer
from softphone.sip.transport import Flow, OnFailure
from tests.helpers.fake_scheduler import FakeScheduler

SERVER = Flow("udp", "192.0.2.1", 5060)
CHALLENGE = 'Digest realm="pbx", nonce="{}", qop="auth"'


class Bench:
    """One exchange with a server that the test plays."""

    def __init__(self, server: Flow = SERVER) -> None:
        self.clock = FakeScheduler()
        self.sent: list[SipRequest] = []
        self.failures: list[OnFailure | None] = []
        self.heard: list[int] = []
        self.layer = TransactionLayer(self.clock, self._send, SipTimers())
        self.hop = Hop(server, HostPort("10.0.0.2", 5070))
        dialog = ClientDialog(NameAddr("sip:1000@pbx"), "sip:1001@pbx")
        self.exchange = Exchange(
            self.layer,
            self.hop,
            Credentials("1000", "secret"),
            lambda: dialog.request("SUBSCRIBE", contact=self.hop.contact_uri("1000")),
            lambda status_code, _: self.heard.append(status_code),
        )
        self.exchange.start()

    def answer(self, status_code: int, challenge: str = "", via: str = "") -> None:
        headers = (("WWW-Authenticate", challenge),) if challenge else ()
        response = response_to(self.sent[-1], status_code, to_tag="t", headers=headers)
        if via:
            response.headers.set("Via", response.headers.get("Via").replace(";rport", via))
        self.layer.receive(response, SERVER)

    def _send(self, message: SipMessage, flow: Flow, on_failure: OnFailure | None) -> None:
        assert isinstance(message, SipRequest)
        self.sent.append(message)
        self.failures.append(on_failure)


def test_a_challenge_is_answered_in_a_new_transaction() -> None:
    bench = Bench()
    bench.answer(401, CHALLENGE.format("a"))
    first, second = bench.sent
    assert (first.cseq.number, second.cseq.number) == (1, 2)
    assert first.top_via.branch != second.top_via.branch
    assert "Authorization" not in first.headers
    assert 'nonce="a"' in second.headers.get("Authorization")
    bench.answer(100)
    bench.answer(200)
    assert bench.heard == [200]


def test_a_refused_password_is_tried_once() -> None:
    bench = Bench()
    bench.answer(401, CHALLENGE.format("a"))
    bench.answer(401, CHALLENGE.format("b"))
    assert len(bench.sent) == 2
    assert bench.heard == [401]


def test_a_stale_nonce_is_no_wrong_password_but_not_for_ever() -> None:
    bench = Bench()
    for nonce in "abcdef":
        if not bench.heard:
            bench.answer(401, CHALLENGE.format(nonce) + ", stale=true")
    assert len(bench.sent) == 4
    assert bench.heard == [401]


def test_a_challenge_nobody_can_answer_is_told() -> None:
    bench = Bench()
    bench.answer(401, 'Digest realm="pbx", nonce="a", algorithm=MD5-sess')
    assert bench.heard == [401]


def test_silence_and_a_dead_line_are_told() -> None:
    silent = Bench()
    silent.clock.advance(40)
    assert silent.heard == [408]
    dead = Bench(Flow("tcp", "192.0.2.1", 5060))
    assert dead.failures[0] is not None
    dead.failures[0]()
    assert dead.heard == [503]


def test_nothing_is_told_after_cancel() -> None:
    bench = Bench()
    bench.exchange.cancel()
    bench.answer(200)
    bench.clock.advance(40)
    assert bench.heard == []


def test_our_address_is_the_one_the_server_sees() -> None:
    bench = Bench()
    assert bench.sent[0].headers.get("Contact") == "<sip:1000@10.0.0.2:5070>"
    bench.answer(401, CHALLENGE.format("a"), via=";received=198.51.100.7;rport=40000")
    assert bench.sent[1].headers.get("Contact") == "<sip:1000@198.51.100.7:40000>"
    assert str(bench.sent[1].top_via).startswith("SIP/2.0/UDP 10.0.0.2:5070")


def test_over_tcp_the_listening_port_stays_where_nothing_translates() -> None:
    tcp = Flow("tcp", "192.0.2.1", 5060)
    bench = Bench(tcp)
    bench.answer(401, CHALLENGE.format("a"), via=";received=10.0.0.2;rport=40000")
    assert bench.sent[1].headers.get("Contact") == "<sip:1000@10.0.0.2:5070;transport=tcp>"
    bench.answer(200, via=";received=198.51.100.7;rport=40001")
    assert bench.hop.contact_uri("1000") == "sip:1000@198.51.100.7:40001;transport=tcp"
