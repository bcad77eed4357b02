"""WebRTC's audio processing (echo canceller AEC3, noise suppression, gain control, high-pass) by livekit.

Works in halves of a bridge frame: 10 ms, 160 samples of int16 at 16 kHz, in buffers made once.
"""

from __future__ import annotations

from typing import Any

import msgspec
import numpy as np

from softphone.audio.ring import Samples
from softphone.domain.commands import AudioConfig
from softphone.domain.media import FRAME_SAMPLES, SAMPLE_RATE_HZ

HALF_SAMPLES = FRAME_SAMPLES // 2


class Processing(msgspec.Struct, frozen=True, kw_only=True):
    """What is done to the microphone."""

    echo_cancellation: bool
    noise_suppression: bool
    automatic_gain: bool

    @classmethod
    def of(cls, config: AudioConfig) -> Processing:
        """The part of a configuration that is processed here."""
        return cls(
            echo_cancellation=config.echo_cancellation,
            noise_suppression=config.noise_suppression,
            automatic_gain=config.automatic_gain,
        )

    @property
    def anything(self) -> bool:
        """False where speech goes through untouched (then the high-pass is off too)."""
        return self.echo_cancellation or self.noise_suppression or self.automatic_gain


class EchoNoiseGain:
    """One processor; it learns the room, so it lives as long as the devices stay the same.

    Making one loads a 28 MB library and takes some 100 ms the first time: never on the engine or media
    thread. Errors: ImportError, OSError, RuntimeError where the library does not work.
    """

    def __init__(self, processing: Processing) -> None:
        from livekit import rtc
        from livekit.rtc.apm import AudioProcessingModule

        self.processing = processing
        self._module: Any = AudioProcessingModule(
            echo_cancellation=processing.echo_cancellation,
            noise_suppression=processing.noise_suppression,
            high_pass_filter=True,
            auto_gain_control=processing.automatic_gain,
        )
        near, far = bytearray(2 * HALF_SAMPLES), bytearray(2 * HALF_SAMPLES)
        self._near = np.frombuffer(near, np.int16)
        self._far = np.frombuffer(far, np.int16)
        self._near_frame = rtc.AudioFrame(near, SAMPLE_RATE_HZ, 1, HALF_SAMPLES)
        self._far_frame = rtc.AudioFrame(far, SAMPLE_RATE_HZ, 1, HALF_SAMPLES)

    def set_delay_ms(self, delay_ms: int) -> None:
        """From a sample being handed to the card until its echo is handed to us.

        Said once: AEC3 keeps it as its first guess, and every call costs as much as the far stream itself.
        """
        self._module.set_stream_delay_ms(max(0, min(500, delay_ms)))

    def process(self, near: Samples, far: Samples) -> None:
        """Clean 20 ms of ``near`` in place, given what was played (``far``). Thread: media clock."""
        for start in (0, HALF_SAMPLES):
            half = slice(start, start + HALF_SAMPLES)
            np.clip(near[half], -32768, 32767, out=self._near, casting="unsafe")
            if self.processing.echo_cancellation:
                np.clip(far[half], -32768, 32767, out=self._far, casting="unsafe")
                self._module.process_reverse_stream(self._far_frame)
            self._module.process_stream(self._near_frame)
            near[half] = self._near
