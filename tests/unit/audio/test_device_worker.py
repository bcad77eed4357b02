"""What the worker makes of a wish, told by what it publishes and what it tells the sink."""

from collections.abc import Iterator

import pytest

from softphone.audio.counters import AudioCounters
from softphone.audio.device_worker import DeviceWorker, TalkNeed, Wish
from softphone.audio.opener import Opened
from softphone.audio.stream import Shared
from softphone.audio.tones import TonePlayer
from softphone.domain.commands import ToneKind
from softphone.domain.events import AudioDevicesChanged, AudioFailed, AudioRouteChanged
from tests.helpers.sound_cards import FakeSoundCards, a_device
from tests.helpers.waiting import wait_for

MIC = a_device("mic", inputs=1, default=True)
HEADSET = a_device("headset", inputs=1, outputs=2)
SPEAKER = a_device("speaker", outputs=2, default=True)


class Bench:
    """A worker over fake cards."""

    def __init__(self, cards: FakeSoundCards) -> None:
        self.cards = cards
        self.events: list = []
        self.published: list[Opened | None] = []
        self.tones, self.ring_tones = TonePlayer(), TonePlayer()
        self.worker = DeviceWorker(
            cards,
            self.events.append,
            shared=Shared(AudioCounters()),
            tones=self.tones,
            ring_tones=self.ring_tones,
            publish=self.published.append,
        )
        self.worker.start()
        self.worker.scanned.wait(2)

    def events_of(self, kind: type) -> list:
        return [event for event in self.events if isinstance(event, kind)]

    def routed(self, **expected: object) -> bool:
        """True where the last route of that role is as expected."""
        routes = [one for one in self.events_of(AudioRouteChanged) if one.role == expected["role"]]
        return bool(routes) and all(getattr(routes[-1], name) == value for name, value in expected.items())


@pytest.fixture
def bench(request: pytest.FixtureRequest) -> Iterator[Bench]:
    cards = getattr(request, "param", None) or FakeSoundCards(MIC, HEADSET, SPEAKER)
    bench = Bench(cards)
    yield bench
    cards.may_close.set()
    assert bench.worker.stop(5)
    assert not cards.open_streams


def test_nothing_is_open_until_it_is_wanted(bench: Bench) -> None:
    changed = wait_for(lambda: bench.events_of(AudioDevicesChanged))[0]
    assert [device.name for device in changed.devices] == ["mic", "headset", "speaker"]
    assert not bench.cards.open_streams
    bench.worker.want(Wish(talking=True))
    wait_for(lambda: bench.routed(role="output", used="speaker", fallback=False))
    wait_for(lambda: bench.published and bench.published[-1])
    bench.worker.want(Wish())
    wait_for(lambda: not bench.cards.open_streams)
    assert bench.published[-1] is None


def test_an_unplugged_headset_falls_back_and_comes_back(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("softphone.audio.device_worker.DEAD_S", 0.1)
    monkeypatch.setattr("softphone.audio.device_worker.RETRY_S", 0.1)
    signature = ["with headset"]
    monkeypatch.setattr("softphone.audio.device_worker.hardware_signature", lambda: signature[0])
    bench.worker.want(Wish(input_device="headset", output_device="headset", talking=True))
    wait_for(lambda: bench.routed(role="output", used="headset"))
    signature[0] = "without"
    bench.cards.unplug("headset")
    wait_for(lambda: bench.routed(role="output", wanted="headset", used="speaker", fallback=True))
    assert bench.routed(role="input", wanted="headset", used="mic", fallback=True)
    bench.cards.plug(HEADSET)
    signature[0] = "with headset"
    wait_for(lambda: bench.routed(role="output", wanted="headset", used="headset", fallback=False))
    assert not bench.events_of(AudioFailed)


def test_a_moved_stream_is_noticed_by_trying_its_device(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("softphone.audio.device_worker.RETRY_S", 0.1)
    sink = a_device("sink", outputs=2)
    movable = type(sink)(
        **{**{name: getattr(sink, name) for name in sink.__struct_fields__}, "movable": True}
    )
    bench = Bench(FakeSoundCards(MIC, movable, SPEAKER))
    bench.worker.want(Wish(output_device="sink", talking=True))
    wait_for(lambda: bench.routed(role="output", used="sink"))
    # The stream plays on, but its device cannot be opened any more.
    bench.cards.found = [MIC, SPEAKER]
    wait_for(lambda: bench.routed(role="output", wanted="sink", used="speaker", fallback=True))
    assert bench.worker.stop(5)


@pytest.mark.parametrize("bench", [FakeSoundCards()], indirect=True)
def test_without_devices_each_failure_is_told_once(bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("softphone.audio.device_worker.RETRY_S", 0.05)
    bench.worker.want(Wish(talking=True))
    wait_for(lambda: len(bench.events_of(AudioFailed)) == 2)
    scans = bench.cards.scans
    bench.worker.rescan()
    wait_for(lambda: bench.cards.scans > scans)
    assert sorted(event.code for event in bench.events_of(AudioFailed)) == ["no_input", "no_output"]
    bench.cards.plug(MIC)
    bench.cards.plug(SPEAKER)
    bench.worker.rescan()
    wait_for(lambda: bench.routed(role="input", used="mic"))


def test_a_digit_nothing_could_play_is_forgotten_but_a_bell_is_not() -> None:
    bench = Bench(FakeSoundCards(MIC))
    bench.tones.play(ToneKind.DTMF, "1")
    bench.worker.want(Wish(tone=True))
    wait_for(lambda: not bench.tones.active)
    assert [event.code for event in bench.events_of(AudioFailed)] == ["no_output"]
    bench.tones.play(ToneKind.BUSY)
    bench.tones.give_up()
    assert bench.tones.active
    assert bench.worker.stop(5)


def test_a_microphone_plugged_into_a_running_call_is_taken(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("softphone.audio.device_worker.RETRY_S", 0.1)
    signature = ["bare"]
    monkeypatch.setattr("softphone.audio.device_worker.hardware_signature", lambda: signature[0])
    bench = Bench(FakeSoundCards(SPEAKER))
    bench.worker.want(Wish(talking=True))
    wait_for(lambda: bench.routed(role="output", used="speaker"))
    bench.cards.plug(MIC)
    signature[0] = "with microphone"
    wait_for(lambda: bench.routed(role="input", used="mic"))
    assert bench.worker.stop(5)


def test_ringing_opens_its_own_device_and_only_while_it_rings(bench: Bench) -> None:
    bench.ring_tones.play(ToneKind.RING)
    bench.worker.want(Wish(ring_device="headset", ringing=True))
    wait_for(lambda: bench.routed(role="ring", used="headset"))
    wait_for(lambda: bench.cards.peak("headset") > 3000)
    bench.ring_tones.stop()
    bench.worker.want(Wish(ring_device="headset"))
    wait_for(lambda: not bench.cards.open_streams)


def test_a_device_that_will_not_close_is_left_alone_until_it_does(
    bench: Bench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("softphone.audio.device_worker.close_streams", lambda streams: hung(streams))

    def hung(streams: list) -> object:
        from softphone.audio.opener import close_streams

        return close_streams(streams, limit_s=0.05)

    bench.worker.want(Wish(talking=True))
    wait_for(lambda: bench.published and bench.published[-1])
    bench.cards.may_close.clear()
    bench.worker.want(Wish(input_device="headset", talking=True))
    wait_for(lambda: [event.detail for event in bench.events_of(AudioFailed)] == ["hanging"])
    bench.cards.may_close.set()
    wait_for(lambda: bench.routed(role="input", used="headset"))


def test_what_a_wish_needs() -> None:
    assert TalkNeed.of(Wish()) is None
    assert TalkNeed.of(Wish(levels=True)) == TalkNeed("", None, False)
    assert TalkNeed.of(Wish(tone=True)) == TalkNeed(None, "", False)
    assert TalkNeed.of(Wish(talking=True, tone=True)) == TalkNeed("", "", True)
