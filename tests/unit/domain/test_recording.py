from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from softphone.domain.call import Call, CallState, Direction
from softphone.domain.commands import RecordingFormat
from softphone.domain.recording import recording_name
from softphone.domain.uri import Party

AT = datetime(2026, 11, 3, 9, 5, 7)


def call(number: str, name: str = "", direction: Direction = Direction.RECIPIENT) -> Call:
    remote = Party(uri="sip:x@h", display_name=name, number=number)
    return Call(key="k", account_key="main", direction=direction, remote=remote, state=CallState.CONFIRMED)


@pytest.mark.parametrize(
    ("number", "name", "expected"),
    [
        ("202", "山田", "2026-11-03_09-05-07_in_202.wav"),
        ("", "山田 太郎", "2026-11-03_09-05-07_in_山田 太郎.wav"),
        ("", "", "2026-11-03_09-05-07_in_unknown.wav"),
        ("../../etc/passwd", "", "2026-11-03_09-05-07_in_etc-passwd.wav"),
        ("*8202#", "", "2026-11-03_09-05-07_in_8202#.wav"),
    ],
)
def test_the_name_says_when_which_way_and_who(number: str, name: str, expected: str) -> None:
    assert recording_name(call(number, name), AT, RecordingFormat.WAV) == expected


def test_calls_out_and_other_formats() -> None:
    name = recording_name(call("202", direction=Direction.INITIATOR), AT, RecordingFormat.OPUS)
    assert name == "2026-11-03_09-05-07_out_202.opus"


def test_a_taken_name_gets_a_number() -> None:
    taken = {"2026-11-03_09-05-07_in_202.wav", "2026-11-03_09-05-07_in_202_2.wav"}
    name = recording_name(call("202"), AT, RecordingFormat.WAV, taken.__contains__)
    assert name == "2026-11-03_09-05-07_in_202_3.wav"


@given(st.text(max_size=300), st.text(max_size=300))
def test_nothing_a_caller_sends_gets_out_of_the_folder(number: str, name: str) -> None:
    file_name = recording_name(call(number, name), AT, RecordingFormat.WAV)
    assert not set(file_name) & set('/\\<>:"|?*\0\n\r')
    assert len(file_name.encode("utf-8", "replace")) < 255
    assert file_name.startswith("2026-11-03_09-05-07_in_")
    assert file_name.endswith(".wav")
