"""Session timers on calls to numbers of the registrar's own (RFC 4028)."""

from __future__ import annotations

import time

from softphone.registrar.events import CallEnded
from tests.helpers.raw_sip_agent import audio_offer
from tests.helpers.registrar_server import Server
from tests.helpers.waiting import wait_for

TIMER = ("Supported: timer", "Session-Expires: 2;refresher=uac")


def test_a_caller_that_stops_refreshing_is_hung_up(server: Server) -> None:
    with server.agent("201") as agent:
        invite = agent.invite("9199", body=audio_offer(4000, "0"), headers=TIMER)
        answer = agent.wait_final(invite)
        began_s = time.monotonic()
        assert answer.header("Session-Expires") == "2;refresher=uac"
        assert answer.header("Require") == "timer"
        agent.send(agent.ack_of(invite, answer))
        wait_for(lambda: time.monotonic() - began_s > 1.0)
        update = agent.in_dialog("UPDATE", invite, answer, headers=TIMER)
        refreshed = agent.wait_final(update)
        assert refreshed.header("Session-Expires") == "2;refresher=uac"
        agent.reply(agent.wait_request("BYE", 10.0), 200)
        assert time.monotonic() - began_s > 2.2
    wait_for(lambda: server.seen(CallEnded))
    assert server.thread.call(lambda r: r.active_calls()) == 0


def test_a_refresh_without_timer_ends_it(server: Server) -> None:
    with server.agent("201") as agent:
        invite = agent.invite("9199", body=audio_offer(4000, "0"), headers=TIMER)
        answer = agent.wait_final(invite)
        agent.send(agent.ack_of(invite, answer))
        ended = agent.wait_final(agent.in_dialog("UPDATE", invite, answer))
        assert ended.header("Session-Expires") == ""
        began_s = time.monotonic()
        wait_for(lambda: time.monotonic() - began_s > 2.5)
        assert server.thread.call(lambda r: r.active_calls()) == 1
