"""Joining calls, the phone's one port, recordings and tones in the conference bridge.

    phone ◂─▸ call ◂─▸ call (conference)      call ─▸ tap (recording)      tone ─▸ call, phone

The bridge of 2.15 works off a queue on the clock thread (pjproject #4496, #4719): a call's media is
fetched anew at every change, never kept, and a port is never touched after its call dropped it. Ports of
ours are made when first needed and kept until the end: taking one away while the clock runs is a race.
Several parties are mixed in 32 bits and levelled by the library, so that their sum neither wraps nor clips.
"""

from __future__ import annotations

from collections.abc import Callable

import pjsua2 as pj

from softphone.engine.call import PjCall
from softphone.engine.errors import LOGGER, EngineError, pj_call
from softphone.engine.media_port import MediaPort
from softphone.engine.recording_tap import RecordingTap


class Bridge:
    """Owns the MediaPort and the taps. Thread: engine."""

    def __init__(self, port: MediaPort) -> None:
        self._port: MediaPort | None = port
        self._taps: dict[str, RecordingTap] = {}
        self._idle_taps: list[RecordingTap] = []

    def join(self, call: PjCall) -> None:
        """Connect a call with the phone, and with its recording, as its record says."""
        media, record = self._media(call), call.record
        if self._port is None or media is None:
            return
        speaks = record.can_hear and not record.muted
        self._set(media, self._port, record.is_heard)
        self._set(self._port, media, speaks)
        tap = self._taps.get(record.key)
        if tap is not None:
            tap.we_speak = speaks
            self._set(media, tap, record.is_heard)

    def mix(self, one: PjCall, other: PjCall, together: bool) -> None:
        """Let two calls hear each other, as far as their records allow it; or no longer."""
        media, others = self._media(one), self._media(other)
        if media is None or others is None:
            return
        self._set(media, others, together and one.record.is_heard and other.record.can_hear)
        self._set(others, media, together and other.record.is_heard and one.record.can_hear)

    def tap(self, call: PjCall, take: Callable[[bytes, bytes], None]) -> None:
        """Hand every frame of a call (me, them) to ``take`` from now on. Errors: EngineError."""
        if self._port is None:
            return
        if not self._idle_taps:
            tap = RecordingTap(self._port)
            tap.open()
            self._idle_taps.append(tap)
        tap = self._idle_taps.pop()
        self._taps[call.record.key] = tap
        self.join(call)
        tap.take = take

    def untap(self, key: str, call: PjCall | None) -> None:
        """No more of its frames; ``call`` where it goes on. Idempotent."""
        tap = self._taps.pop(key, None)
        if tap is None:
            return
        tap.take = None
        self._idle_taps.append(tap)
        media = self._media(call) if call is not None else None
        if media is not None:
            self._set(media, tap, False)

    def feed(self, source: pj.AudioMedia, call: PjCall, *, here: bool) -> None:
        """Let a tone be heard by the far side, and with ``here`` by us too."""
        media = self._media(call)
        if self._port is None or media is None:
            return
        self._set(source, media, True)
        self._set(source, self._port, here)

    def close(self) -> None:
        """Drop the ports, before libDestroy."""
        self._port = None
        self._taps.clear()
        self._idle_taps.clear()

    @staticmethod
    def _media(call: PjCall) -> pj.AudioMedia | None:
        try:
            return pj_call(call.getAudioMedia, call.record.media.index)
        except EngineError as error:
            LOGGER.info("no media to join: %s", error.detail)
            return None

    @staticmethod
    def _set(source: pj.AudioMedia, sink: pj.AudioMedia, on: bool) -> None:
        try:
            pj_call(source.startTransmit if on else source.stopTransmit, sink)
        except EngineError as error:
            if on:
                LOGGER.warning("the bridge refused a connection: %s", error.detail)
