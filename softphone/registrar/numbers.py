"""Numbers that answer by themselves: each a coroutine over an InboundCall.

    9000 busy   9001 rings for ever   9002 declines
    9196 echo   9197 test tone   9198 early media   9199 music on hold
    8000–8009 conference rooms   *68 [slot 1–9] park   *69 slot retrieves
    *98 the own voicemail box    *99 extension: leave a message there

A new number that stands alone is one class and one line in ``default_applications``; one that shares boxes,
slots or rooms with another is made in ``service_numbers``.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Protocol

from softphone.registrar.inbound_call import InboundCall
from softphone.registrar.sdp import PCMA, PCMU
from softphone.registrar.tones import announcement, milliwatt_tone, music_on_hold

BUSY_NUMBER = "9000"
RINGING_NUMBER = "9001"
DECLINING_NUMBER = "9002"
ECHO_NUMBER = "9196"
TONE_NUMBER = "9197"
EARLY_MEDIA_NUMBER = "9198"
MUSIC_NUMBER = "9199"
CONFERENCE_NUMBERS = tuple(str(number) for number in range(8000, 8010))
PARK_NUMBER = "*68"
RETRIEVE_NUMBER = "*69"
HEAR_MESSAGES_NUMBER = "*98"
LEAVE_MESSAGE_NUMBER = "*99"
EARLY_MEDIA_S = 3.0


class Application(Protocol):
    """Something that takes a call."""

    async def serve(self, call: InboundCall) -> None:
        """Live through one call; cancelled when it is over. A call still up at the end is hung up."""


class Echo:
    """Answers and mirrors every packet, telephone-events too."""

    async def serve(self, call: InboundCall) -> None:
        """200, then mirror."""
        stream = await call.open_audio()
        stream.reflect()
        call.answer()
        await call.wait_over()


class Tone:
    """Answers with the 1004 Hz test tone in PCMU or PCMA."""

    async def serve(self, call: InboundCall) -> None:
        """200, then tone."""
        stream = await call.open_audio((PCMU, PCMA))
        call.answer()
        await asyncio.sleep(0)
        stream.play(milliwatt_tone())
        await call.wait_over()


class Music:
    """Answers with the music on hold."""

    async def serve(self, call: InboundCall) -> None:
        """200, then music."""
        stream = await call.open_audio((PCMU, PCMA))
        call.answer()
        stream.play(music_on_hold())
        await call.wait_over()


class EarlyMedia:
    """An announcement before the answer: 183 with sound, 200 after ``early_s``."""

    def __init__(self, early_s: float = EARLY_MEDIA_S) -> None:
        self._early_s = early_s

    async def serve(self, call: InboundCall) -> None:
        """183, sound, 200, the same sound on."""
        stream = await call.open_audio((PCMU, PCMA))
        call.progress()
        stream.play(announcement())
        await asyncio.sleep(self._early_s)
        call.answer()
        await call.wait_over()


class Ringing:
    """Rings until the caller gives up."""

    async def serve(self, call: InboundCall) -> None:
        """180 for ever."""
        call.ring()
        await call.wait_over()


class Refusing:
    """Says no."""

    def __init__(self, status_code: int) -> None:
        self._status_code = status_code

    async def serve(self, call: InboundCall) -> None:
        """The status, at once."""
        call.reject(self._status_code)


def default_applications() -> Mapping[str, Application]:
    """The registrar's own numbers."""
    return {
        BUSY_NUMBER: Refusing(486),
        RINGING_NUMBER: Ringing(),
        DECLINING_NUMBER: Refusing(603),
        ECHO_NUMBER: Echo(),
        TONE_NUMBER: Tone(),
        EARLY_MEDIA_NUMBER: EarlyMedia(),
        MUSIC_NUMBER: Music(),
    }
