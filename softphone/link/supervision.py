"""When the engine counts as lost, how long until the next start, and what the next one must be told."""

from __future__ import annotations

import msgspec

from softphone.domain.commands import (
    AnyCommand,
    Configure,
    ConfigureAudio,
    MeterLevels,
    RemoveAccount,
    SetAccount,
)


class Limits(msgspec.Struct, frozen=True, kw_only=True):
    """How patient the supervision is; all in seconds.

    ``silence_s`` is counted in heartbeats: a machine that slept does not count as a silent engine.
    """

    heartbeat_s: float = 2.0
    silence_s: float = 6.0
    start_s: float = 30.0  # a first start under a virus scanner takes its time
    stop_s: float = 4.0
    healthy_s: float = 60.0
    first_delay_s: float = 0.5  # before the second start in a row

    @property
    def missed_heartbeats(self) -> int:
        """So many unanswered in a row, and it is lost."""
        return max(1, round(self.silence_s / self.heartbeat_s))


class RestartDelay:
    """Back-off: at once, then ``first_s`` doubling up to 10 s; from the beginning after a healthy run."""

    LONGEST_S = 10.0

    def __init__(self, healthy_s: float, first_s: float = 0.5) -> None:
        self._healthy_s = healthy_s
        self._first_s = first_s
        self._losses = 0

    def next_s(self, healthy_for_s: float) -> float:
        """The delay after a run that was ready for ``healthy_for_s``."""
        if healthy_for_s >= self._healthy_s:
            self._losses = 0
        self._losses += 1
        if self._losses == 1:
            return 0.0
        return min(self._first_s * 2.0 ** min(self._losses - 2, 10), self.LONGEST_S)


class Replay:
    """The state an engine was brought into by commands: what the next engine is told, in this order.

    Holds the passwords of the accounts, in memory only.
    """

    def __init__(self) -> None:
        self._configure: Configure | None = None
        self._accounts: dict[str, SetAccount] = {}
        self._metering = False

    def record(self, command: AnyCommand) -> None:
        """Remember what ``command`` changes for good; others are of the moment."""
        if isinstance(command, Configure):
            self._configure = command
        elif isinstance(command, ConfigureAudio):
            if self._configure is not None:
                self._configure = msgspec.structs.replace(self._configure, audio=command.audio)
        elif isinstance(command, SetAccount):
            self._accounts[command.account.key] = command
        elif isinstance(command, RemoveAccount):
            self._accounts.pop(command.account_key, None)
        elif isinstance(command, MeterLevels):
            self._metering = command.on

    def commands(self) -> tuple[AnyCommand, ...]:
        """Configure, every account in the order first set, metering where it is on."""
        configure: tuple[AnyCommand, ...] = (self._configure,) if self._configure is not None else ()
        metering: tuple[AnyCommand, ...] = (MeterLevels(on=True),) if self._metering else ()
        return (*configure, *self._accounts.values(), *metering)
