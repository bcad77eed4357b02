"""WebRTC's audio processing (echo canceller AEC3, noise suppression, gain control, high-pass).

Works in halves of a bridge frame: 10 ms, 160 samples of int16 at 16 kHz, in buffers made once.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
import numpy as np

from softphone.audio.ring import Samples
from softphone.audio.webrtc import AudioProcessingModule
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

    Making one loads a 28 MB library the first time: never on the engine or media thread.
    Errors: ImportError, OSError, RuntimeError where the library does not work.
    """

    def __init__(self, processing: Processing) -> None:
        self.processing = processing
        self._module = AudioProcessingModule(
            echo=processing.echo_cancellation,
            noise=processing.noise_suppression,
            gain=processing.automatic_gain,
        )
        self._near = np.zeros(FRAME_SAMPLES, np.int16)
        self._far = np.zeros(FRAME_SAMPLES, np.int16)
        self._steps: list[Callable[[], None]] = []
        for half in (slice(0, HALF_SAMPLES), slice(HALF_SAMPLES, FRAME_SAMPLES)):
            if processing.echo_cancellation:
                self._steps.append(self._module.far(self._far[half], SAMPLE_RATE_HZ))
            self._steps.append(self._module.near(self._near[half], SAMPLE_RATE_HZ))

    def set_delay_ms(self, delay_ms: int) -> None:
        """From a sample being handed to the card until its echo is handed to us.

        Said once: AEC3 keeps it as its first guess, and every call costs as much as the far stream itself.
        """
        self._module.set_delay_ms(max(0, min(500, delay_ms)))

    def process(self, near: Samples, far: Samples) -> None:
        """Clean 20 ms of ``near`` in place, given what was played (``far``). Thread: media clock."""
        np.clip(near, -32768, 32767, out=self._near, casting="unsafe")
        if self.processing.echo_cancellation:
            np.clip(far, -32768, 32767, out=self._far, casting="unsafe")
        for step in self._steps:
            step()
        near[:] = self._near
