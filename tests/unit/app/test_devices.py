from softphone.app.changes import LevelsMoved, Notice
from softphone.domain.commands import AudioConfig, Configure, ConfigureAudio, OutputRole, PlayTone, StopTone
from softphone.domain.events import (
    AudioDevice,
    AudioDevicesChanged,
    AudioFailed,
    AudioRouteChanged,
    LevelsMeasured,
)
from softphone.domain.settings import AudioSettings
from tests.helpers.fakes import fake_phone


def test_chosen_devices_are_saved_and_used_at_once() -> None:
    kit = fake_phone()
    kit.phone.start()
    kit.phone.devices.change(AudioSettings(input_device="Headset", noise_suppression=False))
    assert len(kit.engine.sent_of(Configure)) == 1  # at the start: other sound is told once, not twice
    (command,) = kit.engine.sent_of(ConfigureAudio)
    assert (command.audio.input_device, command.audio.noise_suppression) == ("Headset", False)
    assert kit.store.settings.audio.input_device == "Headset"


def test_sound_fixed_for_this_run_is_not_touched_by_settings() -> None:
    fixed = AudioConfig(source="file", play_path="a.wav")
    kit = fake_phone(audio=fixed)
    kit.phone.start()
    assert kit.engine.sent_of(Configure)[0].audio == fixed
    kit.phone.devices.change(AudioSettings(input_device="Headset"))
    assert kit.phone.devices.config() == fixed


def test_a_device_that_vanished_is_told_with_its_replacement() -> None:
    kit = fake_phone()
    kit.phone.start()
    kit.engine.emit(AudioRouteChanged(role="output", wanted="Headset", used="Speakers", fallback=True))
    kit.engine.emit(AudioRouteChanged(role="input", wanted="Headset", used="", fallback=True))
    told = [(n.code, n.values["wanted"], n.action) for n in kit.changes_of(Notice)]
    assert told == [("audio_fallback", "Headset", "audio"), ("audio_gone", "Headset", "audio")]
    assert kit.phone.devices.routes["output"].used == "Speakers"


def test_devices_levels_and_trouble_reach_the_observers() -> None:
    kit = fake_phone()
    kit.phone.start()
    microphone = AudioDevice(name="Mic", inputs=1, outputs=0)
    kit.engine.emit(
        AudioDevicesChanged(devices=(microphone,)),
        LevelsMeasured(input_dbfs=-20.0, output_dbfs=-90.0),
        AudioFailed(code="no_input"),
    )
    assert kit.phone.devices.devices == (microphone,)
    assert kit.changes_of(LevelsMoved) == [LevelsMoved(-20.0, -90.0)]
    assert kit.changes_of(Notice)[-1].code == "audio_no_input"


def test_the_ring_test_ends_by_itself() -> None:
    kit = fake_phone()
    kit.phone.start()
    kit.phone.devices.test_ring()
    assert kit.engine.sent_of(PlayTone)[-1].role is OutputRole.RING
    kit.dispatcher.advance(3.0)
    assert kit.engine.sent_of(StopTone)[-1].role is OutputRole.RING
