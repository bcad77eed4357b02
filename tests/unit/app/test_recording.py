from pathlib import Path

import pytest

from softphone.app.changes import CallLogged, Notice
from softphone.domain.call import CallState
from softphone.domain.commands import RecordingFormat, StartRecording, StopRecording
from softphone.domain.events import RecordingChanged, RecordingFailed
from softphone.domain.policy import Policy
from softphone.domain.settings import RecordingSettings, Settings
from tests.helpers.fakes import ACCOUNT, PhoneKit, fake_phone


def phone(recording: RecordingSettings | None = None, **options: object) -> PhoneKit:
    settings = Settings(account=ACCOUNT, recording=recording or RecordingSettings())
    options.setdefault("recordings_folder", "/recordings")
    kit = fake_phone(settings, password="x", **options)
    kit.phone.start()
    kit.registered()
    return kit


def started(kit: PhoneKit) -> list[StartRecording]:
    return kit.engine.sent_of(StartRecording)


def test_by_hand_with_the_settings_of_the_user() -> None:
    settings = RecordingSettings(folder="/rec", format=RecordingFormat.FLAC, notice=True)
    kit = phone(settings)
    kit.talking("in-1", "202")
    kit.phone.recording.start("in-1")
    (command,) = started(kit)
    path = Path(command.path)
    assert (path.parent, path.suffix) == (Path("/rec"), ".flac")
    assert path.name.endswith("_in_202.flac")
    assert (command.key, command.format, command.notice) == ("in-1", RecordingFormat.FLAC, True)
    kit.phone.recording.stop("in-1")
    assert kit.engine.sent_of(StopRecording) == [StopRecording(key="in-1")]


def test_no_name_twice() -> None:
    kit = phone()
    kit.talking("in-1", "202")
    kit.talking("in-2", "202")
    kit.phone.recording.start("in-1")
    kit.phone.recording.start("in-2")
    first, second = (command.path for command in started(kit))
    assert first != second


def test_a_file_that_is_there_is_left_alone(tmp_path: Path) -> None:
    kit = phone(recordings_folder=str(tmp_path))
    kit.talking("in-1", "202")
    kit.phone.recording.start("in-1")
    Path(started(kit)[0].path).write_bytes(b"")
    again = phone(recordings_folder=str(tmp_path))  # another start of the phone, in the same second
    again.talking("in-1", "202")
    again.phone.recording.start("in-1")
    assert not Path(started(again)[0].path).exists()


def test_what_is_recorded_is_not_started_again() -> None:
    kit = phone()
    kit.talking("in-1")
    kit.engine.emit(RecordingChanged(key="in-1", path="/recordings/a.wav"))
    kit.phone.recording.start("in-1")
    kit.phone.recording.start("nobody")
    assert started(kit) == []


def test_by_itself_at_the_answer_and_once() -> None:
    kit = phone(RecordingSettings(automatic=True))
    kit.incoming("in-1")
    assert started(kit) == []
    kit.call_state("in-1", CallState.CONFIRMED)
    kit.held("in-1")
    kit.held("in-1", False)
    assert [command.key for command in started(kit)] == ["in-1"]


@pytest.mark.parametrize("number", ["0312345678", "+81312345678"])
def test_never_this_caller(number: str) -> None:
    kit = phone(RecordingSettings(automatic=True, never=("03*",)))
    kit.talking("in-1", number)
    call = kit.phone.calls.find("in-1")
    assert call is not None
    assert kit.phone.recording.can_record(call) == "never"
    kit.phone.recording.start("in-1")
    assert started(kit) == []
    assert kit.changes_of(Notice)[-1].code == "cannot_record_never"


def test_the_administrators_off_switch() -> None:
    kit = phone(RecordingSettings(automatic=True), policy=Policy(recording_allowed=False))
    kit.talking("in-1")
    kit.phone.recording.start("in-1")
    assert started(kit) == []
    assert kit.changes_of(Notice)[-1].code == "cannot_record_not_allowed"


@pytest.mark.parametrize(
    ("folder", "answered", "problem"),
    [("/recordings", False, "not_talking"), ("", True, "no_folder"), ("/recordings", True, "")],
)
def test_when_it_can_be(folder: str, answered: bool, problem: str) -> None:
    kit = phone(recordings_folder=folder)
    kit.incoming("in-1")
    if answered:
        kit.call_state("in-1", CallState.CONFIRMED)
    call = kit.phone.calls.find("in-1")
    assert call is not None
    assert kit.phone.recording.can_record(call) == problem


@pytest.mark.parametrize("code", ["folder", "read_only", "full", "file"])
def test_a_file_that_cannot_be_written_is_told_with_its_folder(code: str) -> None:
    kit = phone()
    kit.talking("in-1")
    kit.engine.emit(RecordingFailed(key="in-1", path="/full/a.wav", code=code, detail="No space left"))
    (notice,) = kit.changes_of(Notice)
    assert notice.code == f"recording_{code}"
    assert Path(notice.values["folder"]) == Path("/full")
    assert len(kit.phone.calls.live) == 1


def test_the_history_keeps_the_file() -> None:
    kit = phone()
    kit.talking("in-1")
    kit.engine.emit(RecordingChanged(key="in-1", path="/recordings/a.wav"))
    kit.engine.emit(RecordingChanged(key="in-1", path="", duration_s=3.0))
    kit.ended("in-1")
    kit.engine.emit(RecordingChanged(key="in-1", path="", duration_s=3.0))  # finished after the call
    (logged,) = kit.changes_of(CallLogged)
    assert logged.record.recording_path == "/recordings/a.wav"
    assert kit.phone.illegal_events == 0
