"""Recordings: started by hand or by themselves, into one folder, never where it is not allowed."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from softphone.app.call_table import CallTable
from softphone.app.changes import CallMoved, Change, Notice, Observer
from softphone.app.settings import SettingsService
from softphone.domain.call import Call, CallState
from softphone.domain.commands import StartRecording, StopRecording
from softphone.domain.dial_plan import matches_number
from softphone.domain.events import RecordingFailed
from softphone.domain.policy import Policy
from softphone.domain.ports import Clock, Engine
from softphone.domain.recording import recording_name


class RecordingService:
    """Records calls. Thread: main. ``default_folder`` is used while the settings name none."""

    def __init__(
        self,
        engine: Engine,
        clock: Clock,
        table: CallTable,
        settings: SettingsService,
        tell: Observer,
        policy: Policy,
        default_folder: str = "",
        is_taken: Callable[[str], bool] = os.path.exists,
    ) -> None:
        self._engine = engine
        self._clock = clock
        self._table = table
        self._settings = settings
        self._tell = tell
        self._policy = policy
        self._default_folder = default_folder
        self._is_taken = is_taken
        self._given: set[str] = set()  # asked of the engine; the file may not be there yet

    @property
    def folder(self) -> str:
        """Where recordings lie."""
        return self._settings.now.recording.folder or self._default_folder

    def can_record(self, call: Call) -> str:
        """Why ``call`` cannot be recorded: not_allowed, never, not_talking, no_folder; "" where it can."""
        if not self._policy.recording_allowed:
            return "not_allowed"
        if matches_number(call.remote.number, self._settings.now.recording.never):
            return "never"
        if call.state is not CallState.CONFIRMED:
            return "not_talking"
        return "" if self.folder else "no_folder"

    def start(self, key: str) -> None:
        """Record a call from now on; why it cannot be is told."""
        call = self._table.find(key)
        if call is None or call.is_recording:
            return
        problem = self.can_record(call)
        if problem:
            self._tell(Notice(f"cannot_record_{problem}", {}, "warning", "recording"))
        else:
            self._start(call)

    def stop(self, key: str) -> None:
        """Finish a call's file."""
        self._engine.send(StopRecording(key=key))

    def observe(self, change: Change) -> None:
        """Record by itself what is answered, where the settings say so."""
        if not isinstance(change, CallMoved) or not self._settings.now.recording.automatic:
            return
        call, before = change.call, change.before
        answered = call.state is CallState.CONFIRMED and (
            before is None or before.state is not CallState.CONFIRMED
        )
        if answered and not self.can_record(call):
            self._start(call)

    def failed(self, event: RecordingFailed) -> None:
        """The file cannot be written: say where and what to do; the call goes on."""
        folder = str(Path(event.path).parent) if event.path else self.folder
        values = {"folder": folder, "detail": event.detail}
        self._tell(Notice(f"recording_{event.code}", values, "error", "recording"))

    def _start(self, call: Call) -> None:
        settings = self._settings.now.recording
        folder = Path(self.folder)

        def taken(name: str) -> bool:
            path = str(folder / name)
            return path in self._given or self._is_taken(path)

        at = datetime.fromtimestamp(self._clock.now_s())
        path = str(folder / recording_name(call, at, settings.format, taken))
        self._given.add(path)
        self._engine.send(
            StartRecording(key=call.key, path=path, format=settings.format, notice=settings.notice)
        )
