"""Files as a phone: what is played is sent, what is heard is recorded, and trouble has a code."""

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from softphone.audio.counters import AudioCounters
from softphone.audio.file_endpoint import FileAudioEndpoint
from softphone.audio.files import StreamingWavWriter, read_wav
from softphone.audio.pipeline import SILENCE
from softphone.domain.commands import AudioConfig, OutputRole, ToneKind
from softphone.domain.events import AudioFailed, LevelsMeasured
from tests.helpers.waiting import wait_for

SPEECH = (np.arange(800) * 10).astype(np.int16)  # two frames and a half


class Bench:
    def __init__(self, folder: Path) -> None:
        self.events: list = []
        self.play, self.record = folder / "play.wav", folder / "record.wav"
        writer = StreamingWavWriter(self.play)
        writer.write(SPEECH.tobytes())
        writer.close()
        self.endpoint = FileAudioEndpoint(self.events.append, AudioCounters())

    def configure(self, **changes: object) -> None:
        fields = {
            "source": "file",
            "play_path": str(self.play),
            "record_path": str(self.record),
            "echo_cancellation": False,
            "noise_suppression": False,
            "automatic_gain": False,
        }
        self.endpoint.configure(AudioConfig(**{**fields, **changes}))

    def failures(self) -> list[str]:
        return [event.code for event in self.events if isinstance(event, AudioFailed)]


@pytest.fixture
def bench(tmp_path: Path) -> Iterator[Bench]:
    bench = Bench(tmp_path)
    yield bench
    bench.endpoint.close()


def test_playing_begins_with_each_start_and_ends_in_silence(bench: Bench) -> None:
    bench.configure()
    assert bench.endpoint.read_frame() == SILENCE
    for _ in range(2):
        bench.endpoint.start()
        heard = b"".join(bench.endpoint.read_frame() for _ in range(4))
        assert np.array_equal(np.frombuffer(heard, np.int16)[:800], SPEECH)
        assert not any(heard[1600:])
        bench.endpoint.stop()


def test_the_recording_goes_on_over_several_calls_without_our_own_tones(bench: Bench) -> None:
    bench.configure()
    bench.endpoint.play_tone(ToneKind.BUSY, OutputRole.SPEAKER)
    bench.endpoint.write_frame(np.full(320, 9, np.int16).tobytes())  # no call: not heard
    for level in (100, 200):
        bench.endpoint.start()
        bench.endpoint.write_frame(np.full(320, level, np.int16).tobytes())
        bench.configure(input_gain_db=1.0)  # the same file goes on
        bench.endpoint.stop()
    bench.endpoint.stop_tone(OutputRole.SPEAKER)
    bench.endpoint.close()
    assert read_wav(bench.record).tolist() == [100] * 320 + [200] * 320


def test_the_recording_is_a_valid_file_before_it_is_closed(bench: Bench) -> None:
    bench.configure()
    bench.endpoint.start()
    for _ in range(60):
        bench.endpoint.write_frame(bytes(640))

    def frames() -> int:
        with wave.open(str(bench.record)) as reader:
            return reader.getnframes()

    wait_for(lambda: frames() == 16_000)


def test_a_bad_play_file_is_told_and_silence_is_sent(bench: Bench) -> None:
    bench.play.write_bytes(b"not a wave")
    bench.configure()
    assert bench.failures() == ["play_file"]
    bench.endpoint.start()
    assert bench.endpoint.read_frame() == SILENCE


def test_an_unwritable_recording_is_told(bench: Bench, tmp_path: Path) -> None:
    bench.configure(record_path=str(tmp_path / "no" / "such" / "folder.wav"))
    assert bench.failures() == ["record_file"]
    bench.endpoint.start()
    bench.endpoint.write_frame(bytes(640))


def test_levels_are_those_of_the_frames(bench: Bench) -> None:
    bench.configure(play_path="")
    bench.endpoint.start()
    bench.endpoint.meter(True)
    loud = np.full(320, 16_383, np.int16).tobytes()

    def measured() -> bool:
        bench.endpoint.write_frame(loud)
        return any(isinstance(event, LevelsMeasured) and event.output_dbfs > -7 for event in bench.events)

    wait_for(measured)


def test_processing_flags_are_honoured(bench: Bench) -> None:
    bench.play.write_bytes(b"")
    constant = StreamingWavWriter(bench.play)
    constant.write(np.full(16_000, 3000, np.int16).tobytes())
    constant.close()
    bench.configure(noise_suppression=True)
    bench.endpoint.start()
    heard = [bench.endpoint.read_frame() for _ in range(40)]
    assert abs(int(np.frombuffer(heard[-1], np.int16)[-1])) < 300
    assert bench.endpoint.devices() == ()
    assert bench.endpoint.measure().underruns == 0
    bench.endpoint.poll()
