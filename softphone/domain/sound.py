"""Ports of the engine process: where its sound comes from and goes to. ``audio`` implements them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

import msgspec

from softphone.domain.commands import AudioConfig, OutputRole, RecordingFormat, ToneKind
from softphone.domain.events import AudioDevice, AudioMeasured


class AudioEndpoint(Protocol):
    """Where the engine gets sound from and puts it: devices or files, and the pipeline between.

    Frames are 20 ms of int16 little-endian mono at 16 kHz: 640 bytes.
    """

    def configure(self, config: AudioConfig) -> None:
        """Take another configuration, running or not. Never raises: trouble is told to the sink."""

    def start(self) -> None:
        """A call has media: open the devices (or files) for talking. Idempotent. Thread: engine."""

    def stop(self) -> None:
        """No call has media: let the devices go. Idempotent. Thread: engine."""

    def read_frame(self) -> bytes:
        """What the microphone said, processed; silence where there is nothing. Thread: media clock."""

    def write_frame(self, frame: bytes) -> None:
        """What the far side said. Thread: media clock."""

    def play_tone(self, tone: ToneKind, role: OutputRole, digit: str = "") -> None:
        """Start a tone; opens the role's device by itself. Thread: engine."""

    def stop_tone(self, role: OutputRole) -> None:
        """Stop the role's tone. Thread: engine."""

    def meter(self, on: bool) -> None:
        """Report LevelsMeasured to the sink ten times a second while on, opening the input if needed."""

    def devices(self) -> tuple[AudioDevice, ...]:
        """The devices there are now."""

    def poll(self) -> None:
        """Called about once a second on the engine thread: watch devices, report changes."""

    def measure(self) -> AudioMeasured:
        """The counters now."""

    def close(self) -> None:
        """Let everything go; the endpoint is not used again."""


class SoundParts(msgspec.Struct, frozen=True, kw_only=True):
    """The libraries behind the sound, each tried. Fields as in ``events.EngineDescribed``."""

    sound_systems: tuple[str, ...] = ()
    recording_formats: tuple[str, ...] = ()
    versions: dict[str, str] = {}
    problems: dict[str, str] = {}


class RecordingNews(msgspec.Struct, frozen=True, kw_only=True):
    """How a recording's file is doing. ``state``: running, finished, failed (nothing comes after either).

    ``duration_s`` of what stands in the file. ``code`` of a failure: folder, read_only, full, file.
    """

    state: str
    duration_s: float = 0.0
    code: str = ""
    detail: str = ""


class RecordingFile(Protocol):
    """A recording being written, two channels, by a thread of its own. Frames as in AudioEndpoint."""

    def put(self, me: bytes, them: bytes) -> None:
        """The next frame of both. Never blocks, never raises. Thread: media clock."""

    def finish(self) -> None:
        """Write what waits and close the file; never blocks. A file without sound is removed."""

    def wait(self, timeout_s: float) -> bool:
        """Wait until it is closed; False where that takes longer."""


# Opens a file aside and returns at once; the news come on the file's own thread.
OpenRecording = Callable[[str, RecordingFormat, Callable[[RecordingNews], None]], RecordingFile]
