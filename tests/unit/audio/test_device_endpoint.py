"""The device endpoint from outside: frames in and out, tones, levels, no device at all."""

from collections.abc import Iterator

import numpy as np
import pytest

from softphone.audio.counters import AudioCounters
from softphone.audio.device_endpoint import DeviceAudioEndpoint
from softphone.audio.pipeline import SILENCE
from softphone.domain.commands import AudioConfig, OutputRole, ToneKind
from softphone.domain.events import AudioFailed, LevelsMeasured
from tests.helpers.sound_cards import FakeSoundCards, a_device
from tests.helpers.waiting import wait_for

PLAIN = AudioConfig(echo_cancellation=False, noise_suppression=False, automatic_gain=False)
FRAME = np.full(320, 4000, np.int16).tobytes()


class Bench:
    def __init__(self, cards: FakeSoundCards) -> None:
        self.cards = cards
        self.events: list = []
        self.endpoint = DeviceAudioEndpoint(self.events.append, AudioCounters(), cards=cards)
        self.endpoint.configure(PLAIN)

    def frame(self) -> np.ndarray:
        """One tick of the media clock."""
        self.endpoint.write_frame(FRAME)
        return np.frombuffer(self.endpoint.read_frame(), np.int16)


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    full = (a_device("mic", inputs=1, default=True), a_device("speaker", outputs=2, default=True))
    bench = Bench(FakeSoundCards(*(getattr(request, "param", None) or full)))
    yield bench
    bench.endpoint.close()
    assert not bench.cards.open_streams


def test_both_ways(bench: Bench) -> None:
    assert bench.frame().max() == 0
    bench.endpoint.start()
    bench.endpoint.start()
    wait_for(lambda: bench.frame()[-1] == pytest.approx(1000, abs=20))
    wait_for(lambda: bench.frame() is not None and bench.cards.peak("speaker") == pytest.approx(4000, abs=80))
    measured = bench.endpoint.measure()
    assert measured.playout_fill_ms > 0
    bench.endpoint.stop()
    wait_for(lambda: not bench.cards.open_streams)
    assert bench.endpoint.read_frame() == SILENCE


def test_gains_change_in_a_call(bench: Bench) -> None:
    bench.endpoint.start()
    wait_for(lambda: bench.frame()[-1] == pytest.approx(1000, abs=20))
    louder = AudioConfig(
        echo_cancellation=False, noise_suppression=False, automatic_gain=False, input_gain_db=6.0206
    )
    bench.endpoint.configure(louder)
    wait_for(lambda: bench.frame()[-1] == pytest.approx(2000, abs=40))


def test_a_tone_opens_the_speaker_by_itself(bench: Bench) -> None:
    bench.endpoint.play_tone(ToneKind.BUSY, OutputRole.SPEAKER)
    wait_for(lambda: bench.cards.peak("speaker") > 2000)
    assert "mic" not in {name for stream in bench.cards.open_streams for name in stream.names}
    bench.endpoint.stop_tone(OutputRole.SPEAKER)
    wait_for(lambda: bench.cards.peak("speaker") == 0)
    bench.endpoint.poll()


def test_the_meter_opens_the_microphone_outside_a_call(bench: Bench) -> None:
    bench.endpoint.meter(True)
    wait_for(lambda: any(isinstance(e, LevelsMeasured) and e.input_dbfs > -31 for e in bench.events))
    bench.endpoint.meter(False)
    wait_for(lambda: not bench.cards.open_streams)


@pytest.mark.parametrize("bench", [(a_device("nothing"),)], indirect=True)
def test_no_device_at_all_is_told_once_and_the_call_goes_on(bench: Bench) -> None:
    bench.endpoint.start()
    wait_for(lambda: sum(isinstance(event, AudioFailed) for event in bench.events) == 2)
    for _ in range(20):
        assert bench.frame().max() == 0
        bench.endpoint.poll()
    assert {event.code for event in bench.events if isinstance(event, AudioFailed)} == {
        "no_input",
        "no_output",
    }


def test_the_list_of_devices(bench: Bench) -> None:
    assert [device.name for device in bench.endpoint.devices()] == ["mic", "speaker"]
    bench.cards.plug(a_device("headset", inputs=1, outputs=2))
    wait_for(lambda: "headset" in [device.name for device in bench.endpoint.devices()])


def test_a_frame_of_another_size_is_ignored(bench: Bench) -> None:
    bench.endpoint.start()
    wait_for(lambda: bench.cards.open_streams)
    bench.endpoint.write_frame(b"\x00" * 10)
    assert bench.endpoint.measure().overruns == 0
