"""Stopping in the middle of everything: no task, timer or socket is left, and everybody is told."""

from __future__ import annotations

import asyncio
import logging
import socket
from contextlib import ExitStack

import pytest

from softphone.registrar import RegistrarConfig, SipTimers
from softphone.registrar.server import Registrar
from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer
from tests.helpers.registrar_server import USERS
from tests.helpers.rtp_voice import RtpVoice
from tests.helpers.subscriber import publish, subscribe, take_notify

NUMBERS = ("*681", "*682", "*692", "8000", "8000", "9199", "*99202", "*98")
PIDF = '<presence xmlns="urn:ietf:params:xml:ns:pidf" entity="x"><note>here</note></presence>'


def busy(port: int, stack: ExitStack) -> tuple[RawSipAgent, list[int]]:
    """Calls to every kind of number, subscriptions, a publication; returns their maker and RTP ports."""
    agent = stack.enter_context(RawSipAgent("201", port))
    agent.register()
    ports = []
    for number in NUMBERS:
        voice = stack.enter_context(RtpVoice())
        invite = agent.invite(number, body=audio_offer(voice.port, "0 101"))
        answer = agent.wait_final(invite)
        assert answer.status_code == 200, answer.text
        agent.send(agent.ack_of(invite, answer))
        voice.meet(answer)
        voice.speak(500.0)
        ports.append(rtp_port(answer))
    for package in ("dialog", "presence", "message-summary"):
        subscribe(agent, package, "201")
        take_notify(agent)
    assert publish(agent, PIDF).status_code == 200
    return agent, ports


def rtp_port(answer: RawMessage) -> int:
    line = next(line for line in answer.body.splitlines() if line.startswith("m=audio"))
    return int(line.split()[1])


def test_nothing_is_left(caplog: pytest.LogCaptureFixture) -> None:
    async def scenario() -> None:
        config = RegistrarConfig(users=USERS, timers=SipTimers(t1_s=0.05))
        registrar = Registrar(config)
        await registrar.start()
        with ExitStack() as stack:
            agent, ports = await asyncio.to_thread(busy, registrar.port, stack)
            assert registrar.active_calls() >= len(NUMBERS) - 1  # an empty box hangs up by itself
            assert registrar.active_subscriptions() == 3
            await registrar.stop()
            byes = {agent.wait_request("BYE").header("Call-ID") for _ in range(len(NUMBERS) - 1)}
            assert len(byes) >= len(NUMBERS) - 2  # one may be a repetition
        assert asyncio.all_tasks() == {asyncio.current_task()}
        for port in ports:
            with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as free:
                free.bind(("127.0.0.1", port))

    asyncio.run(scenario())
    assert [record for record in caplog.records if record.levelno >= logging.ERROR] == []
