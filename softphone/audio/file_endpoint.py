"""Files as microphone and speaker: the headless phone's ``AudioEndpoint``, paced by the media clock.

The same pipeline as with devices, without rings and resamplers: the bridge's clock is the only one. What is
recorded is what the far side said and nothing else: tones we make for our own user are not in it.
"""

from __future__ import annotations

import queue
import threading

import numpy as np

from softphone.audio.counters import AudioCounters
from softphone.audio.files import Int16, StreamingWavWriter, WavError, read_wav
from softphone.audio.gain import amplify, factor_of
from softphone.audio.levels import LevelMeter
from softphone.audio.pipeline import SILENCE, Pipeline
from softphone.domain.commands import AudioConfig, OutputRole, ToneKind
from softphone.domain.events import AudioDevice, AudioFailed, AudioMeasured
from softphone.domain.media import FRAME_BYTES, FRAME_SAMPLES
from softphone.domain.ports import EventSink

PROCESSING_LIMIT_S = 2.0


class RecordThread:
    """Writes frames to a WAV beside the media clock, which must not wait for a disk."""

    def __init__(self, path: str, sink: EventSink) -> None:
        """Errors: WavError where the file cannot be made."""
        self.path = path
        self._sink = sink
        self._writer = StreamingWavWriter(path)
        self._frames: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="record", daemon=True)
        self._thread.start()

    def put(self, frame: bytes) -> None:
        """Thread: media clock."""
        self._frames.put(frame)

    def close(self) -> None:
        """Write what waits and finish the file."""
        self._frames.put(None)
        self._thread.join(5.0)

    def _run(self) -> None:
        try:
            while (frame := self._frames.get()) is not None:
                self._writer.write(frame)
            self._writer.close()
        except WavError as error:
            self._sink(AudioFailed(code="record_file", detail=str(error)))


class FileAudioEndpoint:
    """``AudioEndpoint`` on WAV files. A new ``start`` plays from the beginning; the recording goes on."""

    def __init__(self, sink: EventSink, counters: AudioCounters) -> None:
        self._sink = sink
        self._counters = counters
        self._meter = LevelMeter(sink)
        self._pipeline = Pipeline()
        self._config: AudioConfig | None = None
        self._speech: Int16 = np.zeros(0, np.int16)
        self._position = 0
        self._running = False
        self._record: RecordThread | None = None
        self._output_factor = 1.0
        self._far = np.zeros(FRAME_SAMPLES, np.float32)

    def configure(self, config: AudioConfig) -> None:
        """See ``AudioEndpoint``. Files are opened now, so that trouble is known before a call."""
        before, self._config = self._config, config
        self._output_factor = factor_of(config.output_gain_db)
        self._pipeline.configure(config)
        if before is None:
            self._pipeline.renew()
        self._pipeline.wait_ready(PROCESSING_LIMIT_S)
        if before is None or before.play_path != config.play_path:
            self._load(config.play_path)
        if before is None or before.record_path != config.record_path:
            self._open_record(config.record_path)

    def start(self) -> None:
        """See ``AudioEndpoint``."""
        if not self._running:
            self._position = 0
            self._running = True

    def stop(self) -> None:
        """See ``AudioEndpoint``."""
        self._running = False

    def read_frame(self) -> bytes:
        """See ``AudioEndpoint``. Thread: media clock."""
        if not self._running:
            return SILENCE
        near = np.zeros(FRAME_SAMPLES, np.float32)
        speech = self._speech[self._position : self._position + FRAME_SAMPLES]
        near[: len(speech)] = speech
        self._position += len(speech)
        frame, peak = self._pipeline.process(near, self._far)
        if self._meter.on:
            self._meter.note_input(peak)
        return frame

    def write_frame(self, frame: bytes) -> None:
        """See ``AudioEndpoint``. Thread: media clock."""
        if not self._running or len(frame) != FRAME_BYTES:
            return
        self._far[:] = np.frombuffer(frame, np.int16)
        peak = amplify(self._far, self._output_factor)
        if self._meter.on:
            self._meter.note_output(peak)
        record = self._record
        if record is not None:
            record.put(np.rint(self._far).astype(np.int16).tobytes())

    def play_tone(self, tone: ToneKind, role: OutputRole, digit: str = "") -> None:
        """See ``AudioEndpoint``. There is nobody to hear it."""

    def stop_tone(self, role: OutputRole) -> None:
        """See ``AudioEndpoint``."""

    def meter(self, on: bool) -> None:
        """See ``AudioEndpoint``."""
        self._meter.switch(on)

    def devices(self) -> tuple[AudioDevice, ...]:
        """See ``AudioEndpoint``. Files are no devices."""
        return ()

    def poll(self) -> None:
        """See ``AudioEndpoint``. Files do not come and go."""

    def measure(self) -> AudioMeasured:
        """See ``AudioEndpoint``."""
        counters = self._counters
        return AudioMeasured(
            overruns=counters.overruns,
            underruns=counters.underruns,
            skipped_samples=counters.skipped_samples,
        )

    def close(self) -> None:
        """See ``AudioEndpoint``."""
        self._running = False
        self._meter.switch(False)
        self._open_record("")

    def _load(self, path: str) -> None:
        self._speech = np.zeros(0, np.int16)
        if not path:
            return
        try:
            self._speech = read_wav(path)
        except WavError as error:
            self._sink(AudioFailed(code="play_file", detail=str(error)))

    def _open_record(self, path: str) -> None:
        before, self._record = self._record, None
        if before is not None:
            before.close()
        if not path:
            return
        try:
            self._record = RecordThread(path, self._sink)
        except WavError as error:
            self._sink(AudioFailed(code="record_file", detail=str(error)))
