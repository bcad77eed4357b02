"""The sound devices there are, by names that stay the same, and PortAudio behind one small door.

PortAudio lists a card once for each host API and keeps the list it made at start. Here one host API is chosen
(Windows: WASAPI), names lose what changes from start to start (ALSA's ``hw:1,0``), and doubles are numbered.
``PortAudio`` is the only code that touches sounddevice; all its calls are made on one thread, the device
worker's.
"""

from __future__ import annotations

import contextlib
import os
import re
import sys
from collections.abc import Callable, Iterable, Mapping
from typing import Any, Protocol

import msgspec

from softphone.domain.events import AudioDevice

# The first of these that has a device is the one shown; an API not named comes last.
HOST_APIS = (
    "Windows WASAPI",
    "Core Audio",
    "ALSA",
    "JACK Audio Connection Kit",
    "OSS",
    "MME",
    "Windows DirectSound",
)
SLOW_HOST_APIS = ("MME", "Windows DirectSound")  # glitch below their own "low"
# ALSA's plug-ins that are roads to a card, not cards.
ALSA_PLUGINS = re.compile(
    r"^(sysdefault|lavrate|samplerate|speexrate|speex|upmix|vdownmix|dmix|dsnoop|front|rear|center_lfe|side"
    r"|surround\d*|iec958|spdif|modem|phoneline|null|jack|oss|usbstream)(:.*)?$"
)
ALSA_SERVERS = ("default", "pulse", "pipewire")  # wherever the server plays: moving is what they are for
SOUND_SERVERS = ("pulse/native", "pipewire-0")  # their sockets in XDG_RUNTIME_DIR
ALSA_ADDRESS = re.compile(r" \(hw:\d+,\d+\)$")


class Found(msgspec.Struct, frozen=True, kw_only=True):
    """A device as shown, and how PortAudio calls it until its next initialisation."""

    device: AudioDevice
    index: int
    host_api: str
    rate_hz: int
    movable: bool = False  # a name for a sound server's sink: the server moves the stream when it vanishes


class DeviceError(Exception):
    """PortAudio would not. ``str()`` is its own sentence, for diagnostics."""


class Stream(Protocol):
    """An open stream; its callback runs on PortAudio's thread."""

    latency_ms: float

    def close(self) -> None:
        """Stop and let go. May never return when the sound server died."""


BlockCallback = Callable[..., None]


class SoundCards(Protocol):
    """What the worker needs of PortAudio. Errors: DeviceError. Thread: device worker."""

    def scan(self) -> tuple[Found, ...]:
        """The devices there are now. Only while no stream is open."""

    def open_duplex(self, source: Found, target: Found, rate_hz: int, callback: BlockCallback) -> Stream:
        """``callback(indata, outdata, frames, time, status)``, 1 channel in, ``channels_out`` out."""

    def open_input(self, source: Found, rate_hz: int, callback: BlockCallback) -> Stream:
        """``callback(indata, frames, time, status)``, 1 channel."""

    def open_output(self, target: Found, rate_hz: int, callback: BlockCallback) -> Stream:
        """``callback(outdata, frames, time, status)``, ``channels_out`` channels."""


def channels_out(target: Found) -> int:
    """Two where there are two: on macOS a single channel would sound on the left side only."""
    return min(2, max(1, target.device.outputs))


def name_devices(
    rows: Iterable[Mapping[str, Any]], host_apis: Iterable[Mapping[str, Any]]
) -> tuple[Found, ...]:
    """Devices with stable names from PortAudio's tables (``query_devices``, ``query_hostapis``)."""
    apis = list(host_apis)
    rows = [row for row in rows if row["max_input_channels"] or row["max_output_channels"]]
    used = {row["hostapi"] for row in rows}
    chosen = min(used, key=lambda index: _rank(apis[index]["name"]), default=None)
    found: list[Found] = []
    seen: dict[tuple[str, bool], int] = {}
    for row in rows:
        api = apis[row["hostapi"]]
        if not _shown(row, api, chosen):
            continue
        name = ALSA_ADDRESS.sub("", " ".join(str(row["name"]).split()))
        # A microphone and a loudspeaker may share a name: they are never in one list.
        kind = (name, row["max_output_channels"] > 0)
        seen[kind] = seen.get(kind, 0) + 1
        if seen[kind] > 1:
            name = f"{name} ({seen[kind]})"
        device = AudioDevice(
            name=name,
            inputs=row["max_input_channels"],
            outputs=row["max_output_channels"],
            is_default_input=row["index"] == api["default_input_device"],
            is_default_output=row["index"] == api["default_output_device"],
        )
        rate_hz = int(row["default_samplerate"])
        found.append(
            Found(
                device=device,
                index=row["index"],
                host_api=api["name"],
                rate_hz=rate_hz,
                movable=_movable(row, api),
            )
        )
    return tuple(found)


def _movable(row: Mapping[str, Any], api: Mapping[str, Any]) -> bool:
    name = row["name"]
    return api["name"] == "ALSA" and name not in ALSA_SERVERS and not ALSA_ADDRESS.search(name)


def _rank(api_name: str) -> int:
    return HOST_APIS.index(api_name) if api_name in HOST_APIS else len(HOST_APIS)


def _shown(row: Mapping[str, Any], api: Mapping[str, Any], chosen: int | None) -> bool:
    if row["hostapi"] != chosen:
        return False
    return not (api["name"] == "ALSA" and ALSA_PLUGINS.match(row["name"]))


def find(devices: Iterable[Found], name: str, *, output: bool) -> Found | None:
    """The device called ``name`` ("" = the default) that can do it."""
    for found in devices:
        device = found.device
        able = device.outputs if output else device.inputs
        default = device.is_default_output if output else device.is_default_input
        if able and (device.name == name if name else default):
            return found
    return None


class PortAudio:
    """``SoundCards`` by sounddevice, loaded at the first scan (loading asks the sound server)."""

    BLOCK_MS = 10

    def __init__(self) -> None:
        self._library: Any = None

    def scan(self) -> tuple[Found, ...]:
        """See ``SoundCards``. PortAudio is initialised again, or it would show its old list."""
        try:
            if self._library is None:
                import sounddevice

                self._library = sounddevice
            else:
                self._library._terminate()
                self._library._initialize()
            return name_devices(self._library.query_devices(), self._library.query_hostapis())
        except (ImportError, OSError) as error:
            raise DeviceError(f"PortAudio is not there: {error}") from error
        except self._errors() as error:
            # Without an initialised library every later call would fail: leave it as it was at import.
            with contextlib.suppress(*self._errors()):
                self._library._initialize()
            raise DeviceError(str(error)) from error

    def systems(self) -> tuple[str, tuple[str, ...]]:
        """PortAudio's version and its host APIs; after a scan."""
        apis = tuple(str(api["name"]) for api in self._library.query_hostapis())
        return str(self._library.get_portaudio_version()[1]), apis

    def open_duplex(self, source: Found, target: Found, rate_hz: int, callback: BlockCallback) -> Stream:
        """See ``SoundCards``."""
        return self._open(
            "RawStream",
            target.host_api,
            rate_hz,
            callback,
            device=(source.index, target.index),
            channels=(1, channels_out(target)),
            extra_settings=(self._settings(source), self._settings(target)),
        )

    def open_input(self, source: Found, rate_hz: int, callback: BlockCallback) -> Stream:
        """See ``SoundCards``."""
        settings = self._settings(source)
        return self._open(
            "RawInputStream",
            source.host_api,
            rate_hz,
            callback,
            device=source.index,
            channels=1,
            extra_settings=settings,
        )

    def open_output(self, target: Found, rate_hz: int, callback: BlockCallback) -> Stream:
        """See ``SoundCards``."""
        return self._open(
            "RawOutputStream",
            target.host_api,
            rate_hz,
            callback,
            device=target.index,
            channels=channels_out(target),
            extra_settings=self._settings(target),
        )

    def _open(
        self, kind: str, host_api: str, rate_hz: int, callback: BlockCallback, **options: Any
    ) -> Stream:
        if self._library is None:
            raise DeviceError("PortAudio is not there")
        block = rate_hz * self.BLOCK_MS // 1000
        # PortAudio's "low" is 35 ms a side on ALSA; the block is the least the others can do anyway.
        latency = "low" if host_api in SLOW_HOST_APIS else self.BLOCK_MS / 1000
        stream = None
        try:
            stream = getattr(self._library, kind)(
                samplerate=rate_hz,
                blocksize=block,
                dtype="int16",
                latency=latency,
                callback=callback,
                **options,
            )
            stream.start()
        except self._open_errors() as error:
            if stream is not None:
                stream.close()
            raise DeviceError(str(error)) from error
        return _PortAudioStream(stream)

    def _errors(self) -> tuple[type[Exception], ...]:
        errors: tuple[type[Exception], ...] = ()
        if self._library is not None:
            errors = (self._library.PortAudioError,)
        return errors

    def _open_errors(self) -> tuple[type[Exception], ...]:
        return (ValueError, *self._errors())  # ValueError: a setting this platform does not know

    def _settings(self, found: Found) -> Any:
        """WASAPI shares a card at its own rate only, unless Windows may convert."""
        if found.host_api == "Windows WASAPI":
            return self._library.WasapiSettings(auto_convert=True)
        return None


class _PortAudioStream:
    def __init__(self, stream: Any) -> None:
        self._stream = stream
        latency = stream.latency
        self.latency_ms: float = 1000 * (sum(latency) if isinstance(latency, tuple) else latency)

    def close(self) -> None:
        """Closing aborts: what still waits to be played is not worth waiting for.

        No abort of our own before it: Pa_CloseStream takes the stream off PortAudio's list first, so that
        Pa_Terminate does not wait for it too where the sound server died and the abort hangs.
        """
        self._stream.close(ignore_errors=True)


def hardware_signature() -> str:
    """Changes when a card is plugged in or out, or a sound server comes or goes; "" where that is not seen.

    It is seen on Linux alone, by a look at three files.
    """
    if not sys.platform.startswith("linux"):
        return ""
    try:
        with open("/proc/asound/cards", encoding="utf-8", errors="replace") as file:
            seen = file.read()
    except OSError:
        seen = "no cards"
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    for server in SOUND_SERVERS:
        with contextlib.suppress(OSError):
            seen += f"\n{server} {os.stat(os.path.join(runtime, server)).st_mtime_ns}"
    return seen
