"""Conference rooms: every caller hears all others, not itself.

packets ─▶ Seat (a few frames of jitter) ─▶ every 20 ms: sum of all − own ─▶ packets
"""

from __future__ import annotations

import asyncio
from collections import deque

from softphone.registrar.g711 import decode_ulaw, encode_sum
from softphone.registrar.inbound_call import InboundCall
from softphone.registrar.rtp import PACKET_S, PACKET_SAMPLES, AudioStream
from softphone.registrar.sdp import PCMA, PCMU

SEATS = 8
_MAX_WAITING_SAMPLES = 6 * PACKET_SAMPLES
_QUIET = [0] * PACKET_SAMPLES
_MAX_LATE_FRAMES = 10


class Seat:
    """One caller in a room."""

    def __init__(self, stream: AudioStream) -> None:
        self.stream = stream
        self._heard: deque[int] = deque(maxlen=_MAX_WAITING_SAMPLES)
        stream.on_audio = self._hear

    def frame(self) -> list[int]:
        """The next 20 ms this caller said; quiet while too little came."""
        if len(self._heard) < PACKET_SAMPLES:
            return _QUIET
        return [self._heard.popleft() for _ in range(PACKET_SAMPLES)]

    def _hear(self, timestamp: int, sound: bytes) -> None:
        self._heard.extend(decode_ulaw(sound))


class ConferenceRoom:
    """A room of up to SEATS callers; mixes while somebody is in it."""

    def __init__(self) -> None:
        self._seats: list[Seat] = []
        self._timer: asyncio.TimerHandle | None = None
        self._due_s = 0.0

    async def serve(self, call: InboundCall) -> None:
        """Sit down, talk; 486 where the room is full."""
        if len(self._seats) >= SEATS:
            call.reject(486)
            return
        seat = Seat(await call.open_audio((PCMU, PCMA)))
        if len(self._seats) >= SEATS:
            call.reject(486)
            return
        self._seats.append(seat)
        try:
            call.answer()
            self._start()
            await call.wait_over()
        finally:
            self._seats.remove(seat)
            self._stop_if_empty()

    def _start(self) -> None:
        if self._timer is None:
            self._due_s = asyncio.get_running_loop().time()
            self._tick()

    def _stop_if_empty(self) -> None:
        if self._timer and not self._seats:
            self._timer.cancel()
            self._timer = None

    def _tick(self) -> None:
        loop = asyncio.get_running_loop()
        late = int((loop.time() - self._due_s) / PACKET_S)
        if late > _MAX_LATE_FRAMES:  # a suspended machine: skip, do not flood
            self._due_s += late * PACKET_S
        while self._due_s <= loop.time():
            self._mix()
            self._due_s += PACKET_S
        self._timer = loop.call_at(self._due_s, self._tick)

    def _mix(self) -> None:
        frames = [seat.frame() for seat in self._seats]
        total = [sum(samples) for samples in zip(*frames, strict=True)]
        for seat, own in zip(self._seats, frames, strict=True):
            others = total if own is _QUIET else [a - b for a, b in zip(total, own, strict=True)]
            seat.stream.send_frame(encode_sum(others))
