"""Leaving a message, the light on the phone, and hearing it again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import datetime

import numpy as np
import pytest

from softphone.domain.pbx import PbxPlan
from softphone.registrar.events import DigitHeard, MessageLeft
from softphone.registrar.g711 import decode_ulaw, encode
from softphone.registrar.mailbox import MAX_MESSAGES, Mailbox, VoiceMessage
from softphone.registrar.sdp import PCMA, PCMU
from softphone.registrar.tones import BEEP_HZ, RATE_HZ, REFUSAL_HZ
from softphone.registrar.voicemail import Recorder
from softphone.sip.header import NameAddr
from tests.helpers import tones
from tests.helpers.raw_sip_agent import RawMessage, RawSipAgent, audio_offer
from tests.helpers.registrar_server import Server
from tests.helpers.rtp_voice import RtpVoice
from tests.helpers.subscriber import subscribe, take_notify
from tests.helpers.waiting import wait_for

SHORT_SILENCE = {"message_silence_s": 2.5}


@pytest.fixture
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """A registrar whose boxes do not wait long for the next word."""
    running = Server(**{**SHORT_SILENCE, **getattr(request, "param", {})})
    yield running
    errors = running.thread.call(lambda r: r.internal_errors)
    running.thread.stop()
    assert errors == 0, running.thread.ladder()


def called(agent: RawSipAgent, number: str, voice: RtpVoice) -> tuple[RawMessage, RawMessage]:
    """A call that was answered, with sound."""
    formats = f"{voice.payload_type} 101"
    invite = agent.invite(number, body=audio_offer(voice.port, formats))
    answer = agent.wait_final(invite)
    assert answer.status_code == 200, answer.text
    agent.send(agent.ack_of(invite, answer))
    voice.meet(answer)
    return invite, answer


def count(server: Server, owner: str = "201") -> int:
    """How many messages are in a box."""
    return server.thread.call(lambda r: len(r.mailbox(owner).messages()))  # type: ignore[union-attr]


def put(server: Server, frequency_hz: float) -> None:
    """A message of 1 s in the box of 201."""
    said = (tones.tone(frequency_hz, 1.0, RATE_HZ, 0.2) * 32767).astype(int).tolist()
    message = VoiceMessage(NameAddr("sip:203@x"), datetime.now().astimezone(), encode(said, PCMU))
    server.thread.call(lambda r: r.mailbox("201").add(message))  # type: ignore[union-attr]


def fetched(phone: RawSipAgent) -> str:
    """The summary of the own box now."""
    subscribe(phone, "message-summary", phone.user, expires="0")
    return take_notify(phone).body


def leave_message(server: Server, frequency_hz: float, duration_s: float = 1.5, codec: str = PCMU) -> None:
    """203 says a tone into the box of 201 and ends it by key."""
    with server.agent("203") as caller, RtpVoice(codec) as voice:
        called(caller, "*99201", voice)
        voice.wait_quiet_after(BEEP_HZ)
        waiting = count(server)
        voice.say(frequency_hz, duration_s)
        voice.pause(0.5)
        voice.say(frequency_hz, 0.1)
        voice.press("#")
        caller.reply(caller.wait_request("BYE", 10.0), 200)
        assert count(server) == waiting + 1


def hear_messages(
    server: Server, voice: RtpVoice, stack: ExitStack
) -> tuple[RawSipAgent, RawMessage, RawMessage]:
    """201 calls its box."""
    agent = stack.enter_context(server.agent("201"))
    invite, answer = called(agent, "*98", voice)
    return agent, invite, answer


def test_a_message_is_left_shown_heard_and_old(server: Server) -> None:
    with ExitStack() as stack:
        phone = stack.enter_context(server.agent("201"))
        subscribe(phone, "message-summary", "201")
        first = take_notify(phone).body
        assert "Messages-Waiting: no\r\n" in first
        assert f"Message-Account: {phone.uri('*98')}\r\n" in first
        assert "Voice-Message: 0/0 (0/0)\r\n" in first

        leave_message(server, 600.0)
        [left] = server.seen(MessageLeft)
        assert isinstance(left, MessageLeft)
        assert (left.owner, left.length_s) == ("201", 2.1)
        waiting = take_notify(phone).body
        assert "Messages-Waiting: yes\r\n" in waiting
        assert "Voice-Message: 1/0 (0/0)\r\n" in waiting

        voice = stack.enter_context(RtpVoice())
        agent, _, _ = hear_messages(server, voice, stack)
        wait_for(lambda: "Voice-Message: 0/1 (0/0)\r\n" in take_notify(phone).body)
        bye = agent.wait_request("BYE", 15.0)
        agent.reply(bye, 200)
        assert voice.hears(600.0, duration_s=1.2)
        assert voice.hears(BEEP_HZ, duration_s=0.5)


def test_keys_skip_and_delete(server: Server) -> None:
    for frequency_hz in (500.0, 700.0, 900.0):
        put(server, frequency_hz)
    with ExitStack() as stack:
        phone = stack.enter_context(server.agent("201"))
        assert "Voice-Message: 3/0" in fetched(phone)
        voice = stack.enter_context(RtpVoice())
        agent, invite, answer = hear_messages(server, voice, stack)
        voice.wait_heard(500.0)
        voice.press("#")
        voice.wait_heard(700.0)
        info = "Signal=7\r\nDuration=160\r\n"
        agent.wait_final(agent.in_dialog("INFO", invite, answer, body=info))
        voice.wait_heard(900.0)
        agent.reply(agent.wait_request("BYE", 15.0), 200)
        assert not voice.hears(500.0, duration_s=0.9)
        assert "Voice-Message: 0/2 (0/0)\r\n" in fetched(phone)


def test_an_empty_box_says_so_and_ends(server: Server) -> None:
    with ExitStack() as stack:
        voice = stack.enter_context(RtpVoice())
        agent, _, _ = hear_messages(server, voice, stack)
        agent.reply(agent.wait_request("BYE", 10.0), 200)
        assert voice.hears(REFUSAL_HZ)


@pytest.mark.parametrize("ending", ["BYE", "silence"])
def test_a_message_ends_by_hanging_up_or_silence(server: Server, ending: str) -> None:
    with server.agent("203") as caller, RtpVoice() as voice:
        invite, answer = called(caller, "*99201", voice)
        voice.wait_quiet_after(BEEP_HZ)
        voice.say(600.0, 1.0)
        if ending == "BYE":
            voice.press("1")
            wait_for(lambda: server.seen(DigitHeard))
            caller.in_dialog("BYE", invite, answer)
        else:
            caller.reply(caller.wait_request("BYE", 15.0), 200)
        wait_for(lambda: count(server) == 1)


@pytest.mark.parametrize("server", [{"message_silence_s": 0.5}], indirect=True)
def test_who_says_nothing_leaves_nothing(server: Server) -> None:
    with server.agent("203") as caller, RtpVoice() as voice:
        called(caller, "*99201", voice)
        caller.reply(caller.wait_request("BYE", 15.0), 200)
    assert count(server) == 0


def test_recorded_in_a_law_kept_in_mu_law(server: Server) -> None:
    leave_message(server, 600.0, codec=PCMA)
    [kept] = server.thread.call(lambda r: r.mailbox("201").messages())  # type: ignore[union-attr]
    samples = np.array(decode_ulaw(kept.sound)) / 32768
    assert abs(kept.length_s - 2.1) < 0.1  # 1.5 s, a pause of 0.5 s filled in, 0.1 s
    assert abs(tones.dominant_hz(samples, RATE_HZ)[3] - 600.0) < 12


def test_an_offer_that_comes_with_the_ack(server: Server) -> None:
    with server.agent("203") as caller, RtpVoice() as voice:
        invite = caller.invite("*99201")
        answer = caller.wait_final(invite)
        voice.meet(answer)
        ack = caller.ack_of(invite, answer).replace("Content-Length: 0\r\n\r\n", "")
        body = audio_offer(voice.port, "0 101")
        caller.send(f"{ack}Content-Type: application/sdp\r\nContent-Length: {len(body)}\r\n\r\n{body}")
        voice.wait_quiet_after(BEEP_HZ)
        caller.in_dialog("BYE", invite, answer)


@pytest.mark.parametrize(
    "server",
    [{"pbx": PbxPlan(voicemail=("202",), no_answer_s=0.3)}],
    indirect=True,
)
@pytest.mark.parametrize("answers", [0, 180, 486])
def test_an_unanswered_call_goes_to_the_box(server: Server, answers: int) -> None:
    with server.agent("202") as callee, server.agent("203") as caller, RtpVoice() as voice:
        if answers:
            callee.register()
        invite = caller.invite("202", body=audio_offer(voice.port, "0 101"))
        if answers:
            arrived = callee.wait_request("INVITE")
            callee.reply(arrived, answers)
            if answers == 180:
                callee.reply(callee.wait_request("CANCEL"), 200)
                callee.reply(arrived, 487)
        answer = caller.wait_final(invite)
        assert answer.status_code == 200, answer.text
        caller.send(caller.ack_of(invite, answer))
        voice.meet(answer)
        voice.wait_quiet_after(BEEP_HZ)
        voice.say(600.0, 1.0)
        voice.press("#")
        caller.reply(caller.wait_request("BYE", 15.0), 200)
    assert count(server, "202") == 1


def test_a_full_box_takes_nothing_more(server: Server) -> None:
    for _ in range(MAX_MESSAGES):
        put(server, 500.0)
    with server.agent("203") as caller:
        assert caller.wait_final(caller.invite("*99201", body=audio_offer(4000, "0"))).status_code == 486


def test_the_box_keeps_order_and_counts() -> None:
    told: list[str] = []
    box = Mailbox("201", told.append)
    now = datetime.now().astimezone()
    messages = [VoiceMessage(NameAddr(f"sip:{n}@x"), now, b"\xff" * RATE_HZ) for n in range(3)]
    for one in messages:
        box.add(one)
    box.mark_heard(messages[0])
    box.mark_heard(messages[0])
    assert [box.messages().index(one) for one in messages] == [2, 0, 1]
    assert (box.summary().new, box.summary().old, box.summary().waiting) == (2, 1, True)
    box.delete(messages[1])
    box.delete(messages[1])
    assert len(told) == 5
    assert messages[0].length_s == 1.0


def test_a_recording_fills_gaps_drops_what_is_late_and_ends() -> None:
    async def record() -> Recorder:
        recorder = Recorder(RATE_HZ)
        loud = b"\x80" * 160
        recorder.hear(0xFFFFFFB0, loud)
        recorder.hear(400, loud)  # 320 samples are lost, across the wrap of the timestamp
        recorder.hear(80, loud)
        recorder.hear(50_000, loud)  # another clock: goes on without a gap
        for number in range(100):
            recorder.hear(50_160 + 160 * number, b"\xff" * 160)
        return recorder

    recorder = asyncio.run(record())
    assert bytes(recorder.sound[:800]) == b"\x80" * 160 + b"\xff" * 320 + b"\x80" * 320
    assert len(recorder.sound) == RATE_HZ
    assert recorder.was_loud
