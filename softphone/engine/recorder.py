"""Recordings of calls: begun, ended, and what becomes of their files.

StartRecording ─▸ file opened ─▸ (notice) ─▸ tapped: RecordingChanged(path) ─▸ finished: RecordingChanged("")
                      └──────────────▸ RecordingFailed; the call goes on untouched
"""

from __future__ import annotations

import time
from collections.abc import Callable

from softphone.domain.commands import StartRecording
from softphone.domain.errors import FailureCause
from softphone.domain.events import RecordingChanged, RecordingFailed
from softphone.domain.ports import EventSink
from softphone.domain.sound import OpenRecording, RecordingFile, RecordingNews
from softphone.engine.bridge import Bridge
from softphone.engine.call import PjCall
from softphone.engine.call_tones import NOTICE_MS, CallTones
from softphone.engine.errors import LOGGER, EngineError
from softphone.engine.schedule import Schedule

AFTER_NOTICE_S = NOTICE_MS / 1000 + 0.1


class _Recording:
    """One file and its call."""

    def __init__(self, key: str, path: str, notice: bool) -> None:
        self.key = key
        self.path = path
        self.notice = notice
        self.file: RecordingFile | None = None
        self.told = False
        self.over = False


class Recorder:
    """Thread: engine. ``find`` gives the calls that have media."""

    def __init__(
        self,
        *,
        bridge: Bridge,
        tones: CallTones,
        schedule: Schedule,
        emit: EventSink,
        find: Callable[[str], PjCall | None],
        open_recording: OpenRecording,
    ) -> None:
        self._bridge = bridge
        self._tones = tones
        self._schedule = schedule
        self._emit = emit
        self._find = find
        self._open = open_recording
        self._post: Callable[[Callable[[], None]], None] = lambda action: action()
        self._recordings: dict[str, _Recording] = {}
        self._finishing: list[_Recording] = []

    def set_post(self, post: Callable[[Callable[[], None]], None]) -> None:
        """Where a file's news go, known once the loop is there."""
        self._post = post

    def start(self, command: StartRecording) -> None:
        """Record a call. Errors: EngineError; what is wrong with the file is told by RecordingFailed."""
        key = command.key
        call = self._find(key)
        if call is None or not call.record.was_confirmed:
            raise EngineError(FailureCause.INTERNAL, "there is nothing to record yet")
        if key in self._recordings:
            raise EngineError(FailureCause.INTERNAL, "it is recorded already")
        recording = _Recording(key, command.path, command.notice)
        self._recordings[key] = recording
        recording.file = self._open(
            command.path, command.format, lambda news: self._post(lambda: self._heard(recording, news))
        )

    def stop(self, key: str) -> None:
        """Finish the file. Errors: EngineError where there is none."""
        if key not in self._recordings:
            raise EngineError(FailureCause.INTERNAL, "it is not recorded")
        self.ended(key)

    def ended(self, key: str) -> None:
        """The call is over, or its recording. Idempotent."""
        recording = self._recordings.pop(key, None)
        if recording is None:
            return
        recording.over = True
        self._bridge.untap(key, self._find(key))
        self._finishing.append(recording)
        if recording.file is not None:
            recording.file.finish()

    @property
    def is_finishing(self) -> bool:
        """A file is still being written out."""
        return bool(self._finishing)

    def close(self, limit_s: float) -> None:
        """Finish every file, in ``limit_s`` at most."""
        for key in list(self._recordings):
            self.ended(key)
        end_s = time.monotonic() + limit_s
        for recording in self._finishing:
            if recording.file is not None and not recording.file.wait(max(end_s - time.monotonic(), 0.0)):
                LOGGER.warning("a recording was not finished in time")
        self._finishing.clear()

    # -- inside ------------------------------------------------------------------------------------

    def _heard(self, recording: _Recording, news: RecordingNews) -> None:
        match news.state:
            case "running" if not recording.over:
                self._announce(recording)
            case "finished":
                self._forget(recording)
                self._emit(RecordingChanged(key=recording.key, path="", duration_s=news.duration_s))
            case "failed":
                self._fail(recording, news)

    def _announce(self, recording: _Recording) -> None:
        call = self._find(recording.key)
        if call is None:
            return
        if not recording.notice:
            self._begin(recording)
            return
        try:
            self._tones.notice(call)
        except EngineError as error:
            LOGGER.warning("no tone before the recording: %s", error.detail)
        self._schedule.call_later(AFTER_NOTICE_S, lambda: self._begin(recording))

    def _begin(self, recording: _Recording) -> None:
        call = self._find(recording.key)
        if recording.over or call is None or recording.file is None:
            return
        try:
            self._bridge.tap(call, recording.file.put)
        except EngineError as error:
            recording.file.finish()
            self._fail(recording, RecordingNews(state="failed", code="file", detail=error.detail))
            return
        recording.told = True
        self._emit(RecordingChanged(key=recording.key, path=recording.path))

    def _fail(self, recording: _Recording, news: RecordingNews) -> None:
        if self._forget(recording):
            self._bridge.untap(recording.key, self._find(recording.key))
        self._emit(
            RecordingFailed(key=recording.key, path=recording.path, code=news.code, detail=news.detail)
        )
        if recording.told:
            self._emit(RecordingChanged(key=recording.key, path="", duration_s=news.duration_s))

    def _forget(self, recording: _Recording) -> bool:
        """True where it was still under way."""
        if recording in self._finishing:
            self._finishing.remove(recording)
        if recording.over:
            return False
        recording.over = True
        del self._recordings[recording.key]
        return True
