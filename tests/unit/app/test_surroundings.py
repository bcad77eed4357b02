"""The desk around a phone: begun once, left as it was found."""

from __future__ import annotations

from msgspec.structs import replace

from softphone.domain.settings import DesktopSettings, HotKeySettings, Settings
from tests.helpers.fake_surroundings import (
    FakeHeadset,
    FakeHotKeys,
    FakeLock,
    FakeMediaPlayers,
    FakeWakefulness,
    fake_surroundings,
)
from tests.helpers.fakes import ACCOUNT, fake_phone

SETTINGS = Settings(account=ACCOUNT, desktop=DesktopSettings(hot_keys=HotKeySettings(answer="Ctrl+Alt+A")))


def test_nothing_begins_before_the_window_and_everything_ends_with_the_phone() -> None:
    keys, headset, players = FakeHotKeys(), FakeHeadset(), FakeMediaPlayers()
    wakefulness, lock = FakeWakefulness(), FakeLock()
    ports = fake_surroundings(
        hot_keys=keys, headset=headset, players=players, wakefulness=wakefulness, lock=lock
    )
    kit = fake_phone(SETTINGS, surroundings=ports)
    kit.phone.start()
    kit.registered()
    kit.talking("in-1")
    assert (keys.held, headset.lights, players.done, wakefulness.kept, lock.watched) == (
        {},
        None,
        [],
        False,
        False,
    )
    kit.phone.surroundings.start()
    assert keys.held == {"answer": "Ctrl+Alt+A"}
    assert headset.lights is not None
    assert headset.lights.off_hook
    assert wakefulness.kept
    assert lock.watched
    kit.phone.stop(lambda: None)
    assert (keys.held, headset.lights, wakefulness.kept, lock.watched) == ({}, None, False, False)
    assert players.playing


def test_a_phone_without_a_window_has_none_of_it() -> None:
    kit = fake_phone(SETTINGS)
    kit.phone.start()
    kit.registered()
    around = kit.phone.surroundings
    around.start()
    kit.talking("in-1")
    kit.phone.settings.change_fields(desktop=replace(SETTINGS.desktop, headset=False))
    assert around.hot_keys.trouble == around.media_pause.trouble == around.wakefulness.state == "unsupported"
    assert not around.privacy.hides_caller
    kit.phone.stop(lambda: None)
