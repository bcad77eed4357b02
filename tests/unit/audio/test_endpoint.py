"""The route: devices or files, and a change of source in a running call."""

from pathlib import Path

import numpy as np
import pytest

from softphone.audio.endpoint import RoutedAudioEndpoint
from softphone.audio.files import StreamingWavWriter
from softphone.audio.pipeline import SILENCE
from softphone.domain.commands import AudioConfig, OutputRole, ToneKind
from softphone.domain.events import AudioMeasured
from softphone.domain.sound import AudioEndpoint
from tests.helpers.sound_cards import FakeSoundCards, a_device
from tests.helpers.waiting import wait_for

PLAIN = {"echo_cancellation": False, "noise_suppression": False, "automatic_gain": False}


def test_before_the_first_configuration_everything_is_silence() -> None:
    endpoint: AudioEndpoint = RoutedAudioEndpoint(lambda _event: None)
    endpoint.start()
    endpoint.play_tone(ToneKind.BUSY, OutputRole.SPEAKER)
    endpoint.stop_tone(OutputRole.SPEAKER)
    endpoint.meter(False)
    endpoint.write_frame(SILENCE)
    endpoint.poll()
    endpoint.stop()
    assert endpoint.read_frame() == SILENCE
    assert endpoint.devices() == ()
    assert endpoint.measure() == AudioMeasured()
    endpoint.close()


def test_the_source_changes_in_a_call(tmp_path: Path) -> None:
    play = tmp_path / "play.wav"
    writer = StreamingWavWriter(play)
    writer.write(np.full(320, 77, np.int16).tobytes())
    writer.close()
    cards = FakeSoundCards(a_device("mic", inputs=1, default=True), a_device("out", outputs=1, default=True))
    endpoint = RoutedAudioEndpoint(lambda _event: None, cards=cards)
    endpoint.configure(AudioConfig(**PLAIN))
    endpoint.start()

    def heard() -> int:
        return int(np.frombuffer(endpoint.read_frame(), np.int16)[-1])

    wait_for(lambda: heard() == pytest.approx(1000, abs=20))
    endpoint.configure(AudioConfig(source="file", play_path=str(play), **PLAIN))
    assert not cards.open_streams
    assert heard() == 77
    endpoint.configure(AudioConfig(**PLAIN))
    wait_for(lambda: heard() == pytest.approx(1000, abs=20))
    endpoint.close()
    assert not cards.open_streams
    assert endpoint.read_frame() == SILENCE
