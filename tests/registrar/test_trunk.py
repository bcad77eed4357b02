"""外線: the two prefix rules, who one is outside, and calls that come from there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from softphone.domain.forwarding import Absence, ReachNumber
from softphone.domain.pbx import ForwardRule, HuntGroup, HuntStrategy, PbxPlan
from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer
from tests.helpers.registrar_server import Server, ringing

OFFER = audio_offer(4000)
ANSWER = audio_offer(4002, "0")
OWN = {"201": ("0311112222", "05033334444")}
DIDS = {"0311112222": "201", "0311119999": "600"}
GROUP = HuntGroup(number="600", strategy=HuntStrategy.SIMULTANEOUS, members=("202", "203"))


@dataclass
class Line:
    """A registrar and the carrier behind it."""

    server: Server
    carrier: RawSipAgent

    def call_in(self, number: str, from_: str, *headers: str) -> RawMessage:
        """The carrier calls an outside number of ours."""
        lines = (f"Contact: {self.carrier.contact}", *headers)
        uri = self.carrier.uri(number)
        return self.carrier.send(self.carrier.request("INVITE", uri, headers=lines, body=OFFER, from_=from_))


@pytest.fixture
def line(request: pytest.FixtureRequest) -> Iterator[Line]:
    options = getattr(request, "param", {})
    with RawSipAgent("carrier", 0) as carrier:
        plan = PbxPlan(
            trunk=f"127.0.0.1:{carrier.port}",
            outside_numbers=OWN,
            dids=DIDS,
            hunt_groups=(GROUP,),
            **options,
        )
        server = Server(pbx=plan)
        carrier.server_port = server.port
        yield Line(server, carrier)
        errors = server.thread.call(lambda r: r.internal_errors)
        server.thread.stop()
        assert errors == 0, server.thread.ladder()


@pytest.mark.parametrize(
    ("line", "dialled"),
    [({}, "0312345678"), ({}, "03-1234-5678"), ({"outside_prefix": "0"}, "00312345678")],
    indirect=["line"],
)
def test_an_outside_call_shows_the_usual_number(line: Line, dialled: str) -> None:
    with line.server.agent("201") as caller:
        invite = caller.invite(dialled, body=OFFER)
        arrived = line.carrier.wait_request("INVITE")
        assert arrived.text.startswith(f"INVITE sip:0312345678@127.0.0.1:{line.carrier.port} SIP/2.0")
        assert arrived.header("From") == f"<sip:0311112222@softphone.local>;tag={caller.tag}"
        assert arrived.header("To") == f"<sip:0312345678@127.0.0.1:{line.carrier.port}>"
        assert arrived.header("P-Asserted-Identity") == "<sip:0311112222@softphone.local>"
        assert not arrived.header("Privacy")
        line.carrier.reply(arrived, 200, body=ANSWER)
        answer = caller.wait_final(invite)
        assert answer.header("From") == invite.header("From")
        assert answer.header("To") == f"{invite.header('To')};tag={line.carrier.tag}"
        caller.send(caller.ack_of(invite, answer))
        line.carrier.wait_request("ACK")
        bye = caller.in_dialog("BYE", invite, answer)
        line.carrier.reply(line.carrier.wait_request("BYE"), 200)
        assert caller.wait_final(bye).status_code == 200


@pytest.mark.parametrize(
    ("line", "dialled"),
    [({"outside_prefix": "0"}, "0312345678"), ({}, "00312345678"), ({}, "999")],
    indirect=["line"],
)
def test_not_by_the_rule_is_404(line: Line, dialled: str) -> None:
    with line.server.agent("201") as caller:
        assert caller.wait_final(caller.invite(dialled, body=OFFER)).status_code == 404


@pytest.mark.parametrize("line", [{}, {"outside_prefix": "0"}], indirect=True)
def test_emergency_numbers_need_no_prefix(line: Line) -> None:
    with line.server.agent("201") as caller:
        caller.invite("110", body=OFFER)
        assert line.carrier.wait_request("INVITE").text.startswith("INVITE sip:110@")


def test_184_withholds_the_number(line: Line) -> None:
    with line.server.agent("201") as caller:
        invite = caller.invite("1840312345678", body=OFFER)
        arrived = line.carrier.wait_request("INVITE")
        assert arrived.text.startswith("INVITE sip:0312345678@")
        anonymous = f'"Anonymous" <sip:anonymous@anonymous.invalid>;tag={caller.tag}'
        assert arrived.header("From") == anonymous
        assert arrived.header("Privacy") == "id"
        assert arrived.header("P-Asserted-Identity") == "<sip:0311112222@softphone.local>"
        line.carrier.reply(arrived, 486)
        assert caller.wait_final(invite).header("From") == invite.header("From")


def test_186_shows_the_number_of_a_caller_who_withholds_it(line: Line) -> None:
    with line.server.agent("201") as caller:
        caller.invite("1860312345678", body=OFFER, headers=("Privacy: id",))
        arrived = line.carrier.wait_request("INVITE")
        assert arrived.header("From").startswith("<sip:0311112222@")
        assert not arrived.header("Privacy")


@pytest.mark.parametrize(
    ("preferred", "shown"),
    [("05033334444", "05033334444"), ("0399999999", "0311112222"), ("", "0311112222")],
)
def test_the_phone_chooses_among_its_own_numbers(line: Line, preferred: str, shown: str) -> None:
    with line.server.agent("201") as caller:
        wish = (f"P-Preferred-Identity: <sip:{preferred}@softphone.local>",) if preferred else ()
        caller.invite("0312345678", body=OFFER, headers=wish)
        arrived = line.carrier.wait_request("INVITE")
        assert arrived.header("P-Asserted-Identity") == f"<sip:{shown}@softphone.local>"
        assert not arrived.header("P-Preferred-Identity")


def test_without_an_outside_number_the_extension_is_shown(line: Line) -> None:
    with line.server.agent("203") as caller:
        caller.invite("0312345678", body=OFFER)
        shown = line.carrier.wait_request("INVITE").header("P-Asserted-Identity")
        assert shown == "<sip:203@softphone.local>"


@pytest.mark.parametrize("number", ["0311112222", "+81311112222"])
def test_a_call_from_outside_rings_its_extension(line: Line, number: str) -> None:
    with line.server.agent("201") as phone:
        phone.register()
        asserted = "P-Asserted-Identity: <sip:0399998888@carrier.example>"
        invite = line.call_in(number, "<sip:0399998888@carrier.example>;tag=t", asserted)
        arrived = phone.wait_request("INVITE")
        assert f"P-Asserted-Identity: {arrived.header('P-Asserted-Identity')}" == asserted
        phone.reply(arrived, 200, body=ANSWER)
        answer = line.carrier.wait_final(invite)
        line.carrier.send(line.carrier.ack_of(invite, answer))
        phone.wait_request("ACK")
        bye = line.carrier.in_dialog("BYE", invite, answer)
        phone.reply(phone.wait_request("BYE"), 200)
        assert line.carrier.wait_final(bye).status_code == 200


def test_a_withheld_caller_stays_withheld(line: Line) -> None:
    with line.server.agent("201") as phone:
        phone.register()
        line.call_in(
            "0311112222",
            '"Anonymous" <sip:anonymous@anonymous.invalid>;tag=t',
            "P-Asserted-Identity: <sip:0399998888@carrier.example>",
            "Privacy: id",
        )
        arrived = phone.wait_request("INVITE")
        assert arrived.header("Privacy") == "id"
        assert "0399998888" not in arrived.text


def test_a_call_from_outside_rings_a_group(line: Line) -> None:
    with line.server.agent("202") as left, line.server.agent("203") as right:
        left.register()
        right.register()
        invite = line.call_in("0311119999", "<sip:0399998888@carrier.example>;tag=t")
        ringing(left)
        right.reply(ringing(right), 200, body=ANSWER)
        assert line.carrier.wait_final(invite).status_code == 200
        left.wait_request("CANCEL")


def test_what_the_carrier_may_not(line: Line) -> None:
    carrier = line.carrier
    assert carrier.wait_final(line.call_in("0300000000", "<sip:x@y.example>;tag=t")).status_code == 404
    assert carrier.wait_final(line.call_in("*72203", "<sip:x@y.example>;tag=u")).status_code == 404
    assert carrier.exchange(carrier.request("OPTIONS", carrier.uri("x"))).status_code == 200
    assert carrier.exchange(carrier.request("MESSAGE", carrier.uri("201"))).status_code == 405


def test_somebody_else_is_not_the_carrier(line: Line) -> None:
    with line.server.agent("201") as stranger:
        challenge = stranger.wait_final(stranger.send(stranger.request("INVITE", stranger.uri("0311112222"))))
        assert challenge.status_code == 407


@pytest.mark.parametrize(
    "line",
    [
        {
            "outside_prefix": "0",
            "forwards": (ForwardRule(extension="202", kind=Absence.UNCONDITIONAL, number="09012345678"),),
            "reach": {"203": (ReachNumber(number="09087654321", start_s=0, end_s=30),)},
        }
    ],
    indirect=True,
)
def test_forwarded_and_reached_outside(line: Line) -> None:
    with line.server.agent("201") as caller:
        for called, number, reason in (
            ("202", "09012345678", "unconditional"),
            ("203", "09087654321", "follow-me"),
        ):
            invite = caller.invite(called, body=OFFER)
            arrived = line.carrier.wait_request("INVITE")
            assert arrived.text.startswith(f"INVITE sip:{number}@")
            assert f"reason={reason}" in arrived.header("Diversion")
            line.carrier.reply(arrived, 486)
            assert caller.wait_final(invite).status_code == 486


@pytest.mark.parametrize(
    ("code", "name"),
    [
        ("*670", "Anonymous"),
        ("*671", "Coin line/payphone"),
        ("*672", "Interaction with other service"),
        ("*673", "Unavailable"),
    ],
)
def test_a_call_without_a_number_for_tests(server: Server, code: str, name: str) -> None:
    with server.agent("201") as caller, server.agent("202") as phone:
        phone.register()
        invite = caller.invite(f"{code}202", body=OFFER)
        arrived = phone.wait_request("INVITE")
        assert arrived.header("From") == f'"{name}" <sip:anonymous@anonymous.invalid>;tag={caller.tag}'
        assert arrived.header("Privacy") == "id"
        assert not arrived.header("P-Asserted-Identity")
        phone.reply(arrived, 486)
        answer = caller.wait_final(invite)
        assert (answer.status_code, answer.header("From")) == (486, invite.header("From"))


def test_private_calls_inside_show_no_identity(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as phone:
        phone.register()
        caller.invite("202", body=OFFER, headers=("Privacy: id",))
        assert not phone.wait_request("INVITE").header("P-Asserted-Identity")


def test_the_built_in_line_answers(server: Server) -> None:
    with server.agent("201") as caller:
        invite = caller.invite("0312345678", body=OFFER)
        answer = caller.wait_final(invite)
        assert answer.status_code == 200
        caller.send(caller.ack_of(invite, answer))
        assert caller.wait_final(caller.in_dialog("BYE", invite, answer)).status_code == 200
