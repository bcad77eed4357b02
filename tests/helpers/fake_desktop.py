"""A desktop in memory: notifications that a test presses, switches that it reads."""

from __future__ import annotations

from collections.abc import Callable

from softphone.domain.desktop import Desktop, Notification, NotifierState, SwitchState


class FakeNotifier:
    """Shows what it is given; ``press`` is the user's hand."""

    def __init__(self, state: NotifierState = NotifierState(problem="", actions=True)) -> None:
        self.state = state
        self.shown: dict[str, Notification] = {}
        self.seen: list[Notification] = []
        self._chosen: dict[str, Callable[[str], None]] = {}
        self.closed = False

    def ask(self, done: Callable[[], None]) -> None:
        done()

    def show(self, notification: Notification, chosen: Callable[[str], None]) -> None:
        self.seen.append(notification)
        self.shown[notification.key] = notification
        self._chosen[notification.key] = chosen

    def withdraw(self, key: str) -> None:
        self.shown.pop(key, None)

    def close(self) -> None:
        self.shown.clear()
        self.closed = True

    def press(self, key: str, action: str = "") -> None:
        """The user presses a button of a notification ("": the notification itself), and it goes."""
        assert action in ("", *(code for code, _ in self.shown[key].actions))
        self.shown.pop(key)
        self._chosen[key](action)


class FakeSwitch:
    """A switch of the system. ``problem`` stays whatever is set."""

    def __init__(self, on: bool = False, problem: str = "") -> None:
        self.on = on
        self.problem = problem

    def read(self) -> SwitchState:
        return SwitchState(on=self.on, problem=self.problem)

    def set(self, on: bool) -> SwitchState:
        if not self.problem:
            self.on = on
        return self.read()


def fake_desktop(
    notifier: FakeNotifier | None = None,
    autostart: FakeSwitch | None = None,
    links: FakeSwitch | None = None,
) -> Desktop:
    """A desktop on which everything can be done."""
    return Desktop(
        notifier=notifier or FakeNotifier(),
        autostart=autostart or FakeSwitch(),
        links=links or FakeSwitch(),
    )
