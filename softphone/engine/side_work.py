"""What takes long and needs nothing of the library: a thread each, whose news the phone process gets."""

from __future__ import annotations

import threading
from collections.abc import Callable

from msgspec.structs import replace

from softphone.domain.commands import CompareRecordings
from softphone.domain.events import EngineDescribed, RecordingsCompared
from softphone.domain.ports import EventSink
from softphone.domain.sound import SoundParts
from softphone.engine.errors import log_exception

CompareRecordingsFunction = Callable[[str, str], RecordingsCompared]
SoundPartsFunction = Callable[[], SoundParts]


class SideWork:
    """Compares recordings, tries the sound libraries. Thread: engine; the work has its own."""

    def __init__(
        self, emit: EventSink, compare: CompareRecordingsFunction, sound_parts: SoundPartsFunction
    ) -> None:
        self._emit = emit
        self._compare = compare
        self._sound_parts = sound_parts

    def compare(self, command: CompareRecordings) -> None:
        """Tell RecordingsCompared."""

        def work() -> None:
            try:
                self._emit(self._compare(command.reference_path, command.recorded_path))
            except Exception as error:  # noqa: BLE001 - nothing may leave here
                log_exception("comparing recordings")
                self._emit(RecordingsCompared(ok=False, problem=type(error).__name__))

        threading.Thread(target=work, name="compare", daemon=True).start()

    def describe(self, library: EngineDescribed) -> None:
        """Tell EngineDescribed: ``library``, what PJSIP says of itself, and the sound's parts with it."""

        def work() -> None:
            sound = self._sound_parts()
            self._emit(
                replace(
                    library,
                    sound_systems=sound.sound_systems,
                    recording_formats=sound.recording_formats,
                    versions=sound.versions,
                    problems=library.problems | sound.problems,
                )
            )

        threading.Thread(target=work, name="describe", daemon=True).start()
