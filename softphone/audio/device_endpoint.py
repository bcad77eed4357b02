"""The sound card as the engine's ``AudioEndpoint``: rings on one side, the bridge's frames on the other.

Every method returns at once; devices are opened and closed by ``device_worker``. Until they are open, and
where there are none, the microphone is silence and what the far side says is dropped: a call works anyway.
"""

from __future__ import annotations

from softphone.audio.counters import AudioCounters
from softphone.audio.device import PortAudio, SoundCards
from softphone.audio.device_worker import DeviceWorker, Wish
from softphone.audio.gain import factor_of
from softphone.audio.levels import LevelMeter
from softphone.audio.opener import RATES_HZ, Opened
from softphone.audio.pipeline import SILENCE, Pipeline
from softphone.audio.stream import Shared
from softphone.audio.tones import TonePlayer
from softphone.domain.commands import AudioConfig, OutputRole, ToneKind
from softphone.domain.events import AudioDevice, AudioMeasured
from softphone.domain.media import FRAME_BYTES
from softphone.domain.ports import EventSink

FIRST_SCAN_LIMIT_S = 0.5
CLOSE_LIMIT_S = 3.0


class DeviceAudioEndpoint:
    """``AudioEndpoint`` on PortAudio. The sink is called on the worker's and the meter's thread."""

    def __init__(
        self,
        sink: EventSink,
        counters: AudioCounters,
        *,
        cards: SoundCards | None = None,
        country: str = "JP",
    ) -> None:
        self._meter = LevelMeter(sink)
        self._shared = Shared(counters, self._meter)
        self._tones = TonePlayer(country)
        self._ring_tones = TonePlayer(country)
        self._pipeline = Pipeline()
        self._config = AudioConfig()
        self._talking = False
        self._opened: Opened | None = None
        self._worker = DeviceWorker(
            cards or PortAudio(),
            sink,
            shared=self._shared,
            tones=self._tones,
            ring_tones=self._ring_tones,
            publish=self._take,
        )
        self._worker.start()

    def configure(self, config: AudioConfig) -> None:
        """See ``AudioEndpoint``."""
        self._config = config
        self._shared.input_factor = factor_of(config.input_gain_db)
        self._shared.output_factor = factor_of(config.output_gain_db)
        self._pipeline.configure(config)
        self._tell_wish()

    def start(self) -> None:
        """See ``AudioEndpoint``."""
        self._talking = True
        self._tell_wish()

    def stop(self) -> None:
        """See ``AudioEndpoint``."""
        self._talking = False
        self._tell_wish()

    def read_frame(self) -> bytes:
        """See ``AudioEndpoint``. Thread: media clock."""
        opened = self._opened
        if opened is None or opened.capture is None:
            return SILENCE
        pair = opened.capture.read(self._shared.clock())
        if pair is None:
            return SILENCE
        frame, _peak = self._pipeline.process(pair[:, 0], pair[:, 1])
        return frame

    def write_frame(self, frame: bytes) -> None:
        """See ``AudioEndpoint``. Thread: media clock."""
        opened = self._opened
        if opened is not None and opened.playout is not None and len(frame) == FRAME_BYTES:
            opened.playout.write(frame, self._shared.clock())

    def play_tone(self, tone: ToneKind, role: OutputRole, digit: str = "") -> None:
        """See ``AudioEndpoint``."""
        tones = self._tones if role is OutputRole.SPEAKER else self._ring_tones
        if tones.play(tone, digit):
            tones.prepare(RATES_HZ[0])
            self._tell_wish()

    def stop_tone(self, role: OutputRole) -> None:
        """See ``AudioEndpoint``."""
        tones = self._tones if role is OutputRole.SPEAKER else self._ring_tones
        tones.stop()
        self._tell_wish()

    def meter(self, on: bool) -> None:
        """See ``AudioEndpoint``."""
        self._meter.switch(on)
        self._tell_wish()

    def devices(self) -> tuple[AudioDevice, ...]:
        """See ``AudioEndpoint``. Waits for the very first scan only; asks for another one besides."""
        if not self._worker.scanned.wait(FIRST_SCAN_LIMIT_S):
            return ()
        self._worker.rescan()
        return self._worker.devices

    def poll(self) -> None:
        """See ``AudioEndpoint``: the worker watches devices; here one-shot tones are seen to end."""
        self._worker.look_after()
        self._tell_wish()

    def measure(self) -> AudioMeasured:
        """See ``AudioEndpoint``."""
        opened, counters = self._opened, self._shared.counters
        capture = opened.capture if opened is not None else None
        playout = opened.playout if opened is not None else None
        return AudioMeasured(
            capture_fill_ms=round(capture.fill_ms, 1) if capture is not None else 0.0,
            playout_fill_ms=round(playout.fill_ms, 1) if playout is not None else 0.0,
            overruns=counters.overruns,
            underruns=counters.underruns,
            skipped_samples=counters.skipped_samples,
        )

    def close(self) -> None:
        """See ``AudioEndpoint``."""
        self._meter.switch(False)
        self._worker.stop(CLOSE_LIMIT_S)

    def _tell_wish(self) -> None:
        config = self._config
        self._worker.want(
            Wish(
                input_device=config.input_device,
                output_device=config.output_device,
                ring_device=config.ring_device,
                talking=self._talking,
                levels=self._meter.on,
                tone=self._tones.active,
                ringing=self._ring_tones.active,
            )
        )

    def _take(self, opened: Opened | None) -> None:
        """Thread: device worker."""
        if opened is not None and opened.capture is not None:
            self._pipeline.renew(opened.latency_ms)
        self._opened = opened
