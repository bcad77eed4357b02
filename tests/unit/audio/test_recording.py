"""Recordings: two channels in every format, what is there after a crash, and what can go wrong."""

from __future__ import annotations

import contextlib
import errno
import subprocess
import sys
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import soundfile

from softphone.audio.recording import ThreadedRecording, failure_code
from softphone.domain.commands import RecordingFormat
from softphone.domain.media import FRAME_SAMPLES, SAMPLE_RATE_HZ
from softphone.domain.sound import RecordingNews
from tests.helpers.tones import tone, tone_level_dbfs
from tests.helpers.waiting import wait_for

ME_HZ, THEM_HZ = 440.0, 1000.0
LIMIT_S = 10.0


class Bench:
    """One recording and its news."""

    def __init__(self, path: Path, kind: RecordingFormat = RecordingFormat.WAV) -> None:
        self.path = path
        self.news: list[RecordingNews] = []
        self.file = ThreadedRecording(str(path), kind, self.news.append)

    def record(self, frames: int) -> None:
        """Two tones, each side its own."""
        for me, them in zip(speech(ME_HZ, frames), speech(THEM_HZ, frames), strict=True):
            self.file.put(me, them)

    def states(self) -> list[str]:
        return [news.state for news in self.news]

    def finish(self) -> RecordingNews:
        self.file.finish()
        assert self.file.wait(LIMIT_S)
        return self.news[-1]


def speech(frequency_hz: float, frames: int) -> list[bytes]:
    samples = (tone(frequency_hz, frames * FRAME_SAMPLES / SAMPLE_RATE_HZ) * 32767).astype("<i2")
    return [part.tobytes() for part in np.split(samples, frames)]


def played(path: Path) -> npt.NDArray[np.float32]:
    """What a player gets out of a file that may end anywhere, shape (n, 2)."""
    blocks = []
    with soundfile.SoundFile(path) as sound, contextlib.suppress(soundfile.SoundFileError):
        assert (sound.samplerate, sound.channels) == (SAMPLE_RATE_HZ, 2)
        while len(block := sound.read(1600, dtype="float32")):
            blocks.append(block)
    return np.concatenate(blocks)


def assert_two_channels(path: Path, at_least_s: float) -> None:
    samples = played(path)
    assert len(samples) >= at_least_s * SAMPLE_RATE_HZ
    middle = samples[SAMPLE_RATE_HZ // 2 : SAMPLE_RATE_HZ]
    for channel, present_hz, absent_hz in ((0, ME_HZ, THEM_HZ), (1, THEM_HZ, ME_HZ)):
        assert tone_level_dbfs(middle[:, channel], SAMPLE_RATE_HZ, present_hz) == pytest.approx(
            -15.0, abs=1.5
        )
        assert tone_level_dbfs(middle[:, channel], SAMPLE_RATE_HZ, absent_hz) < -45.0


@pytest.mark.parametrize("kind", list(RecordingFormat))
def test_we_are_left_and_they_are_right(tmp_path: Path, kind: RecordingFormat) -> None:
    bench = Bench(tmp_path / "new" / "folder" / f"a.{kind.value}", kind)
    bench.record(100)
    news = bench.finish()
    assert (news.state, news.duration_s) == ("finished", 2.0)
    assert bench.states() == ["running", "finished"]
    assert_two_channels(bench.path, 2.0 if kind is not RecordingFormat.OPUS else 1.9)


@pytest.mark.parametrize("kind", list(RecordingFormat))
def test_what_was_written_before_a_crash_can_be_played(tmp_path: Path, kind: RecordingFormat) -> None:
    bench = Bench(tmp_path / "a.file", kind)
    bench.record(200)
    wait_for(lambda: bench.file.written_s == 4.0, LIMIT_S)
    crashed = tmp_path / f"crashed.{kind.value}"
    crashed.write_bytes(bench.path.read_bytes())  # what a killed engine leaves
    assert_two_channels(crashed, 2.5)
    bench.finish()


def test_a_recording_without_sound_leaves_no_file(tmp_path: Path) -> None:
    bench = Bench(tmp_path / "a.wav")
    assert bench.finish() == RecordingNews(state="finished")
    assert not bench.path.exists()


@pytest.mark.parametrize("kind", list(RecordingFormat))
def test_a_file_that_is_there_is_never_touched(tmp_path: Path, kind: RecordingFormat) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"the recording of yesterday")
    bench = Bench(path, kind)
    assert bench.finish().code == "file"
    assert path.read_bytes() == b"the recording of yesterday"


def test_a_folder_that_cannot_be_made(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    assert Bench(tmp_path / "file" / "a.wav").finish().code == "folder"


def test_no_name_of_a_file_at_all(tmp_path: Path) -> None:
    assert Bench(Path(f"{tmp_path}/a\0b.wav")).finish().state == "failed"


@pytest.mark.skipif(not Path("/sys/kernel").is_dir(), reason="needs a folder nobody may write to")
def test_a_folder_nobody_may_write_to() -> None:
    assert Bench(Path("/sys/kernel/recordings/a.wav")).finish().code == "read_only"


@pytest.mark.parametrize(
    ("number", "code"),
    [
        (errno.ENOSPC, "full"),
        (errno.EDQUOT, "full"),
        (errno.EFBIG, "full"),
        (errno.EACCES, "read_only"),
        (errno.EROFS, "read_only"),
        (errno.EIO, "file"),
    ],
)
def test_errors_of_the_file_system_have_codes(number: int, code: str) -> None:
    assert failure_code(OSError(number, "")) == code


FILL = """
import resource, sys
from pathlib import Path
from softphone.audio.recording import ThreadedRecording
from softphone.domain.commands import RecordingFormat
news = []
recording = ThreadedRecording(sys.argv[1], RecordingFormat(sys.argv[2]), news.append)
noise = Path("/dev/urandom").open("rb")
resource.setrlimit(resource.RLIMIT_FSIZE, (60_000, resource.RLIM_INFINITY))
for _ in range(1000):
    recording.put(noise.read(640), noise.read(640))
recording.finish()
assert recording.wait(20.0)
print(*[f"{one.state}:{one.code}" for one in news])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows limits no file's size")
@pytest.mark.parametrize("kind", list(RecordingFormat))
def test_a_disk_that_is_full_is_told_and_what_fitted_is_kept(tmp_path: Path, kind: RecordingFormat) -> None:
    path = tmp_path / "a.file"
    # A process of its own: the limit on file sizes, which stands for the disk, is a process's.
    run = subprocess.run(
        [sys.executable, "-c", FILL, str(path), kind.value], capture_output=True, text=True, timeout=50
    )
    assert run.stdout.split() == ["running:", "failed:full"], run.stderr
    assert run.stderr == ""
    assert len(played(path)) > SAMPLE_RATE_HZ // 2
