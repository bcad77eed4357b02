"""What is around the telephone, in memory: keys that a test presses, a headset in its hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from softphone.domain.headset import HeadsetButton, HeadsetLights, HeadsetNews
from softphone.domain.hot_key import HotKey
from softphone.domain.surroundings import SurroundingPorts


class FakeHotKeys:
    """A desktop's keys. ``taken`` are those another program holds, as they are written."""

    def __init__(self, trouble: str = "", taken: tuple[str, ...] = ()) -> None:
        self.trouble = trouble
        self.taken = taken
        self.held: dict[str, str] = {}
        self.closed = False
        self._pressed: Callable[[str], None] = lambda action: None

    def hold(
        self,
        keys: Mapping[str, HotKey],
        pressed: Callable[[str], None],
        done: Callable[[Mapping[str, str]], None],
    ) -> None:
        self._pressed = pressed
        self.held = {action: str(key) for action, key in keys.items() if str(key) not in self.taken}
        done({action: "taken" for action, key in keys.items() if str(key) in self.taken})

    def close(self) -> None:
        self.held = {}
        self.closed = True

    def press(self, keys: str) -> None:
        """The user presses them, wherever they are."""
        for action, held in self.held.items():
            if held == keys:
                self._pressed(action)


class FakeHeadset:
    """A headset. ``lights`` is None while nobody uses it."""

    def __init__(self, name: str = "Jabra Evolve2 65", code: str = "") -> None:
        self.news = HeadsetNews(name=name, code=code)
        self.lights: HeadsetLights | None = None
        self.shown = 0
        self._pressed: Callable[[HeadsetButton], None] | None = None

    def start(self, news: Callable[[HeadsetNews], None], pressed: Callable[[HeadsetButton], None]) -> None:
        self._pressed = pressed
        news(self.news)

    def show(self, lights: HeadsetLights) -> None:
        self.lights = lights
        self.shown += 1

    def stop(self) -> None:
        self._pressed = self.lights = None

    def press(self, button: HeadsetButton) -> None:
        """The user presses a button; nobody hears it while the headset is not used."""
        if self._pressed is not None:
            self._pressed(button)


class FakeMediaPlayers:
    """Music that plays."""

    def __init__(self, trouble: str = "") -> None:
        self.trouble = trouble
        self.playing = True
        self.done: list[str] = []

    def pause(self) -> None:
        self.playing = False
        self.done.append("pause")

    def resume(self) -> None:
        self.playing = True
        self.done.append("resume")

    def close(self) -> None:
        self.resume()


class FakeWakefulness:
    """A machine that may sleep. ``problem`` is what it says to staying awake."""

    def __init__(self, problem: str = "") -> None:
        self.problem = problem
        self.kept = False

    def keep(self, done: Callable[[str], None]) -> None:
        self.kept = not self.problem
        done(self.problem)

    def let_go(self) -> None:
        self.kept = False


class FakeLock:
    """A screen that a test locks."""

    def __init__(self) -> None:
        self.locked = False
        self.watched = False
        self._moved: Callable[[], None] = lambda: None

    def watch(self, moved: Callable[[], None]) -> None:
        self.watched = True
        self._moved = moved

    def stop(self) -> None:
        self.watched = False
        self._moved = lambda: None

    def turn(self, locked: bool) -> None:
        """The user locks the screen, or opens it."""
        self.locked = locked
        self._moved()


def fake_surroundings(
    *,
    hot_keys: FakeHotKeys | None = None,
    headset: FakeHeadset | None = None,
    players: FakeMediaPlayers | None = None,
    wakefulness: FakeWakefulness | None = None,
    lock: FakeLock | None = None,
) -> SurroundingPorts:
    """A desk on which everything can be done."""
    return SurroundingPorts(
        hot_keys=hot_keys or FakeHotKeys(),
        headset=headset or FakeHeadset(),
        players=players or FakeMediaPlayers(),
        wakefulness=wakefulness or FakeWakefulness(),
        lock=lock or FakeLock(),
    )
