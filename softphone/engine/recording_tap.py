"""A bridge port that only listens: one call's frames, ours and theirs, for its recording.

    call ─▸ tap.onFrameReceived ─(me, them)─▸ take          once every 20 ms, connected or not

The bridge reads every port before it writes to any: what the phone's port said last is of the same tick.
Runs on pjmedia's clock thread: see ``media_port``.
"""

from __future__ import annotations

from collections.abc import Callable

import pjsua2 as pj

from softphone.engine.errors import pj_call
from softphone.engine.media_port import SILENCE, MediaPort, frame_format


class RecordingTap(pj.AudioMediaPort):
    """Used by one recording after the other. ``take`` and ``we_speak`` are the engine thread's to set."""

    def __init__(self, port: MediaPort) -> None:
        super().__init__()
        self._port = port
        self._ticks = -1
        self.take: Callable[[bytes, bytes], None] | None = None
        self.we_speak = False
        self.failures = 0

    def open(self) -> None:
        """Join the bridge. Errors: EngineError. Thread: engine."""
        pj_call(self.createPort, "recording", frame_format())

    def onFrameReceived(self, frame: pj.MediaFrame) -> None:
        """Thread: media clock."""
        take = self.take
        if take is None:
            return
        try:
            ticks = self._port.lateness.frames
            asked = ticks != self._ticks  # the bridge asks nobody for a frame that none listens to
            self._ticks = ticks
            take(self._port.said if self.we_speak and asked else SILENCE, self._port.bytes_of(frame))
        except Exception:  # noqa: BLE001 - nothing may leave here
            self.failures += 1
