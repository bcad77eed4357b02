"""Two phones on sound devices of their own, through PortAudio, ALSA and PulseAudio; and a pulled plug."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import pytest

from tests.helpers import tones
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import PhoneProcess
from tests.helpers.pulse import RATE_HZ, PulseAudio
from tests.helpers.waiting import wait_for
from tests.interop.conftest import A_HZ, B_HZ, LONG_S

pytestmark = pytest.mark.realtime

HEARD_S = 1.5
ALIKE = 0.7  # through two sound devices, noise suppression and gain control
SPARE = "spare"


@pytest.fixture
def pulse(tmp_path: Path, stack: ExitStack, requires_peer: Callable[..., None]) -> PulseAudio:
    """Virtual phones a and b, and a spare output that is the system's default."""
    requires_peer("pulseaudio", "pactl")
    return stack.enter_context(PulseAudio(tmp_path / "pulse", ["a", "b"], [SPARE]))


@pytest.fixture
def on_devices(
    pulse: PulseAudio, kamailio: Kamailio, phone: Callable[..., PhoneProcess]
) -> Callable[..., PhoneProcess]:
    """Start a phone on the devices of virtual phone ``name``."""

    def start(name: str, user_id: str, verb: str, *arguments: str) -> PhoneProcess:
        devices = ("--input-device", f"{name}_mic", "--output-device", f"{name}_speaker")
        return phone(kamailio, user_id, verb, *arguments, *devices, environment=pulse.environment())

    return start


def test_two_phones_hear_each_other_through_sound_devices(
    pulse: PulseAudio, on_devices: Callable[..., PhoneProcess], stack: ExitStack, tmp_path: Path
) -> None:
    said_a = tones.write_wav(tmp_path / "a.wav", tones.beeps(A_HZ, LONG_S, RATE_HZ), RATE_HZ)
    said_b = tones.write_wav(tmp_path / "b.wav", tones.beeps(B_HZ, LONG_S, RATE_HZ), RATE_HZ)
    heard_a, heard_b = tmp_path / "heard-a.wav", tmp_path / "heard-b.wav"
    called = on_devices("b", "1001", "listen", "--calls", "1")
    called.wait_registered()
    caller = on_devices("a", "1000", "call", "1001", "--duration", "4")
    caller.wait_event(event="call", state="confirmed")

    stack.enter_context(pulse.feed("a", said_a))
    stack.enter_context(pulse.feed("b", said_b))
    at_a = stack.enter_context(pulse.listen("a_speaker", heard_a))
    at_b = stack.enter_context(pulse.listen("b_speaker", heard_b))
    assert caller.wait_exit() == 0, caller.transcript()
    assert called.wait_exit() == 0, called.transcript()
    at_a.stop()
    at_b.stop()

    assert tones.heard_s(heard_a, B_HZ) >= HEARD_S
    assert tones.heard_s(heard_b, A_HZ) >= HEARD_S
    assert tones.heard_s(heard_a, A_HZ) == 0.0
    assert tones.heard_s(heard_b, B_HZ) == 0.0


def test_speech_comes_through_sound_devices(
    pulse: PulseAudio,
    on_devices: Callable[..., PhoneProcess],
    stack: ExitStack,
    tmp_path: Path,
    requires_peer: Callable[..., None],
) -> None:
    requires_peer("espeak-ng")
    said = tones.speech(tmp_path / "a.wav", RATE_HZ)
    heard = tmp_path / "heard-b.wav"
    called = on_devices("b", "1001", "listen", "--calls", "1")
    called.wait_registered()
    caller = on_devices("a", "1000", "call", "1001", "--duration", "8")
    caller.wait_event(event="call", state="confirmed")

    at_b = stack.enter_context(pulse.listen("b_speaker", heard))
    stack.enter_context(pulse.feed("a", said))
    assert caller.wait_exit() == 0, caller.transcript()
    at_b.stop()

    pieces = tones.speech_pieces(said, heard)
    assert len(pieces) == 4
    assert sorted(pieces)[1] > ALIKE, pieces  # one piece may have met a gap: the machine may be busy


def test_unplugged_speaker_falls_back_and_is_told(
    pulse: PulseAudio, on_devices: Callable[..., PhoneProcess], stack: ExitStack, tmp_path: Path
) -> None:
    said_b = tones.write_wav(tmp_path / "b.wav", tones.beeps(B_HZ, LONG_S, RATE_HZ), RATE_HZ)
    heard = tmp_path / "heard-spare.wav"
    stack.enter_context(pulse.feed("b", said_b))
    called = on_devices("b", "1001", "listen", "--calls", "1")
    called.wait_registered()
    caller = on_devices("a", "1000", "call", "1001", "--duration", "12")
    caller.wait_event(event="call", state="confirmed")
    caller.wait_event(event="quality")  # two seconds of talking

    pulse.unplug("a_speaker")

    told = caller.wait_event(5.0, event="audio_route", role="output", fallback=True)
    assert told["wanted"] == "a_speaker"
    assert told["used"] != "a_speaker"
    at_spare = stack.enter_context(pulse.listen(SPARE, heard))
    wait_for(lambda: tones.heard_s(heard, B_HZ) >= HEARD_S, 6.0, what="the other side on the spare output")
    at_spare.stop()
    assert caller.is_alive
    assert caller.wait_exit() == 0, caller.transcript()
