"""What waits for a call's answer: digits behind a pause, the REFER of a caller who is sent elsewhere."""

from __future__ import annotations

from softphone.app.changes import CallMoved, Change
from softphone.domain.call import CallState
from softphone.domain.commands import AnyCommand
from softphone.domain.ports import Engine


class AfterAnswer:
    """Commands kept until their call is confirmed; forgotten where it never is. Thread: main."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._waiting: dict[str, AnyCommand] = {}

    def keep(self, key: str, command: AnyCommand) -> None:
        """Send ``command`` once ``key`` is answered."""
        self._waiting[key] = command

    def observe(self, change: Change) -> None:
        """Send what waited for this."""
        if not isinstance(change, CallMoved):
            return
        call = change.call
        if call.state in (CallState.CONFIRMED, CallState.TERMINATED):
            command = self._waiting.pop(call.key, None)
            if command is not None and call.is_live:
                self._engine.send(command)
