"""Whether the microphone hears anybody: levels over time, judged. Pure; no Qt."""

from __future__ import annotations

import enum

HEARD_DBFS = -36.0  # a voice at arm's length; a quiet room stays below
SILENT_DBFS = -66.0  # under this is no room at all: muted, not allowed, or not the right device
WAIT_LEVELS = 60  # levels come ten times a second


class Heard(enum.Enum):
    """What can be said so far."""

    WAITING = "waiting"
    VOICE = "voice"
    FAINT = "faint"
    NOTHING = "nothing"


class Hearing:
    """Takes peaks in dBFS one after another; ``state`` is the judgement. A voice once heard stays heard."""

    def __init__(self) -> None:
        self.state = Heard.WAITING
        self._count = 0
        self._peak_dbfs = -90.0

    def hear(self, dbfs: float) -> None:
        """The peak of the last 100 ms."""
        self._count += 1
        self._peak_dbfs = max(self._peak_dbfs, dbfs)
        if self._peak_dbfs >= HEARD_DBFS:
            self.state = Heard.VOICE
        elif self._peak_dbfs >= SILENT_DBFS:
            self.state = Heard.FAINT if self._count >= WAIT_LEVELS else Heard.WAITING
        elif self._count >= WAIT_LEVELS:
            self.state = Heard.NOTHING

    def fail(self) -> None:
        """The microphone could not be opened, or tells nothing."""
        if self.state is not Heard.VOICE:
            self.state = Heard.NOTHING
