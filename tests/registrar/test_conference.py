"""Rooms: each hears the others and not itself."""

from __future__ import annotations

from contextlib import ExitStack

import pytest

from tests.helpers.raw_sip_agent import RawSipAgent, audio_offer
from tests.helpers.registrar_server import Server
from tests.helpers.rtp_voice import RtpVoice
from tests.helpers.waiting import wait_for


def enter(agent: RawSipAgent, number: str, voice: RtpVoice, formats: str = "0") -> tuple:  # type: ignore[type-arg]
    invite = agent.invite(number, body=audio_offer(voice.port, formats))
    answer = agent.wait_final(invite)
    assert answer.status_code == 200, answer.text
    agent.send(agent.ack_of(invite, answer))
    voice.meet(answer)
    return invite, answer


def test_three_hear_each_other_and_a_fourth_in_another_room_nobody(server: Server) -> None:
    said_hz = {"201": 500.0, "202": 700.0, "203": 900.0}
    with ExitStack() as stack:
        agents = {user: stack.enter_context(server.agent(user)) for user in said_hz}
        voices = {user: stack.enter_context(RtpVoice()) for user in said_hz}
        calls = {user: enter(agents[user], "8000", voices[user]) for user in said_hz}
        other = stack.enter_context(RtpVoice())
        enter(agents["201"], "8001", other)
        for user, frequency_hz in said_hz.items():
            voices[user].speak(frequency_hz)
        marks = {}
        for user, voice in voices.items():
            others = [hz for name, hz in said_hz.items() if name != user]
            wait_for(lambda voice=voice, others=others: all(level(voice, hz) > -40 for hz in others), 15.0)
            marks[user] = voice.mark()
        for user, voice in voices.items():
            wait_for(lambda user=user, voice=voice: voice.mark() > marks[user] + 8000, 15.0)
            assert voice.level_dbfs(said_hz[user], since=marks[user]) < -50
        wait_for(lambda: other.mark() > 4000, 10.0)
        assert max(other.level_dbfs(hz) for hz in said_hz.values()) < -60

        assert agents["203"].wait_final(agents["203"].in_dialog("BYE", *calls["203"])).status_code == 200
        mark = voices["201"].mark()
        wait_for(lambda: voices["201"].mark() > mark + 12000, 15.0)
        assert voices["201"].level_dbfs(900.0, since=mark + 4000) < -50
        assert voices["201"].level_dbfs(700.0, since=mark + 4000) > -40


def level(voice: RtpVoice, frequency_hz: float) -> float:
    """Of the last half second."""
    return voice.level_dbfs(frequency_hz, since=max(voice.mark() - 4000, 0))


def test_a_room_has_eight_seats(server: Server) -> None:
    with ExitStack() as stack:
        agent = stack.enter_context(server.agent("201"))
        voices = [stack.enter_context(RtpVoice()) for _ in range(8)]
        calls = [enter(agent, "8009", voice) for voice in voices]
        assert agent.wait_final(agent.invite("8009", body=audio_offer(4000, "0"))).status_code == 486
        agent.wait_final(agent.in_dialog("BYE", *calls[0]))
        enter(agent, "8009", voices[0])
        assert server.thread.call(lambda r: r.active_calls()) == 8


@pytest.mark.parametrize("formats", ["9", "3"])
def test_a_room_speaks_g711(server: Server, formats: str) -> None:
    with server.agent("201") as agent:
        assert agent.wait_final(agent.invite("8000", body=audio_offer(4000, formats))).status_code == 488
