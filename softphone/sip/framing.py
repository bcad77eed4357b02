"""Cutting a TCP stream into SIP messages (RFC 3261 §18.3) and seeing its keep-alives (RFC 5626 §3.5.1)."""

from __future__ import annotations

from softphone.sip.header import HeaderInvalid, parse_number
from softphone.sip.message import (
    BLANK_LINE,
    LINE_END,
    MAX_BODY_BYTES,
    MAX_HEADER_BYTES,
    MessageMalformed,
)


class StreamFramer:
    """Cuts a TCP stream into messages by Content-Length and counts keep-alives.

    >>> StreamFramer().feed(b"\\r\\n\\r\\n")
    ([], 1)
    """

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> tuple[list[bytes], int]:
        """Take what was received. Returns the whole messages now there and how many pings (CRLFCRLF) came.

        Errors: MessageMalformed where the stream can never be in step again; the connection must be closed.
        """
        self._buffer += data
        messages: list[bytes] = []
        pings = 0
        while self._buffer:
            if self._buffer.startswith(b"\r\n\r\n"):
                del self._buffer[:4]
                pings += 1
                continue
            if self._buffer[:1] in b"\r\n":
                if bytes(self._buffer) in (b"\r", b"\r\n", b"\r\n\r"):
                    break
                del self._buffer[:1]
                continue
            message = self._take()
            if message is None:
                break
            messages.append(message)
        return messages, pings

    def _take(self) -> bytes | None:
        blank = BLANK_LINE.search(self._buffer)
        if not blank:
            if len(self._buffer) > MAX_HEADER_BYTES:
                raise MessageMalformed("headers too long")
            return None
        lines = LINE_END.split(bytes(self._buffer[: blank.start()]))
        length = _stream_body_length(lines[1:])
        end = blank.end() + length
        if len(self._buffer) < end:
            return None
        message = bytes(self._buffer[:end])
        del self._buffer[:end]
        return message


def _stream_body_length(lines: list[bytes]) -> int:
    for line in lines:
        name, _, value = line.decode("utf-8", "replace").partition(":")
        if name.strip().lower() in ("content-length", "l"):
            try:
                return parse_number(value, MAX_BODY_BYTES)
            except HeaderInvalid as error:
                raise MessageMalformed(str(error)) from error
    return 0
