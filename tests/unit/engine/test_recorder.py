"""Recordings that cross: stopped before they run, failed while ending, two of one call after another."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from softphone.domain.call import Direction
from softphone.domain.commands import RecordingFormat, StartRecording
from softphone.domain.events import AnyEvent, RecordingChanged, RecordingFailed
from softphone.domain.identity import CallerIdentity
from softphone.domain.sound import RecordingNews
from softphone.domain.uri import Party
from softphone.engine.call import CallRecord
from softphone.engine.errors import EngineError
from softphone.engine.recorder import AFTER_NOTICE_S, Recorder
from softphone.engine.schedule import Schedule

KEY = "call"
RUNNING = RecordingNews(state="running")
FINISHED = RecordingNews(state="finished", duration_s=3.0)
FULL = RecordingNews(state="failed", code="full", duration_s=2.0)


class FakeCall:
    """A call of the library's, as far as its recording is concerned."""

    def __init__(self) -> None:
        self.record = CallRecord(
            KEY, "main", Direction.INITIATOR, CallerIdentity(remote=Party(uri="sip:2@example.jp"))
        )
        self.record.was_confirmed = True


class FakeFile:
    """A recording whose news the test tells."""

    def __init__(self, path: str, tell: Callable[[RecordingNews], None]) -> None:
        self.path = path
        self.tell = tell
        self.finished = False

    def put(self, me: bytes, them: bytes) -> None:
        raise AssertionError("nobody speaks here")

    def finish(self) -> None:
        self.finished = True

    def wait(self, timeout_s: float) -> bool:
        return self.finished


class FakeBridge:
    """Which calls are tapped."""

    def __init__(self) -> None:
        self.tapped: list[str] = []

    def tap(self, call: FakeCall, take: Callable[[bytes, bytes], None]) -> None:
        self.tapped.append(call.record.key)

    def untap(self, key: str, call: FakeCall | None) -> None:
        if key in self.tapped:
            self.tapped.remove(key)


class FakeTones:
    """The notices that sounded."""

    def __init__(self) -> None:
        self.notices = 0

    def notice(self, call: FakeCall) -> None:
        self.notices += 1


class Bench:
    def __init__(self) -> None:
        self.now_s = 0.0
        self.schedule = Schedule(lambda: self.now_s)
        self.calls = {KEY: FakeCall()}
        self.events: list[AnyEvent] = []
        self.files: list[FakeFile] = []
        self.bridge, self.tones = FakeBridge(), FakeTones()
        self.recorder = Recorder(
            bridge=self.bridge,  # type: ignore[arg-type]
            tones=self.tones,  # type: ignore[arg-type]
            schedule=self.schedule,
            emit=self.events.append,
            find=self.calls.get,  # type: ignore[arg-type]
            open_recording=self._open,
        )

    def start(self, path: str = "a.wav", notice: bool = False) -> FakeFile:
        self.recorder.start(StartRecording(key=KEY, path=path, notice=notice))
        return self.files[-1]

    def _open(self, path: str, kind: RecordingFormat, tell: Callable[[RecordingNews], None]) -> FakeFile:
        self.files.append(FakeFile(path, tell))
        return self.files[-1]


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_it_runs_when_the_file_is_there_and_ends_when_it_is_written(bench: Bench) -> None:
    file = bench.start()
    assert bench.events == []
    file.tell(RUNNING)
    assert bench.bridge.tapped == [KEY]
    bench.recorder.stop(KEY)
    assert bench.bridge.tapped == []
    assert bench.recorder.is_finishing
    file.tell(FINISHED)
    assert not bench.recorder.is_finishing
    assert bench.events == [
        RecordingChanged(key=KEY, path="a.wav"),
        RecordingChanged(key=KEY, path="", duration_s=3.0),
    ]


def test_stopped_before_the_file_was_open_it_never_runs(bench: Bench) -> None:
    file = bench.start()
    bench.recorder.stop(KEY)
    file.tell(RUNNING)
    assert bench.bridge.tapped == []
    file.tell(FINISHED)
    assert bench.events == [RecordingChanged(key=KEY, path="", duration_s=3.0)]


def test_it_begins_after_the_notice_unless_the_call_ends_in_it(bench: Bench) -> None:
    bench.start(notice=True).tell(RUNNING)
    assert (bench.tones.notices, bench.bridge.tapped) == (1, [])
    bench.now_s = AFTER_NOTICE_S
    bench.schedule.run_due()
    assert bench.bridge.tapped == [KEY]
    bench.recorder.ended(KEY)
    bench.start(notice=True).tell(RUNNING)
    bench.recorder.ended(KEY)
    bench.now_s += AFTER_NOTICE_S
    bench.schedule.run_due()
    assert bench.bridge.tapped == []


def test_a_failure_on_the_way_is_told_with_what_was_kept(bench: Bench) -> None:
    file = bench.start()
    file.tell(RUNNING)
    file.tell(FULL)
    assert bench.bridge.tapped == []
    assert bench.events[1:] == [
        RecordingFailed(key=KEY, path="a.wav", code="full"),
        RecordingChanged(key=KEY, path="", duration_s=2.0),
    ]
    with pytest.raises(EngineError):
        bench.recorder.stop(KEY)


def test_one_that_fails_while_it_ends_leaves_the_next_alone(bench: Bench) -> None:
    first = bench.start()
    first.tell(RUNNING)
    bench.recorder.stop(KEY)
    bench.start("b.wav").tell(RUNNING)
    first.tell(FULL)
    assert bench.bridge.tapped == [KEY]
    bench.recorder.stop(KEY)
    assert bench.files[-1].finished


def test_a_call_that_is_gone_is_not_tapped(bench: Bench) -> None:
    file = bench.start()
    bench.calls.clear()
    file.tell(RUNNING)
    assert bench.bridge.tapped == []
