"""The pipeline: nothing on means nothing changed; a processor is made aside."""

import numpy as np
import pytest

from softphone.audio.pipeline import Pipeline
from softphone.domain.commands import AudioConfig

OFF = {"echo_cancellation": False, "noise_suppression": False, "automatic_gain": False}
FAR = np.zeros(320, np.float32)


def test_with_everything_off_speech_goes_through_bit_by_bit() -> None:
    pipeline = Pipeline()
    pipeline.configure(AudioConfig(**OFF))
    near = np.arange(-160, 160, dtype=np.float32) * 100
    frame, peak = pipeline.process(near.copy(), FAR)
    assert np.frombuffer(frame, np.int16).tolist() == near.tolist()
    assert peak == 16_000


def test_gain_is_applied_and_limited() -> None:
    pipeline = Pipeline()
    pipeline.configure(AudioConfig(**OFF, input_gain_db=20))
    frame, _ = pipeline.process(np.full(320, 20_000, np.float32), FAR)
    assert 22_000 < np.frombuffer(frame, np.int16).max() <= 32_767


def test_a_processor_that_fails_is_left_out(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_self: object, _near: object, _far: object) -> None:
        raise RuntimeError

    pipeline = Pipeline()
    pipeline.configure(AudioConfig())
    pipeline.renew()
    assert pipeline.wait_ready(10)
    monkeypatch.setattr("softphone.audio.echo_noise_gain.EchoNoiseGain.process", broken)
    frame, _ = pipeline.process(np.full(320, 3000, np.float32), FAR)
    assert np.frombuffer(frame, np.int16)[-1] == 3000
    assert not pipeline.wait_ready(0)


def test_processing_is_swapped_in_and_out() -> None:
    pipeline = Pipeline()
    pipeline.configure(AudioConfig())
    pipeline.renew()
    assert pipeline.wait_ready(10)
    constant = np.full(320, 3000, np.float32)
    for _ in range(30):
        frame, _ = pipeline.process(constant.copy(), FAR)
    assert abs(np.frombuffer(frame, np.int16)[-1]) < 300  # the high-pass took the constant away
    pipeline.configure(AudioConfig(**OFF))
    frame, _ = pipeline.process(constant.copy(), FAR)
    assert np.frombuffer(frame, np.int16)[-1] == 3000


def test_a_phone_that_never_talked_has_no_processor() -> None:
    pipeline = Pipeline()
    pipeline.configure(AudioConfig())
    assert not pipeline.wait_ready(0)
    pipeline.renew()
    assert pipeline.wait_ready(10)


def test_what_is_switched_on_in_use_is_made_at_once() -> None:
    pipeline = Pipeline()
    pipeline.configure(AudioConfig(**OFF))
    pipeline.renew()
    pipeline.configure(AudioConfig())
    assert pipeline.wait_ready(10)
