"""Frames: one message each, as bytes in a pipe.

    ┌────────────────────┬──────────────────────────────┐
    │ length, 4 bytes BE │ msgpack of the tagged struct │
    └────────────────────┴──────────────────────────────┘

Never reads or writes a file itself but through the callables it is given.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

import msgspec

from softphone.domain.commands import AnyCommand
from softphone.domain.events import AnyEvent

HEADER_BYTES = 4
MAX_FRAME_BYTES = 1 << 20  # the largest message, a list of devices, is a few KiB
_READ_BYTES = 65_536

Message = TypeVar("Message")

COMMAND_DECODER: msgspec.msgpack.Decoder[AnyCommand] = msgspec.msgpack.Decoder(AnyCommand)
EVENT_DECODER: msgspec.msgpack.Decoder[AnyEvent] = msgspec.msgpack.Decoder(AnyEvent)


class FrameDamaged(ValueError):
    """The bytes are no frame of ours; the pipe cannot be used any more."""


class FrameTooLong(ValueError):
    """A message is longer than any reader would take; nothing was written."""


def encode_frame(message: AnyCommand | AnyEvent) -> bytes:
    """One frame. Bytes of a peer that were no UTF-8 (lone surrogates here) become "?".

    Errors: FrameTooLong.
    """
    try:
        body = msgspec.msgpack.encode(message)
    except UnicodeEncodeError:
        body = msgspec.msgpack.encode(_encodable(msgspec.to_builtins(message)))
    if len(body) > MAX_FRAME_BYTES:
        raise FrameTooLong(f"{type(message).__name__} of {len(body)} bytes")
    return len(body).to_bytes(HEADER_BYTES, "big") + body


class FrameReader(Generic[Message]):
    """Messages out of a byte stream. ``read`` gives at most so many bytes, b"" at the end."""

    def __init__(self, read: Callable[[int], bytes], decoder: msgspec.msgpack.Decoder[Message]) -> None:
        self._read = read
        self._decoder = decoder
        self._buffer = bytearray()

    def __iter__(self) -> Iterator[Message]:
        """Every message until the stream ends, blocking between them.

        Errors: FrameDamaged, also where the stream ends inside a frame; OSError of ``read``.
        """
        while True:
            yield from self._whole_frames()
            chunk = self._read(_READ_BYTES)
            if not chunk:
                break
            self._buffer += chunk
        if self._buffer:
            raise FrameDamaged(f"the stream ended inside a frame, after {len(self._buffer)} bytes of it")

    def _whole_frames(self) -> Iterator[Message]:
        while len(self._buffer) >= HEADER_BYTES:
            length = int.from_bytes(self._buffer[:HEADER_BYTES], "big")
            if not 0 < length <= MAX_FRAME_BYTES:
                raise FrameDamaged(f"a frame of {length} bytes")
            end = HEADER_BYTES + length
            if len(self._buffer) < end:
                return
            body = bytes(self._buffer[HEADER_BYTES:end])
            del self._buffer[:end]
            try:
                message = self._decoder.decode(body)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                raise FrameDamaged(f"no message of ours: {error}") from error
            yield message


def write_all(write: Callable[[bytes], int], data: bytes) -> None:
    """Write every byte, however few ``write`` takes at a time. Errors: OSError of ``write``."""
    view = memoryview(data)
    while view:
        view = view[write(bytes(view)) :]


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()
    if isinstance(value, dict):
        return {_encodable(key): _encodable(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_encodable(item) for item in value]
    return value
