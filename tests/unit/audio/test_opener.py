"""Opening: one duplex stream where it can be, two where not, the default where the wanted one is dead."""

import threading
from collections.abc import Iterator

import pytest

from softphone.audio.counters import AudioCounters
from softphone.audio.opener import Opened, Opener, close_streams
from softphone.audio.stream import Shared
from softphone.audio.tones import TonePlayer
from tests.helpers.sound_cards import FakeSoundCards, a_device

MIC = a_device("mic", inputs=1, default=True)
HEADSET = a_device("headset", inputs=1, outputs=2)
SPEAKER = a_device("speaker", outputs=2, default=True)


class Bench:
    def __init__(self) -> None:
        self.opened: list[Opened] = []

    def opener(self, cards: FakeSoundCards) -> Opener:
        opener = Opener(cards, Shared(AudioCounters()), TonePlayer(), first_beat_s=0.1)
        opener.devices = cards.scan()
        return opener

    def keep(self, opened: Opened) -> Opened:
        self.opened.append(opened)
        return opened


@pytest.fixture
def bench() -> Iterator[Bench]:
    bench = Bench()
    yield bench
    for opened in bench.opened:
        assert close_streams(opened.streams) is None


def test_wanted_devices_open_as_one_stream(bench: Bench) -> None:
    opener = bench.opener(FakeSoundCards(MIC, HEADSET, SPEAKER))
    opened = bench.keep(opener.open_talk("headset", "", talking=True))
    assert opened.duplex
    assert opened.used == {"input": "headset", "output": "speaker"}
    assert opened.capture is not None
    assert opened.playout is not None
    assert not opened.dead(0.0, 1e9)


def test_a_dead_wanted_device_gives_way_to_the_default(bench: Bench) -> None:
    cards = FakeSoundCards(MIC, HEADSET, SPEAKER)
    cards.silent.add("headset")
    opened = bench.keep(bench.opener(cards).open_talk("mic", "headset", talking=True))
    assert opened.duplex
    assert opened.used == {"input": "mic", "output": "speaker"}


def test_cards_that_cannot_be_one_stream_are_two(bench: Bench) -> None:
    opener = bench.opener(FakeSoundCards(MIC, SPEAKER, duplex=False))
    opened = bench.keep(opener.open_talk("", "", talking=True))
    assert not opened.duplex
    assert len(opened.streams) == 2
    assert opened.used == {"input": "mic", "output": "speaker"}


def test_no_microphone_leaves_the_speaker_alone_and_nothing_leaves_nothing(bench: Bench) -> None:
    opened = bench.keep(bench.opener(FakeSoundCards(SPEAKER)).open_talk("mic", "", talking=True))
    assert opened.used == {"output": "speaker"}
    assert opened.capture is None
    assert bench.opener(FakeSoundCards()).open_talk("", "", talking=True).streams == []


def test_levels_open_the_input_only_and_keep_nothing(bench: Bench) -> None:
    opened = bench.keep(bench.opener(FakeSoundCards(MIC, SPEAKER)).open_talk("", None, talking=False))
    assert opened.used == {"input": "mic"}
    assert opened.capture is None


def test_trying_a_device_aside_leaves_nothing_open(bench: Bench) -> None:
    cards = FakeSoundCards(MIC, HEADSET, SPEAKER)
    opener = bench.opener(cards)
    assert opener.works("headset", output=True)
    cards.silent.add("headset")
    assert not opener.works("headset", output=True)
    assert not opener.works("unknown", output=True)
    assert not cards.open_streams


def test_a_stream_that_never_closes_is_left_behind() -> None:
    class Hanging:
        latency_ms = 0.0

        def __init__(self) -> None:
            self.released = threading.Event()

        def close(self) -> None:
            self.released.wait(10)

    stream = Hanging()
    thread = close_streams([stream], limit_s=0.02)
    assert thread is not None
    stream.released.set()
    thread.join(5)
    assert not thread.is_alive()
