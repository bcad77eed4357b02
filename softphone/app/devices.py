"""Sound devices: which there are, which are used, how loud it is; chosen by stable name."""

from __future__ import annotations

from softphone.app.changes import (
    AudioCounted,
    DevicesMoved,
    LevelsMoved,
    Notice,
    Observer,
    RecordingsJudged,
    RouteMoved,
)
from softphone.app.settings import SettingsService
from softphone.domain.commands import (
    AudioConfig,
    CompareRecordings,
    ConfigureAudio,
    ListDevices,
    MeterLevels,
    OutputRole,
    PlayTone,
    StopTone,
    ToneKind,
)
from softphone.domain.events import (
    AudioDevice,
    AudioDevicesChanged,
    AudioFailed,
    AudioMeasured,
    AudioRouteChanged,
    LevelsMeasured,
    RecordingsCompared,
)
from softphone.domain.ports import Dispatcher, Engine
from softphone.domain.settings import AudioSettings

RING_TEST_S = 2.0

AudioEvent = (
    AudioDevicesChanged
    | AudioRouteChanged
    | AudioFailed
    | AudioMeasured
    | LevelsMeasured
    | RecordingsCompared
)


class DeviceService:
    """The phone's ears and mouth as settings. Thread: main.

    ``fixed`` is an AudioConfig for this run (files, devices of the command line) that settings do not touch.
    """

    def __init__(
        self,
        engine: Engine,
        dispatcher: Dispatcher,
        settings: SettingsService,
        tell: Observer,
        fixed: AudioConfig | None = None,
    ) -> None:
        self._engine = engine
        self._dispatcher = dispatcher
        self._settings = settings
        self._tell = tell
        self._fixed = fixed
        self._devices: tuple[AudioDevice, ...] = ()
        self._routes: dict[str, AudioRouteChanged] = {}

    @property
    def devices(self) -> tuple[AudioDevice, ...]:
        """As the engine saw them last."""
        return self._devices

    @property
    def routes(self) -> dict[str, AudioRouteChanged]:
        """By role: input, output, ring."""
        return dict(self._routes)

    def config(self) -> AudioConfig:
        """What the engine is to use."""
        if self._fixed is not None:
            return self._fixed
        audio = self._settings.now.audio
        return AudioConfig(
            input_device=audio.input_device,
            output_device=audio.output_device,
            ring_device=audio.ring_device,
            echo_cancellation=audio.echo_cancellation,
            noise_suppression=audio.noise_suppression,
            automatic_gain=audio.automatic_gain,
            input_gain_db=audio.input_gain_db,
            output_gain_db=audio.output_gain_db,
        )

    def change(self, audio: AudioSettings) -> None:
        """Save and use other devices or processing, in a call too."""
        self._settings.change_fields(audio=audio)
        self._engine.send(ConfigureAudio(audio=self.config()))

    def refresh(self) -> None:
        """Look at the devices again."""
        self._engine.send(ListDevices())

    def meter(self, on: bool) -> None:
        """Start or stop the level meter (it opens the microphone)."""
        self._engine.send(MeterLevels(on=on))

    def test_ring(self) -> None:
        """Ring for two seconds on the ring device."""
        self._engine.send(PlayTone(tone=ToneKind.RING, role=OutputRole.RING))
        self._dispatcher.call_later(RING_TEST_S, lambda: self._engine.send(StopTone(role=OutputRole.RING)))

    def test_output(self) -> None:
        """Play two seconds of a tone where one hears the far side."""
        self._engine.send(PlayTone(tone=ToneKind.RINGBACK, role=OutputRole.SPEAKER))
        self._dispatcher.call_later(RING_TEST_S, lambda: self._engine.send(StopTone(role=OutputRole.SPEAKER)))

    def compare(self, reference_path: str, recorded_path: str) -> None:
        """Ask how much of one recording is in another; answered by RecordingsJudged."""
        self._engine.send(CompareRecordings(reference_path=reference_path, recorded_path=recorded_path))

    def handle(self, event: AudioEvent) -> None:
        """Take the engine's word."""
        if isinstance(event, AudioDevicesChanged):
            self._devices = event.devices
            self._tell(DevicesMoved(event.devices))
        elif isinstance(event, AudioRouteChanged):
            self._routes[event.role] = event
            self._tell(RouteMoved(event))
            if event.fallback:
                self._tell(_fallback_notice(event))
        elif isinstance(event, AudioFailed):
            self._tell(Notice(f"audio_{event.code}", {"detail": event.detail}, "error", "audio"))
        elif isinstance(event, AudioMeasured):
            self._tell(AudioCounted(event))
        elif isinstance(event, LevelsMeasured):
            self._tell(LevelsMoved(event.input_dbfs, event.output_dbfs))
        else:
            self._tell(RecordingsJudged(event))


def _fallback_notice(route: AudioRouteChanged) -> Notice:
    code = "audio_fallback" if route.used else "audio_gone"
    values = {"role": route.role, "wanted": route.wanted, "used": route.used}
    return Notice(code, values, "warning", "audio")
