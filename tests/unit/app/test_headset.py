"""The headset and the phone agree."""

from __future__ import annotations

from msgspec.structs import replace

from softphone.app.changes import SurroundingsMoved
from softphone.domain.commands import Answer, Hangup, SetHold, SetMute
from softphone.domain.events import MuteChanged
from softphone.domain.headset import HeadsetButton, HeadsetLights, HeadsetNews
from softphone.domain.settings import DesktopSettings, Settings
from tests.helpers.fake_surroundings import FakeHeadset, fake_surroundings
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone


def phone(headset: FakeHeadset, *, used: bool = True) -> PhoneKit:
    settings = Settings(account=ACCOUNT, desktop=DesktopSettings(headset=used))
    kit = fake_phone(settings, surroundings=fake_surroundings(headset=headset))
    kit.phone.start()
    kit.registered()
    kit.phone.surroundings.start()
    return kit


def test_its_lights_follow_a_call() -> None:
    headset = FakeHeadset()
    kit = phone(headset)
    assert headset.lights == HeadsetLights()
    kit.incoming("in-1")
    assert headset.lights == HeadsetLights(ring=True)
    kit.talking("in-1")
    assert headset.lights == HeadsetLights(off_hook=True)
    kit.engine.emit(MuteChanged(key="in-1", muted=True))
    assert headset.lights == HeadsetLights(off_hook=True, mute=True)
    kit.ended("in-1")
    assert headset.lights == HeadsetLights()


def test_its_buttons_answer_mute_hold_and_hang_up() -> None:
    headset = FakeHeadset()
    kit = phone(headset)
    kit.incoming("in-1")
    headset.press(HeadsetButton.PICK_UP)
    assert kit.engine.sent_of(Answer) == [Answer(key="in-1")]
    kit.talking("in-1")
    headset.press(HeadsetButton.PICK_UP)  # it saw the light
    headset.press(HeadsetButton.MUTE)
    headset.press(HeadsetButton.FLASH)
    headset.press(HeadsetButton.PUT_DOWN)
    assert kit.engine.sent_of(SetMute) == [SetMute(key="in-1", muted=True)]
    assert kit.engine.sent_of(SetHold) == [SetHold(key="in-1", held=True)]
    assert kit.engine.sent_of(Hangup) == [Hangup(key="in-1")]
    assert len(kit.engine.sent_of(Answer)) == 1


def test_a_caller_is_refused_by_the_drop_key() -> None:
    headset = FakeHeadset()
    kit = phone(headset)
    kit.incoming("in-1")
    headset.press(HeadsetButton.DROP)
    assert kit.engine.sent_of(Hangup) == [Hangup(key="in-1", status_code=603)]


def test_a_button_that_means_nothing_now_is_taken_back_on_the_headset() -> None:
    headset = FakeHeadset()
    phone(headset)
    shown = headset.shown
    headset.press(HeadsetButton.PICK_UP)
    assert headset.shown == shown + 1
    assert headset.lights == HeadsetLights()


def test_it_is_used_as_long_as_the_settings_want_it() -> None:
    headset = FakeHeadset()
    kit = phone(headset, used=False)
    assert headset.lights is None
    desktop = kit.phone.settings.now.desktop
    kit.phone.settings.change_fields(desktop=replace(desktop, headset=True))
    assert kit.phone.surroundings.headset.news == HeadsetNews(name="Jabra Evolve2 65")
    assert kit.changes_of(SurroundingsMoved)
    kit.phone.settings.change_fields(desktop=replace(desktop, headset=False))
    assert headset.lights is None
    assert kit.phone.surroundings.headset.news == HeadsetNews()


def test_one_that_cannot_be_opened_is_known_by_name() -> None:
    kit = phone(FakeHeadset("Poly Voyager", "denied"))
    assert kit.phone.surroundings.headset.news == HeadsetNews(name="Poly Voyager", code="denied")
