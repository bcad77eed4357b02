"""The libraries behind the sound, tried for real; what is wrong with one is said, the others are tried."""

import sys

import numpy as np
import pytest

from softphone.audio import parts


def test_every_part_works_here() -> None:
    made = parts.sound_parts()

    assert made.problems == {}
    assert made.recording_formats == ("wav", "flac", "opus")
    assert {"win32": "Windows WASAPI", "darwin": "Core Audio"}.get(sys.platform, "ALSA") in made.sound_systems
    assert made.versions["portaudio"].startswith("PortAudio V19")
    assert made.versions["numpy"] == np.__version__


def test_what_is_wrong_with_a_library_is_said_in_its_words(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*arguments: object) -> None:
        raise OSError("liblivekit_ffi.so: cannot open shared object file")

    monkeypatch.setattr(parts, "EchoNoiseGain", broken)
    monkeypatch.setattr(parts.samplerate, "resample", lambda *arguments: np.zeros(0))

    made = parts.sound_parts()

    assert made.problems == {
        "processing": "OSError: liblivekit_ffi.so: cannot open shared object file",
        "resampler": "ValueError: nothing came out",
    }
    assert made.recording_formats == ("wav", "flac", "opus")
