"""Recordings by the real engine: two channels by their tones, gaps that stay, files that cannot be."""

from __future__ import annotations

import resource
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from softphone.domain.commands import (
    Hangup,
    RecordingFormat,
    SetConference,
    SetHold,
    SetMute,
    Shutdown,
    StartRecording,
    StopRecording,
)
from softphone.domain.events import (
    CommandFailed,
    ConferenceChanged,
    MediaChanged,
    RecordingChanged,
    RecordingFailed,
)
from tests.helpers import tones
from tests.helpers.baresip import Baresip
from tests.helpers.engine_driver import EngineDriver
from tests.helpers.engine_sound import (
    connect,
    dial,
    heard_from_now,
    levels_dbfs,
    start_engine,
    state,
)
from tests.helpers.kamailio import Kamailio
from tests.helpers.phone_process import RegistrarProcess
from tests.helpers.waiting import wait_for
from tests.interop.conftest import B_HZ

TONES_HZ = (440.0, B_HZ, 1700.0)
NOTICE_HZ = 1400.0
PRESENT_DBFS, ABSENT_DBFS = -26.0, -45.0

pytestmark = pytest.mark.timeout(120)

Phones = list[EngineDriver]
Channels = tuple[tones.Samples, tones.Samples]


@pytest.fixture
def start_phones(tmp_path: Path, stack: ExitStack, registrar: RegistrarProcess) -> Callable[[int], Phones]:
    """Phones 1000, 1001 …, each saying its own tone; the first has called every other as ``to-<n>``."""

    def start(count: int) -> Phones:
        phones = [
            start_engine(
                tmp_path,
                stack,
                f"100{index}",
                registrar.port,
                says=tones.tone(TONES_HZ[index], 90.0, level_dbfs=-15.0),
            )
            for index in range(count)
        ]
        for index in range(1, count):
            connect(phones[0], phones[index], f"100{index}", registrar.port, f"to-{index}")
        return phones

    return start


@pytest.fixture
def pair(start_phones: Callable[[int], Phones]) -> Phones:
    """Two phones in a call."""
    return start_phones(2)


def start(engine: EngineDriver, path: Path, kind: RecordingFormat = RecordingFormat.WAV) -> None:
    """Record the call with the second phone and wait until it runs."""
    mark = engine.send(StartRecording(key="to-1", path=str(path), format=kind))
    assert engine.wait(RecordingChanged, since=mark).path == str(path)


def stop(engine: EngineDriver) -> RecordingChanged:
    """Finish the file."""
    mark = engine.send(StopRecording(key="to-1"))
    return engine.wait(RecordingChanged, since=mark)


def channels(path: Path) -> Channels:
    """(me, them) of a finished recording."""
    samples: npt.NDArray[np.float32]
    samples, rate_hz = soundfile.read(path, dtype="float32")
    assert rate_hz == tones.RATE_HZ
    return samples[:, 0], samples[:, 1]


def heard(samples: tones.Samples) -> set[float]:
    """The tones that are in ``samples``."""
    levels = dict(zip(TONES_HZ, levels_dbfs(samples, TONES_HZ), strict=True))
    assert all(level > PRESENT_DBFS or level < ABSENT_DBFS for level in levels.values()), levels
    return {frequency_hz for frequency_hz, level in levels.items() if level > PRESENT_DBFS}


def between(samples: tones.Samples, start_s: float, end_s: float) -> tones.Samples:
    return samples[int(start_s * tones.RATE_HZ) : int(end_s * tones.RATE_HZ)]


@pytest.mark.cell("recording", "registrar")
@pytest.mark.parametrize("kind", list(RecordingFormat))
def test_both_sides_each_on_its_channel(pair: Phones, tmp_path: Path, kind: RecordingFormat) -> None:
    path = tmp_path / "folder to make" / f"call.{kind.value}"
    start(pair[0], path, kind)
    heard_from_now(pair[:1])
    told = stop(pair[0])
    assert told.path == ""
    me, them = channels(path)
    assert told.duration_s == pytest.approx(len(me) / tones.RATE_HZ, abs=0.1)
    assert told.duration_s >= 2.0
    assert (heard(me), heard(them)) == ({TONES_HZ[0]}, {TONES_HZ[1]})


@pytest.mark.cell("recording", "kamailio")
@pytest.mark.cell("recording", "baresip")
def test_a_call_with_baresip_through_kamailio(
    tmp_path: Path, stack: ExitStack, kamailio: Kamailio, baresip: Callable[..., Baresip]
) -> None:
    baresip("1100", server=kamailio)  # says B_HZ and answers by itself
    says = tones.tone(TONES_HZ[0], 60.0, level_dbfs=-15.0)
    host = start_engine(tmp_path, stack, "1000", kamailio.port, says=says)
    dial(host, "1100", kamailio.port, "to-1")
    start(host, tmp_path / "call.flac", RecordingFormat.FLAC)
    heard_from_now([host])
    stop(host)
    me, them = channels(tmp_path / "call.flac")
    assert (heard(me), heard(them)) == ({TONES_HZ[0]}, {B_HZ})


def test_mute_and_hold_are_silence_and_time_stays_right(pair: Phones, tmp_path: Path) -> None:
    path = tmp_path / "call.wav"
    host = pair[0]
    start(host, path)
    heard_from_now(pair[:1], 1.0)
    host.send(SetMute(key="to-1", muted=True))
    heard_from_now(pair[:1], 1.0)
    host.send(SetMute(key="to-1", muted=False))
    heard_from_now(pair[:1], 1.0)
    for held in (True, False):
        mark = host.send(SetHold(key="to-1", held=held))
        host.wait(MediaChanged, since=mark)
        heard_from_now(pair[:1], 1.0)
    stop(host)
    me, them = channels(path)
    gaps = [gap for gap in tones.silences_s(me, tones.RATE_HZ) if gap[1] > 0.8]
    assert len(gaps) == 2  # mute, hold
    (mute_at_s, mute_s), (hold_at_s, hold_s) = gaps
    assert heard(between(them, mute_at_s + 0.3, mute_at_s + mute_s - 0.3)) == {TONES_HZ[1]}
    assert heard(between(them, hold_at_s + 0.3, hold_at_s + hold_s - 0.3)) == set()
    for side, frequency_hz in ((me, TONES_HZ[0]), (them, TONES_HZ[1])):
        assert heard(between(side, hold_at_s + hold_s + 0.5, len(side))) == {frequency_hz}


def test_in_a_conference_they_are_this_party_only(
    start_phones: Callable[[int], Phones], tmp_path: Path
) -> None:
    phones = start_phones(3)
    mark = phones[0].send(SetConference(keys=("to-1", "to-2")))
    phones[0].wait(ConferenceChanged, since=mark)
    start(phones[0], tmp_path / "call.wav")
    mark = phones[0].send(StartRecording(key="to-2", path=str(tmp_path / "other.wav")))
    phones[0].wait(RecordingChanged, since=mark)
    heard_from_now(phones[:1])
    mark = phones[0].send(StopRecording(key="to-2"))
    phones[0].wait(RecordingChanged, since=mark)
    stop(phones[0])
    for name, theirs_hz in (("call.wav", TONES_HZ[1]), ("other.wav", TONES_HZ[2])):
        me, them = channels(tmp_path / name)
        assert (heard(me), heard(them)) == ({TONES_HZ[0]}, {theirs_hz})


def test_both_sides_hear_the_notice_before_it_runs(pair: Phones, tmp_path: Path) -> None:
    host = pair[0]
    heard_from_now(pair[:1], 0.5)
    host.send(StartRecording(key="to-1", path=str(tmp_path / "call.wav"), notice=True))
    host.wait(RecordingChanged)
    heard_from_now(pair, 1.0)
    stop(host)
    for phone in pair:
        wait_for(
            lambda phone=phone: 0.3 <= tone_s(phone.record_path, NOTICE_HZ) <= 0.8,
            5.0,
            what="half a second of 1400 Hz",
        )
    for side in channels(tmp_path / "call.wav"):
        assert tones.tone_level_dbfs(between(side, 0.1, 1.0), tones.RATE_HZ, NOTICE_HZ) < ABSENT_DBFS


def tone_s(path: Path, frequency_hz: float) -> float:
    """For how long a tone is in a file beside whatever else is there."""
    samples, rate_hz = tones.read_wav(path)
    size = rate_hz // 10
    pieces = [samples[at : at + size] for at in range(0, len(samples) - size + 1, size)]
    return 0.1 * sum(tones.tone_level_dbfs(piece, rate_hz, frequency_hz) > PRESENT_DBFS for piece in pieces)


def test_the_end_of_the_call_finishes_the_file_and_so_does_the_end_of_the_engine(
    pair: Phones, tmp_path: Path, registrar: RegistrarProcess
) -> None:
    host = pair[0]
    start(host, tmp_path / "first.wav")
    heard_from_now(pair[:1], 1.0)
    mark = host.send(Hangup(key="to-1"))
    assert host.wait(RecordingChanged, since=mark).duration_s > 1.0
    state(host, "to-1", "terminated")
    connect(host, pair[1], "1001", registrar.port, "again")
    mark = host.send(StartRecording(key="again", path=str(tmp_path / "second.flac")))
    host.wait(RecordingChanged, since=mark)
    heard_from_now(pair[:1], 1.0)
    mark = host.send(Shutdown())
    wait_for(lambda: not host.is_alive, 6.0)
    assert host.process.returncode == 0
    assert host.wait(RecordingChanged, since=mark).duration_s > 1.0
    for name in ("first.wav", "second.flac"):
        assert heard(channels(tmp_path / name)[1]) == {TONES_HZ[1]}


def test_an_engine_that_is_killed_leaves_what_was_recorded(pair: Phones, tmp_path: Path) -> None:
    start(pair[0], tmp_path / "call.wav")
    heard_from_now(pair[:1], 3.0)
    pair[0].process.kill()
    wait_for(lambda: not pair[0].is_alive, 5.0)
    me, them = channels(tmp_path / "call.wav")
    assert len(me) >= 1.5 * tones.RATE_HZ
    assert (heard(me), heard(them)) == ({TONES_HZ[0]}, {TONES_HZ[1]})


def test_a_full_disk_ends_the_recording_and_not_the_call(pair: Phones, tmp_path: Path) -> None:
    host, path = pair[0], tmp_path / "call.wav"
    start(host, path)
    # Stands for a disk with room for some seconds more; what the engine heard so far is shorter.
    unlimited = resource.RLIM_INFINITY
    resource.prlimit(host.pid, resource.RLIMIT_FSIZE, (260_000, unlimited))
    failed = host.wait(RecordingFailed, timeout_s=20.0)
    assert (failed.key, failed.path, failed.code) == ("to-1", str(path), "full")
    ended = host.wait(RecordingChanged, lambda event: event.path == "")
    assert ended.duration_s > 1.0
    assert heard(channels(path)[1]) == {TONES_HZ[1]}
    resource.prlimit(host.pid, resource.RLIMIT_FSIZE, (unlimited, unlimited))
    start(host, tmp_path / "next.wav")
    heard_from_now(pair[1:], 1.0)
    stop(host)
    assert heard(channels(tmp_path / "next.wav")[1]) == {TONES_HZ[1]}


def test_files_that_cannot_be(pair: Phones, tmp_path: Path) -> None:
    host = pair[0]
    there = tmp_path / "there.wav"
    there.write_bytes(b"yesterday")
    for path, code in (
        (there, "file"),
        (there / "below.wav", "folder"),
        (Path("/sys/kernel/recordings/call.wav"), "read_only"),
    ):
        mark = host.send(StartRecording(key="to-1", path=str(path)))
        failed = host.wait(RecordingFailed, since=mark)
        assert (failed.path, failed.code) == (str(path), code)
    assert there.read_bytes() == b"yesterday"
    for command in (StopRecording(key="to-1"), StartRecording(key="nobody", path=str(tmp_path / "a.wav"))):
        mark = host.send(command)
        host.wait(CommandFailed, since=mark)
    start(host, tmp_path / "call.wav")
    mark = host.send(StartRecording(key="to-1", path=str(tmp_path / "twice.wav")))
    assert host.wait(CommandFailed, since=mark).command == "StartRecording"
    heard_from_now(pair[:1], 1.0)
    stop(host)
    assert heard(channels(tmp_path / "call.wav")[1]) == {TONES_HZ[1]}
