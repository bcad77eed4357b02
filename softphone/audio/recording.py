"""Recordings of calls: two channels, we on the left, as WAV, FLAC or Opus, written beside the media clock.

    media clock ─(me, them)─▸ waiting ─▸ thread ─▸ writer ─▸ file      every half second, and at the end

WAV is ours: its header is right at every moment. FLAC and Opus (Ogg) are libsndfile's: streams, so that
what was written before a crash can be played. A file that is there already is never touched.
"""

from __future__ import annotations

import contextlib
import errno
import threading
from collections import deque
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import BinaryIO, Protocol, cast

import numpy as np
import soundfile

from softphone.audio.files import Int16, StreamingWavWriter, WavError
from softphone.domain.commands import RecordingFormat
from softphone.domain.media import FRAME_MS, SAMPLE_RATE_HZ
from softphone.domain.sound import RecordingNews

CHANNELS = 2
WRITE_EVERY_S = 0.5
LONGEST_WAITING_S = 60.0  # of sound; a disk that is further behind does not come back in time
_MOST_WAITING = int(LONGEST_WAITING_S * 1000 / FRAME_MS)
_CONTAINERS = {RecordingFormat.FLAC: ("FLAC", "PCM_16"), RecordingFormat.OPUS: ("OGG", "OPUS")}
_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_READ_ONLY = (errno.EACCES, errno.EPERM, errno.EROFS)


def failure_code(error: OSError, otherwise: str = "file") -> str:
    """What an error of the file system means for a recording: full, read_only, or ``otherwise``."""
    if error.errno in _FULL:
        return "full"
    return "read_only" if error.errno in _READ_ONLY else otherwise


class RecordingWriter(Protocol):
    """What writes one format."""

    def write(self, samples: Int16) -> None:
        """Append samples, shape (n, 2). Errors: OSError."""

    def close(self) -> None:
        """Finish the file. Errors: OSError."""


class WavRecordingWriter:
    """16 kHz PCM16."""

    def __init__(self, file: BinaryIO) -> None:
        """Errors: OSError."""
        with _plain_errors():
            self._wav = StreamingWavWriter(file, CHANNELS)

    def write(self, samples: Int16) -> None:
        """See ``RecordingWriter``."""
        with _plain_errors():
            self._wav.write(samples.astype("<i2").tobytes())

    def close(self) -> None:
        """See ``RecordingWriter``."""
        with _plain_errors():
            self._wav.close()


class _KeptError:
    """A file for libsndfile that keeps the error a write met: C only sees that nothing was written."""

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self.error: OSError | None = None
        self.seek, self.tell, self.read = file.seek, file.tell, file.read

    def write(self, data: bytes) -> int:
        """Never raises: the caller is C."""
        done = 0
        try:
            while self.error is None and done < len(data):
                done += self._file.write(data[done:])
        except OSError as error:
            self.error = error
        return done


class StreamRecordingWriter:
    """FLAC, or Opus in Ogg, at 16 kHz by libsndfile."""

    def __init__(self, file: BinaryIO, kind: RecordingFormat) -> None:
        """Errors: OSError."""
        container, subtype = _CONTAINERS[kind]
        self._file = file
        self._kept = _KeptError(file)
        with self._kept_errors():
            self._sound = soundfile.SoundFile(
                self._kept, "w", SAMPLE_RATE_HZ, CHANNELS, format=container, subtype=subtype
            )

    def write(self, samples: Int16) -> None:
        """See ``RecordingWriter``."""
        with self._kept_errors():
            self._sound.write(samples)

    def close(self) -> None:
        """See ``RecordingWriter``."""
        try:
            with self._kept_errors():
                self._sound.close()
        finally:
            self._file.close()

    @contextlib.contextmanager
    def _kept_errors(self) -> Iterator[None]:
        try:
            yield
        except (soundfile.SoundFileError, AssertionError) as error:  # it asserts that everything was written
            if self._kept.error is None:
                raise OSError(errno.EIO, str(error)) from error
        if self._kept.error is not None:
            raise self._kept.error


@contextlib.contextmanager
def _plain_errors() -> Iterator[None]:
    """WavError as the OSError it wraps."""
    try:
        yield
    except WavError as error:
        if isinstance(error.__cause__, OSError):
            raise error.__cause__ from None
        raise OSError(errno.EIO, error.detail) from error


class ThreadedRecording:
    """``RecordingFile``: frames are taken on the media clock and written by a thread of its own."""

    def __init__(self, path: str, kind: RecordingFormat, told: Callable[[RecordingNews], None]) -> None:
        self._path = Path(path)
        self._kind = kind
        self._told = told
        self._waiting: deque[tuple[bytes, bytes]] = deque()
        self._open_code = "folder"
        self._frames = 0
        self._overrun = False
        self._finishing = threading.Event()
        self._thread = threading.Thread(target=self._run, name="recording", daemon=True)
        self._thread.start()

    def put(self, me: bytes, them: bytes) -> None:
        """See ``RecordingFile``. Thread: media clock."""
        if len(self._waiting) < _MOST_WAITING:
            self._waiting.append((me, them))
        else:
            self._overrun = True

    def finish(self) -> None:
        """See ``RecordingFile``."""
        self._finishing.set()

    def wait(self, timeout_s: float) -> bool:
        """See ``RecordingFile``."""
        self._thread.join(timeout_s)
        return not self._thread.is_alive()

    @property
    def written_s(self) -> float:
        """How much sound is in the file. Thread: any."""
        return self._frames * FRAME_MS / 1000

    def _run(self) -> None:
        try:
            writer = self._open()
        except (OSError, ValueError) as error:  # ValueError: no name of a file at all
            self._tell_failure(error, self._open_code)
            return
        self._told(RecordingNews(state="running"))
        try:
            while not self._finishing.wait(WRITE_EVERY_S):
                self._write(writer)
            self._write(writer)
            writer.close()
            if not self._frames:
                self._path.unlink()
        except OSError as error:
            with contextlib.suppress(OSError):
                writer.close()
            self._tell_failure(error)
            return
        self._told(RecordingNews(state="finished", duration_s=self.written_s))

    def _open(self) -> RecordingWriter:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        self._open_code = "file"
        file = cast(BinaryIO, open(self._path, "xb+", buffering=0))  # noqa: SIM115 - closed by the writer
        try:
            if self._kind is RecordingFormat.WAV:
                return WavRecordingWriter(file)
            return StreamRecordingWriter(file, self._kind)
        except OSError:
            file.close()
            self._path.unlink()
            raise

    def _write(self, writer: RecordingWriter) -> None:
        if self._overrun:
            raise OSError(errno.ETIMEDOUT, "the disk does not keep up")
        count = len(self._waiting)
        if not count:
            return
        frames = [self._waiting.popleft() for _ in range(count)]
        sides = [b"".join(side) for side in zip(*frames, strict=True)]
        writer.write(np.stack([np.frombuffer(side, np.int16) for side in sides], axis=1))
        self._frames += count

    def _tell_failure(self, error: OSError | ValueError, otherwise: str = "file") -> None:
        code = failure_code(error, otherwise) if isinstance(error, OSError) else otherwise
        self._told(RecordingNews(state="failed", code=code, detail=str(error), duration_s=self.written_s))
