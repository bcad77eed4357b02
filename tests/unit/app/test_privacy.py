"""When nobody may read who calls."""

from __future__ import annotations

from msgspec.structs import replace

from softphone.app.changes import SurroundingsMoved
from softphone.domain.settings import DesktopSettings, HideCaller, Settings
from tests.helpers.fake_surroundings import FakeLock, fake_surroundings
from tests.helpers.fakes import PhoneKit, fake_phone


def phone(lock: FakeLock, hide_caller: HideCaller) -> PhoneKit:
    settings = Settings(desktop=DesktopSettings(hide_caller=hide_caller))
    kit = fake_phone(settings, surroundings=fake_surroundings(lock=lock))
    kit.phone.start()
    kit.phone.surroundings.start()
    return kit


def test_never_and_always_ask_no_lock() -> None:
    for hide_caller, hides in ((HideCaller.NEVER, False), (HideCaller.ALWAYS, True)):
        lock = FakeLock()
        kit = phone(lock, hide_caller)
        lock.turn(True)
        assert kit.phone.surroundings.privacy.hides_caller is hides
        assert not lock.watched


def test_a_locked_screen_hides_and_an_open_one_shows() -> None:
    lock = FakeLock()
    kit = phone(lock, HideCaller.LOCKED)
    assert not kit.phone.surroundings.privacy.hides_caller
    lock.turn(True)
    assert kit.phone.surroundings.privacy.hides_caller
    assert kit.changes_of(SurroundingsMoved)
    lock.turn(False)
    assert not kit.phone.surroundings.privacy.hides_caller


def test_the_lock_is_followed_only_where_it_matters() -> None:
    lock = FakeLock()
    kit = phone(lock, HideCaller.LOCKED)
    assert lock.watched
    desktop = kit.phone.settings.now.desktop
    kit.phone.settings.change_fields(desktop=replace(desktop, hide_caller=HideCaller.NEVER))
    assert not lock.watched
