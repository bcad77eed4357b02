"""The machine does not sleep during a call."""

from __future__ import annotations

from softphone.app.changes import Notice
from softphone.domain.settings import DesktopSettings, Settings
from tests.helpers.fake_surroundings import FakeWakefulness, fake_surroundings
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone


def phone(wakefulness: FakeWakefulness, **desktop: bool) -> PhoneKit:
    settings = Settings(account=ACCOUNT, desktop=DesktopSettings(**desktop))
    kit = fake_phone(settings, surroundings=fake_surroundings(wakefulness=wakefulness))
    kit.phone.start()
    kit.registered()
    kit.phone.surroundings.start()
    return kit


def test_it_stays_awake_from_the_first_call_to_the_last() -> None:
    wakefulness = FakeWakefulness()
    kit = phone(wakefulness)
    service = kit.phone.surroundings.wakefulness
    assert (wakefulness.kept, service.state) == (False, "off")
    kit.talking("in-1")
    kit.incoming("in-2")
    kit.ended("in-1")
    assert (wakefulness.kept, service.state) == (True, "on")
    kit.ended("in-2")
    assert (wakefulness.kept, service.state) == (False, "off")


def test_that_it_cannot_is_known_and_nobody_is_nagged() -> None:
    kit = phone(FakeWakefulness("refused"))
    kit.talking("in-1")
    assert kit.phone.surroundings.wakefulness.state == "refused"
    assert kit.changes_of(Notice) == []


def test_it_may_sleep_where_the_settings_say_so() -> None:
    wakefulness = FakeWakefulness()
    kit = phone(wakefulness, keep_awake=False)
    kit.talking("in-1")
    assert not wakefulness.kept
