"""A private PulseAudio daemon with virtual telephones: no D-Bus, no sound card, root or not.

Each virtual phone NAME has a speaker (a null sink) and a microphone that hears what is played to a feed:

    test ─▸ NAME_feed (null sink) ─▸ its monitor ─▸ NAME_mic (remapped source) ─▸ the program
    the program ─▸ NAME_speaker (null sink) ─▸ its monitor ─▸ test

The program finds NAME_speaker and NAME_mic as ALSA devices: an ALSA configuration adds them beside the
distribution's own. ``pcm.pulse`` is never redefined: PortAudio would not start.
"""

from __future__ import annotations

import os
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.helpers.child import Child
from tests.helpers.programs import find_program

START_LIMIT_S = 8.0
RATE_HZ = 48_000
_NULL_SINK = f"rate={RATE_HZ} channels=1 channel_map=mono norewinds=1"  # with rewinds, blocks come in lumps


class PulseAudio(Child):
    """A running daemon with one virtual telephone for each of ``phones``; ready when pactl is answered.

    ``spare_outputs`` are further null sinks, to fall back on. The last of them (or the first phone's
    speaker) is the default sink.
    """

    def __init__(self, directory: Path, phones: Sequence[str], spare_outputs: Sequence[str] = ()) -> None:
        directory.mkdir(parents=True, mode=0o700)
        self._directory = directory
        self._socket = directory / "native"
        self._alsa_config = directory / "asound.conf"
        self._alsa_config.write_text(_alsa_config(phones, spare_outputs))
        script = directory / "default.pa"
        script.write_text(self._script(phones, spare_outputs))
        (directory / "runtime").mkdir(mode=0o700)
        program = find_program("pulseaudio") or "pulseaudio"
        options = ["-n", "--daemonize=no", "--exit-idle-time=-1", "--use-pid-file=no", "--disallow-exit"]
        quiet = ["--realtime=no", "--high-priority=no", "--log-level=error"]
        super().__init__(
            [program, *options, *quiet, "-F", script],
            log_path=directory / "pulseaudio.log",
            environment=self._daemon_environment(),
        )
        self.wait_ready(self._answers, START_LIMIT_S, "no answer to pactl info")

    def environment(self) -> dict[str, str]:
        """The environment of a program that is to see these devices and no others."""
        return {
            **os.environ,
            "PULSE_SERVER": f"unix:{self._socket}",
            "ALSA_CONFIG_PATH": str(self._alsa_config),
            "JACK_NO_START_SERVER": "1",
        }

    def sinks(self) -> list[str]:
        """The names of the sinks there are."""
        return [line.split("\t")[1] for line in self._pactl("list", "short", "sinks").splitlines()]

    def unplug(self, sink: str) -> None:
        """Take a sink away, as pulling a headset's plug does. Errors: AssertionError when it is not there."""
        for line in self._pactl("list", "short", "modules").splitlines():
            index, module, *arguments = line.split("\t")
            if module == "module-null-sink" and f"sink_name={sink} " in f"{' '.join(arguments)} ":
                self._pactl("unload-module", index)
                return
        raise AssertionError(f"no sink {sink}: {self.sinks()}")

    def feed(self, phone: str, wav: Path) -> Player:
        """Play a WAV into the phone's microphone until it ends or is stopped."""
        return Player(self, f"{phone}_feed", wav)

    def listen(self, sink: str, wav: Path) -> Recorder:
        """Record what a sink plays into ``wav`` (48 kHz mono) until it is stopped."""
        return Recorder(self, sink, wav)

    def _daemon_environment(self) -> dict[str, str]:
        folder = str(self._directory)
        return {
            **os.environ,
            "HOME": folder,
            "XDG_RUNTIME_DIR": folder,
            "PULSE_RUNTIME_PATH": f"{folder}/runtime",
        }

    def _script(self, phones: Sequence[str], spare_outputs: Sequence[str]) -> str:
        lines = [f"load-module module-native-protocol-unix auth-anonymous=1 socket={self._socket}"]
        for phone in phones:
            lines += [
                f"load-module module-null-sink sink_name={phone}_speaker {_NULL_SINK}",
                f"load-module module-null-sink sink_name={phone}_feed {_NULL_SINK}",
                f"load-module module-remap-source source_name={phone}_mic master={phone}_feed.monitor",
            ]
        lines += [f"load-module module-null-sink sink_name={name} {_NULL_SINK}" for name in spare_outputs]
        speakers = [f"{phone}_speaker" for phone in phones[:1]]
        lines += [f"set-default-sink {name}" for name in [*speakers, *spare_outputs][-1:]]
        lines += [f"set-default-source {phone}_mic" for phone in phones[:1]]
        return "\n".join(lines) + "\n"

    def _answers(self) -> bool:
        return self._run_pactl("info").returncode == 0

    def _pactl(self, *arguments: str) -> str:
        result = self._run_pactl(*arguments)
        assert result.returncode == 0, f"pactl {arguments}: {result.stderr}"
        return result.stdout

    def _run_pactl(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        program = find_program("pactl") or "pactl"
        return subprocess.run(
            [program, *arguments],
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=5,
            check=False,
        )


class Player(Child):
    """paplay into one sink."""

    def __init__(self, pulse: PulseAudio, sink: str, wav: Path) -> None:
        program = find_program("paplay") or "paplay"
        super().__init__(
            [program, f"--device={sink}", wav],
            log_path=wav.with_suffix(f".{sink}.log"),
            environment=pulse.environment(),
        )


class Recorder(Child):
    """parec from one sink's monitor."""

    def __init__(self, pulse: PulseAudio, sink: str, wav: Path) -> None:
        self.wav = wav
        program = find_program("parec") or "parec"
        options = ["--file-format=wav", "--format=s16le", f"--rate={RATE_HZ}", "--channels=1"]
        super().__init__(
            [program, f"--device={sink}.monitor", "--latency-msec=40", *options, wav],
            log_path=wav.with_suffix(".log"),
            environment=pulse.environment(),
        )
        self.wait_ready(lambda: wav.exists() and wav.stat().st_size > 0, 5.0, "nothing recorded")


def _alsa_config(phones: Sequence[str], spare_outputs: Sequence[str]) -> str:
    names = [f"{phone}_{part}" for phone in phones for part in ("speaker", "mic")] + list(spare_outputs)
    devices = [
        f'pcm.{name} {{ type pulse device "{name}" hint {{ show on description "{name}" }} }}'
        for name in names
    ]
    return "\n".join(["</usr/share/alsa/alsa.conf>", *devices, ""])
