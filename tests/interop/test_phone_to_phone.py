"""Two of our phones hear each other: through our registrar and Kamailio, UDP and TCP, each codec."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.helpers import tones
from tests.helpers.phone_process import PhoneProcess
from tests.interop.conftest import A_HZ, B_HZ, Server

TALK_S = 2.5
SPEECH_S = 5.0
ALIKE = 0.75


@pytest.mark.parametrize("codec", ["G722", "PCMU", "PCMA"])
@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_tones_are_heard_both_ways(
    server: Server,
    transport: str,
    codec: str,
    phone: Callable[..., PhoneProcess],
    a_says: Path,
    b_says: Path,
    tmp_path: Path,
) -> None:
    a_heard, b_heard = tmp_path / "a-heard.wav", tmp_path / "b-heard.wav"
    called = phone(
        server, "1001", "listen", "--calls", "1", "--play", b_says, "--record", b_heard, transport=transport
    )
    called.wait_registered()
    options = ("--play", a_says, "--record", a_heard, "--duration", str(TALK_S), "--codec", codec)
    caller = phone(server, "1000", "call", "1001", *options, transport=transport)

    assert caller.wait_exit() == 0, caller.transcript()
    assert called.wait_exit() == 0, called.transcript()

    assert tones.heard_s(a_heard, B_HZ) >= 0.6 * TALK_S
    assert tones.heard_s(b_heard, A_HZ) >= 0.6 * TALK_S
    assert tones.heard_share(a_heard, B_HZ) > 0.9
    assert tones.heard_share(b_heard, A_HZ) > 0.9
    assert tones.tone_level_dbfs(*tones.read_wav(a_heard), A_HZ) < -50
    assert tones.tone_level_dbfs(*tones.read_wav(b_heard), B_HZ) < -50
    assert {event["codec"] for event in caller.seen(event="quality")} == {codec}
    assert {event["codec"] for event in called.seen(event="quality")} == {codec}


@pytest.mark.parametrize("transport", ["udp", "tcp"])
def test_speech_is_heard_both_ways(
    server: Server,
    transport: str,
    phone: Callable[..., PhoneProcess],
    a_speaks: Path,
    b_speaks: Path,
    tmp_path: Path,
) -> None:
    a_heard, b_heard = tmp_path / "a-heard.wav", tmp_path / "b-heard.wav"
    called = phone(
        server, "1001", "listen", "--calls", "1", "--play", b_speaks, "--record", b_heard, transport=transport
    )
    called.wait_registered()
    options = ("--play", a_speaks, "--record", a_heard, "--duration", str(SPEECH_S))
    caller = phone(server, "1000", "call", "1001", *options, transport=transport)

    assert caller.wait_exit() == 0, caller.transcript()
    assert called.wait_exit() == 0, called.transcript()

    assert tones.speech_similarity(b_speaks, a_heard) > ALIKE
    assert tones.speech_similarity(a_speaks, b_heard) > ALIKE
    assert tones.speech_similarity(a_speaks, a_heard) < ALIKE


def test_second_caller_hears_busy_and_the_call_goes_on(
    server: Server, phone: Callable[..., PhoneProcess], a_says: Path, b_says: Path, tmp_path: Path
) -> None:
    a_heard = tmp_path / "a-heard.wav"
    called = phone(server, "1001", "listen", "--calls", "1", "--max-calls", "1", "--play", b_says)
    called.wait_registered()
    caller = phone(server, "1000", "call", "1001", "--play", a_says, "--record", a_heard, "--duration", "5")
    caller.wait_event(event="call", state="confirmed")

    second = phone(server, "1002", "call", "1001", "--duration", "1")

    assert second.wait_exit() == 5, second.transcript()
    busy = second.seen(event="call", state="terminated")
    assert [event["status_code"] for event in busy] == [486]
    assert caller.is_alive
    assert caller.wait_exit() == 0, caller.transcript()
    assert tones.heard_s(a_heard, B_HZ) >= 3.0


def test_second_caller_is_answered_and_the_first_is_held(
    server: Server, phone: Callable[..., PhoneProcess], a_says: Path, b_says: Path, tmp_path: Path
) -> None:
    first_heard, second_heard = tmp_path / "first-heard.wav", tmp_path / "second-heard.wav"
    called = phone(server, "1001", "listen", "--calls", "2", "--play", b_says)
    called.wait_registered()
    timing = ("--play", a_says, "--duration", "5")
    first = phone(server, "1000", "call", "1001", *timing, "--record", first_heard)
    first.wait_event(event="call", state="confirmed")

    second = phone(server, "1002", "call", "1001", "--duration", "1.5", "--record", second_heard)

    assert second.wait_exit() == 0, second.transcript()
    first.wait_event(event="call", state="confirmed", remote_media="sendonly")
    assert first.wait_exit() == 0, first.transcript()
    assert called.wait_exit() == 0, called.transcript()
    assert tones.heard_s(second_heard, B_HZ) >= 0.6
    assert tones.heard_s(first_heard, B_HZ) >= 0.3


def test_hold_is_silence_both_ways_and_resume_ends_it(
    server: Server, phone: Callable[..., PhoneProcess], a_says: Path, b_says: Path, tmp_path: Path
) -> None:
    a_heard, b_heard = tmp_path / "a-heard.wav", tmp_path / "b-heard.wav"
    called = phone(server, "1001", "listen", "--calls", "1", "--play", b_says, "--record", b_heard)
    called.wait_registered()
    timing = ("--duration", "5", "--hold-after", "1.5", "--resume-after", "2")
    caller = phone(server, "1000", "call", "1001", "--play", a_says, "--record", a_heard, *timing)

    called.wait_event(event="call", state="confirmed", remote_media="sendonly")
    assert caller.wait_exit() == 0, caller.transcript()
    assert called.wait_exit() == 0, called.transcript()

    tones.assert_gap(a_heard, B_HZ, 2.0)
    tones.assert_gap(b_heard, A_HZ, 2.0)
