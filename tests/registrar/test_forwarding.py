"""不在時動作 on the server, by configuration, by code and by a phone's 302; シングルナンバーリーチ."""

from __future__ import annotations

import socket
from itertools import pairwise

import pytest

from softphone.domain.forwarding import Absence, ReachNumber
from softphone.domain.pbx import ForwardRule, PbxPlan
from softphone.registrar.events import CallForwarded, FeatureSet
from tests.helpers.raw_sip_agent import audio_offer
from tests.helpers.registrar_server import Server, cancelled, dial, ringing

OFFER = audio_offer(4000)
ANSWER = audio_offer(4002, "0")


def forwarding(*rules: tuple[str, Absence, str]) -> dict[str, object]:
    forwards = tuple(
        ForwardRule(extension=extension, kind=kind, number=number, after_s=0.3)
        for extension, kind, number in rules
    )
    return {"pbx": PbxPlan(forwards=forwards)}


def chain(length: int) -> dict[str, object]:
    """Extensions 300 … each forwarded to the next."""
    numbers = [str(300 + index) for index in range(length + 1)]
    users = {number: f"pw{number}" for number in ("201", *numbers)}
    rules = ((by, Absence.UNCONDITIONAL, to) for by, to in pairwise(numbers))
    return {"users": users, **forwarding(*rules)}


@pytest.mark.parametrize("server", [forwarding(("202", Absence.UNCONDITIONAL, "203"))], indirect=True)
def test_always_never_rings_the_extension(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as away, server.agent("203") as third:
        away.register()
        third.register()
        invite = caller.invite("202", body=OFFER)
        arrived = third.wait_request("INVITE")
        assert arrived.header("Diversion") == "<sip:202@softphone.local>;reason=unconditional;counter=1"
        assert arrived.header("History-Info") == (
            "<sip:202@softphone.local?Reason=SIP%3Bcause%3D302>;index=1"
        )
        assert arrived.headers("History-Info")[1] == "<sip:203@softphone.local;cause=302>;index=1.1;mp=1"
        third.reply(arrived, 200, body=ANSWER)
        assert caller.wait_final(invite).status_code == 200
        assert away.receive_bytes(0.05) == b""
    assert server.seen(CallForwarded) == [
        CallForwarded(invite.header("Call-ID"), "202", "203", "unconditional")
    ]


@pytest.mark.parametrize("server", [forwarding(("202", Absence.BUSY, "203"))], indirect=True)
def test_busy_goes_on_and_the_best_answer_comes_back(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as busy, server.agent("203") as third:
        busy.register()
        third.register()
        invite = caller.invite("202", body=OFFER)
        busy.reply(busy.wait_request("INVITE"), 486)
        arrived = third.wait_request("INVITE")
        assert "reason=user-busy" in arrived.header("Diversion")
        third.reply(arrived, 480)
        assert caller.wait_final(invite).status_code == 486


@pytest.mark.parametrize("server", [forwarding(("202", Absence.BUSY, "203"))], indirect=True)
def test_declined_is_not_busy(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as callee:
        callee.register()
        invite = caller.invite("202", body=OFFER)
        callee.reply(callee.wait_request("INVITE"), 603)
        assert caller.wait_final(invite).status_code == 603
    assert server.seen(CallForwarded) == []


@pytest.mark.parametrize("server", [forwarding(("202", Absence.NO_ANSWER, "203"))], indirect=True)
def test_no_answer_goes_on_after_a_while(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as callee, server.agent("203") as third:
        callee.register()
        third.register()
        invite = caller.invite("202", body=OFFER)
        cancelled(callee, ringing(callee))
        arrived = third.wait_request("INVITE")
        assert "reason=no-answer" in arrived.header("Diversion")
        third.reply(arrived, 200, body=ANSWER)
        assert caller.wait_final(invite).status_code == 200


@pytest.mark.parametrize("server", [forwarding(("202", Absence.UNREACHABLE, "9196"))], indirect=True)
def test_unreachable_goes_to_a_number_of_our_own(server: Server) -> None:
    with server.agent("201") as caller:
        invite = caller.invite("202", body=OFFER)
        answer = caller.wait_final(invite)
        assert answer.status_code == 200
        caller.send(caller.ack_of(invite, answer))
        assert caller.wait_final(caller.in_dialog("BYE", invite, answer)).status_code == 200


@pytest.mark.parametrize(
    "server",
    [forwarding(("202", Absence.UNCONDITIONAL, "203"), ("203", Absence.UNCONDITIONAL, "202"))],
    indirect=True,
)
def test_a_loop_is_482(server: Server) -> None:
    with server.agent("201") as caller:
        assert caller.wait_final(caller.invite("202", body=OFFER)).status_code == 482


@pytest.mark.parametrize("server", [forwarding(("202", Absence.UNCONDITIONAL, "203"))], indirect=True)
def test_a_call_that_203_forwarded_here_is_a_loop(server: Server) -> None:
    with server.agent("201") as caller:
        diversion = "Diversion: <sip:203@softphone.local>;reason=unconditional"
        invite = caller.invite("202", body=OFFER, headers=(diversion,))
        assert caller.wait_final(invite).status_code == 482


@pytest.mark.parametrize(("server", "status_code"), [(chain(5), 480), (chain(6), 483)], indirect=["server"])
def test_five_forwardings_and_no_more(server: Server, status_code: int) -> None:
    with server.agent("201") as caller:
        assert caller.wait_final(caller.invite("300", body=OFFER)).status_code == status_code


def test_codes_switch_forwarding(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as owner, server.agent("203") as third:
        owner.register()
        third.register()
        for switched_on, switched_off, answer, reason in (
            ("*72203", "*73", 0, "unconditional"),
            ("*90203", "*91", 486, "user-busy"),
        ):
            dial(owner, switched_on)
            invite = caller.invite("202", body=OFFER)
            if answer:
                owner.reply(owner.wait_request("INVITE"), answer)
            arrived = third.wait_request("INVITE")
            assert f"reason={reason}" in arrived.header("Diversion")
            third.reply(arrived, 486)
            assert caller.wait_final(invite).status_code == 486
            dial(owner, switched_off)
        invite = caller.invite("202", body=OFFER)
        owner.reply(owner.wait_request("INVITE"), 480)
        assert caller.wait_final(invite).status_code == 480
    assert FeatureSet("202", "forward_unconditional", "203") in server.seen(FeatureSet)
    assert FeatureSet("202", "forward_busy", "off") in server.seen(FeatureSet)


def test_unreachable_and_no_answer_by_code(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as owner, server.agent("203") as third:
        third.register()
        dial(owner, "*94203")
        dial(owner, "*929196")
        invite = caller.invite("202", body=OFFER)
        arrived = third.wait_request("INVITE")
        assert "reason=unavailable" in arrived.header("Diversion")
        third.reply(arrived, 486)
        assert caller.wait_final(invite).status_code == 486
        dial(owner, "*95")
        assert caller.wait_final(caller.invite("202", body=OFFER)).status_code == 480


def test_the_confirmation_is_a_tone_and_ends_by_itself(server: Server, media: socket.socket) -> None:
    with server.agent("201") as agent:
        offer = audio_offer(media.getsockname()[1], "0")
        invite = agent.invite("*78", body=offer)
        agent.send(agent.ack_of(invite, agent.wait_final(invite)))
        assert len(set(media.recv(2048)[12:])) > 10
        agent.reply(agent.wait_request("BYE", 5), 200)


@pytest.mark.parametrize("code", ["*72", "*72999", "*72201", "*73203", "*999", "*8"])
def test_wrong_codes(server: Server, code: str) -> None:
    with server.agent("201") as agent:
        assert agent.wait_final(agent.invite(code, body=OFFER)).status_code == 404
    assert server.seen(FeatureSet) == []


def test_do_not_disturb(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as owner:
        owner.register()
        dial(owner, "*78")
        assert caller.wait_final(caller.invite("202", body=OFFER)).status_code == 486
        dial(owner, "*79")
        invite = caller.invite("202", body=OFFER)
        owner.reply(owner.wait_request("INVITE"), 480)
        assert caller.wait_final(invite).status_code == 480


def test_redirect_is_obeyed_in_the_order_of_q(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as away, server.agent("203") as third:
        away.register()
        third.register()
        invite = caller.invite("202", body=OFFER)
        contacts = (
            f"Contact: <{away.uri('9196')}>;q=0.2",
            "Contact: <sip:someone@elsewhere.example>;q=0.9",
            f"Contact: <{away.uri('203')}>;q=0.7",
        )
        away.reply(away.wait_request("INVITE"), 302, headers=contacts)
        arrived = third.wait_request("INVITE")
        assert "reason=deflection" in arrived.header("Diversion")
        third.reply(arrived, 486)
        answer = caller.wait_final(invite)
        assert answer.status_code == 200
        assert "9196" in answer.header("Contact")
        caller.send(caller.ack_of(invite, answer))
        caller.wait_final(caller.in_dialog("BYE", invite, answer))


def test_redirect_stops_the_users_other_phone(server: Server) -> None:
    with (
        server.agent("201") as caller,
        server.agent("202") as away,
        server.agent("202") as desk,
        server.agent("203") as third,
    ):
        for phone in (away, desk, third):
            phone.register()
        caller.invite("202", body=OFFER)
        at_desk = ringing(desk)
        away.reply(away.wait_request("INVITE"), 302, headers=(f"Contact: <{away.uri('203')}>",))
        cancelled(desk, at_desk)
        third.reply(third.wait_request("INVITE"), 200, body=ANSWER)
        caller.wait_response(200)


def test_redirect_to_a_stranger_reaches_the_caller(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as away:
        away.register()
        invite = caller.invite("202", body=OFFER)
        away.reply(away.wait_request("INVITE"), 302, headers=("Contact: <sip:x@elsewhere.example>",))
        answer = caller.wait_final(invite)
        assert answer.status_code == 302
        assert "<sip:x@elsewhere.example>" in answer.headers("Contact")


def test_redirect_to_itself_is_a_loop(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as away:
        away.register()
        invite = caller.invite("202", body=OFFER)
        away.reply(away.wait_request("INVITE"), 302, headers=(f"Contact: <{away.uri('202')}>",))
        assert caller.wait_final(invite).status_code == 482


FIRST_SECOND = ReachNumber(number="203", start_s=0, end_s=1)
FROM_THEN_ON = ReachNumber(number="9196", start_s=1)
REACH = {"pbx": PbxPlan(reach={"202": (FIRST_SECOND, FROM_THEN_ON)})}


@pytest.mark.parametrize("server", [REACH], indirect=True)
def test_reached_numbers_ring_in_their_time(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as desk, server.agent("203") as mobile:
        desk.register()
        mobile.register()
        invite = caller.invite("202", body=OFFER)
        at_desk, at_mobile = ringing(desk), ringing(mobile)
        assert "Diversion:" not in at_desk.text
        assert "reason=follow-me" in at_mobile.header("Diversion")
        assert "Reason:" not in cancelled(mobile, at_mobile).text
        answer = caller.wait_final(invite, 6)
        assert answer.status_code == 200
        assert "9196" in answer.header("Contact")
        assert "completed elsewhere" in cancelled(desk, at_desk).header("Reason")
        caller.send(caller.ack_of(invite, answer))
        assert caller.wait_final(caller.in_dialog("BYE", invite, answer)).status_code == 200
