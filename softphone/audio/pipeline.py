"""The pipeline of the microphone: echo ▸ noise ▸ automatic gain ▸ the user's gain ▸ limiter ▸ bytes."""

from __future__ import annotations

import logging
import threading

import numpy as np

from softphone.audio.echo_noise_gain import EchoNoiseGain, Processing
from softphone.audio.gain import amplify, factor_of
from softphone.audio.ring import Samples
from softphone.domain.commands import AudioConfig
from softphone.domain.media import FRAME_BYTES

SILENCE = bytes(FRAME_BYTES)
log = logging.getLogger(__name__)


class Pipeline:
    """Used by devices and files alike. ``configure`` and ``renew`` on the engine thread or a worker."""

    def __init__(self) -> None:
        self._processor: EchoNoiseGain | None = None
        self._wanted = Processing(echo_cancellation=False, noise_suppression=False, automatic_gain=False)
        self._gain = 1.0
        self._delay_ms = 0
        self._in_use = False
        self._maker: threading.Thread | None = None
        self._lock = threading.Lock()  # between makers only; the media clock never takes it

    def configure(self, config: AudioConfig) -> None:
        """Take gains at once; once in use, a new processor is made aside and swapped in when it is ready."""
        self._gain = factor_of(config.input_gain_db)
        wanted = Processing.of(config)
        if wanted != self._wanted:
            self._wanted = wanted
            if self._in_use:
                self.renew()

    def renew(self, delay_ms: int | None = None) -> None:
        """Forget the room (other devices were opened). ``delay_ms``: the devices' delay there and back.

        The first time loads the processor's library, 20 MB of memory: a phone that never talked does without.
        """
        self._in_use = True
        if delay_ms is not None:
            self._delay_ms = delay_ms
        if not self._wanted.anything:
            self._processor = None
            return
        self._maker = threading.Thread(target=self._make, name="audio-processing", daemon=True)
        self._maker.start()

    def wait_ready(self, timeout_s: float) -> bool:
        """Wait until the processor asked for is in use. Thread: any but the media clock."""
        maker = self._maker
        if maker is not None:
            maker.join(timeout_s)
        processor = self._processor
        return not self._wanted.anything or (processor is not None and processor.processing == self._wanted)

    def process(self, near: Samples, far: Samples) -> tuple[bytes, float]:
        """One frame of the microphone: (640 bytes, peak in int16 scale). Thread: media clock."""
        processor = self._processor
        if processor is not None:
            try:
                processor.process(near, far)
            except RuntimeError:  # speech as it came is better than none
                self._processor = None
        peak = amplify(near, self._gain)
        np.rint(near, out=near)
        return near.astype(np.int16).tobytes(), peak

    def _make(self) -> None:
        with self._lock:
            wanted = self._wanted
            if not wanted.anything:
                return
            try:
                processor = EchoNoiseGain(wanted)
            except (ImportError, OSError, RuntimeError):
                log.exception("audio processing is not available")
                self._processor = None
                return
            processor.set_delay_ms(self._delay_ms)
            if wanted == self._wanted:
                self._processor = processor
