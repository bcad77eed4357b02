"""Hooks: a command of the user's own when a call rings, is answered, ends or was missed.

The program learns of the call from its environment alone:

    SOFTPHONE_EVENT      ring, answer, end, missed
    SOFTPHONE_NUMBER     the other side's number, empty where it is withheld
    SOFTPHONE_NAME       the other side's name: the phone book's, else what they call themselves
    SOFTPHONE_CONTACT    their name in the phone book, empty where they are not in it
    SOFTPHONE_COMPANY    their company in the phone book
    SOFTPHONE_DIRECTION  in, out
    SOFTPHONE_RESULT     answered, missed, declined …; empty while the call goes on
    SOFTPHONE_DURATION   whole seconds of talking
"""

from __future__ import annotations

import sys

from softphone.app.changes import CallLogged, CallMoved, Change, Notice, Observer, SettingsMoved
from softphone.app.settings import SettingsService
from softphone.app.text import known_name
from softphone.domain.call import Call, CallState, Direction
from softphone.domain.command_line import split_command_line
from softphone.domain.history import CallRecord, CallResult
from softphone.domain.policy import Policy
from softphone.domain.ports import ProgramEnd, Programs

LIMIT_S = 10.0
MAX_VALUE = 1_000


class HookService:
    """Runs the commands of the page 連携. Nothing they do touches a call. Thread: main."""

    def __init__(
        self,
        programs: Programs,
        settings: SettingsService,
        policy: Policy,
        tell: Observer,
        *,
        windows: bool = sys.platform == "win32",
    ) -> None:
        self._programs = programs
        self._settings = settings
        self._policy = policy
        self._tell = tell
        self._windows = windows
        self._hooks = settings.now.hooks
        self._complained: set[tuple[str, str]] = set()  # trouble is told once for each command

    def observe(self, change: Change) -> None:
        """Run what belongs to a change."""
        if isinstance(change, SettingsMoved) and change.settings.hooks != self._hooks:
            self._hooks = change.settings.hooks
            self._complained.clear()
        elif isinstance(change, CallMoved):
            self._moved(change.call, change.before)
        elif isinstance(change, CallLogged):
            missed = change.record.result is CallResult.MISSED
            self._run("missed" if missed else "end", _of_record(change.record))

    def _moved(self, call: Call, before: Call | None) -> None:
        if call.is_ringing_here and (before is None or not before.is_ringing_here):
            self._run("ring", _about(call))
        elif call.state is CallState.CONFIRMED and before is not None and before.state is not call.state:
            self._run("answer", _about(call))

    def _run(self, event: str, values: dict[str, str]) -> None:
        line = getattr(self._settings.now.hooks, f"on_{event}").strip()
        if not line or not self._policy.hooks_allowed:
            return
        try:
            arguments = split_command_line(line, windows=self._windows)
        except ValueError:
            self._complain(event, "invalid", line)
            return
        environment = {"SOFTPHONE_EVENT": event, **values}
        self._programs.run(arguments, environment, LIMIT_S, lambda end: self._ended(event, line, end))

    def _ended(self, event: str, line: str, end: ProgramEnd) -> None:
        if end.problem:
            self._complain(event, end.problem, line)
        elif end.exit_code:
            self._complain(event, "failed", line, str(end.exit_code))

    def _complain(self, event: str, problem: str, line: str, exit_code: str = "") -> None:
        if (event, problem) in self._complained:
            return
        self._complained.add((event, problem))
        values = {"command": line, "exit_code": exit_code, "seconds": f"{LIMIT_S:.0f}"}
        self._tell(Notice(f"hook_{problem}", values, "warning", "hooks"))


def _of_record(record: CallRecord) -> dict[str, str]:
    return _about(record, record.result.value, record.duration_s)


def _about(call: Call | CallRecord, result: str = "", duration_s: float = 0.0) -> dict[str, str]:
    person = call.person
    return {
        "SOFTPHONE_NUMBER": _plain(call.remote.number),
        "SOFTPHONE_NAME": _plain(known_name(call)),
        "SOFTPHONE_CONTACT": _plain(person.name if person is not None else ""),
        "SOFTPHONE_COMPANY": _plain(person.company if person is not None else ""),
        "SOFTPHONE_DIRECTION": "in" if call.direction is Direction.RECIPIENT else "out",
        "SOFTPHONE_RESULT": result,
        "SOFTPHONE_DURATION": str(int(duration_s)),
    }


def _plain(text: str) -> str:
    """What a stranger wrote, as one printable line of bounded length."""
    return "".join(char for char in text[:MAX_VALUE] if char.isprintable())
