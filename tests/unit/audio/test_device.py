"""Stable names from PortAudio's tables as they look on each system."""

import os
import sys
from pathlib import Path
from typing import Any

import pytest

from softphone.audio.device import channels_out, find, hardware_signature, name_devices
from tests.helpers.sound_cards import a_device


def api(name: str, default_input: int = -1, default_output: int = -1) -> dict[str, Any]:
    return {"name": name, "default_input_device": default_input, "default_output_device": default_output}


def row(index: int, name: str, host_api: int, inputs: int, outputs: int) -> dict[str, Any]:
    return {
        "index": index,
        "name": name,
        "hostapi": host_api,
        "max_input_channels": inputs,
        "max_output_channels": outputs,
        "default_samplerate": 48000.0,
    }


def test_windows_shows_wasapi_only_with_its_own_defaults() -> None:
    apis = [api("MME", 0, 1), api("Windows DirectSound", 2, 3), api("Windows WASAPI", 5, 4)]
    rows = [
        row(0, "Microsoft Sound Mapper - Input", 0, 2, 0),
        row(1, "Speakers (Realtek(R) Audio", 0, 0, 2),
        row(2, "Primary Sound Capture Driver", 1, 2, 0),
        row(3, "Primary Sound Driver", 1, 0, 2),
        row(4, "Speakers (Realtek(R) Audio)", 2, 0, 2),
        row(5, "Headset (USB)", 2, 1, 0),
        row(6, "Headset (USB)", 2, 0, 2),
    ]
    found = name_devices(rows, apis)
    assert [one.device.name for one in found] == [
        "Speakers (Realtek(R) Audio)",
        "Headset (USB)",
        "Headset (USB)",
    ]
    assert [one.device.is_default_output for one in found] == [True, False, False]
    assert [one.device.is_default_input for one in found] == [False, True, False]
    headset_in, headset_out = (
        find(found, "Headset (USB)", output=False),
        find(found, "Headset (USB)", output=True),
    )
    assert headset_in is not None
    assert headset_out is not None
    assert (headset_in.index, headset_out.index) == (5, 6)


def test_linux_hides_plugins_and_card_numbers_and_numbers_doubles() -> None:
    names = [
        "HDA Intel PCH: ALC257 Analog (hw:0,0)",
        "USB Headset: Audio (hw:1,0)",
        "USB Headset: Audio (hw:2,0)",
        "sysdefault",
        "surround51",
        "dmix",
        "headphones",
        "default",
    ]
    rows = [row(index, name, 0, 2, 2) for index, name in enumerate(names)]
    found = name_devices(rows, [api("ALSA", 7, 7)])
    assert [one.device.name for one in found] == [
        "HDA Intel PCH: ALC257 Analog",
        "USB Headset: Audio",
        "USB Headset: Audio (2)",
        "headphones",
        "default",
    ]
    assert [one.device.name for one in found if one.device.is_default_output] == ["default"]
    assert [one.device.name for one in found if one.movable] == ["headphones"]


def test_an_api_without_devices_is_not_chosen_and_no_devices_are_none() -> None:
    found = name_devices([row(0, "Built-in", 1, 1, 2)], [api("ALSA"), api("JACK Audio Connection Kit", 0, 0)])
    assert [one.device.name for one in found] == ["Built-in"]
    assert name_devices([], []) == ()
    assert name_devices([row(0, "nothing", 0, 0, 0)], [api("ALSA")]) == ()


def test_finding_by_name_default_and_ability() -> None:
    devices = (a_device("mic", inputs=1, default=True), a_device("speaker", outputs=8))
    assert find(devices, "mic", output=True) is None
    assert find(devices, "", output=False) is devices[0]
    assert find(devices, "", output=True) is None
    assert find(devices, "gone", output=True) is None
    assert channels_out(devices[1]) == 2


def test_the_hardware_signature_is_steady_while_nothing_is_plugged() -> None:
    assert hardware_signature() == hardware_signature()


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="seen on Linux alone")
def test_a_sound_server_that_comes_goes_or_starts_anew_is_seen(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    without = hardware_signature()
    socket = tmp_path / "pipewire-0"
    socket.touch()
    there = hardware_signature()
    os.utime(socket, ns=(1, 1))
    anew = hardware_signature()
    socket.unlink()

    assert len({without, there, anew}) == 3
    assert hardware_signature() == without != ""


def test_where_nothing_is_seen_there_is_no_signature(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert hardware_signature() == ""
