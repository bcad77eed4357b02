"""Music pauses while one is called and talks."""

from __future__ import annotations

from msgspec.structs import replace

from softphone.domain.settings import CallSettings, DesktopSettings, Settings
from tests.helpers.fake_surroundings import FakeMediaPlayers, fake_surroundings
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone


def phone(players: FakeMediaPlayers, settings: Settings = Settings(account=ACCOUNT)) -> PhoneKit:
    kit = fake_phone(settings, surroundings=fake_surroundings(players=players))
    kit.phone.start()
    kit.registered()
    kit.phone.surroundings.start()
    return kit


def test_it_pauses_when_it_rings_and_goes_on_after_the_last_call() -> None:
    players = FakeMediaPlayers()
    kit = phone(players)
    kit.incoming("in-1")
    assert not players.playing
    kit.talking("in-1")
    kit.incoming("in-2")
    kit.ended("in-1")
    assert not players.playing
    kit.ended("in-2")
    assert players.done == ["pause", "resume"]


def test_it_pauses_as_soon_as_one_dials() -> None:
    players = FakeMediaPlayers()
    kit = phone(players)
    kit.outgoing(kit.phone.calls.dial("9196"))
    assert not players.playing


def test_a_caller_who_does_not_ring_disturbs_no_music() -> None:
    players = FakeMediaPlayers()
    kit = phone(players, Settings(account=ACCOUNT, calls=CallSettings(do_not_disturb=True)))
    kit.incoming("in-1")
    assert players.playing
    assert players.done == []


def test_it_plays_on_where_the_settings_say_so() -> None:
    players = FakeMediaPlayers()
    kit = phone(players, Settings(account=ACCOUNT, desktop=DesktopSettings(pause_media=False)))
    kit.talking("in-1")
    assert players.done == []
    desktop = kit.phone.settings.now.desktop
    kit.phone.settings.change_fields(desktop=replace(desktop, pause_media=True))
    assert not players.playing
    kit.phone.settings.change_fields(desktop=replace(desktop, pause_media=False))
    assert players.playing
