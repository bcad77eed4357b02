"""コールピックアップ by code and by Replaces; REFER and Replaces between registered phones."""

from __future__ import annotations

import pytest

from softphone.domain.pbx import HuntGroup, HuntStrategy, PbxPlan, PickupGroup
from softphone.registrar.events import CallPickedUp
from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer
from tests.helpers.registrar_server import Server, cancelled, ringing

OFFER = audio_offer(4000)
ANSWER = audio_offer(4002, "0")
ELSEWHERE = 'SIP;cause=200;text="Call completed elsewhere"'
USERS = {user: f"pw{user}" for user in ("201", "202", "203", "204")}
OFFICE = PickupGroup(name="office", members=("202", "203"))
GROUPED = {"users": USERS, "pbx": PbxPlan(pickup_groups=(OFFICE,))}
HUNTED = {
    "users": USERS,
    "pbx": PbxPlan(
        pickup_groups=(OFFICE,),
        hunt_groups=(HuntGroup(number="600", strategy=HuntStrategy.SEQUENTIAL, members=("202",)),),
    ),
}


def replaces(request: RawMessage, local_tag: str, remote_tag: str) -> str:
    """The Replaces value of a dialog for the phone whose tag is ``local_tag`` (RFC 3891 §3)."""
    return f"{request.header('Call-ID')};to-tag={local_tag};from-tag={remote_tag}"


def call_up(caller: RawSipAgent, callee: RawSipAgent) -> tuple[RawMessage, RawMessage, RawMessage]:
    """A call of ``caller`` is answered: the INVITE as sent, its answer, and the INVITE as it came."""
    invite = caller.invite(callee.user, body=OFFER)
    arrived = callee.wait_request("INVITE")
    callee.reply(arrived, 200, body=ANSWER)
    answer = caller.wait_final(invite)
    caller.send(caller.ack_of(invite, answer))
    callee.wait_request("ACK")
    return invite, answer, arrived


@pytest.mark.parametrize("server", [GROUPED, HUNTED], indirect=True)
@pytest.mark.parametrize("code", ["*8", "*8202"])
def test_the_picker_is_connected_by_its_own_invite(server: Server, code: str) -> None:
    with server.agent("201") as caller, server.agent("202") as desk, server.agent("203") as picker:
        for phone in (caller, desk, picker):
            phone.register()
        number = "600" if server.thread.call(lambda r: r.config.pbx.hunt_groups) else "202"
        invite = caller.invite(number, body=OFFER, headers=("Supported: 100rel, replaces",))
        at_desk = ringing(desk)
        caller.wait_response(180)

        code_call = picker.invite(code, body=OFFER)
        arrived = caller.wait_request("INVITE")
        assert arrived.header("Replaces") == f"{replaces(invite, caller.tag, desk.tag)};early-only"
        caller.reply(arrived, 200, body=ANSWER)
        answer = picker.wait_final(code_call)
        assert f"tag={caller.tag}" in answer.header("To")
        picker.send(picker.ack_of(code_call, answer))
        caller.wait_request("ACK")

        caller.cancel(invite)
        assert cancelled(desk, at_desk).header("Reason") == ELSEWHERE
        assert caller.wait_final(invite).status_code == 487
        bye = picker.in_dialog("BYE", code_call, answer)
        caller.reply(caller.wait_request("BYE"), 200)
        assert picker.wait_final(bye).status_code == 200
    assert server.seen(CallPickedUp) == [CallPickedUp(invite.header("Call-ID"), "202", "203")]


@pytest.mark.parametrize("server", [GROUPED], indirect=True)
@pytest.mark.parametrize("refuses", [True, False])
def test_without_replaces_the_call_goes_on_to_the_picker(server: Server, refuses: bool) -> None:
    with server.agent("201") as caller, server.agent("202") as desk, server.agent("203") as picker:
        for phone in (caller, desk, picker):
            phone.register()
        invite = caller.invite("202", body=OFFER, headers=("Supported: replaces",) if refuses else ())
        at_desk = ringing(desk)
        code_call = picker.invite("*8", body=OFFER)
        if refuses:
            caller.reply(caller.wait_request("INVITE"), 481)
        assert picker.wait_final(code_call).status_code == 487
        arrived = picker.wait_request("INVITE")
        assert arrived.header("Call-ID") == invite.header("Call-ID")
        assert "answer-after=0" in arrived.header("Call-Info")
        assert cancelled(desk, at_desk).header("Reason") == ELSEWHERE
        picker.reply(arrived, 200, body=ANSWER)
        assert f"tag={picker.tag}" in caller.wait_final(invite).header("To")


@pytest.mark.parametrize("server", [GROUPED], indirect=True)
def test_who_may_pick_up_what(server: Server) -> None:
    with (
        server.agent("201") as caller,
        server.agent("202") as desk,
        server.agent("203") as picker,
        server.agent("204") as stranger,
    ):
        desk.register()
        assert picker.wait_final(picker.invite("*8", body=OFFER)).status_code == 404
        caller.invite("202", body=OFFER)
        at_desk = ringing(desk)
        for code in ("*8", "*8202"):
            assert stranger.wait_final(stranger.invite(code, body=OFFER)).status_code == 404
        assert picker.wait_final(picker.invite("*8204", body=OFFER)).status_code == 404
        desk.reply(at_desk, 486)
        caller.wait_response(486)
        assert picker.wait_final(picker.invite("*8", body=OFFER)).status_code == 404
    assert server.seen(CallPickedUp) == []


def test_the_oldest_call_is_picked_up_first(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as desk, server.agent("203") as other:
        desk.register()
        older = caller.invite("202", body=OFFER, headers=("Supported: replaces",))
        ringing(desk)
        newer = other.invite("202", body=OFFER, headers=("Supported: replaces",))
        ringing(desk)
        caller.wait_response(180)
        other.wait_response(180)
        with server.agent("203") as picker:
            picker.invite("*8202", body=OFFER)
            arrived = caller.wait_request("INVITE")
            assert older.header("Call-ID") in arrived.header("Replaces")
            assert newer.header("Call-ID") not in arrived.header("Replaces")


def test_a_call_is_picked_up_once(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as desk, server.agent("203") as picker:
        desk.register()
        caller.invite("202", body=OFFER, headers=("Supported: replaces",))
        ringing(desk)
        caller.wait_response(180)
        picker.invite("*8202", body=OFFER)
        caller.wait_request("INVITE")
        late = picker.invite("*8202", body=OFFER)
        assert picker.wait_final(late).status_code == 404


@pytest.mark.parametrize("by_code", [True, False])
def test_a_pickup_that_failed_leaves_the_call_as_it_was(server: Server, by_code: bool) -> None:
    with server.agent("201") as caller, server.agent("202") as desk, server.agent("203") as picker:
        desk.register()
        invite = caller.invite("202", body=OFFER, headers=("Supported: replaces",))
        at_desk = ringing(desk)
        caller.wait_response(180)
        value = replaces(invite, caller.tag, desk.tag)
        taking = picker.invite("*8202" if by_code else "201", body=OFFER, headers=(f"Replaces: {value}",))
        arrived = ringing(caller)
        picker.wait_response(180)
        picker.cancel(taking)
        cancelled(caller, arrived)
        assert picker.wait_final(taking).status_code == 487
        caller.cancel(invite)
        assert "Reason:" not in cancelled(desk, at_desk).text


def test_replaces_names_any_phone_that_rings(server: Server) -> None:
    with (
        server.agent("201") as caller,
        server.agent("202") as desk,
        server.agent("202") as mobile,
        server.agent("203") as picker,
    ):
        desk.register()
        mobile.register()
        invite = caller.invite("202", body=OFFER)
        ringing(desk)
        caller.wait_response(180)
        ringing(mobile)
        caller.wait_response(180)
        picker.invite("202", body=OFFER, headers=(f"Replaces: {replaces(invite, desk.tag, caller.tag)}",))
        arrived = caller.wait_request("INVITE")
        assert arrived.header("Replaces") == f"{replaces(invite, caller.tag, mobile.tag)};early-only"


@pytest.mark.parametrize("dialled", ["201", "202", "contact of 201", "contact of 202"])
def test_replaces_of_a_ringing_call_reaches_its_caller(server: Server, dialled: str) -> None:
    """As a phone does that learned of it from dialog-info: it calls the caller, or the watched extension."""
    with server.agent("201") as caller, server.agent("202") as desk, server.agent("203") as picker:
        for phone in (caller, desk, picker):
            phone.register()
        invite = caller.invite("202", body=OFFER)
        at_desk = ringing(desk)
        caller.wait_response(180)
        value = replaces(invite, caller.tag, desk.tag)
        sent = value if dialled.endswith("201") else replaces(invite, desk.tag, caller.tag)
        contact = {"contact of 201": caller.contact, "contact of 202": desk.contact}.get(dialled, "")
        uri = contact.strip("<>") or picker.uri(dialled)
        lines = (f"Contact: {picker.contact}", f"Replaces: {sent}")
        first = picker.send(picker.request("INVITE", uri, headers=lines, body=OFFER))
        picking = picker.send(picker.authorized(first, picker.wait_final(first)))
        arrived = caller.wait_request("INVITE")
        assert arrived.header("Replaces") == f"{value};early-only"
        caller.reply(arrived, 200, body=ANSWER)
        assert picker.wait_final(picking).status_code == 200
        caller.cancel(invite)
        assert cancelled(desk, at_desk).header("Reason") == ELSEWHERE


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_blind_transfer(server: Server, transport: str) -> None:
    with (
        server.agent("201") as transferor,
        server.agent("202", transport) as transferee,
        server.agent("203") as target,
    ):
        for phone in (transferor, transferee, target):
            phone.register()
        invite, answer, arrived = call_up(transferor, transferee)
        refer = transferor.in_dialog(
            "REFER", invite, answer, headers=(f"Refer-To: <{transferor.uri('203')}>",)
        )
        asked = transferee.wait_request("REFER")
        assert asked.header("Refer-To") == f"<{transferor.uri('203')}>"
        transferee.reply(asked, 202)
        assert transferor.wait_final(refer).status_code == 202
        referred = transferee.invite("203", body=OFFER)
        target.reply(target.wait_request("INVITE"), 200, body=ANSWER)
        assert transferee.wait_final(referred).status_code == 200
        notify(transferee, arrived, "SIP/2.0 200 OK", transferor)
        bye = transferor.in_dialog("BYE", invite, answer)
        transferee.reply(transferee.wait_request("BYE"), 200)
        assert transferor.wait_final(bye).status_code == 200


@pytest.mark.parametrize("by_contact", [True, False])
def test_attended_transfer(server: Server, by_contact: bool) -> None:
    with (
        server.agent("201") as transferor,
        server.agent("202") as transferee,
        server.agent("203") as target,
        server.agent("203") as other_phone,
    ):
        for phone in (transferor, transferee, target):
            phone.register()
        invite, answer, _ = call_up(transferor, transferee)
        consulting, consulted, _ = call_up(transferor, target)
        other_phone.register()
        value = replaces(consulting, target.tag, transferor.tag)
        refer_to = target.contact if by_contact else f"<{target.uri('203')}>"
        refer = transferor.in_dialog("REFER", invite, answer, headers=(f"Refer-To: {refer_to}",))
        transferee.reply(transferee.wait_request("REFER"), 202)
        assert transferor.wait_final(refer).status_code == 202

        uri = refer_to.strip("<>") if by_contact else transferee.uri("203")
        lines = (f"Contact: {transferee.contact}", f"Replaces: {value}")
        first = transferee.send(transferee.request("INVITE", uri, headers=lines, body=OFFER))
        taking = transferee.send(transferee.authorized(first, transferee.wait_final(first)))
        arrived = target.wait_request("INVITE")
        assert arrived.header("Replaces") == value
        if not by_contact:
            other_phone.reply(other_phone.wait_request("INVITE"), 481)
        target.reply(arrived, 200, body=ANSWER)
        assert f"tag={target.tag}" in transferee.wait_final(taking).header("To")
        bye = target_bye(target, consulting, consulted)
        transferor.reply(transferor.wait_request("BYE"), 200)
        assert target.wait_final(bye).status_code == 200


def test_replaces_is_not_forwarded_elsewhere(server: Server) -> None:
    with server.agent("201") as caller, server.agent("202") as away:
        away.register()
        picking = caller.invite("202", body=OFFER, headers=("Replaces: no-such-call;to-tag=a;from-tag=b",))
        away.reply(away.wait_request("INVITE"), 481)
        assert caller.wait_final(picking).status_code == 481
        broken = caller.invite("202", body=OFFER, headers=('Replaces: "',))
        away.reply(away.wait_request("INVITE"), 400)
        assert caller.wait_final(broken).status_code == 400


def notify(agent: RawSipAgent, arrived: RawMessage, sipfrag: str, other: RawSipAgent) -> None:
    """The transferee tells how it went; the transferor hears it."""
    agent.cseq += 100
    routes = tuple(f"Route: {value}" for value in arrived.headers("Record-Route"))
    text = agent.request(
        "NOTIFY",
        other.contact.strip("<>"),
        headers=(*routes, f"Contact: {agent.contact}", "Event: refer", "Subscription-State: terminated"),
        call_id=arrived.header("Call-ID"),
        from_=f"{arrived.header('To')};tag={agent.tag}",
        to=arrived.header("From"),
        body=sipfrag,
    )
    sent = agent.send(text)
    heard = other.wait_request("NOTIFY")
    assert heard.body == sipfrag
    other.reply(heard, 200)
    assert agent.wait_final(sent).status_code == 200


def target_bye(target: RawSipAgent, consulting: RawMessage, consulted: RawMessage) -> RawMessage:
    """The target ends the replaced call with the transferor."""
    contact = consulting.header("Contact").strip("<>")
    routes = tuple(f"Route: {value}" for value in consulted.headers("Record-Route"))
    return target.send(
        target.request(
            "BYE",
            contact,
            headers=routes,
            call_id=consulting.header("Call-ID"),
            from_=f"{consulted.header('To')};tag={target.tag}",
            to=consulting.header("From"),
        )
    )
