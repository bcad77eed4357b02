"""Routing under foreign headers and a sudden stop: nothing raised, nothing left over."""

from __future__ import annotations

import asyncio

import pytest

from softphone.domain.forwarding import Absence, ReachNumber
from softphone.domain.pbx import ForwardRule, HuntGroup, HuntStrategy, PbxPlan, PickupGroup
from softphone.registrar import Registrar, RegistrarConfig
from tests.helpers.raw_sip_agent import RawSipAgent, audio_offer
from tests.helpers.registrar_server import USERS, Server, ringing
from tests.helpers.waiting import wait_for

OFFER = audio_offer(4000)
PBX = PbxPlan(
    hunt_groups=(HuntGroup(number="600", strategy=HuntStrategy.SEQUENTIAL, members=("202",)),),
    pickup_groups=(PickupGroup(name="all", members=("201", "202", "203")),),
    forwards=(ForwardRule(extension="202", kind=Absence.BUSY, number="203"),),
    reach={"202": (ReachNumber(number="9196", start_s=60, end_s=90),)},
)
FOREIGN_HEADERS = (
    "Diversion: ;;;",
    'Diversion: "unended <sip:x@y>',
    "Diversion: <tel:+81312345678>;reason=,<sip:%%%@>",
    "History-Info: <",
    "History-Info: <sip:x@y>;index=,,;;",
    "Privacy: ;;,id;;",
    'P-Preferred-Identity: "',
    "P-Preferred-Identity: <mailto:x@y>",
    "P-Asserted-Identity: <",
    "Replaces: ;to-tag;from-tag==;;",
    'Replaces: "',
    "Supported: ,,replaces,,",
    "Reason: SIP;cause=nonsense",
)
DIALLED = ("202", "600", "0312345678", "*8", "*72203", "*670202", "%00", "*", "")


@pytest.mark.parametrize("server", [{"pbx": PBX}], indirect=True)
@pytest.mark.parametrize("header", FOREIGN_HEADERS)
def test_foreign_headers(server: Server, header: str) -> None:
    with server.agent("201") as caller, server.agent("202") as callee, server.agent("203") as third:
        callee.register()
        third.register()
        for dialled in DIALLED:
            request = caller.request(
                "INVITE",
                caller.uri(dialled),
                headers=(f"Contact: {caller.contact}", header),
                body=OFFER,
            )
            sent = caller.send(request)
            challenge = caller.wait_final(sent)
            if challenge.status_code == 407:
                caller.send(caller.authorized(sent, challenge))
        assert caller.exchange(caller.request("OPTIONS", caller.uri())).status_code == 200
    assert server.thread.call(lambda r: r.internal_errors) == 0


@pytest.mark.parametrize("server", [{"pbx": PBX}], indirect=True)
@pytest.mark.parametrize(
    "contact", ["*", "<", "<sip:>", "<sip:203@>", '"x', "<tel:203>;q=much", "<sip:%@127.0.0.1>;expires=never"]
)
def test_foreign_redirects_reach_the_caller(server: Server, contact: str) -> None:
    with server.agent("201") as caller, server.agent("202") as callee:
        callee.register()
        invite = caller.invite("600", body=OFFER)
        callee.reply(callee.wait_request("INVITE"), 302, headers=(f"Contact: {contact}",))
        assert caller.wait_final(invite).status_code == 480


def test_stop_in_the_middle_of_everything_leaves_no_task() -> None:
    async def scenario() -> int:
        registrar = Registrar(RegistrarConfig(users=USERS, pbx=PBX))
        await registrar.start()
        with (
            RawSipAgent("201", registrar.port) as caller,
            RawSipAgent("203", registrar.port) as other,
            RawSipAgent("202", registrar.port) as callee,
        ):

            def calls() -> None:
                callee.register()
                caller.invite("202", body=OFFER)
                ringing(callee)
                caller.wait_response(180)
                other.invite("600", body=OFFER)
                callee.wait_request("INVITE")
                code = other.invite("*78", body=OFFER)
                assert other.wait_final(code).status_code == 200

            await asyncio.to_thread(calls)
            assert registrar.internal_errors == 0
            await registrar.stop()
        return len(asyncio.all_tasks())

    assert asyncio.run(scenario()) == 1


def test_a_timer_that_raises_is_counted() -> None:
    running = Server()
    running.thread.call(lambda r: asyncio.get_running_loop().call_soon(lambda: 1 / 0))
    wait_for(lambda: running.thread.call(lambda r: r.internal_errors) == 1)
    running.thread.stop()
