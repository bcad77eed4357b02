"""baresip and one of our phones: both directions, each codec, hold by either side, DTMF."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from softphone.domain.dtmf import DIGITS
from tests.helpers import tones
from tests.helpers.baresip import SAMPLE_RATE_HZ as BARESIP_HZ
from tests.helpers.baresip import Baresip
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import JsonEvent, PhoneProcess
from tests.helpers.waiting import wait_for
from tests.interop.conftest import A_HZ, B_HZ

TALK_S = 2.5
ALIKE = 0.7
CODECS = ["G722", "PCMU", "PCMA"]


@pytest.mark.cell("answer", "baresip")
@pytest.mark.parametrize(("codec", "transport"), [*((codec, "udp") for codec in CODECS), ("G722", "tcp")])
def test_phone_calls_baresip(
    codec: str,
    transport: str,
    kamailio: Kamailio,
    baresip: Callable[..., Baresip],
    phone: Callable[..., PhoneProcess],
    a_says: Path,
    tmp_path: Path,
) -> None:
    heard = tmp_path / "phone-heard.wav"
    peer = baresip("1100", server=kamailio, transport=transport)
    options = ("--play", a_says, "--record", heard, "--duration", str(TALK_S), "--codec", codec)
    caller = phone(kamailio, "1000", "call", "1100", *options, transport=transport)

    assert caller.wait_exit() == 0, caller.transcript()
    peer.wait_event("CALL_CLOSED")

    _assert_tones_both_ways(heard, peer)
    assert {event["codec"] for event in caller.seen(event="quality")} == {codec}


@pytest.mark.cell("answer", "baresip")
@pytest.mark.parametrize(("codec", "transport"), [*((codec, "udp") for codec in CODECS), ("G722", "tcp")])
def test_baresip_calls_phone(
    codec: str,
    transport: str,
    kamailio: Kamailio,
    baresip: Callable[..., Baresip],
    phone: Callable[..., PhoneProcess],
    a_says: Path,
    tmp_path: Path,
) -> None:
    heard = tmp_path / "phone-heard.wav"
    called = phone(
        kamailio, "1000", "listen", "--calls", "1", "--play", a_says, "--record", heard, transport=transport
    )
    called.wait_registered()
    peer = baresip("1100", server=kamailio, transport=transport, codecs=[codec])

    peer.dial(f"sip:1000@{kamailio.server}")
    peer.wait_event("CALL_ESTABLISHED")
    called.wait_event(event="quality", codec=codec)  # comes after two seconds of talking
    peer.hangup()

    assert called.wait_exit() == 0, called.transcript()
    ended = called.seen(event="call", state="terminated")
    assert [event["reason"] for event in ended] == ["remote-bye"]
    _assert_tones_both_ways(heard, peer)


def test_phone_and_baresip_hear_each_other_speak(
    kamailio: Kamailio,
    baresip: Callable[..., Baresip],
    phone: Callable[..., PhoneProcess],
    a_speaks: Path,
    b_speaks: Path,
    tmp_path: Path,
) -> None:
    heard = tmp_path / "phone-heard.wav"
    said, said_hz = tones.read_wav(b_speaks)
    said_48k = tones.write_wav(tmp_path / "b-48k.wav", tones.resample(said, said_hz, BARESIP_HZ), BARESIP_HZ)
    peer = baresip("1100", server=kamailio, play_path=said_48k)
    options = ("--play", a_speaks, "--record", heard, "--duration", "5")
    caller = phone(kamailio, "1000", "call", "1100", *options)

    assert caller.wait_exit() == 0, caller.transcript()
    peer.wait_event("CALL_CLOSED")

    assert tones.speech_similarity(b_speaks, heard) > ALIKE
    assert tones.speech_similarity(a_speaks, peer.recordings("dec")[-1]) > ALIKE


def test_baresip_stands_alone_and_is_called_by_uri(
    kamailio: Kamailio, baresip: Callable[..., Baresip], phone: Callable[..., PhoneProcess], a_says: Path
) -> None:
    peer = baresip("lobby")

    caller = phone(kamailio, "1000", "call", peer.uri, "--play", a_says, "--duration", str(TALK_S))

    assert caller.wait_exit() == 0, caller.transcript()
    peer.wait_event("CALL_CLOSED")
    assert tones.heard_s(peer.recordings("dec")[-1], A_HZ) >= 0.6 * TALK_S


@pytest.mark.cell("held by the far side", "baresip")
def test_baresip_holds_and_resumes(
    kamailio: Kamailio,
    baresip: Callable[..., Baresip],
    phone: Callable[..., PhoneProcess],
    a_says: Path,
    tmp_path: Path,
) -> None:
    """baresip holds with sendonly and its voice goes on; held, the phone sends nothing, and then again."""
    heard = tmp_path / "phone-heard.wav"
    peer = baresip("1100", server=kamailio)
    caller = phone(kamailio, "1000", "call", "1100", "--play", a_says, "--record", heard, "--duration", "7")
    caller.wait_event(event="quality")  # two seconds of talking

    peer.hold()
    held = caller.wait_event(event="call", remote_media="sendonly")
    in_hold = caller.wait_event(event="quality", where=_later_by(held, 1.0))
    peer.resume()
    resumed = caller.wait_event(event="call", remote_media="sendrecv", where=_later_by(held, 0.0))
    talking = caller.wait_event(event="quality", where=_later_by(resumed, 1.0))

    assert caller.wait_exit() == 0, caller.transcript()
    assert in_hold["sent_packets"] == 0
    assert talking["sent_packets"] >= 80
    assert tones.heard_s(heard, B_HZ) >= 4.0
    assert tones.heard_s(peer.recordings("dec")[-1], A_HZ) >= 1.2


@pytest.mark.cell("hold and resume", "baresip")
def test_phone_holds_and_resumes_baresip(
    kamailio: Kamailio,
    baresip: Callable[..., Baresip],
    phone: Callable[..., PhoneProcess],
    a_says: Path,
    tmp_path: Path,
) -> None:
    heard = tmp_path / "phone-heard.wav"
    peer = baresip("1100", server=kamailio)
    timing = ("--duration", "6", "--hold-after", "2", "--resume-after", "2")
    caller = phone(kamailio, "1000", "call", "1100", "--play", a_says, "--record", heard, *timing)

    held = caller.wait_event(event="call", local_media="sendonly")
    resumed = caller.wait_event(event="call", local_media="sendrecv", where=_later_by(held, 0.0))
    assert caller.wait_exit() == 0, caller.transcript()

    assert 1.5 <= resumed["received_s"] - held["received_s"] <= 2.5
    tones.assert_gap(heard, B_HZ, resumed["received_s"] - held["received_s"])
    assert tones.heard_s(peer.recordings("dec")[-1], A_HZ) >= 1.2


@pytest.mark.cell("DTMF telephone-event", "baresip")
def test_every_dtmf_digit_arrives_in_order(
    kamailio: Kamailio, baresip: Callable[..., Baresip], phone: Callable[..., PhoneProcess], a_says: Path
) -> None:
    peer = baresip("1100", server=kamailio)

    caller = phone(kamailio, "1000", "call", "1100", "--play", a_says, "--dtmf", DIGITS, "--duration", "6")

    wait_for(lambda: len(peer.received_digits()) >= len(DIGITS), 12.0, what="sixteen digits")
    assert caller.wait_exit() == 0, caller.transcript()
    assert peer.received_digits() == DIGITS


def _later_by(earlier: JsonEvent, delay_s: float) -> Callable[[JsonEvent], bool]:
    return lambda event: float(event["received_s"]) > float(earlier["received_s"]) + delay_s


def _assert_tones_both_ways(phone_heard: Path, peer: Baresip) -> None:
    peer_heard = peer.recordings("dec")[-1]
    assert tones.heard_s(phone_heard, B_HZ) >= 0.6 * TALK_S
    assert tones.heard_s(peer_heard, A_HZ) >= 0.6 * TALK_S
    assert tones.heard_share(phone_heard, B_HZ) > 0.9
    assert tones.heard_share(peer_heard, A_HZ) > 0.9
