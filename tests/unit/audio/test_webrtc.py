"""The requests to livekit's library, written by hand, say what the package's own classes say."""

import subprocess
import sys

import numpy as np
import pytest
from livekit.rtc._proto import ffi_pb2 as proto

from softphone.audio.webrtc import (
    NEW,
    PROCESS,
    PROCESS_REVERSE,
    SET_DELAY,
    AudioProcessingModule,
    handle_in,
    pack,
)


def read(packed: bytes) -> proto.FfiRequest:
    request = proto.FfiRequest()
    request.ParseFromString(packed)
    return request


def test_a_module_is_asked_for() -> None:
    asked = read(pack(NEW, 1, 0, 1, 0)).new_apm
    assert asked.echo_canceller_enabled
    assert asked.high_pass_filter_enabled
    assert not asked.gain_controller_enabled
    assert not asked.noise_suppression_enabled


@pytest.mark.parametrize(
    ("field", "name"), [(PROCESS, "apm_process_stream"), (PROCESS_REVERSE, "apm_process_reverse_stream")]
)
def test_a_frame_is_named_by_its_address(field: int, name: str) -> None:
    request = read(pack(field, 300, 0x7FFF_1234_5678, 320, 16_000, 1))
    asked = getattr(request, name)
    assert request.WhichOneof("message") == name
    assert (asked.apm_handle, asked.data_ptr, asked.size) == (300, 0x7FFF_1234_5678, 320)
    assert (asked.sample_rate, asked.num_channels) == (16_000, 1)


def test_the_delay() -> None:
    asked = read(pack(SET_DELAY, 3, 500)).apm_set_stream_delay
    assert (asked.apm_handle, asked.delay_ms) == (3, 500)


@pytest.mark.parametrize("handle", [1, 127, 128, 2**40])
def test_the_handle_of_an_answer(handle: int) -> None:
    answer = proto.FfiResponse()
    answer.new_apm.apm.handle.id = handle
    assert handle_in(answer.SerializeToString()) == handle


@pytest.mark.parametrize("answer", [b"", bytes.fromhex("9203"), bytes.fromhex("900301"), b"\xff" * 12])
def test_an_answer_that_is_none(answer: bytes) -> None:
    with pytest.raises(RuntimeError):
        handle_in(answer)


@pytest.mark.parametrize("samples", [0, 159, 161, 320])
def test_only_ten_milliseconds_reach_the_library(samples: int) -> None:
    module = AudioProcessingModule(echo=True, noise=False, gain=False)
    with pytest.raises(ValueError, match="10 ms"):
        module.near(np.zeros(samples, np.int16), 16_000)


def test_a_module_that_is_gone_is_an_error() -> None:
    module = AudioProcessingModule(echo=True, noise=False, gain=False)
    frame = np.zeros(160, np.int16)
    clean = module.near(frame, 16_000)
    module.__del__()
    module._handle = 0
    with pytest.raises(RuntimeError):
        clean()
    with pytest.raises(RuntimeError):
        module.set_delay_ms(40)


def test_the_high_pass_takes_a_constant_away() -> None:
    module = AudioProcessingModule(echo=False, noise=False, gain=False)
    frame = np.zeros(160, np.int16)
    clean = module.near(frame, 16_000)
    for _ in range(50):
        frame[:] = 3000
        clean()
    assert abs(int(frame[-1])) < 300


def test_livekits_package_is_not_imported() -> None:
    program = (
        "import sys; from softphone.audio.webrtc import AudioProcessingModule as M;"
        "M(echo=True, noise=True, gain=True); print(*sys.modules)"
    )
    run = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    loaded = set(run.stdout.split())
    assert not {"livekit.rtc", "google.protobuf", "asyncio"} & loaded
