"""WAV files: any kind in, 16 kHz int16 mono out; and a writer whose file is valid at every moment.

Source: Multimedia Programming Interface and Data Specifications 1.0 (RIFF/WAVE); WAVE_FORMAT_EXTENSIBLE.
"""

from __future__ import annotations

import os
import struct
from pathlib import Path
from typing import BinaryIO

import numpy as np
import numpy.typing as npt
import samplerate

from softphone.audio.gain import FULL_SCALE
from softphone.audio.ring import Samples
from softphone.domain.media import SAMPLE_RATE_HZ

_PCM, _FLOAT, _EXTENSIBLE = 1, 3, 0xFFFE
_LONGEST_BYTES = 512 * 1024 * 1024
_HEADER = struct.Struct("<4sI4s4sIHHIIHH4sI")
Int16 = npt.NDArray[np.int16]


class WavError(Exception):
    """A file that cannot be played or written.

    ``code``: not_found, not_readable, not_wav, not_supported, empty, too_long, not_writable.
    """

    def __init__(self, code: str, detail: str = "") -> None:
        super().__init__(f"{code}: {detail}" if detail else code)
        self.code = code
        self.detail = detail


def read_wav(path: str | os.PathLike[str]) -> Int16:
    """The whole file as 16 kHz int16 mono; channels are averaged.

    8, 16, 24 and 32 bit integers, 32 and 64 bit floats. A data chunk shorter than it says (its writer was
    killed) is taken as far as it goes. Errors: WavError.
    """
    data = _read_bytes(Path(path))
    kind, channels, rate_hz, bits, payload = _chunks(data)
    samples = _decode(payload, kind, bits)
    samples = samples[: len(samples) // channels * channels].reshape(-1, channels)
    mono = samples.mean(axis=1, dtype=np.float32) if channels > 1 else samples[:, 0]
    if not len(mono):
        raise WavError("empty")
    mono = np.nan_to_num(mono, copy=False, posinf=0.0, neginf=0.0)
    if rate_hz != SAMPLE_RATE_HZ:
        mono = samplerate.resample(mono, SAMPLE_RATE_HZ / rate_hz, "sinc_best")
    samples_int16: Int16 = np.clip(np.rint(mono * 32768.0), -32768, FULL_SCALE).astype(np.int16)
    return samples_int16


def _read_bytes(path: Path) -> bytes:
    try:
        if path.stat().st_size > _LONGEST_BYTES:
            raise WavError("too_long", str(path))
        return path.read_bytes()
    except FileNotFoundError as error:
        raise WavError("not_found", str(path)) from error
    except (OSError, ValueError) as error:
        raise WavError("not_readable", str(error)) from error


def _chunks(data: bytes) -> tuple[int, int, int, int, bytes]:
    """(format tag, channels, rate, bits, samples) of a RIFF/WAVE file."""
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise WavError("not_wav")
    layout: tuple[int, int, int, int] | None = None
    position = 12
    while position + 8 <= len(data):
        name = data[position : position + 4]
        (size,) = struct.unpack_from("<I", data, position + 4)
        body = data[position + 8 : position + 8 + size]
        if name == b"fmt ":
            layout = _layout(body)
        elif name == b"data":
            if layout is None:
                raise WavError("not_wav", "data before fmt")
            return (*layout, body)
        position += 8 + size + (size & 1)
    raise WavError("not_wav", "no data" if layout else "no fmt")


def _layout(body: bytes) -> tuple[int, int, int, int]:
    if len(body) < 16:
        raise WavError("not_wav", "short fmt")
    kind, channels, rate_hz, _, align, bits = struct.unpack_from("<HHIIHH", body)
    if kind == _EXTENSIBLE and len(body) >= 26:
        (kind,) = struct.unpack_from("<H", body, 24)
    if not 1 <= channels <= 64 or not 1000 <= rate_hz <= 768_000:
        raise WavError("not_wav", f"{channels} channels, {rate_hz} Hz")
    supported = (kind == _PCM and bits in (8, 16, 24, 32)) or (kind == _FLOAT and bits in (32, 64))
    if not supported or align != channels * bits // 8:
        raise WavError("not_supported", f"format {kind}, {bits} bit")
    return kind, channels, rate_hz, bits


def _decode(payload: bytes, kind: int, bits: int) -> Samples:
    """Samples as floats within ±1."""
    width = bits // 8
    payload = payload[: len(payload) // width * width]
    if kind == _FLOAT:
        return np.frombuffer(payload, f"<f{width}").astype(np.float32)
    if bits == 8:
        return (np.frombuffer(payload, np.uint8).astype(np.float32) - 128.0) / 128.0
    if bits == 24:
        low = np.frombuffer(payload, np.uint8).reshape(-1, 3)
        wide = np.zeros((len(low), 4), np.uint8)
        wide[:, 1:] = low
        return wide.view("<i4")[:, 0].astype(np.float32) / 2147483648.0
    return np.frombuffer(payload, f"<i{width}").astype(np.float32) / float(1 << (bits - 1))


class StreamingWavWriter:
    """16 kHz int16. The sizes in the header are written again every second of sound, so that a file
    whose writer was killed plays up to its last second. Not for two threads at once.
    """

    def __init__(self, target: str | os.PathLike[str] | BinaryIO, channels: int = 1) -> None:
        """``target``: a path, overwritten, or an empty unbuffered file. Errors: WavError (not_writable)."""
        self._frame_bytes = 2 * channels
        self._data_bytes = 0
        self._stamped_bytes = 0
        try:
            if isinstance(target, str | os.PathLike):
                target = open(target, "wb", buffering=0)  # noqa: SIM115 - closed by close()
            self._file = target
            self._stamp()
        except (OSError, ValueError) as error:
            raise WavError("not_writable", str(error)) from error

    @property
    def duration_s(self) -> float:
        """How much sound was written."""
        return self._data_bytes / self._frame_bytes / SAMPLE_RATE_HZ

    def write(self, samples: bytes) -> None:
        """Append int16 samples. Errors: WavError (not_writable: the disk is full)."""
        try:
            rest = memoryview(samples)
            while rest:
                written = self._file.write(rest)
                self._data_bytes += written
                rest = rest[written:]
            if self._data_bytes - self._stamped_bytes >= self._frame_bytes * SAMPLE_RATE_HZ:
                self._stamp()
        except (OSError, ValueError) as error:
            raise WavError("not_writable", str(error)) from error

    def close(self) -> None:
        """Write the final sizes. Idempotent. Errors: WavError."""
        if self._file.closed:
            return
        try:
            self._stamp()
        except OSError as error:
            raise WavError("not_writable", str(error)) from error
        finally:
            self._file.close()

    def _stamp(self) -> None:
        size = min(self._data_bytes, 0xFFFFFFFF - 36)
        rate, align = SAMPLE_RATE_HZ, self._frame_bytes
        layout = (b"fmt ", 16, _PCM, align // 2, rate, align * rate, align, 16)
        self._file.seek(0)
        self._file.write(_HEADER.pack(b"RIFF", 36 + size, b"WAVE", *layout, b"data", size))
        self._file.seek(0, os.SEEK_END)
        self._stamped_bytes = self._data_bytes
