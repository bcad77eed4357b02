"""The libraries behind the sound, each used once, so that a missing or broken one shows in a self-test."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import samplerate
import soundfile

from softphone.audio.device import PortAudio
from softphone.audio.echo_noise_gain import EchoNoiseGain, Processing
from softphone.audio.recording import CHANNELS, StreamRecordingWriter, WavRecordingWriter
from softphone.domain.commands import RecordingFormat
from softphone.domain.media import FRAME_SAMPLES, SAMPLE_RATE_HZ
from softphone.domain.sound import SoundParts


class _MeasuredFile(io.BytesIO):
    """In memory; its size is known once it is closed."""

    size_bytes = 0

    def close(self) -> None:
        if not self.closed:
            self.size_bytes = len(self.getvalue())
        super().close()


def sound_parts() -> SoundParts:
    """Try every part; takes a few 100 ms. Never raises. PortAudio must not be in use by anybody else.

    Thread: any but engine and media clock.
    """
    problems: dict[str, str] = {}

    def tried(part: str, work: Callable[[], object]) -> bool:
        try:
            work()
        except Exception as error:  # noqa: BLE001 - whatever is wrong with a library is what one wants to know
            problems[part] = f"{type(error).__name__}: {error}"
        return part not in problems

    systems: list[str] = []
    versions = {
        "numpy": np.__version__,
        "samplerate": samplerate.__version__,
        "soundfile": soundfile.__version__,
    }
    tried("sound", lambda: systems.extend(_sound_systems(versions)))
    tried("resampler", _resample)
    tried("processing", _process)
    formats = tuple(kind.value for kind in RecordingFormat if tried(kind.value, lambda: _record(kind)))  # noqa: B023
    return SoundParts(
        sound_systems=tuple(systems), recording_formats=formats, versions=versions, problems=problems
    )


def _sound_systems(versions: dict[str, str]) -> tuple[str, ...]:
    library = PortAudio()
    library.scan()
    versions["portaudio"], systems = library.systems()
    return systems


def _resample() -> None:
    made = samplerate.resample(np.zeros(480, np.float32), SAMPLE_RATE_HZ / 48_000, "sinc_fastest")
    if len(made) == 0:
        raise ValueError("nothing came out")


def _process() -> None:
    quiet = np.zeros(FRAME_SAMPLES, np.float32)
    everything = Processing(echo_cancellation=True, noise_suppression=True, automatic_gain=True)
    EchoNoiseGain(everything).process(quiet, quiet)


def _record(kind: RecordingFormat) -> None:
    file = _MeasuredFile()
    writer = WavRecordingWriter(file) if kind is RecordingFormat.WAV else StreamRecordingWriter(file, kind)
    writer.write(np.zeros((SAMPLE_RATE_HZ // 10, CHANNELS), np.int16))
    writer.close()
    if not file.size_bytes:
        raise ValueError("nothing was written")
