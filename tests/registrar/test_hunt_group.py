"""順次着信 and 一斉着信, and logging in and out of them."""

from __future__ import annotations

import pytest

from softphone.domain.forwarding import Absence
from softphone.domain.pbx import ForwardRule, HuntGroup, HuntStrategy, PbxPlan
from softphone.registrar.events import FeatureSet
from tests.helpers.raw_sip_agent import audio_offer
from tests.helpers.registrar_server import Server, cancelled, dial, ringing

USERS = {"200": "pw200", "201": "pw201", "202": "pw202", "203": "pw203"}


def hunting(
    strategy: HuntStrategy, ring_s: float = 15.0, forwards: tuple[ForwardRule, ...] = ()
) -> dict[str, object]:
    group = HuntGroup(number="600", strategy=strategy, members=("201", "202", "203"), ring_s=ring_s)
    return {"users": USERS, "pbx": PbxPlan(hunt_groups=(group,), forwards=forwards)}


SEQUENTIAL = hunting(HuntStrategy.SEQUENTIAL)
IMPATIENT = hunting(HuntStrategy.SEQUENTIAL, 0.3)
SIMULTANEOUS = hunting(HuntStrategy.SIMULTANEOUS)


@pytest.mark.parametrize("server", [SEQUENTIAL], indirect=True)
@pytest.mark.parametrize("refusal", [486, 603, 480])
def test_the_next_member_rings_after_a_refusal(server: Server, refusal: int) -> None:
    with server.agent("200") as caller, server.agent("201") as first, server.agent("203") as third:
        first.register()
        third.register()
        invite = caller.invite("600", body=audio_offer(4000))
        first.reply(first.wait_request("INVITE"), refusal)
        arrived = ringing(third)
        assert arrived.header("To") == f"<{caller.uri('600')}>"
        third.reply(arrived, 200, body=audio_offer(4002, "0"))
        assert f"tag={third.tag}" in caller.wait_final(invite).header("To")


@pytest.mark.parametrize("server", [IMPATIENT], indirect=True)
def test_a_member_rings_for_its_time_only(server: Server) -> None:
    with server.agent("200") as caller, server.agent("201") as first, server.agent("202") as second:
        first.register()
        second.register()
        invite = caller.invite("600", body=audio_offer(4000))
        at_first = ringing(first)
        assert "Reason:" not in cancelled(first, at_first).text
        at_second = ringing(second)
        cancelled(second, at_second)
        assert caller.wait_final(invite).status_code == 480


@pytest.mark.parametrize("server", [SEQUENTIAL, SIMULTANEOUS], indirect=True)
def test_all_busy_is_busy(server: Server) -> None:
    with server.agent("200") as caller, server.agent("201") as first, server.agent("202") as second:
        first.register()
        second.register()
        invite = caller.invite("600", body=audio_offer(4000))
        first.reply(first.wait_request("INVITE"), 486)
        second.reply(second.wait_request("INVITE"), 603)
        assert caller.wait_final(invite).status_code == 486


@pytest.mark.parametrize("server", [SEQUENTIAL, SIMULTANEOUS], indirect=True)
def test_nobody_there(server: Server) -> None:
    with server.agent("200") as caller:
        assert caller.wait_final(caller.invite("600", body=audio_offer(4000))).status_code == 480


@pytest.mark.parametrize("server", [SIMULTANEOUS], indirect=True)
def test_first_answer_wins_and_the_others_are_told_why(server: Server) -> None:
    with (
        server.agent("200") as caller,
        server.agent("201") as first,
        server.agent("202") as second,
        server.agent("203", "tcp") as third,
    ):
        for phone in (first, second, third):
            phone.register()
        invite = caller.invite("600", body=audio_offer(4000))
        at_first, at_second, at_third = ringing(first), ringing(second), ringing(third)
        second.reply(at_second, 200, body=audio_offer(4002, "0"))
        for phone, arrived in ((first, at_first), (third, at_third)):
            reason = cancelled(phone, arrived).header("Reason")
            assert reason == 'SIP;cause=200;text="Call completed elsewhere"'
        assert f"tag={second.tag}" in caller.wait_final(invite).header("To")


@pytest.mark.parametrize("server", [SIMULTANEOUS], indirect=True)
def test_the_caller_gives_up_and_all_stop(server: Server) -> None:
    with server.agent("200") as caller, server.agent("201") as first, server.agent("202") as second:
        first.register()
        second.register()
        invite = caller.invite("600", body=audio_offer(4000))
        at_first, at_second = ringing(first), ringing(second)
        caller.wait_response(180)
        caller.cancel(invite)
        assert "Reason:" not in cancelled(first, at_first).text
        cancelled(second, at_second)
        assert caller.wait_final(invite).status_code == 487


@pytest.mark.parametrize("server", [SEQUENTIAL], indirect=True)
def test_a_member_logs_out_and_in_again(server: Server) -> None:
    with server.agent("200") as caller, server.agent("201") as first:
        first.register()
        dial(first, "*51")
        assert caller.wait_final(caller.invite("600", body=audio_offer(4000))).status_code == 480
        dial(first, "*50")
        invite = caller.invite("600", body=audio_offer(4000))
        first.reply(first.wait_request("INVITE"), 486)
        assert caller.wait_final(invite).status_code == 486
        assert caller.wait_final(caller.invite("*50", body=audio_offer(4000))).status_code == 404
    assert server.seen(FeatureSet) == [
        FeatureSet("201", "hunt_login", "off"),
        FeatureSet("201", "hunt_login", "on"),
    ]


@pytest.mark.parametrize(
    "server",
    [
        hunting(
            HuntStrategy.SEQUENTIAL,
            forwards=(ForwardRule(extension="600", kind=Absence.BUSY, number="200"),),
        )
    ],
    indirect=True,
)
def test_a_busy_group_is_forwarded(server: Server) -> None:
    with server.agent("201") as first, server.agent("202") as caller, server.agent("200") as last:
        first.register()
        last.register()
        caller.register()
        invite = caller.invite("600", body=audio_offer(4000))
        first.reply(first.wait_request("INVITE"), 486)
        arrived = last.wait_request("INVITE")
        assert arrived.header("Diversion") == "<sip:600@softphone.local>;reason=user-busy;counter=1"
        last.reply(arrived, 200, body=audio_offer(4002, "0"))
        assert caller.wait_final(invite).status_code == 200
