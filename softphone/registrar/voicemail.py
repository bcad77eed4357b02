"""The two ends of a voicemail box: leaving a message, and hearing it.

caller ─▶ greeting, beep ─▶ Recorder ─▶ Mailbox ─▶ message-summary
owner  ─▶ *98: message, beep, message …    # the next one   7 delete and on
"""

from __future__ import annotations

import asyncio
from datetime import datetime

from softphone.registrar.events import MessageLeft
from softphone.registrar.g711 import ULAW_SILENCE, loudness
from softphone.registrar.inbound_call import InboundCall
from softphone.registrar.mailbox import MIN_MESSAGE_S, Mailbox, Mailboxes, VoiceMessage
from softphone.registrar.sdp import PCMA, PCMU
from softphone.registrar.tones import RATE_HZ, beep, greeting, refusal, silence

MAX_MESSAGE_S = 60.0
SILENCE_S = 5.0
_LOOK_S = 0.1
_LOUD = 130  # mean magnitude of a frame that is no silence: about -45 dBm0
_MAX_GAP_SAMPLES = 2 * RATE_HZ


class Recorder:
    """Puts the packets of a stream together, up to ``max_samples``; lost ones become silence."""

    def __init__(self, max_samples: int) -> None:
        self.sound = bytearray()
        self._max_samples = max_samples
        self.was_loud = False
        self.last_loud_s = asyncio.get_running_loop().time()
        self._next_timestamp: int | None = None

    def hear(self, timestamp: int, frame: bytes) -> None:
        """One packet of μ-law."""
        if len(self.sound) >= self._max_samples:
            return
        if self._next_timestamp is not None:
            gap = (timestamp - self._next_timestamp) & 0xFFFFFFFF
            if gap >= 0x80000000:
                return  # late: its place is filled
            if gap <= _MAX_GAP_SAMPLES:
                self.sound += bytes([ULAW_SILENCE]) * gap
        self._next_timestamp = (timestamp + len(frame)) & 0xFFFFFFFF
        self.sound += frame
        if loudness(frame) > _LOUD:
            self.was_loud = True
            self.last_loud_s = asyncio.get_running_loop().time()


class LeaveMessage:
    """A caller's way into a box: recorded until hang-up, ``#``, silence or the longest time."""

    def __init__(self, box: Mailbox, *, max_s: float = MAX_MESSAGE_S, silence_s: float = SILENCE_S) -> None:
        self._box = box
        self._max_s = max_s
        self._silence_s = silence_s

    async def serve(self, call: InboundCall) -> None:
        """Greeting, beep, recording."""
        if self._box.is_full:
            call.reject(486)
            return
        stream = await call.open_audio((PCMU, PCMA))
        call.answer()
        await call.wait_established()
        introduction = greeting() + beep()
        stream.play_once(introduction)
        await asyncio.sleep(len(introduction) / RATE_HZ)
        recorder = Recorder(int(self._max_s * RATE_HZ))
        stream.on_audio = recorder.hear
        try:
            await self._wait_end(call, recorder)
        finally:
            stream.on_audio = None
            self._keep(call, recorder)
        stream.play_once(beep())
        await asyncio.sleep(len(beep()) / RATE_HZ)

    async def _wait_end(self, call: InboundCall, recorder: Recorder) -> None:
        loop = asyncio.get_running_loop()
        end_s = loop.time() + self._max_s
        while loop.time() < min(end_s, recorder.last_loud_s + self._silence_s):
            if await call.wait_digit(_LOOK_S) == "#":
                return

    def _keep(self, call: InboundCall, recorder: Recorder) -> None:
        sound = bytes(recorder.sound)
        if len(sound) >= MIN_MESSAGE_S * RATE_HZ and recorder.was_loud:
            message = VoiceMessage(call.caller_identity, datetime.now().astimezone(), sound)
            self._box.add(message)
            call.emit(MessageLeft(self._box.owner, message.caller.uri, round(message.length_s, 1)))


class HearMessages:
    """The owner's way into the own box."""

    def __init__(self, mailboxes: Mailboxes) -> None:
        self._mailboxes = mailboxes

    async def serve(self, call: InboundCall) -> None:
        """Every message once, a beep between them, two at the end; then BYE."""
        box = self._mailboxes.box(call.caller)
        if box is None:
            call.reject(403, "No voicemail box")
            return
        stream = await call.open_audio((PCMU, PCMA))
        call.answer()
        await call.wait_established()
        messages = box.messages()
        for message in messages:
            box.mark_heard(message)
            sound = message.sound + silence(0.3) + beep() + silence(0.2)
            stream.play_once(sound)
            if await _wait_key(call, len(sound) / RATE_HZ) == "7":
                box.delete(message)
        farewell = silence(0.2) + (beep() + silence(0.1) + beep() if messages else refusal())
        stream.play_once(farewell)
        await asyncio.sleep(len(farewell) / RATE_HZ)


async def _wait_key(call: InboundCall, timeout_s: float) -> str:
    """``7`` or ``#``; empty at the end of the time. Other keys do nothing."""
    end_s = asyncio.get_running_loop().time() + timeout_s
    while (left_s := end_s - asyncio.get_running_loop().time()) > 0:
        digit = await call.wait_digit(left_s)
        if digit in ("7", "#"):
            return digit
    return ""
