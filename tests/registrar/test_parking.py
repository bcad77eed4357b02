"""Park, music, retrieve: two calls made one by the registrar."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from softphone.registrar.events import CallParked, CallRetrieved
from softphone.registrar.sdp import PCMA, PCMU
from softphone.registrar.tones import RATE_HZ, music_on_hold
from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer
from tests.helpers.registrar_server import Server
from tests.helpers.rtp_voice import RtpVoice
from tests.helpers.subscriber import dialogs, subscribe, tag, take_notify
from tests.helpers.waiting import wait_for

FIRST_NOTE_HZ = 494.0


class Phone:
    """An agent with a voice."""

    def __init__(self, server: Server, user: str, stack: ExitStack, codec: str = PCMU) -> None:
        self.agent: RawSipAgent = stack.enter_context(server.agent(user))
        self.voice: RtpVoice = stack.enter_context(RtpVoice(codec))

    def offer(self) -> str:
        return audio_offer(self.voice.port, f"{self.voice.payload_type} 101")

    def call(self, number: str, *headers: str) -> tuple[RawMessage, RawMessage]:
        invite = self.agent.invite(number, body=self.offer(), headers=headers)
        answer = self.agent.wait_final(invite)
        assert answer.status_code == 200, answer.text
        self.agent.send(self.agent.ack_of(invite, answer))
        self.voice.meet(answer)
        return invite, answer


def refused(agent: RawSipAgent, number: str) -> int:
    return agent.wait_final(agent.invite(number, body=audio_offer(4000, "0"))).status_code


@pytest.fixture
def stack():  # type: ignore[no-untyped-def]
    with ExitStack() as entered:
        yield entered


def test_music_on_hold_answers_by_itself(server: Server, stack: ExitStack) -> None:
    phone = Phone(server, "201", stack)
    phone.call("9199")
    phone.voice.wait_heard(FIRST_NOTE_HZ, duration_s=0.5)
    assert 8 * RATE_HZ < len(music_on_hold()) < 15 * RATE_HZ


def test_parked_retrieved_and_heard_both_ways(server: Server, stack: ExitStack) -> None:
    parked, taker, watcher = (Phone(server, user, stack) for user in ("201", "202", "203"))
    subscribe(watcher.agent, "dialog", "*693")
    assert dialogs(take_notify(watcher.agent)) == []
    waiting, _ = parked.call("*683")
    assert server.seen(CallParked) == [CallParked(waiting.header("Call-ID"), "3")]
    [entry] = dialogs(take_notify(watcher.agent))
    assert (entry["state"], entry["remote"]) == ("confirmed", parked.agent.uri("201"))
    parked.voice.wait_heard(FIRST_NOTE_HZ)
    assert refused(watcher.agent, "*683") == 486

    invite, answer = taker.call("*693")
    assert dialogs(take_notify(watcher.agent))[0]["state"] == "terminated"
    wait_for(lambda: server.seen(CallRetrieved))
    assert server.seen(CallRetrieved) == [CallRetrieved(waiting.header("Call-ID"), "3", "202")]
    parked.voice.speak(600.0)
    taker.voice.speak(900.0)
    parked.voice.wait_heard(900.0)
    taker.voice.wait_heard(600.0)
    parked.voice.press("5")
    taker_mark = parked.voice.mark()
    parked.voice.wait_heard(900.0, since=taker_mark)
    assert taker.voice.digits() == ["5"]
    assert not parked.voice.hears(FIRST_NOTE_HZ, since=taker_mark)
    info = taker.agent.in_dialog("INFO", invite, answer, body="Signal=9\r\n")
    assert taker.agent.wait_final(info).status_code == 200
    passed_on = parked.agent.wait_request("INFO")
    assert "Signal=9" in passed_on.body
    parked.agent.reply(passed_on, 200)

    assert refused(watcher.agent, "*693") == 404
    taker.agent.in_dialog("BYE", invite, answer)
    parked.agent.reply(parked.agent.wait_request("BYE"), 200)
    assert server.thread.call(lambda r: r.active_calls()) == 0


def test_a_phone_that_knows_replaces_is_connected_directly(server: Server, stack: ExitStack) -> None:
    parked, taker = (Phone(server, user, stack) for user in ("201", "202"))
    invite, answer = parked.call("*683", "Supported: replaces, timer")
    taking = taker.agent.invite("*693", body=taker.offer())
    arrived = parked.agent.wait_request("INVITE")
    call_id = invite.header("Call-ID")
    tags = f"to-tag={parked.agent.tag};from-tag={tag(answer.header('To'))}"
    assert arrived.header("Replaces") == f"{call_id};{tags}"
    parked.agent.reply(arrived, 200, body=parked.offer())
    taken = taker.agent.wait_final(taking)
    assert str(parked.voice.port) in taken.body
    taker.agent.send(taker.agent.ack_of(taking, taken))
    assert parked.agent.wait_final(parked.agent.in_dialog("BYE", invite, answer)).status_code == 200
    assert server.thread.call(lambda r: r.active_calls()) == 0
    assert refused(taker.agent, "*693") == 404


def test_a_phone_that_refuses_replaces_is_bridged(server: Server, stack: ExitStack) -> None:
    parked, taker = (Phone(server, user, stack) for user in ("201", "202"))
    parked.call("*683", "Supported: replaces")
    taking = taker.agent.invite("*693", body=taker.offer())
    parked.agent.reply(parked.agent.wait_request("INVITE"), 603)
    taken = taker.agent.wait_final(taking)
    assert taken.status_code == 200
    taker.agent.send(taker.agent.ack_of(taking, taken))
    taker.voice.meet(taken)
    taker.voice.speak(900.0)
    parked.voice.wait_heard(900.0)


def test_an_attended_transfer_into_a_slot(server: Server, stack: ExitStack) -> None:
    clerk, customer = (Phone(server, user, stack) for user in ("201", "202"))
    invite, answer = clerk.call("*683")
    tags = f"to-tag={tag(answer.header('To'))};from-tag={clerk.agent.tag}"
    headers = (f"Replaces: {invite.header('Call-ID')};{tags}", "Require: replaces")
    customer.call("*683", *headers)
    clerk.agent.reply(clerk.agent.wait_request("BYE"), 200)
    customer.voice.wait_heard(FIRST_NOTE_HZ)
    assert server.thread.call(lambda r: r.active_calls()) == 1
    late = customer.agent.invite("*684", body=customer.offer(), headers=headers)
    assert customer.agent.wait_final(late).status_code == 481


def test_sequence_and_source_go_on_through_the_retrieval(server: Server, stack: ExitStack) -> None:
    parked, taker = (Phone(server, user, stack) for user in ("201", "202"))
    parked.call("*681")
    parked.voice.wait_heard(FIRST_NOTE_HZ)
    taker.voice.speak(900.0)
    taker.call("*691")
    parked.voice.wait_heard(900.0)
    packets = list(parked.voice.packets)
    assert len({packet[8:12] for packet in packets}) == 1
    numbers = [int.from_bytes(packet[2:4], "big") for packet in packets]
    assert [(number - numbers[0]) & 0xFFFF for number in numbers] == list(range(len(numbers)))


def test_a_law_and_mu_law_phones_understand_each_other(server: Server, stack: ExitStack) -> None:
    parked, taker = Phone(server, "201", stack), Phone(server, "202", stack, PCMA)
    parked.call("*681")
    parked.voice.wait_heard(FIRST_NOTE_HZ)
    _, answer = taker.call("*691")
    assert "RTP/AVP 8" in answer.body
    taker.voice.speak(900.0)
    parked.voice.speak(600.0)
    parked.voice.wait_heard(900.0)
    taker.voice.wait_heard(600.0)
    assert {packet[1] & 0x7F for packet in taker.voice.packets} == {8}
    assert {packet[1] & 0x7F for packet in parked.voice.packets} == {0}


def test_the_first_free_slot_and_all_taken(server: Server, stack: ExitStack) -> None:
    phone = Phone(server, "201", stack)
    for _ in range(9):
        phone.call("*68")
    assert refused(phone.agent, "*68") == 486
    taker = Phone(server, "202", stack)
    taker.call("*695")
    phone.call("*68")
    assert refused(phone.agent, "*68") == 486


def test_the_parked_one_gives_up(server: Server, stack: ExitStack) -> None:
    parked, taker = (Phone(server, user, stack) for user in ("201", "202"))
    invite, answer = parked.call("*681")
    assert parked.agent.wait_final(parked.agent.in_dialog("BYE", invite, answer)).status_code == 200
    assert refused(taker.agent, "*691") == 404
    invite, answer = parked.call("*681")
    taker.call("*691")
    parked.agent.in_dialog("BYE", invite, answer)
    taker.agent.reply(taker.agent.wait_request("BYE"), 200)


@pytest.mark.parametrize("server", [{"park_s": 0.3}], indirect=True)
def test_nobody_comes(server: Server, stack: ExitStack) -> None:
    parked = Phone(server, "201", stack)
    parked.call("*681")
    parked.agent.reply(parked.agent.wait_request("BYE"), 200)
    assert refused(parked.agent, "*691") == 404


@pytest.mark.parametrize("server", [{"park_s": 0.3}], indirect=True)
def test_a_retrieved_call_is_not_hung_up_by_the_clock(server: Server, stack: ExitStack) -> None:
    parked, taker = (Phone(server, user, stack) for user in ("201", "202"))
    parked.call("*681")
    taker.call("*691")
    taker.voice.speak(900.0)
    parked.voice.wait_heard(900.0, duration_s=0.8)
    assert server.thread.call(lambda r: r.active_calls()) == 2
