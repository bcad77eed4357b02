"""What small services on the desk share: they begin after the window, and follow calls and settings."""

from __future__ import annotations

from abc import ABC, abstractmethod

from softphone.app.changes import Change, SettingsMoved


class Follower(ABC):
    """Does its work while it runs and the settings want it. Thread: main."""

    FOLLOWS: tuple[type, ...] = (SettingsMoved,)

    def __init__(self) -> None:
        self.running = False

    def start(self) -> None:
        """The window is painted: begin."""
        self.running = True
        self.follow()

    def stop(self) -> None:
        """Leave everything as it was found."""
        self.running = False
        self.follow()

    def observe(self, change: Change) -> None:
        """Look again whether it is wanted, where that may have changed."""
        if isinstance(change, self.FOLLOWS):
            self.follow()

    @abstractmethod
    def follow(self) -> None:
        """Begin or end the work, as ``running`` and the settings say now."""
