"""The engine's ``AudioEndpoint``: devices or files, as configured, exchangeable in a call."""

from __future__ import annotations

from softphone.audio.counters import AudioCounters
from softphone.audio.device import SoundCards
from softphone.audio.device_endpoint import DeviceAudioEndpoint
from softphone.audio.file_endpoint import FileAudioEndpoint
from softphone.audio.pipeline import SILENCE
from softphone.domain.commands import AudioConfig, OutputRole, ToneKind
from softphone.domain.events import AudioDevice, AudioMeasured
from softphone.domain.ports import EventSink
from softphone.domain.sound import AudioEndpoint


class RoutedAudioEndpoint:
    """Made before the first configuration; silent until then.

    The sink is called on the caller's thread and on threads of ours: it must take events from any.
    ``cards`` stands in for PortAudio in tests; ``country`` chooses the tones (JP, US, EU).
    """

    def __init__(self, sink: EventSink, *, cards: SoundCards | None = None, country: str = "JP") -> None:
        self._sink = sink
        self._cards = cards
        self._country = country
        self._counters = AudioCounters()
        self._source = ""
        self._endpoint: AudioEndpoint | None = None
        self._running = False
        self._metering = False

    def configure(self, config: AudioConfig) -> None:
        """See ``AudioEndpoint``. Changing the source closes the other one; a running call goes on."""
        if self._endpoint is None or config.source != self._source:
            before = self._endpoint
            self._endpoint = None
            if before is not None:
                before.close()
            endpoint = self._make(config.source)
            endpoint.configure(config)
            self._source, self._endpoint = config.source, endpoint
            if self._running:
                endpoint.start()
            endpoint.meter(self._metering)
        else:
            self._endpoint.configure(config)

    def start(self) -> None:
        """See ``AudioEndpoint``."""
        self._running = True
        if self._endpoint is not None:
            self._endpoint.start()

    def stop(self) -> None:
        """See ``AudioEndpoint``."""
        self._running = False
        if self._endpoint is not None:
            self._endpoint.stop()

    def read_frame(self) -> bytes:
        """See ``AudioEndpoint``. Thread: media clock."""
        endpoint = self._endpoint
        return SILENCE if endpoint is None else endpoint.read_frame()

    def write_frame(self, frame: bytes) -> None:
        """See ``AudioEndpoint``. Thread: media clock."""
        endpoint = self._endpoint
        if endpoint is not None:
            endpoint.write_frame(frame)

    def play_tone(self, tone: ToneKind, role: OutputRole, digit: str = "") -> None:
        """See ``AudioEndpoint``."""
        if self._endpoint is not None:
            self._endpoint.play_tone(tone, role, digit)

    def stop_tone(self, role: OutputRole) -> None:
        """See ``AudioEndpoint``."""
        if self._endpoint is not None:
            self._endpoint.stop_tone(role)

    def meter(self, on: bool) -> None:
        """See ``AudioEndpoint``."""
        self._metering = on
        if self._endpoint is not None:
            self._endpoint.meter(on)

    def devices(self) -> tuple[AudioDevice, ...]:
        """See ``AudioEndpoint``."""
        return () if self._endpoint is None else self._endpoint.devices()

    def poll(self) -> None:
        """See ``AudioEndpoint``."""
        if self._endpoint is not None:
            self._endpoint.poll()

    def measure(self) -> AudioMeasured:
        """See ``AudioEndpoint``."""
        return AudioMeasured() if self._endpoint is None else self._endpoint.measure()

    def close(self) -> None:
        """See ``AudioEndpoint``."""
        endpoint, self._endpoint = self._endpoint, None
        if endpoint is not None:
            endpoint.close()

    def _make(self, source: str) -> AudioEndpoint:
        if source == "file":
            return FileAudioEndpoint(self._sink, self._counters)
        return DeviceAudioEndpoint(self._sink, self._counters, cards=self._cards, country=self._country)
