"""The media of a number that answers by itself: an RTP socket that mirrors or plays (RFC 3550, RFC 4733).

    phone ─RTP─▶ AudioStream ─┬ reflect ─▶ the same payload, sequence and timestamp, our SSRC ─▶ phone
                              └ play    ─▶ 160 samples every 20 ms of the loop's clock       ─▶ phone

Never transcodes, never buffers: what is lost on the way in is lost on the way out.
"""

from __future__ import annotations

import asyncio
import logging
import secrets
import socket
import struct
from collections.abc import Callable
from typing import cast

from softphone.domain.dtmf import DIGITS
from softphone.registrar.sdp import AudioAgreement

logger = logging.getLogger(__name__)

PACKET_S = 0.02
PACKET_SAMPLES = 160  # of the 8000 Hz RTP clock, which G.722 keeps too (RFC 3551 §4.5.2)
_HEADER = struct.Struct(">BBHII")
_MAX_LATE_PACKETS = 10


class AudioStream(asyncio.DatagramProtocol):
    """One RTP socket of one call."""

    def __init__(self, on_digit: Callable[[str], None]) -> None:
        self.port = 0
        self.received_packets = 0
        self.sent_packets = 0
        self._on_digit = on_digit
        self._transport: asyncio.DatagramTransport | None = None
        self._agreement: AudioAgreement | None = None
        self._reflects = False
        self._loop_bytes = b""
        self._position = 0
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(15)
        self._timestamp = secrets.randbits(31)
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = 0.0
        self._last_event = -1

    @classmethod
    async def open(cls, host: str, on_digit: Callable[[str], None]) -> AudioStream:
        """A stream on a free even port of ``host`` (RFC 3550 §11).

        Errors: OSError.
        """
        stream = cls(on_digit)
        rtp_socket = _even_socket(host)
        stream.port = rtp_socket.getsockname()[1]
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: stream, sock=rtp_socket)
        return stream

    def agree(self, agreement: AudioAgreement) -> None:
        """Send to where, as what and whether this says, from now on."""
        self._agreement = agreement

    def reflect(self) -> None:
        """Send back what comes."""
        self._reflects = True
        self._stop_timer()

    def play(self, loop_bytes: bytes) -> None:
        """Play encoded samples over and over, starting now."""
        self._reflects = False
        self._loop_bytes, self._position = loop_bytes, 0
        if self._timer is None:
            self._due_s = asyncio.get_running_loop().time()
            self._tick()

    def close(self) -> None:
        """Stop, and free the port."""
        self._stop_timer()
        if self._transport:
            self._transport.abort()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The socket is open."""
        self._transport = cast(asyncio.DatagramTransport, transport)

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        """A packet came; anything that is no RTP version 2 is ignored."""
        agreement = self._agreement
        if len(data) < _HEADER.size or data[0] >> 6 != 2 or agreement is None:
            return
        self.received_packets += 1
        first, second, sequence, timestamp, _ = _HEADER.unpack_from(data)
        payload_type = second & 0x7F
        if payload_type == agreement.telephone_event:
            self._hear_digit(timestamp, data[_HEADER.size + 4 * (first & 0x0F) :])
        if self._reflects and payload_type in (agreement.payload_type, agreement.telephone_event):
            self._send(_HEADER.pack(first, second, sequence, timestamp, self._ssrc) + data[_HEADER.size :])

    def error_received(self, exc: Exception) -> None:
        """The far port is closed; the call's own end tells."""
        logger.debug("rtp: %s", exc)

    def _hear_digit(self, timestamp: int, payload: bytes) -> None:
        """The first packet of each event tells; its repetitions share the timestamp (RFC 4733 §2.5.1.2)."""
        if len(payload) >= 4 and timestamp != self._last_event and payload[0] < len(DIGITS):
            self._last_event = timestamp
            self._on_digit(DIGITS[payload[0]])

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        late = int((loop.time() - self._due_s) / PACKET_S)
        if late > _MAX_LATE_PACKETS:  # a suspended machine: skip, do not flood
            self._due_s += late * PACKET_S
        while self._due_s <= loop.time():
            self._send_next()
            self._due_s += PACKET_S
        self._timer = loop.call_at(self._due_s, self._tick)

    def _send_next(self) -> None:
        size = len(self._loop_bytes)
        twice = self._loop_bytes[self._position :] + self._loop_bytes * (PACKET_SAMPLES // max(size, 1) + 1)
        self._position = (self._position + PACKET_SAMPLES) % max(size, 1)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + PACKET_SAMPLES) & 0xFFFFFFFF
        if self._agreement and size:
            marker = 0 if self.sent_packets else 0x80
            second = marker | self._agreement.payload_type
            header = _HEADER.pack(0x80, second, self._sequence, self._timestamp, self._ssrc)
            self._send(header + twice[:PACKET_SAMPLES])

    def _send(self, packet: bytes) -> None:
        agreement = self._agreement
        if self._transport and agreement and agreement.may_send and not self._transport.is_closing():
            try:
                self._transport.sendto(packet, (agreement.remote_host, agreement.remote_port))
            except (OSError, ValueError) as error:  # an SDP may name anything
                logger.debug("rtp to %s: %s", agreement.remote_host, error)
                return
            self.sent_packets += 1

    def _stop_timer(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None


def _even_socket(host: str) -> socket.socket:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    odd: list[socket.socket] = []
    try:
        while True:
            candidate = socket.socket(family, socket.SOCK_DGRAM)
            try:
                candidate.bind((host, 0))
                candidate.setblocking(False)
            except OSError:
                candidate.close()
                raise
            if candidate.getsockname()[1] % 2 == 0:
                return candidate
            odd.append(candidate)
    finally:
        for other in odd:
            other.close()
