"""Joining calls and the phone's one port in the conference bridge.

The bridge of 2.15 works off a queue on the clock thread (pjproject #4496, #4719): a call's media is
fetched anew at every change, never kept, and a port is never touched after its call dropped it.
"""

from __future__ import annotations

import pjsua2 as pj

from softphone.engine.errors import LOGGER, EngineError, pj_call
from softphone.engine.media_port import MediaPort


class Bridge:
    """Owns the MediaPort. Thread: engine."""

    def __init__(self, port: MediaPort) -> None:
        self._port: MediaPort | None = port

    def join(self, call: pj.Call, index: int, *, hear: bool, speak: bool) -> None:
        """Let the far side be heard, and the microphone reach it, each or not."""
        if self._port is None:
            return
        try:
            media = pj_call(call.getAudioMedia, index)
        except EngineError as error:
            LOGGER.info("no media to join: %s", error.detail)
            return
        self._set(media, self._port, hear)
        self._set(self._port, media, speak)

    def close(self) -> None:
        """Drop the port, before libDestroy."""
        self._port = None

    @staticmethod
    def _set(source: pj.AudioMedia, sink: pj.AudioMedia, on: bool) -> None:
        try:
            pj_call(source.startTransmit if on else source.stopTransmit, sink)
        except EngineError as error:
            if on:
                LOGGER.warning("the bridge refused a connection: %s", error.detail)
