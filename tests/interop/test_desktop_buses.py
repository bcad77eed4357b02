"""Players, screen savers and power managers met on a session bus of their own, each a process."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from softphone.desktop.awake import WakepyWakefulness
from softphone.desktop.lock import BusLock
from softphone.desktop.media import MprisPlayers
from tests.helpers.desk_programs import BusProgram
from tests.helpers.dispatchers import SyncDispatcher
from tests.helpers.secret_service import SessionBus
from tests.helpers.waiting import wait_for

MUSIC, FILM = "org.mpris.MediaPlayer2.music", "org.mpris.MediaPlayer2.film.instance1"
SAVER, LOGIND, MANAGER = "org.freedesktop.ScreenSaver", "org.freedesktop.login1", "org.gnome.SessionManager"


@pytest.fixture
def bus(tmp_path: Path, stack: ExitStack, requires_peer: Callable[..., None]) -> SessionBus:
    requires_peer("dbus-run-session")
    return stack.enter_context(SessionBus(tmp_path / "home"))


@pytest.fixture
def start(bus: SessionBus, stack: ExitStack) -> Callable[[str, str], BusProgram]:
    """Start a program of the desk under a name."""
    return lambda kind, name: stack.enter_context(BusProgram(bus, kind, name))


@pytest.fixture
def players(bus: SessionBus) -> Iterator[MprisPlayers]:
    players = MprisPlayers(bus.address)
    yield players
    players.close()


Start = Callable[[str, str], BusProgram]


def test_what_plays_pauses_and_goes_on(start: Start, players: MprisPlayers) -> None:
    music, film = start("player", MUSIC), start("player", FILM)
    film.tell("pause")
    players.pause()
    wait_for(lambda: "Pause" in music.calls)
    players.resume()
    wait_for(lambda: "Play" in music.calls)
    assert film.calls == ["pause"]  # it did not play: nobody pauses it, nobody starts it


@pytest.mark.parametrize("meanwhile", ["play", "stop"])
def test_what_the_user_took_in_hand_meanwhile_is_left_alone(
    start: Start, players: MprisPlayers, meanwhile: str
) -> None:
    music, film = start("player", MUSIC), start("player", FILM)
    players.pause()
    wait_for(lambda: "Pause" in music.calls and "Pause" in film.calls)
    music.tell(meanwhile)
    music.tell("pause")  # paused as before, but by the user's own hand
    players.resume()
    wait_for(lambda: "Play" in film.calls)
    assert music.calls == ["Pause", meanwhile, "pause"]


def test_a_player_that_hangs_or_ends_keeps_no_other_from_its_music(
    start: Start, players: MprisPlayers
) -> None:
    hangs = start("player", "org.mpris.MediaPlayer2.a")
    ends, music = start("player", "org.mpris.MediaPlayer2.b"), start("player", MUSIC)
    hangs.tell("hang")
    players.pause()
    wait_for(lambda: "Pause" in music.calls and "Pause" in ends.calls)
    ends.stop()
    players.resume()
    wait_for(lambda: "Play" in music.calls)


def test_the_next_call_finds_the_players_of_its_time(start: Start, players: MprisPlayers) -> None:
    music = start("player", MUSIC)
    players.pause()
    players.resume()
    wait_for(lambda: music.calls == ["Pause", "Play"])
    film = start("player", FILM)
    players.pause()
    players.close()  # the program ends during a call
    wait_for(lambda: music.calls == ["Pause", "Play", "Pause", "Play"] and film.calls == ["Pause", "Play"])


def test_without_a_bus_nothing_is_paused_and_nothing_fails(tmp_path: Path) -> None:
    players = MprisPlayers(f"unix:path={tmp_path / 'nothing'}")
    players.pause()
    players.close()


class Watch:
    """A lock that is followed, and how often it told."""

    def __init__(self, session_bus: str, system_bus: str) -> None:
        self.dispatcher = SyncDispatcher()
        self.lock = BusLock(self.dispatcher, session_bus, system_bus)
        self.told = 0
        self.lock.watch(self._moved)

    def wait_locked(self, locked: bool) -> None:
        self.dispatcher.run_until(lambda: self.lock.locked is locked, what=f"locked: {locked}")

    def _moved(self) -> None:
        self.told += 1


@pytest.fixture
def watch(bus: SessionBus, stack: ExitStack) -> Callable[[], Watch]:
    """Follow the lock of the bus, which is the system's too."""

    def follow() -> Watch:
        watch = Watch(bus.address, bus.address)
        stack.callback(watch.lock.stop)
        return watch

    return follow


def test_a_screen_saver_tells_when_it_locks(start: Start, watch: Callable[[], Watch]) -> None:
    saver = start("screensaver", SAVER)
    followed = watch()
    wait_for(lambda: "GetActive" in saver.calls)
    saver.tell("lock")
    followed.wait_locked(True)
    saver.tell("unlock")
    followed.wait_locked(False)
    assert followed.told == 2


def test_a_screen_that_is_locked_already_is_known(start: Start, watch: Callable[[], Watch]) -> None:
    start("screensaver", SAVER).tell("lock")
    watch().wait_locked(True)


def test_one_that_comes_later_is_heard_too(start: Start, watch: Callable[[], Watch]) -> None:
    followed = watch()
    saver = start("screensaver", SAVER)
    saver.tell("lock")
    followed.wait_locked(True)


def test_logind_tells_by_its_hint(start: Start, watch: Callable[[], Watch]) -> None:
    session = start("session", LOGIND)
    followed = watch()
    wait_for(lambda: any(call.startswith("GetSession") for call in session.calls))
    session.tell("lock")
    followed.wait_locked(True)
    session.tell("unlock")
    followed.wait_locked(False)


def test_once_it_is_not_followed_it_is_not_told(start: Start, watch: Callable[[], Watch]) -> None:
    saver = start("screensaver", SAVER)
    followed = watch()
    saver.tell("lock")
    followed.wait_locked(True)
    followed.lock.stop()
    assert not followed.lock.locked
    saver.tell("unlock")
    assert followed.told == 1


def test_a_session_manager_keeps_the_machine_awake_for_a_call(
    bus: SessionBus, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.address)
    manager = start("manager", MANAGER)
    dispatcher, told = SyncDispatcher(), list[str]()
    wakefulness = WakepyWakefulness(dispatcher)
    wakefulness.keep(told.append)
    dispatcher.run_until(lambda: told, 20.0)
    assert told == [""]
    assert [call.split()[0] for call in manager.calls] == ["Inhibit"]
    wakefulness.let_go()
    wait_for(lambda: [call.split()[0] for call in manager.calls] == ["Inhibit", "Uninhibit"])
    assert manager.calls[1] == "Uninhibit 7"
