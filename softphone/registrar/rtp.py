"""The media of a number that answers by itself: one RTP socket (RFC 3550, RFC 4733).

    phone ─RTP─▶ AudioStream ─┬ reflect  ─▶ the same payload, sequence and timestamp, our SSRC ─▶ phone
                              ├ relay_to ─▶ another call's stream, its numbering carried on    ─▶ other phone
                              └ on_audio ─▶ μ-law, to be recorded or mixed
    play, play_once ─▶ 160 samples every 20 ms of the loop's clock ─▶ phone

Sound goes in and out of this module as μ-law, whichever G.711 the phone speaks; a mirror keeps any codec.
Never buffers: what is lost on the way in is lost on the way out.
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
from softphone.registrar.g711 import ULAW_SILENCE, from_ulaw, to_ulaw
from softphone.registrar.sdp import AudioAgreement

logger = logging.getLogger(__name__)

PACKET_S = 0.02
PACKET_SAMPLES = 160  # of the 8000 Hz RTP clock, which G.722 keeps too (RFC 3551 §4.5.2)
_HEADER = struct.Struct(">BBHII")
_MAX_LATE_PACKETS = 10
_SILENT_FRAME = bytes([ULAW_SILENCE]) * PACKET_SAMPLES


class AudioStream(asyncio.DatagramProtocol):
    """One RTP socket of one call."""

    def __init__(self, on_digit: Callable[[str], None]) -> None:
        self.port = 0
        self.received_packets = 0
        self.sent_packets = 0
        self._on_digit = on_digit
        self._transport: asyncio.DatagramTransport | None = None
        self._agreement: AudioAgreement | None = None
        self.on_audio: Callable[[int, bytes], None] | None = None
        self._reflects = False
        self._relay: AudioStream | None = None
        self._relayed_ssrc = -1
        self._sequence_offset = self._timestamp_offset = 0
        self._sound = b""
        self._repeats = False
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

    def relay_to(self, other: AudioStream) -> None:
        """Pass on what comes, sound and digits, to another call; both must speak G.711."""
        self._relay = other
        other.stop_playing()
        other._relayed_ssrc = -1

    def play(self, sound: bytes) -> None:
        """Play μ-law over and over, starting now."""
        self._start(sound, repeats=True)

    def play_once(self, sound: bytes) -> None:
        """Play μ-law, starting now, and then silence."""
        self._start(sound, repeats=False)

    def stop_playing(self) -> None:
        """Send nothing any more by the clock."""
        self._stop_timer()

    def send_frame(self, sound: bytes) -> None:
        """Send 20 ms of μ-law now; for who keeps the clock itself."""
        self._sequence = (self._sequence + 1) & 0xFFFF
        self._timestamp = (self._timestamp + PACKET_SAMPLES) & 0xFFFFFFFF
        if self._agreement:
            marker = 0 if self.sent_packets else 0x80
            second = marker | self._agreement.payload_type
            header = _HEADER.pack(0x80, second, self._sequence, self._timestamp, self._ssrc)
            self._send(header + from_ulaw(sound, self._agreement.codec))

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
        first, second, sequence, timestamp, ssrc = _HEADER.unpack_from(data)
        payload_type = second & 0x7F
        payload = data[_HEADER.size + 4 * (first & 0x0F) :]
        if payload_type == agreement.telephone_event:
            self._hear_digit(timestamp, payload)
        elif payload_type != agreement.payload_type:
            return
        if self._reflects:
            self._send(_HEADER.pack(first, second, sequence, timestamp, self._ssrc) + data[_HEADER.size :])
        if self._relay:
            is_event = payload_type == agreement.telephone_event
            sound = payload if is_event else to_ulaw(payload, agreement.codec)
            self._relay._forward(sound, sequence, timestamp, ssrc, second & 0x80, is_event=is_event)
        if self.on_audio and payload_type == agreement.payload_type:
            self.on_audio(timestamp, to_ulaw(payload, agreement.codec))

    def error_received(self, exc: Exception) -> None:
        """The far port is closed; the call's own end tells."""
        logger.debug("rtp: %s", exc)

    def _hear_digit(self, timestamp: int, payload: bytes) -> None:
        """The first packet of each event tells; its repetitions share the timestamp (RFC 4733 §2.5.1.2)."""
        if len(payload) >= 4 and timestamp != self._last_event and payload[0] < len(DIGITS):
            self._last_event = timestamp
            self._on_digit(DIGITS[payload[0]])

    def _forward(
        self, payload: bytes, sequence: int, timestamp: int, ssrc: int, marker: int, *, is_event: bool
    ) -> None:
        """Carry our own numbering on over another sender's, its gaps kept."""
        agreement = self._agreement
        payload_type = agreement.telephone_event if agreement and is_event else None
        if agreement and not is_event:
            payload_type = agreement.payload_type
        if agreement is None or payload_type is None:
            return
        if ssrc != self._relayed_ssrc:
            self._relayed_ssrc, marker = ssrc, 0x80
            self._sequence_offset = self._sequence + 1 - sequence
            self._timestamp_offset = self._timestamp + PACKET_SAMPLES - timestamp
        self._sequence = (sequence + self._sequence_offset) & 0xFFFF
        self._timestamp = (timestamp + self._timestamp_offset) & 0xFFFFFFFF
        header = _HEADER.pack(0x80, marker | payload_type, self._sequence, self._timestamp, self._ssrc)
        self._send(header + (payload if is_event else from_ulaw(payload, agreement.codec)))

    def _start(self, sound: bytes, *, repeats: bool) -> None:
        self._reflects = False
        self._sound, self._repeats, self._position = sound, repeats, 0
        if self._timer is None:
            self._due_s = asyncio.get_running_loop().time()
            self._tick()

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        late = int((loop.time() - self._due_s) / PACKET_S)
        if late > _MAX_LATE_PACKETS:  # a suspended machine: skip, do not flood
            self._due_s += late * PACKET_S
        while self._due_s <= loop.time():
            self.send_frame(self._next_frame())
            self._due_s += PACKET_S
        self._timer = loop.call_at(self._due_s, self._tick)

    def _next_frame(self) -> bytes:
        start, self._position = self._position, self._position + PACKET_SAMPLES
        frame = self._sound[start : self._position]
        if self._repeats and self._sound:
            while len(frame) < PACKET_SAMPLES:
                frame += self._sound[: PACKET_SAMPLES - len(frame)]
            self._position %= len(self._sound)
        return frame + _SILENT_FRAME[len(frame) :]

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
