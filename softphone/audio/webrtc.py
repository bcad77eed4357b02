"""WebRTC's audio processing module, in livekit's library, by the library's C interface.

livekit's Python package imports some 80 modules (rooms, tracks, protobuf) for the four requests that are made
here, and packs every frame's request anew. A request of ours is packed once: its buffer never moves. Requests
and answers are protobuf messages (protobuf.dev, "Encoding"); their field numbers are those of ffi.proto and
audio_frame.proto in livekit 1.2, and a test compares them with the package's own classes.
"""

from __future__ import annotations

import ctypes
import functools
import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

Int16 = npt.NDArray[np.int16]

NEW, PROCESS, PROCESS_REVERSE, SET_DELAY = 50, 51, 52, 53  # fields of FfiRequest
_LIBRARY = {"win32": "livekit_ffi.dll", "darwin": "liblivekit_ffi.dylib"}
_LENGTH_DELIMITED = 2  # a wire type
_NO_ERROR_BYTES = 3  # an answer's tag, two bytes, and the length of its empty message
_NO_HANDLE = 0
_NO_ANSWER = "livekit's library refused a request"


class AudioProcessingModule:
    """One module, alive until it is forgotten. Frames of 10 ms int16 mono are processed where they lie.

    Errors of all that asks the library: RuntimeError; of making one, ImportError and OSError too.
    """

    def __init__(self, *, echo: bool, noise: bool, gain: bool) -> None:
        """The high-pass filter is always on."""
        self._handle = _NO_HANDLE
        self._library = _library()
        self._handle = handle_in(self._ask(pack(NEW, int(echo), int(gain), 1, int(noise))))

    def __del__(self) -> None:
        if self._handle != _NO_HANDLE:
            self._library.livekit_ffi_drop_handle(self._handle)

    def near(self, frame: Int16, rate_hz: int) -> Callable[[], None]:
        """What cleans ``frame``, the microphone's, at every call. The caller keeps the frame alive."""
        return self._processing(PROCESS, frame, rate_hz)

    def far(self, frame: Int16, rate_hz: int) -> Callable[[], None]:
        """What hears ``frame``, the loudspeaker's, at every call. The caller keeps the frame alive."""
        return self._processing(PROCESS_REVERSE, frame, rate_hz)

    def set_delay_ms(self, delay_ms: int) -> None:
        """From the hearing of a far frame to its echo in a near one."""
        self._ask(pack(SET_DELAY, self._handle, delay_ms))

    def _processing(self, field: int, frame: Int16, rate_hz: int) -> Callable[[], None]:
        if 100 * len(frame) != rate_hz or not frame.flags.c_contiguous:  # the library would abort the process
            raise ValueError("a frame of 10 ms is processed")
        request = pack(field, self._handle, frame.ctypes.data, frame.nbytes, rate_hz, 1)
        ask, drop = self._library.livekit_ffi_request, self._library.livekit_ffi_drop_handle
        answer, size = ctypes.c_void_p(), ctypes.c_size_t()
        arguments = (request, len(request), ctypes.byref(answer), ctypes.byref(size))

        def process() -> None:
            handle = ask(*arguments)
            if handle == _NO_HANDLE:
                raise RuntimeError(_NO_ANSWER)
            failed = size.value != _NO_ERROR_BYTES
            words = ctypes.string_at(answer.value or 0, size.value) if failed else b""
            drop(handle)
            if failed:
                raise RuntimeError(words.decode(errors="replace"))

        return process

    def _ask(self, request: bytes) -> bytes:
        data, size = ctypes.c_void_p(), ctypes.c_size_t()
        handle = self._library.livekit_ffi_request(
            request, len(request), ctypes.byref(data), ctypes.byref(size)
        )
        if handle == _NO_HANDLE or not data.value:
            raise RuntimeError(_NO_ANSWER)
        answer = ctypes.string_at(data.value, size.value)
        self._library.livekit_ffi_drop_handle(handle)
        return answer


def pack(field: int, *values: int) -> bytes:
    """An FfiRequest whose message ``field`` holds ``values`` in its fields 1, 2, 3 …, varints all."""
    message = b"".join(_varint(number << 3) + _varint(value) for number, value in enumerate(values, 1))
    return _varint(field << 3 | _LENGTH_DELIMITED) + _varint(len(message)) + message


def handle_in(answer: bytes) -> int:
    """The handle of a module just made: FfiResponse.new_apm.apm.handle.id. Errors: RuntimeError."""
    rest = answer
    for _ in range(3):  # new_apm, apm, handle: one message in the other
        tag, rest = _read_varint(rest)
        if tag & 7 != _LENGTH_DELIMITED:
            raise RuntimeError(f"unexpected answer {answer.hex()}")
        size, rest = _read_varint(rest)
        rest = rest[:size]
    tag, rest = _read_varint(rest)
    if tag != 1 << 3:
        raise RuntimeError(f"unexpected answer {answer.hex()}")
    return _read_varint(rest)[0]


def _varint(value: int) -> bytes:
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    out.append(value)
    return bytes(out)


def _read_varint(data: bytes) -> tuple[int, bytes]:
    value = 0
    for place, byte in enumerate(data):
        value |= (byte & 0x7F) << 7 * place
        if not byte & 0x80:
            return value, data[place + 1 :]
    raise RuntimeError("the answer ends within a number")


@functools.cache
def _library() -> Any:
    """Loaded at the first need: 28 MB, a few ms. Errors: ImportError, OSError."""
    library = ctypes.CDLL(str(_library_path()))
    library.livekit_ffi_request.argtypes = [
        ctypes.c_char_p,
        ctypes.c_size_t,
        ctypes.POINTER(ctypes.c_void_p),
        ctypes.POINTER(ctypes.c_size_t),
    ]
    library.livekit_ffi_request.restype = ctypes.c_uint64
    library.livekit_ffi_drop_handle.argtypes = [ctypes.c_uint64]
    library.livekit_ffi_drop_handle.restype = ctypes.c_bool
    return library


def _library_path() -> Path:
    """Beside livekit's package, which is looked for, not imported; in a frozen program at the same place."""
    name = _LIBRARY.get(sys.platform, "liblivekit_ffi.so")
    if getattr(sys, "frozen", False):
        return Path(getattr(sys, "_MEIPASS", "")) / "livekit" / "rtc" / "resources" / name
    spec = importlib.util.find_spec("livekit.rtc")
    if spec is None or not spec.submodule_search_locations:
        raise ImportError("livekit is not installed")
    return Path(spec.submodule_search_locations[0]) / "resources" / name
