"""The one place where Python sits in the audio path: a bridge port that swaps frames with the endpoint.

    bridge ─(onFrameReceived)─▸ endpoint.write_frame        what the far sides say
    bridge ◂─(onFrameRequested)─ endpoint.read_frame        what the microphone says

Runs on pjmedia's clock thread: it must never raise, log, lock or touch a pj object but the frame given.
``bytes(byte_vector)`` takes 350 µs for a frame, reading the vector's own pointers with ctypes about 1 µs;
a self-check at start-up decides, with the slow way as fall-back.
"""

from __future__ import annotations

import ctypes
import time
from array import array

import pjsua2 as pj

from softphone.domain.media import FRAME_BYTES, FRAME_MS, SAMPLE_RATE_HZ
from softphone.domain.sound import AudioEndpoint
from softphone.engine.errors import LOGGER, pj_call

SILENCE = bytes(FRAME_BYTES)
_FRAME_S = FRAME_MS / 1000
_WINDOW_FRAMES = 100  # 2 s
_LATE_S = 0.010
_RESYNC_S = 0.200


def _read_by_pointer(vector: pj.ByteVector, size: int) -> bytes:
    """The vector's first ``size`` bytes; std::vector begins with the pointer to its data."""
    return ctypes.string_at(ctypes.c_void_p.from_address(int(vector.this)).value or 0, size)


def _read_slowly(vector: pj.ByteVector, size: int) -> bytes:
    return bytes(vector)[:size]


def _write_by_pointer(vector: pj.ByteVector, data: bytes) -> None:
    ctypes.memmove(ctypes.c_void_p.from_address(int(vector.this)).value or 0, data, len(data))


def pointer_access_works() -> bool:
    """True where a ByteVector can be read and written through its own pointers on this build.

    The layout is checked before any pointer is followed: begin and end must lie exactly one frame apart.
    """
    try:
        pattern = bytes(index * 7 % 256 for index in range(FRAME_BYTES))
        vector = pj.ByteVector(list(pattern))
        address = int(vector.this)
        begin = ctypes.c_void_p.from_address(address).value or 0
        end = ctypes.c_void_p.from_address(address + ctypes.sizeof(ctypes.c_void_p)).value or 0
        if not begin or end - begin != FRAME_BYTES:
            return False
        if _read_by_pointer(vector, FRAME_BYTES) != pattern:
            return False
        turned = pattern[::-1]
        _write_by_pointer(vector, turned)
        return bytes(vector) == turned
    except (AttributeError, TypeError, ValueError, OverflowError):
        return False


def frame_format() -> pj.MediaFormatAudio:
    """The format of every port of ours: 20 ms of int16 mono at 16 kHz."""
    form = pj.MediaFormatAudio()
    form.init(pj.PJMEDIA_FORMAT_PCM, SAMPLE_RATE_HZ, 1, FRAME_MS * 1000, 16)
    return form


class Lateness:
    """How far the bridge's frames fall from the 20 ms grid. One writer, one reader, no lock."""

    def __init__(self) -> None:
        self.late_frames = 0
        self.frames = 0
        self._due_s = 0.0
        self._window = array("d", bytes(8 * _WINDOW_FRAMES))

    def tick(self, now_s: float) -> None:
        """A frame was asked for at ``now_s``. Thread: media clock."""
        off_s = now_s - self._due_s
        if off_s > _RESYNC_S or off_s < -_RESYNC_S:
            self._due_s = now_s
            off_s = 0.0
        self._due_s += _FRAME_S
        if off_s < 0.0:
            # The grid was set by a late frame: an early one moves it.
            self._due_s += off_s
            off_s = 0.0
        self._window[self.frames % _WINDOW_FRAMES] = off_s
        self.frames += 1
        if off_s > _LATE_S:
            self.late_frames += 1

    def p99_ms(self) -> float:
        """99th percentile over the last 2 s, in ms. Thread: engine."""
        count = min(self.frames, _WINDOW_FRAMES)
        if not count:
            return 0.0
        return round(1000 * sorted(self._window[:count])[min(int(count * 0.99), count - 1)], 3)


class MediaPort(pj.AudioMediaPort):
    """The phone's microphone and loudspeaker, as the conference bridge sees them.

    ``said`` is the last frame the bridge asked for.
    """

    def __init__(self, endpoint: AudioEndpoint) -> None:
        super().__init__()
        self._read_frame = endpoint.read_frame
        self._write_frame = endpoint.write_frame
        self.lateness = Lateness()
        self.failures = 0
        self.said = SILENCE
        self._out = pj.ByteVector(list(SILENCE))
        self.fast = pointer_access_works()
        self._read_vector = _read_by_pointer if self.fast else _read_slowly
        if not self.fast:
            LOGGER.warning("frames are read slowly: the vector's layout is not the expected one")

    def open(self) -> None:
        """Join the bridge. Errors: EngineError. Thread: engine."""
        pj_call(self.createPort, "phone", frame_format())

    def onFrameRequested(self, frame: pj.MediaFrame) -> None:
        """Thread: media clock."""
        try:
            self.lateness.tick(time.perf_counter())
            data = self._read_frame()
            if len(data) != FRAME_BYTES:
                data = (data + SILENCE)[:FRAME_BYTES]
            self.said = data
            frame.type = pj.PJMEDIA_FRAME_TYPE_AUDIO
            frame.size = FRAME_BYTES
            if self.fast:
                _write_by_pointer(self._out, data)
                frame.buf = self._out
            else:
                frame.buf = pj.ByteVector(list(data))
        except Exception:  # noqa: BLE001 - nothing may leave here
            self.failures += 1

    def onFrameReceived(self, frame: pj.MediaFrame) -> None:
        """Thread: media clock."""
        try:
            self._write_frame(self.bytes_of(frame))
        except Exception:  # noqa: BLE001 - nothing may leave here
            self.failures += 1

    def bytes_of(self, frame: pj.MediaFrame) -> bytes:
        """A frame's samples; silence where nobody spoke. Thread: media clock."""
        if frame.type == pj.PJMEDIA_FRAME_TYPE_AUDIO and frame.size == FRAME_BYTES:
            return self._read_vector(frame.buf, FRAME_BYTES)
        return SILENCE
